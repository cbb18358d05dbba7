"""Where a link leads: the block it names is brought into view and shown for a moment, once the page has been drawn."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from ui.state import url_state

CODE = Path(__file__).with_name("arrival.js")


def draw() -> None:
    """Bring the block a link has led to into view; a page that was opened without such a link stays at its top."""
    block, number = url_state.arrival_target()
    if block:
        with st.container(key="arrival"):
            _component()(key="arrival_component", data={"block": block, "number": number})


@cache
def _component() -> Any:
    return st.components.v2.component("arrival", js=CODE.read_text("utf-8"))
