"""The door. `streamlit run streamlit_app.py` serves it as an application (the lower half) that runs this very file as
its script (the upper half): page config, language, login, navigation, filters, and the page that was asked for."""

import streamlit as st

from crm.settings import SettingsError
from metrics.warehouse import publish
from refresh.demo_settings import settings_of_app
from ui import theme
from ui.filters import filter_bar
from ui.shell import arrival, first_start, language_switch, login, navigation, notices, sidebar, warm_up
from ui.state import url_state
from ui.state.page_context import PageContext, set_current


def script() -> None:
    """One run of the page for one reader."""
    st.set_page_config(page_title="Vitrina", page_icon="📊", layout="wide", initial_sidebar_state="auto")
    warm_up.once()
    url_state.read_address()
    try:
        settings = settings_of_app()
    except SettingsError as error:
        words = language_switch.current(None)
        theme.dress(words)
        notices.wrong_settings(words, error)
        return
    words = language_switch.current(settings)
    theme.dress(words)
    login.admit()
    try:
        opened = publish.open_current(settings.warehouse_dir)
    except publish.WarehouseError:
        navigation.turn_to(words, hidden=True)
        first_start.draw(settings, words)
        return
    page, entry = navigation.turn_to(words)
    context = PageContext(settings, words, opened, entry.title)
    set_current(context)
    notices.demo_ribbon(context)
    notices.new_data(context)
    offered = filter_bar.offers(context)
    with st.sidebar:
        if entry.filters:
            filter_bar.draw(context, offered, further_open=entry.further_open)
        sidebar.foot(context)
    sidebar.head(context, offered, filters=entry.filters)
    page.run()
    arrival.draw()
    url_state.write_address()


if __name__ == "__main__":
    script()
else:
    from starlette.middleware import Middleware

    from ui.shell.background import background_services
    from ui.shell.front_door import FrontDoor
    from ui.shell.headers import SecurityHeaders

    navigation.own_the_pages()
    app = st.App(
        "streamlit_app.py",
        lifespan=background_services,
        middleware=[Middleware(SecurityHeaders), Middleware(FrontDoor)],
        on_script_error=notices.page_failed,
    )
