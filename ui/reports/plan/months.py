"""The months of the plan: where the period cuts one, they are named and offered whole."""

import datetime as dt

import streamlit as st

from language import Words
from ui.blocks.block import ErrorBoundary
from ui.blocks.markdown import plain
from ui.state import url_state
from ui.state.page_context import current


def offer_whole_months() -> None:
    """Draw, where the period cuts a month, which months the plan is of, and a button that makes the period so."""
    context = current()
    with ErrorBoundary(context, "plan_pitfalls"):
        records = context.table("plan_pitfalls").records()
        if not records or records[0]["is_whole"]:
            return
        start, end = records[0]["plan_from"], records[0]["plan_to"]
        words = context.words
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plan_months"):
            text = words("pages.plan.cut", months=month_range(words, start, end))
            st.markdown(f":material/event: {plain(text)}", width="content")
            st.button(
                words("pages.plan.whole_months"),
                key="plan_whole_months",
                type="tertiary",
                icon=":material/date_range:",
                on_click=lambda: url_state.choose(preset=None, period_from=start, period_to=end),
            )


def month_range(words: Words, start: dt.date, end: dt.date) -> str:
    """The months from one day to another: "ноя 2026", or "окт 2026 – ноя 2026"."""
    first, last = words.month(start), words.month(end)
    return first if first == last else words("ui.period.text", start=first, end=last)
