"""Notices around a page: the demo, newer figures, a wrong setting, a page that failed, an address half understood."""

import logging

import streamlit as st

from crm.settings import SettingsError
from language import Words
from metrics.warehouse import publish
from ui.blocks.markdown import plain
from ui.state import url_state
from ui.state.page_context import KEY, PageContext, current

LOG = logging.getLogger("vitrina.page")
POLL_SECONDS = 30


def demo_ribbon(context: PageContext) -> None:
    """Draw the ribbon of the demo company; nothing over a portal's own data."""
    if context.settings.is_demo:
        words = context.words
        with st.container(key="ribbon"):
            st.markdown(f":material/science: **{plain(words('ui.demo.title'))}** {plain(words('ui.demo.text'))}")


@st.fragment(run_every=POLL_SECONDS)
def newer_figures(context: PageContext) -> None:
    """Offer newer figures, once they are published, by a button: a page never changes under its reader's eyes."""
    try:
        newest = publish.current_path(context.settings.warehouse_dir)
    except publish.WarehouseError:
        return
    if newest != context.warehouse.path:
        with st.container(horizontal=True, vertical_alignment="center", key="new_data"):
            st.markdown(f":material/autorenew: {plain(context.words('ui.new_data.text'))}", width="content")
            if st.button(context.words("ui.new_data.take"), type="primary", key="take_new_data"):
                st.rerun()


def dropped_parts(context: PageContext) -> None:
    """Name the first parts of the address that mean nothing, in a toast."""
    if parts := url_state.pop_dropped():
        listed = ", ".join(parts[:5])
        st.toast(plain(context.words("ui.dropped", parts=listed)), icon=":material/link_off:")


def wrong_settings(words: Words, error: SettingsError) -> None:
    """Draw the page of an application that cannot start: the setting in question and what to do."""
    with st.container(key="first_start"), st.container(border=True, key="block_first_start"):
        st.markdown(f"#### :material/settings_alert: {plain(words('ui.settings.wrong'))}", anchors=False)
        st.markdown(plain(error.text(words.language)))
        st.caption(plain(words("ui.settings.then")))


def page_failure(error: Exception) -> bool:
    """Draw the sentence of a page that failed as a whole, and log the error; Streamlit's callback for such errors.

    False, which leaves it to Streamlit's English text, where the run had no language yet.
    """
    LOG.error("a page failed", exc_info=error)
    if KEY not in st.session_state:
        return False
    st.error(plain(current().words("ui.page_failed")), icon=":material/error:")
    return True
