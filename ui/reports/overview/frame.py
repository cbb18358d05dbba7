"""What cards of the overview are made of: a frame that is a link, one main figure, minor ones, what is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from metrics.query import catalog
from ui.blocks import figures
from ui.blocks.block import ErrorBoundary
from ui.blocks.kpi import DELTA_COLORS, SPARKLINE_MIN, Growth, change_text, sparkline_values
from ui.blocks.links import page_link
from ui.blocks.markdown import plain
from ui.state.page_context import PageContext

Found = tuple[str, str]  # a view of one row, and its column


@dataclass(frozen=True)
class Figure:
    """A column of a view of one row; ``change`` is where its change is read, ``against`` says what it is against.

    ``course`` is a view of the same column by bucket: it is drawn where it has enough of them to be one.
    """

    view: str
    column: str
    change: Found | None = None
    growth: Growth = "more is good"
    against: str | None = None
    course: str | None = None


@contextmanager
def card(context: PageContext, name: str, page: str, icon: str) -> Iterator[None]:
    """A card of the overview, whole of it a link to ``page``; what fails inside says so on the card."""
    title = f"**{plain(context.words(f'pages.overview.{name}'))}**"
    with st.container(border=True, key=f"block_overview_{name}"), ErrorBoundary(context, f"overview_{name}"):
        with st.container(key=f"leads_to_{name}"):
            page_link(page, title, icon=icon, width="stretch")
        yield


def first(context: PageContext, view: str) -> dict[str, Any]:
    """The one row of a view."""
    return context.table(view).records()[0]


def main_figure(context: PageContext, figure: Figure) -> None:
    """The figure a card is about, large."""
    _metric(context, figure)


@contextmanager
def minor_figures(name: str) -> Iterator[None]:
    """A line of smaller figures."""
    with st.container(horizontal=True, gap="small", key=f"minor_{name}"):
        yield


def minor_figure(context: PageContext, figure: Figure) -> None:
    """One of them."""
    _metric(context, figure)


def missing(context: PageContext, what: str) -> None:
    """Say what a card has no figures for, and what to do."""
    st.caption(plain(context.words(f"pages.overview.missing.{what}")))


def note(text: str | None) -> None:
    """A line under the figures, where there is something to say."""
    if text:
        st.caption(plain(text))


def _metric(context: PageContext, figure: Figure) -> None:
    words, language = context.words, context.words.language
    column = catalog.view(figure.view).columns[figure.column]
    value = first(context, figure.view)[figure.column]
    change = first(context, figure.change[0])[figure.change[1]] if figure.change else None
    course = sparkline_values(context, figure.course, figure.column) if figure.course else []
    full = figures.text_with_unit(words, column.format, value, context.currency)
    st.metric(
        plain(column.label(language)),
        figures.short_text(words, column.format, value, context.currency),
        delta=None if change is None else change_text(words, column.format, float(change)),
        delta_color=DELTA_COLORS[figure.growth],
        delta_arrow="off" if change == 0 else "auto",
        delta_description=None if change is None else figure.against,
        help=f"**{plain(full)}**\n\n{plain(column.help(language))}",
        chart_data=course if len(course) >= SPARKLINE_MIN else None,
        chart_type="area",
    )
