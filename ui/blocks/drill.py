"""From somebody picked in a table to the lists of other pages: the filters go along, because they outlive a page."""

from dataclasses import dataclass

import streamlit as st

from ui.blocks.plain import plain
from ui.shell.navigation import SECTIONS
from ui.state import url_state
from ui.state.page_context import current


@dataclass(frozen=True)
class Way:
    """A link: the page that holds a list, and the catalogue key of what the list is called."""

    page: str
    label: str
    icon: str


WAYS = (
    Way("pages/reports/sales.py", "ui.drill.deals", ":material/handshake:"),
    Way("pages/reports/marketing.py", "ui.drill.leads", ":material/contact_phone:"),
    Way("pages/reports/forgotten.py", "ui.drill.forgotten", ":material/notifications:"),
)


def lists_behind(name: str) -> None:
    """Links to the lists under the same filters, once something is picked in the filter ``name``."""
    if not getattr(url_state.selection(), name):
        return
    words = current().words
    known = {entry.file for entries in SECTIONS.values() for entry in entries}
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"drill_{name}"):
        st.caption(plain(words("ui.drill.title")), width="content")
        for way in WAYS:
            if way.page in known:
                st.page_link(way.page, label=words(way.label), icon=way.icon, width="content")
