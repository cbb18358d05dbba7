"""The frame of a page: its heading with the filters in force, and the foot of the sidebar beside it."""

import streamlit as st

from ui.blocks.markdown import plain
from ui.filters import filter_bar
from ui.filters.filter_bar import Offers
from ui.shell import language_switch, notices
from ui.state.page_context import PageContext


def draw_head(context: PageContext, offered: Offers, *, filters: bool) -> None:
    """Draw the page's title and, where the page has ``filters``, its period and the chips of those in force."""
    words = context.words
    with st.container(key="page_head", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.markdown(f"## {plain(words(context.page))}", anchors=False, width="content")
        if filters:
            period = context.filters()
            text = words("ui.period.text", start=period.period_from, end=period.period_to)
            st.caption(plain(text), width="content")
    if filters:
        filter_bar.chips(context, offered)
        notices.dropped_parts(context)


def draw_sidebar_foot(context: PageContext) -> None:
    """Draw the moment the figures are of, and the switch of the language."""
    words = context.words
    with st.container(key="sidebar_foot", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(plain(words("ui.as_of", moment=context.warehouse.as_of)), width="content")
        st.space("stretch")
        language_switch.draw(words)
