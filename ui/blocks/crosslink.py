"""Links from a block of one page to a block of another, under the filters that show what the link speaks of."""

from dataclasses import replace
from typing import Any

import streamlit as st

from ui.shell.navigation import SECTIONS
from ui.state import url_state


def page_title(page: str) -> str | None:
    """The catalogue key of a page's title, by the page's file; None where there is no such page."""
    return next((entry.title for entries in SECTIONS.values() for entry in entries if entry.file == page), None)


def crosslink(
    page: str, label: str, *, at: str | None = None, icon: str | None = None, width: Any = "content", **changes: Any
) -> None:
    """Draw a link to a page under the filters in force with ``changes``, at the block named ``at``.

    ``label`` is Markdown. Where there is no such page, nothing is drawn.
    Filters stand in the link's own address, so that it opens in another tab, too, and can be handed on.
    """
    if page_title(page) is None:
        return
    address = url_state.address_of(replace(url_state.selection(), **changes))
    if at:
        address[url_state.AT] = [at]
    st.page_link(page, label=label, icon=icon, width=width, query_params=address)
