"""The first start: nothing has been built yet. Shows the first pull as it goes, then reruns into the report."""

import time

import streamlit as st

from crm.settings import Settings
from language import Words
from metrics.warehouse import publish
from refresh import refresh
from ui.blocks.markdown import plain
from ui.shell import progress

POLL_SECONDS = 1.0
REBUILT = "first.rebuilt"  # damaged figures are built anew once without being asked
PATIENCE = 15.0  # seconds before the reader is offered to start by hand


def draw(settings: Settings, words: Words) -> None:
    """The page of an application that has no figures yet."""
    with st.container(horizontal_alignment="center", key="first_start"):
        title = "ui.first.demo_title" if settings.is_demo else "ui.first.title"
        st.markdown(f"## {plain(words(title))}", anchors=False)
        st.markdown(plain(words("ui.first.demo_text" if settings.is_demo else "ui.first.text")))
        with st.container(border=True, key="block_first_start"):
            _draw_progress(settings, words)


@st.fragment(run_every=POLL_SECONDS)
def _draw_progress(settings: Settings, words: Words) -> None:
    damage, state = _damage(settings), refresh.status(settings)
    failure = state.error if state is not None and state.error is not None else damage
    if state is not None and state.is_running:
        progress.draw(state, words)
    elif damage is not None and not st.session_state.get(REBUILT):
        st.session_state[REBUILT] = True
        st.error(plain(damage.text(words.language)), icon=":material/broken_image:")
        refresh.start(settings)
    elif failure is not None:
        st.error(plain(failure.text(words.language)), icon=":material/cloud_off:")
        _start_button(settings, words("ui.refresh.again"))
    else:
        st.markdown(f":material/hourglass_top: {plain(words('ui.first.waiting'))}")
        waited = st.session_state.setdefault("first.since", time.monotonic())
        if time.monotonic() - waited > PATIENCE:  # nothing has started: there is no schedule, or it is gone
            _start_button(settings, words("ui.refresh.start"))


def _damage(settings: Settings) -> publish.WarehouseError | None:
    """Why the figures that are here cannot be opened, None where there are none; those that can are shown at once."""
    try:
        publish.open_current(settings.warehouse_dir)
    except publish.NoWarehouse:
        return None
    except publish.WarehouseError as error:
        return error
    return st.rerun()


def _start_button(settings: Settings, label: str) -> None:
    if st.button(label, type="primary", icon=":material/refresh:", key="first_refresh"):
        refresh.start(settings)
        st.rerun(scope="fragment")
