"""Rows a reader strikes out of a chart and puts back: a giant away, the others are seen; kept in the address."""

from collections.abc import Collection

import pandas as pd
import streamlit as st

from ui.blocks.block import Block
from ui.blocks.markdown import plain
from ui.state import url_state

PREFIX = "out"
MOST = 100  # ids an address keeps


def struck_out(block: Block, data: pd.DataFrame, named: str, identified: str, most: int | None) -> pd.DataFrame:
    """The rows without those struck out; draws the names of the leading ones (``most``, or all) and of those struck.

    ``data`` has ``place``, who comes first. A click on a name strikes it out; another click puts it back.
    """
    struck = _struck(block.name)
    kept = data[~data[identified].isin(struck)]
    ordered = kept.sort_values("place").drop_duplicates(identified)
    away = data[data[identified].isin(struck)].sort_values("place").drop_duplicates(identified)
    offered = pd.concat([ordered.head(most) if most else ordered, away])
    labels = dict(zip((int(each) for each in offered[identified]), offered[named], strict=True))
    shown = [each for each in labels if each not in struck]
    key = f"struck_{block.name}"
    st.session_state[key] = shown

    def changed() -> None:
        now = st.session_state[key]
        _strike(block.name, (struck - set(now)) | {each for each in labels if each not in now})

    st.pills(
        block.context.words("ui.chart.strike"),
        list(labels),
        key=key,
        selection_mode="multi",
        format_func=lambda each: plain(labels[each]) if each not in struck else f"~~{plain(labels[each])}~~",
        on_change=changed,
    )
    return kept


def _struck(block: str) -> set[int]:
    parts = url_state.mark(f"{block}_struck").split("_")
    return {int(part) for part in parts[1:] if part.isdigit()} if parts[0] == PREFIX else set()


def _strike(block: str, ids: Collection[int]) -> None:
    url_state.set_mark(
        f"{block}_struck", "_".join([PREFIX, *(str(each) for each in sorted(ids)[:MOST])]) if ids else ""
    )
