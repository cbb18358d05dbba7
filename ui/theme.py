"""The look all pages share: one sheet of styles over Streamlit's theme (colours of .streamlit/config.toml)."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from language import Words

BRAND = Path(__file__).with_name("brand")
SHEET = Path(__file__).with_name("theme.css")


def dress(words: Words) -> None:
    """Put the house's styles on the page, and say which language it speaks."""
    st.html(_sheet())
    st.logo(str(BRAND / ("dark.svg" if is_dark() else "light.svg")), size="large")
    with st.container(key="speaks"):
        _speaks()(key="speaks_component", data={"language": words.language})


@cache
def _speaks() -> Any:
    """Streamlit says that every page is English; a screen reader would read Russian as such."""
    code = "export default ({ data }) => { document.documentElement.lang = data.language; };"
    return st.components.v2.component("speaks", js=code)


@cache
def _sheet() -> str:
    return f"<style>{SHEET.read_text('utf-8')}</style>"


def is_dark() -> bool:
    """Whether the reader's page is dark; asked only for colours inside charts."""
    return bool(st.context.theme.type == "dark")
