"""The switch of the UTM mark that tables by mark look at: source, medium, campaign, content or term."""

import streamlit as st

from metrics.query.filters import UTM_DIMENSIONS
from ui.state import url_state
from ui.state.page_context import current


def utm_switch(block: str) -> None:
    """One switch for all tables by mark, kept in the address."""
    words, key = current().words, f"utm_{block}"
    st.session_state[key] = current().filters().utm_dimension
    st.segmented_control(
        words("ui.utm.title"),
        UTM_DIMENSIONS,
        key=key,
        required=True,
        format_func=lambda dimension: words(f"ui.utm.{dimension}"),
        label_visibility="collapsed",
        on_change=lambda: url_state.choose(utm_dimension=st.session_state[key]),
    )
