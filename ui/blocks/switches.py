"""Switches in the head of a block: one of a few ways to look at it, kept in the address of the page.

`switch` and `picker` draw any options; below them stand those that several blocks have: money or deals, one funnel of
several, the UTM mark.
"""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from metrics.query.filters import UTM_DIMENSIONS
from ui.blocks.block import Block
from ui.state import url_state
from ui.state.page_context import current

WIDTH = 176  # pixels of a list of names
MEASURES = ("sum", "count")
Names = Mapping[str, str]


def switch(name: str, options: Sequence[str], label: Callable[[str], str]) -> None:
    """Draw a few options side by side; `url_state.switch` returns the one chosen, the first until then."""
    key = f"switch_{name}"
    st.session_state[key] = url_state.switch(name, options)
    st.segmented_control(
        current().words("ui.chart.show"),
        options,
        key=key,
        required=True,
        format_func=label,
        label_visibility="collapsed",
        on_change=lambda: url_state.set_switch(name, st.session_state[key], options[0]),
    )


def picker(name: str, options: Names) -> None:
    """Draw many options behind one box: their identifiers, which stand in the address, and their labels."""
    identifiers, key = list(options), f"switch_{name}"
    st.session_state[key] = url_state.switch(name, identifiers)
    st.selectbox(
        current().words("ui.chart.show"),
        identifiers,
        key=key,
        format_func=lambda option: options[option],
        label_visibility="collapsed",
        width=WIDTH,
        on_change=lambda: url_state.set_switch(name, st.session_state[key], identifiers[0]),
    )


def measure_switch(block: str) -> None:
    """Draw the switch between money and deals, for a block whose view holds both."""
    words = current().words
    switch(f"{block}_measure", MEASURES, lambda measure: words(f"ui.measure.{measure}"))


def chosen_measure(block: str) -> str:
    """What the measure switch of a block stands on: "sum" or "count"."""
    return url_state.switch(f"{block}_measure", MEASURES)


def funnel_picker(view: str, block: str, *, without: str | None = None) -> None:
    """Draw the box of the funnels of a view, unless there is one alone; ``without`` is the filter left out."""
    funnels = _funnels(view, without)
    if len(funnels) > 1:
        picker(f"{block}_funnel", {_funnel_option(funnel): name for funnel, name in funnels.items()})


def chosen_funnel(view: str, block: str, *, without: str | None = None) -> int | None:
    """The id of the funnel chosen in a block, the first one until then; None where the view is empty."""
    funnels = _funnels(view, without)
    if not funnels:
        return None
    option = url_state.switch(f"{block}_funnel", [_funnel_option(funnel) for funnel in funnels])
    return next(funnel for funnel in funnels if _funnel_option(funnel) == option)


def rows_of_chosen_funnel(block: Block, data: pd.DataFrame) -> pd.DataFrame:
    """The rows of the funnel chosen in a block; all rows of a view without the column ``funnel_id``."""
    if "funnel_id" not in data:
        return data
    return data[data["funnel_id"] == chosen_funnel(block.view.name, block.name, without="stages")].copy()


def utm_switch(block: str) -> None:
    """Draw the switch of the UTM mark: source, medium, campaign, content or term. All tables by mark share it."""
    words, key = current().words, f"utm_{block}"
    st.session_state[key] = current().filters().utm_dimension
    st.segmented_control(
        words("ui.utm.title"),
        UTM_DIMENSIONS,
        key=key,
        required=True,
        format_func=lambda dimension: words(f"ui.utm.{dimension}"),
        label_visibility="collapsed",
        on_change=lambda: url_state.choose(utm_dimension=st.session_state[key]),
    )


def _funnels(view: str, without: str | None) -> dict[int, str]:
    """The funnels of a view, id → name, by their ids."""
    records = current().table(view, without=without).records()
    return {row["funnel_id"]: row["funnel"] for row in sorted(records, key=lambda row: row["funnel_id"])}


def _funnel_option(funnel: int) -> str:
    return f"funnel_{funnel}"
