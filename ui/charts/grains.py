"""The grain of a dynamics block: its switch, and how its buckets are named."""

import pandas as pd
import streamlit as st

from metrics.filters import GRAINS
from ui import choices
from ui.block import Block
from ui.visit import current


def grain_switch(block: str) -> None:
    """Months, quarters or years: each dynamics block has its own, kept in the address."""
    words, key = current().words, f"grain_{block}"
    st.session_state[key] = current().filters(block).grain
    st.segmented_control(
        words("ui.grain.title"),
        GRAINS,
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
    grain, words = block.visit.filters(block.name).grain, block.visit.words
    name = {"month": words.month, "quarter": words.quarter, "year": lambda day: str(day.year)}[grain]
    data["when"] = [name(moment.date()) for moment in data["bucket"]]
    return data


def _changed(block: str, key: str) -> None:
    choices.set_grain(block, st.session_state[key])
