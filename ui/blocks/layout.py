"""How blocks stand on a page: in columns, and under the heading of a part."""

from collections.abc import Callable, Sequence

import streamlit as st

from ui.blocks.markdown import plain
from ui.state.page_context import current


def columns(*blocks: Callable[[], None], widths: Sequence[int] = ()) -> None:
    """Draw blocks side by side, on a narrow screen one below the other.

    Each of ``blocks`` draws one; ``widths`` are the proportions of their columns, all alike where none are given.
    """
    drawn_in = st.columns(list(widths) or len(blocks), gap="small")
    for column, block in zip(drawn_in, blocks, strict=True):
        with column:
            block()


def heading(title: str, *, note: str | None = None) -> None:
    """Draw the heading of a part of a page; ``title`` and ``note``, a sentence below it, are catalogue keys."""
    words = current().words
    with st.container(key=f"part_{title.replace('.', '_')}", gap=None):
        st.markdown(f"### {plain(words(title))}", anchors=False)
        if note:
            st.caption(plain(words(note)))
