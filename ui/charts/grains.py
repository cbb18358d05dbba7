"""The grain of a block over time: its switch, and the names of its buckets."""

import datetime as dt
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from language import Words
from metrics.query.filters import FINE_GRAINS, GRAINS
from ui.blocks.block import Block
from ui.state import url_state
from ui.state.page_context import current


def fine_grain_switch(block: str) -> None:
    """`grain_switch` with days and weeks, for views that have them."""
    grain_switch(block, (*FINE_GRAINS, *GRAINS))


def grain_switch(block: str, options: Sequence[str] = GRAINS) -> None:
    """Draw the switch of the grain, months, quarters or years: each block has its own, kept in the address."""
    words, key = current().words, f"grain_{block}"
    st.session_state[key] = current().filters(block).grain
    st.segmented_control(
        words("ui.grain.title"),
        options,
        key=key,
        required=True,
        format_func=lambda grain: words(f"ui.grain.{grain}"),
        label_visibility="collapsed",
        on_change=lambda: url_state.set_grain(block, st.session_state[key]),
    )


def labelled_buckets(block: Block) -> pd.DataFrame:
    """The block's rows in the order of ``bucket``, with its name in the reader's language as ``when``.

    ``at`` is the place of the bucket among all, 0 for the first.
    """
    data = block.table.frame().sort_values("bucket")
    grain, words = block.context.filters(block.name).grain, block.context.words
    with_year = data["bucket"].dt.year.nunique() > 1
    places, moments = pd.factorize(data["bucket"], sort=True)
    names = [bucket_name(words, grain, moment.date(), with_year=with_year) for moment in moments]
    data["when"], data["at"] = [names[place] for place in places], places
    return data


def bucket_name(words: Words, grain: str, day: dt.date, *, with_year: bool = True) -> str:
    """The name of the bucket of a grain that begins on ``day``; without ``with_year`` days and weeks omit the year."""

    def day_name(day: dt.date) -> str:
        return words.date(day) if with_year else f"{day.day} {words.short_months[day.month - 1]}"

    names: dict[str, Callable[[dt.date], str]] = {
        "day": day_name,
        "week": lambda day: words("ui.grain.week_of", day=day_name(day)),
        "month": words.month,
        "quarter": words.quarter,
        "year": lambda day: str(day.year),
    }
    return names[grain](day)
