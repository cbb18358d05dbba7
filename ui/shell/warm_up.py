"""What is done once a process, so that pages come fast."""

import atexit
import gc

import altair as alt
import pandas as pd
import streamlit as st
from altair.utils.schemapi import disable_debug_mode


@st.cache_resource(show_spinner=False)
def once() -> bool:
    """Load what charts load, then take it out of the garbage collector's rounds: Streamlit runs one after each run."""
    disable_debug_mode()
    alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="a:Q").to_dict()
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # the engine counts what is left at the end
    return True
