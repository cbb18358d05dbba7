"""Blocks side by side; on a narrow screen one below the other."""

from collections.abc import Callable, Sequence

import streamlit as st


def beside(*blocks: Callable[[], None], widths: Sequence[int] = ()) -> None:
    """Draw each block in a column of its own, all of one width or as ``widths`` say."""
    columns = st.columns(list(widths) or len(blocks), gap="small")
    for column, block in zip(columns, blocks, strict=True):
        with column:
            block()
