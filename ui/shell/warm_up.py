"""The warm-up: what the first page of a process does once, so that all others come fast."""

import atexit
import gc

import altair as alt
import pandas as pd
import streamlit as st
from altair.utils.schemapi import disable_debug_mode


@st.cache_resource(show_spinner=False)
def warm_up() -> bool:
    """Load what charts load and take it out of the garbage collection that Streamlit runs after each run of a script.

    Later calls in the process return what is cached.
    """
    disable_debug_mode()
    alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="a:Q").to_dict()
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # frozen, DuckDB's objects would be reported as leaked at exit
    return True
