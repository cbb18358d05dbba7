"""The entry point: `streamlit run streamlit_app.py`.

Streamlit imports it for the application (the lower half), which runs this very file as its script for every reader
(the upper half): page config, language, login, navigation, filters, and the page that was asked for.
"""

import streamlit as st

from crm.settings import SettingsError
from metrics.warehouse import publish
from refresh.demo_settings import settings_of_app
from ui import theme
from ui.blocks import deferred
from ui.filters import filter_bar
from ui.shell import arrival, first_start, language_switch, login, navigation, notices, page_frame
from ui.shell.warm_up import warm_up
from ui.state import url_state
from ui.state.page_context import PageContext, set_current


def script() -> None:
    """One run of the page for one reader."""
    st.set_page_config(page_title="Vitrina", page_icon="📊", layout="wide", initial_sidebar_state="auto")
    warm_up()
    url_state.read_address()
    try:
        settings = settings_of_app()
    except SettingsError as error:
        words = language_switch.current(None)
        theme.apply(words)
        notices.wrong_settings(words, error)
        return
    words = language_switch.current(settings)
    theme.apply(words)
    login.admit()
    try:
        warehouse = publish.open_current(settings.warehouse_dir)
    except publish.WarehouseError:
        navigation.draw(words, hidden=True)
        first_start.draw(settings, words)
        return
    page, entry = navigation.draw(words)
    context = PageContext(settings, words, warehouse, entry.title)
    set_current(context)
    notices.demo_ribbon(context)
    notices.newer_figures(context)
    offered = filter_bar.offers(context)
    with st.sidebar:
        if entry.filters:
            filter_bar.draw(context, offered, further_open=entry.further_open)
        page_frame.draw_sidebar_foot(context)
    page_frame.draw_head(context, offered, filters=entry.filters)
    deferred.begin(entry.title)
    page.run()
    deferred.end()
    arrival.draw()
    url_state.write_address()


if __name__ == "__main__":
    script()
else:
    from starlette.middleware import Middleware

    from ui.shell.background import background_services
    from ui.shell.front_door import FrontDoor
    from ui.shell.headers import SecurityHeaders

    navigation.disable_page_discovery()
    app = st.App(
        "streamlit_app.py",
        lifespan=background_services,
        middleware=[Middleware(SecurityHeaders), Middleware(FrontDoor)],
        on_script_error=notices.page_failure,
    )
