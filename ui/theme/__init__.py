"""The look all pages share: one sheet of styles over Streamlit's theme (colours of .streamlit/config.toml)."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from language import Words

BRAND = Path(__file__).with_name("brand")
NARROW = "theme.narrow"
SPEAKS = """
const told = new WeakMap();
export default ({ data, parentElement, setStateValue }) => {
  document.documentElement.lang = data.language;
  const tell = () => {
    const narrow = window.innerWidth < 640;
    if ((told.get(parentElement) ?? false) === narrow) return;
    told.set(parentElement, narrow);
    setStateValue("narrow", narrow);
  };
  tell();
  window.addEventListener("resize", tell);
  return () => window.removeEventListener("resize", tell);
};
"""
SHEET = Path(__file__).with_name("theme.css")


def dress(words: Words) -> None:
    """Put the house's styles on the page, and say which language it speaks."""
    st.html(_sheet())
    st.logo(str(BRAND / ("dark.svg" if is_dark() else "light.svg")), size="large")
    with st.container(key="speaks"):
        told = _speaks()(key="speaks_component", data={"language": words.language}, on_narrow_change=_narrow_changed)
        st.session_state[NARROW] = bool(told.narrow)


def _narrow_changed() -> None:
    """The page is drawn anew by the change itself."""


@cache
def _speaks() -> Any:
    """Streamlit says that every page is English; a screen reader would read Russian as such.

    Tells in turn whether the page is as narrow as a phone.
    """
    return st.components.v2.component("speaks", js=SPEAKS)


@cache
def _sheet() -> str:
    return f"<style>{SHEET.read_text('utf-8')}</style>"


def is_dark() -> bool:
    """Whether the reader's page is dark; asked only for colours inside charts."""
    return bool(st.context.theme.type == "dark")


def is_narrow() -> bool:
    """Whether the reader's page is as narrow as a phone: charts put their legends below and leave out names."""
    return bool(st.session_state.get(NARROW, False))
