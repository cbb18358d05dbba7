"""Blocks side by side; on a narrow screen one below the other."""

from collections.abc import Callable

import streamlit as st


def beside(*blocks: Callable[[], None]) -> None:
    """Draw each block in a column of its own, all of one width."""
    for column, block in zip(st.columns(len(blocks), gap="small"), blocks, strict=True):
        with column:
            block()
