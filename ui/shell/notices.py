"""What a page has to tell besides its figures: the demo, new data, a wrong setting, what a link says in vain."""

import logging

import streamlit as st

from crm.settings import SettingsError
from language import Words
from metrics.warehouse import publish
from ui.blocks.markdown import plain
from ui.state import url_state
from ui.state.page_context import PageContext, current

LOG = logging.getLogger("vitrina.page")
POLL_SECONDS = 30


def demo_ribbon(context: PageContext) -> None:
    """A ribbon on every page, as long as the data are invented."""
    if context.settings.is_demo:
        words = context.words
        with st.container(key="ribbon"):
            st.markdown(f":material/science: **{plain(words('ui.demo.title'))}** {plain(words('ui.demo.text'))}")


@st.fragment(run_every=POLL_SECONDS)
def new_data(context: PageContext) -> None:
    """Tell that newer figures are there; the reader takes them when it suits."""
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
    """Name the parts of the address that mean nothing."""
    if parts := url_state.pop_dropped():
        listed = ", ".join(parts[:5])
        st.toast(plain(context.words("ui.dropped", parts=listed)), icon=":material/link_off:")


def wrong_settings(words: Words, error: SettingsError) -> None:
    """The page of an application that cannot start."""
    with st.container(key="first_start"), st.container(border=True, key="block_first_start"):
        st.markdown(f"#### :material/settings_alert: {plain(words('ui.settings.wrong'))}", anchors=False)
        st.markdown(plain(error.text(words.language)))
        st.caption(plain(words("ui.settings.then")))


def page_failed(error: Exception) -> bool:
    """The text of a page that broke as a whole, in the reader's language instead of Streamlit's English."""
    LOG.error("a page failed", exc_info=error)
    context = st.session_state.get("page_context")
    if context is None:
        return False
    st.error(plain(current().words("ui.page_failed")), icon=":material/error:")
    return True
