"""Links from a block: to other pages under the filters in force, and to cards in the portal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import streamlit as st

from ui.blocks.markdown import plain
from ui.shell.navigation import SECTIONS
from ui.state import url_state
from ui.state.page_context import PageContext, current


@dataclass(frozen=True)
class ListLink:
    """A page that holds a list, by its file, and the catalogue key of what the list is called."""

    page: str
    label: str
    icon: str


LISTS: Sequence[ListLink] = (
    ListLink("pages/reports/sales.py", "ui.drill.deals", ":material/handshake:"),
    ListLink("pages/reports/marketing.py", "ui.drill.leads", ":material/contact_phone:"),
    ListLink("pages/reports/forgotten.py", "ui.drill.forgotten", ":material/notifications:"),
)


def employee_url(context: PageContext, employee_id: int | None) -> str | None:
    """The address of an employee's card in the portal; None for nobody, and where no portal is known."""
    if not employee_id or not context.origin:
        return None
    return f"{context.origin}/company/personal/user/{employee_id}/"


def page_title(page: str) -> str | None:
    """The catalogue key of a page's title, by the page's file; None where there is no such page."""
    return next((entry.title for entries in SECTIONS.values() for entry in entries if entry.file == page), None)


def page_link(
    page: str,
    label: str,
    *,
    at: str | None = None,
    icon: str | None = None,
    width: Literal["content", "stretch"] = "content",
    **changes: Any,
) -> None:
    """Draw a link to a page, given by its file, under the filters in force; nothing where there is no such page.

    ``label`` is Markdown. ``changes`` are attributes of the `Selection` the link sets; ``at`` is the block it opens at.
    Filters stand in the link's own address, so that it opens in another tab, too, and can be handed on.
    """
    if page_title(page) is None:
        return
    address = url_state.address_of(replace(url_state.selection(), **changes))
    if at:
        address[url_state.AT] = [at]
    st.page_link(page, label=label, icon=icon, width=width, query_params=address)


def list_links(name: str) -> None:
    """Draw links to the lists of other pages, once the filter ``name`` holds a value: filters outlive a page."""
    if not getattr(url_state.selection(), name):
        return
    words = current().words
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"drill_{name}"):
        st.caption(plain(words("ui.drill.title")), width="content")
        for each in LISTS:
            if page_title(each.page):
                st.page_link(each.page, label=words(each.label), icon=each.icon, width="content")
