"""Which language a reader is spoken to: the switch wins, then the setting, then the browser."""

import streamlit as st

from crm.settings import Settings
from language import LANGUAGES, Words, words
from ui.state import url_state

KEY = "language"


def current(settings: Settings | None) -> Words:
    """The words of this session."""
    chosen = st.session_state.get(url_state.LANGUAGE)
    if chosen in LANGUAGES:
        return words(chosen)
    st.session_state.pop(url_state.LANGUAGE, None)
    if settings is not None and settings.language:
        return words(settings.language)
    browser = (st.context.locale or "").split("-")[0].lower()
    return words(browser if browser in LANGUAGES else LANGUAGES[0])


def draw(spoken: Words) -> None:
    """The switch itself."""
    st.session_state[KEY] = spoken.language
    st.segmented_control(
        spoken("ui.language"),
        LANGUAGES,
        key=KEY,
        required=True,
        format_func=str.upper,
        label_visibility="collapsed",
        on_change=_changed,
    )


def _changed() -> None:
    st.session_state[url_state.LANGUAGE] = st.session_state[KEY]
