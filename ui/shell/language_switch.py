"""The language of a session: the switch wins, then the setting, then the browser."""

import streamlit as st

from crm.settings import Settings, stated_language
from language import LANGUAGES, Words
from language import words as words_of
from ui.state import url_state

KEY = "language"


def current(settings: Settings | None) -> Words:
    """The words of this session's language; ``settings`` is None where they cannot be read."""
    chosen = st.session_state.get(url_state.LANGUAGE)
    if chosen in LANGUAGES:
        return words_of(chosen)
    st.session_state.pop(url_state.LANGUAGE, None)
    if stated := settings.language if settings is not None else stated_language():
        return words_of(stated)
    browser = (st.context.locale or "").split("-")[0].lower()
    return words_of(browser if browser in LANGUAGES else LANGUAGES[0])


def draw(words: Words) -> None:
    """Draw the switch."""
    st.session_state[KEY] = words.language
    st.segmented_control(
        words("ui.language"),
        LANGUAGES,
        key=KEY,
        required=True,
        format_func=str.upper,
        label_visibility="collapsed",
        on_change=_changed,
    )


def _changed() -> None:
    st.session_state[url_state.LANGUAGE] = st.session_state[KEY]
