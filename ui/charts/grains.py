"""The grain of a dynamics block: its switch, and how its buckets are named."""

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
    """The same with days and weeks, for the one view that knows them."""
    grain_switch(block, (*FINE_GRAINS, *GRAINS))


def grain_switch(block: str, options: Sequence[str] = GRAINS) -> None:
    """Months, quarters or years: each dynamics block has its own, kept in the address."""
    words, key = current().words, f"grain_{block}"
    st.session_state[key] = current().filters(block).grain
    st.segmented_control(
        words("ui.grain.title"),
        options,
        key=key,
        required=True,
        format_func=lambda grain: words(f"ui.grain.{grain}"),
        label_visibility="collapsed",
        on_change=_changed,
        args=(block, key),
    )


def bucket_labels(block: Block) -> pd.DataFrame:
    """The block's rows in the order of time, with ``when``: the bucket as the reader calls it."""
    data = block.table.frame().sort_values("bucket")
    grain, words = block.context.filters(block.name).grain, block.context.words
    several = data["bucket"].dt.year.nunique() > 1
    data["when"] = [bucket_name(words, grain, moment.date(), with_year=several) for moment in data["bucket"]]
    return data


def bucket_name(words: Words, grain: str, day: dt.date, *, with_year: bool = True) -> str:
    """What a reader calls the bucket that begins on a day; ``with_year`` is asked for days alone."""

    def day_of(day: dt.date) -> str:
        return words.date(day) if with_year else f"{day.day} {words.short_months[day.month - 1]}"

    naming: dict[str, Callable[[dt.date], str]] = {
        "day": day_of,
        "week": lambda day: words("ui.grain.week_of", day=day_of(day)),
        "month": words.month,
        "quarter": words.quarter,
        "year": lambda day: str(day.year),
    }
    return naming[grain](day)


def _changed(block: str, key: str) -> None:
    url_state.set_grain(block, st.session_state[key])
