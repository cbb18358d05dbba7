"""The first start: nothing has been built yet. Shows the first pull as it goes and turns into the report by itself."""

import time

import streamlit as st

from crm.settings import Settings
from language import Words
from metrics.warehouse import publish
from refresh import refresh
from ui.blocks.markdown import plain
from ui.shell import progress

EVERY = 1.0  # seconds between two looks
PATIENCE = 15.0  # seconds before the reader is offered to begin by hand


def draw(settings: Settings, words: Words) -> None:
    """The page of an application that has no figures yet."""
    with st.container(horizontal_alignment="center", key="first_start"):
        title = "ui.first.demo_title" if settings.is_demo else "ui.first.title"
        st.markdown(f"## {plain(words(title))}", anchors=False)
        st.markdown(plain(words("ui.first.demo_text" if settings.is_demo else "ui.first.text")))
        with st.container(border=True, key="block_first_start"):
            _watch(settings, words)


@st.fragment(run_every=EVERY)
def _watch(settings: Settings, words: Words) -> None:
    try:
        publish.current_path(settings.warehouse_dir)
    except publish.NoWarehouse:
        pass
    else:
        st.rerun()
    told = refresh.status(settings)
    if told is not None and told.is_running:
        progress.draw(told, words)
    elif told is not None and told.error is not None:
        st.error(plain(told.error.text(words.language)), icon=":material/cloud_off:")
        _button(settings, words("ui.refresh.again"))
    else:
        st.markdown(f":material/hourglass_top: {plain(words('ui.first.waiting'))}")
        waited = st.session_state.setdefault("first.since", time.monotonic())
        if time.monotonic() - waited > PATIENCE:  # nobody has begun: there is no schedule, or it is gone
            _button(settings, words("ui.refresh.start"))


def _button(settings: Settings, label: str) -> None:
    if st.button(label, type="primary", icon=":material/refresh:", key="first_refresh"):
        refresh.start(settings)
        st.rerun(scope="fragment")
