"""The look all pages share: a style sheet over Streamlit's theme (colours of .streamlit/config.toml), and the browser.

What the page tells the browser is its language; what it asks it is whether it is dark, and as narrow as a phone.
"""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from language import Words

BRAND = Path(__file__).with_name("brand")
NARROW = "theme.narrow"
# Sets the language of the document: Streamlit says that every page is English, and a screen reader would read Russian
# as such. Reports in turn whether the window is as narrow as a phone.
DOCUMENT = """
const reported = new WeakMap();
export default ({ data, parentElement, setStateValue }) => {
  document.documentElement.lang = data.language;
  const report = () => {
    const narrow = window.innerWidth < 640;
    if ((reported.get(parentElement) ?? false) === narrow) return;
    reported.set(parentElement, narrow);
    setStateValue("narrow", narrow);
  };
  report();
  window.addEventListener("resize", report);
  return () => window.removeEventListener("resize", report);
};
"""
SHEET = Path(__file__).with_name("theme.css")


def apply(words: Words) -> None:
    """Put the style sheet and the logo on the page, and the language of ``words`` on its document."""
    st.html(_style())
    st.logo(str(BRAND / ("dark.svg" if is_dark() else "light.svg")), size="large")
    with st.container(key="document"):
        state = _document()(
            key="document_component", data={"language": words.language}, on_narrow_change=_narrow_changed
        )
        st.session_state[NARROW] = bool(state.narrow)


def is_dark() -> bool:
    """Whether the reader's page is dark; asked only for colours inside charts."""
    return bool(st.context.theme.type == "dark")


def is_narrow() -> bool:
    """Whether the reader's page is as narrow as a phone: charts put their legends below and leave out names."""
    return bool(st.session_state.get(NARROW, False))


def _narrow_changed() -> None:
    """Nothing: the change itself makes Streamlit draw the page anew."""


@cache
def _document() -> ComponentRenderer:
    return st.components.v2.component("document", js=DOCUMENT)


@cache
def _style() -> str:
    return f"<style>{SHEET.read_text('utf-8')}</style>"
