"""The heading of a part of a page: what the blocks below it have in common."""

import streamlit as st

from ui.blocks.plain import plain
from ui.state.page_context import current


def heading(title: str, *, note: str | None = None) -> None:
    """Draw a heading by its catalogue key; ``note`` is the key of one sentence that says what the part is about."""
    words = current().words
    with st.container(key=f"part_{title.replace('.', '_')}", gap=None):
        st.markdown(f"### {plain(words(title))}", anchors=False)
        if note:
            st.caption(plain(words(note)))
