"""The period of a report: presets, a slider and two date boxes, all set from the URL state."""

import datetime as dt

import streamlit as st

from language import Words
from metrics.query.periods import PRESETS
from ui.state import url_state
from ui.state.page_context import PageContext

PRESET, SLIDER, START, END = "period.preset", "period.slider", "period.start", "period.end"
FORMAT = "DD.MM.YYYY"


def draw(context: PageContext) -> None:
    """The three ways to choose a period; whichever was touched last wins."""
    words = context.words
    filters = context.filters()
    start, end = filters.period_from, filters.period_to
    first, last = _bounds(context, start, end)
    st.session_state[PRESET] = url_state.selection().preset
    st.session_state[SLIDER] = (start, end)
    st.session_state[START], st.session_state[END] = start, end
    st.slider(
        words("ui.period.title"),
        first,
        last,
        key=SLIDER,
        format=FORMAT,
        on_change=_slider_changed,
        step=dt.timedelta(days=1),
    )
    boxes = st.columns(2, gap="xsmall", wrap=False)
    with boxes[0]:
        _box(words, "ui.period.start", START, first, last)
    with boxes[1]:
        _box(words, "ui.period.end", END, first, last)
    st.pills(
        words("ui.period.presets"),
        PRESETS,
        key=PRESET,
        format_func=lambda name: words(f"ui.preset.{name}"),
        on_change=_preset_changed,
        label_visibility="collapsed",
    )


def _box(words: Words, label: str, key: str, first: dt.date, last: dt.date) -> None:
    st.date_input(
        words(label),
        key=key,
        min_value=first,
        max_value=last,
        format=FORMAT,
        required=True,
        on_change=_boxes_changed,
        args=(key,),
        label_visibility="collapsed",
    )


def _bounds(context: PageContext, start: dt.date, end: dt.date) -> tuple[dt.date, dt.date]:
    """Where the slider begins and ends: the data's days, and further where the chosen period goes further."""
    first = min(context.warehouse.first_day, context.warehouse.as_of_day, start)
    last = max(context.warehouse.as_of_day, end)
    return first, last if last > first else first + dt.timedelta(days=1)


def _preset_changed() -> None:
    url_state.choose(preset=st.session_state[PRESET], period_from=None, period_to=None)


def _slider_changed() -> None:
    _choose(*st.session_state[SLIDER])


def _boxes_changed(touched: str) -> None:
    start, end = st.session_state[START], st.session_state[END]
    if start is None or end is None:
        return
    if start > end:  # the box that was touched leads, the other follows
        start = end = st.session_state[touched]
    _choose(start, end)


def _choose(start: dt.date, end: dt.date) -> None:
    url_state.choose(preset=None, period_from=start, period_to=end)
