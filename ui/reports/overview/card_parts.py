"""The parts of a card of the overview: its frame, which is a link, its figures, its notes."""

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

Source = tuple[str, str]  # a view of one row, and its column


@dataclass(frozen=True)
class Figure:
    """A column of a view of one row.

    ``change`` is where its change is read, ``against`` a text of what the change is against; ``history`` is a view of
    the same column by bucket, drawn as a sparkline where it has enough buckets.
    """

    view: str
    column: str
    change: Source | None = None
    growth: Growth = "more is good"
    against: str | None = None
    history: str | None = None


@contextmanager
def card(context: PageContext, name: str, page: str, icon: str) -> Iterator[None]:
    """A card of the overview as a context manager, all of it a link to ``page``; an error inside stays on the card."""
    title = f"**{plain(context.words(f'pages.overview.{name}'))}**"
    with st.container(border=True, key=f"block_overview_{name}"), ErrorBoundary(context, f"overview_{name}"):
        with st.container(key=f"leads_to_{name}"):
            page_link(page, title, icon=icon, width="stretch")
        yield


def one_row(context: PageContext, view: str) -> dict[str, Any]:
    """The row of a view of one row."""
    return context.table(view).records()[0]


@contextmanager
def minor_figures(name: str) -> Iterator[None]:
    """A line of smaller figures on the card ``name``, as a context manager."""
    with st.container(horizontal=True, gap="small", key=f"minor_{name}"):
        yield


def draw_missing(context: PageContext, what: str) -> None:
    """Draw why a card has no figures, and what to do; ``what`` is the end of a catalogue key."""
    draw_note(context.words(f"pages.overview.missing.{what}"))


def draw_note(text: str | None) -> None:
    """Draw a line under the figures, where there is a text."""
    if text:
        st.caption(plain(text))


def draw_figure(context: PageContext, figure: Figure) -> None:
    """Draw a figure with its label, its change and its sparkline; full and explained in its help."""
    words, language = context.words, context.words.language
    column = catalog.view(figure.view).columns[figure.column]
    value = one_row(context, figure.view)[figure.column]
    change = one_row(context, figure.change[0])[figure.change[1]] if figure.change else None
    sparkline = sparkline_values(context, figure.history, figure.column) if figure.history else []
    full = figures.text_with_unit(words, column.format, value, context.currency)
    st.metric(
        plain(column.label(language)),
        figures.short_text(words, column.format, value, context.currency),
        delta=None if change is None else change_text(words, column.format, float(change)),
        delta_color=DELTA_COLORS[figure.growth],
        delta_arrow="off" if change == 0 else "auto",
        delta_description=None if change is None else figure.against,
        help=f"**{plain(full)}**\n\n{plain(column.help(language))}",
        chart_data=sparkline if len(sparkline) >= SPARKLINE_MIN else None,
        chart_type="area",
    )
