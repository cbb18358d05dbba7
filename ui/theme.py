"""The look all pages share: one sheet of styles over Streamlit's theme (colours of .streamlit/config.toml)."""

from functools import cache
from pathlib import Path

import streamlit as st

SHEET = Path(__file__).with_name("theme.css")


def dress() -> None:
    """Put the house's styles on the page."""
    st.html(_sheet())


@cache
def _sheet() -> str:
    return f"<style>{SHEET.read_text('utf-8')}</style>"


def is_dark() -> bool:
    """Whether the reader's page is dark; asked only for colours inside charts."""
    return bool(st.context.theme.type == "dark")
