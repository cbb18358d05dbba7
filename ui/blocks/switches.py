"""A switch in the head of a block: one of a few ways to look at it, kept in the page's address."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from ui.state import url_state
from ui.state.page_context import current

WIDTH = 176  # pixels of a list of names
Names = Mapping[str, str]


def switch(name: str, options: Sequence[str], label: Callable[[str], str]) -> None:
    """A few options side by side; `url_state.switch` tells which one it stands on."""
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
    """Many options (identifier → what a reader is told) behind one box."""
    known, key = list(options), f"switch_{name}"
    st.session_state[key] = url_state.switch(name, known)
    st.selectbox(
        current().words("ui.chart.show"),
        known,
        key=key,
        format_func=lambda option: options[option],
        label_visibility="collapsed",
        width=WIDTH,
        on_change=lambda: url_state.set_switch(name, st.session_state[key], known[0]),
    )
