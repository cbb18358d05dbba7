"""Rows a reader takes out of a chart and puts back, so that one giant does not flatten the others.

They are kept in the address, as ids under the block's name.
"""

from collections.abc import Collection, Mapping

import pandas as pd
import streamlit as st

from ui.blocks.block import Block
from ui.blocks.markdown import plain
from ui.state import url_state

PREFIX = "out"
MOST = 100  # ids an address keeps


def without_excluded(block: Block, data: pd.DataFrame, id_column: str) -> pd.DataFrame:
    """The rows of a chart without those a reader has taken out."""
    return data[~data[id_column].isin(_excluded(block.name))]


def names_to_exclude(
    block: Block, data: pd.DataFrame, name_column: str, id_column: str, most: int | None
) -> dict[int, str]:
    """Id → name of the rows that lead and of those excluded.

    ``data`` has ``rank``, 0 for the leading row; ``most`` is how many leading names are offered, None for all.
    """
    excluded = _excluded(block.name)
    is_excluded = data[id_column].isin(excluded)
    kept = data[~is_excluded]
    leading = kept.sort_values("rank").drop_duplicates(id_column)
    away = data[is_excluded].sort_values("rank").drop_duplicates(id_column)
    offered = pd.concat([leading.head(most) if most else leading, away])
    return dict(zip((int(each) for each in offered[id_column]), offered[name_column], strict=True))


def exclusion_pills(block: Block, names: Mapping[int, str]) -> None:
    """Draw the names that can be excluded as pills: a click on one excludes it; another click puts it back."""
    excluded = _excluded(block.name)
    key = f"struck_{block.name}"
    st.session_state[key] = [each for each in names if each not in excluded]

    def change() -> None:
        shown = st.session_state[key]
        _set_excluded(block.name, (excluded - set(shown)) | {each for each in names if each not in shown})

    st.pills(
        block.context.words("ui.chart.strike"),
        list(names),
        key=key,
        selection_mode="multi",
        format_func=lambda each: f"~~{plain(names[each])}~~" if each in excluded else plain(names[each]),
        on_change=change,
    )


def _excluded(block: str) -> set[int]:
    prefix, *ids = url_state.mark(f"{block}_struck").split("_")
    return {int(each) for each in ids if each.isdigit()} if prefix == PREFIX else set()


def _set_excluded(block: str, ids: Collection[int]) -> None:
    text = "_".join([PREFIX, *(str(each) for each in sorted(ids)[:MOST])]) if ids else ""
    url_state.set_mark(f"{block}_struck", text)
