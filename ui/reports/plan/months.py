"""Which whole months the plan is of, where the period cuts one, and a way to whole months."""

import datetime as dt

import streamlit as st

from language import Words
from ui.blocks.block import ErrorBoundary
from ui.blocks.markdown import plain
from ui.state import url_state
from ui.state.page_context import current


def whole_months() -> None:
    """Where the period cuts a month: the plan's months, and a button that makes the period whole."""
    context = current()
    with ErrorBoundary(context, "plan_pitfalls"):
        records = context.table("plan_pitfalls").records()
        if not records or records[0]["is_whole"]:
            return
        start, end = records[0]["plan_from"], records[0]["plan_to"]
        words = context.words
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plan_months"):
            told = words("pages.plan.cut", months=months_of(words, start, end))
            st.markdown(f":material/event: {plain(told)}", width="content")
            st.button(
                words("pages.plan.whole_months"),
                key="plan_whole_months",
                type="tertiary",
                icon=":material/date_range:",
                on_click=lambda: url_state.choose(preset=None, period_from=start, period_to=end),
            )


def months_of(words: Words, start: dt.date, end: dt.date) -> str:
    """ "ноя 2026", or the first and the last of several."""
    first, last = words.month(start), words.month(end)
    return first if first == last else words("ui.period.text", start=first, end=last)
