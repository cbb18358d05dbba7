"""The end of a link to a block: the block is scrolled into view and marked for a moment, once the page is drawn."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui.state import url_state

CODE = Path(__file__).with_name("arrival.js")


def draw() -> None:
    """Bring the block named in the address into view; a page opened without one stays at its top.

    The number of links followed so far tells the browser a new arrival from a page that was only drawn again.
    """
    block, number = url_state.arrival_target()
    if block:
        with st.container(key="arrival"):
            _component()(key="arrival_component", data={"block": block, "number": number})


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("arrival", js=CODE.read_text("utf-8"))
