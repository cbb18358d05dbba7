"""The row of cards above a report: a figure, its change against the like days before, and a sparkline of its course."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from language import Words
from metrics.query import catalog
from metrics.query.catalog import Column
from ui.blocks import figures
from ui.blocks.block import ErrorBoundary, Note, draw_notes, draw_untouched_filters
from ui.blocks.deferred import deferred
from ui.blocks.markdown import plain
from ui.state.page_context import PageContext, current

Growth = Literal["more is good", "less is good", "neither"]
DELTA_COLORS: Mapping[Growth, Literal["normal", "inverse", "off"]] = {
    "more is good": "normal",
    "less is good": "inverse",
    "neither": "off",
}
ROW_HEIGHT, CARDS_IN_ROW = 190, 6  # about how high a row of cards is, in pixels, and how many it holds
SPARKLINE_MIN = 3  # buckets that make a sparkline worth drawing


@dataclass(frozen=True)
class Card:
    """A card: a column of the view of totals, and what a growth of it means."""

    column: str
    growth: Growth = "more is good"
    label: Callable[[PageContext], str] | None = None  # where the column's own does not do
    sparkline: bool = True  # whether one is drawn, where the history has the column


def kpi_row(
    view: str,
    *,
    cards: Sequence[Card],
    change: str | None = None,
    history: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a row of cards, once it is near: the row of ``view``, changes of ``change``, sparklines of ``history``.

    The view ``change`` has a column ``<column>_change`` for each card, and previous_from and previous_to; without it
    nothing is compared. The view ``history`` has a row a ``bucket`` and columns named as those of ``view``.
    """

    def draw() -> None:
        _draw_row(view, cards, change, history, notes)

    deferred(f"cards_{view}", draw, height=ROW_HEIGHT * math.ceil(len(cards) / CARDS_IN_ROW))


def _draw_row(view: str, cards: Sequence[Card], change: str | None, history: str | None, notes: Sequence[Note]) -> None:
    """Draw the cards of `kpi_row`, whose arguments these are."""
    context = current()
    with st.container(key=f"cards_{view}"), ErrorBoundary(context, view):
        totals, changes = _first_record(context, view), _first_record(context, change) if change else {}
        buckets = _buckets(context, history) if history else []
        columns = catalog.view(view).columns
        with st.container(horizontal=True, gap="small", key=f"row_{view}"):
            for card in cards:
                name = card.column
                values = _values(buckets, name) if card.sparkline else []
                _metric(context, columns[name], card, totals.get(name), changes.get(f"{name}_change"), values)
        draw_untouched_filters(context, catalog.view(view))
        draw_notes(context, [lambda context: _compared_period(context, changes), *notes])


def change_text(words: Words, kind: str, change: float) -> str:
    """A change of a figure of the format ``kind``: "+12,4 %", "-0,8 п. п.", "-1,2 дн.".

    Streamlit reads the direction of its arrow from the sign in front.
    """
    formats: Mapping[str, Callable[[float], str]] = {
        "share": lambda size: words("ui.change.points", value=words.number(size * 100, 1)),
        "days": lambda size: words("ui.days", value=words.number(size, 1)),
    }
    size_text = formats.get(kind, words.percent)(abs(change))
    return f"{'-' if change < 0 else '+' if change > 0 else ''}{size_text}"


def sparkline_values(context: PageContext, history: str, column: str) -> list[float]:
    """A column of a view of buckets in the order of time, without the buckets that have no value."""
    return _values(_buckets(context, history), column)


def _metric(
    context: PageContext, column: Column, card: Card, value: Any, change: Any, sparkline: Sequence[float]
) -> None:
    words, language = context.words, context.words.language
    full = figures.text_with_unit(words, column.format, value, context.currency)
    st.metric(
        plain(card.label(context) if card.label else column.label(language)),
        figures.short_text(words, column.format, value, context.currency),
        delta=None if change is None else change_text(words, column.format, float(change)),
        delta_color=DELTA_COLORS[card.growth],
        delta_arrow="off" if change == 0 else "auto",
        help=f"**{plain(full)}**\n\n{plain(column.help(language))}",
        border=True,
        chart_data=sparkline if len(sparkline) >= SPARKLINE_MIN else None,
        chart_type="area",
    )


def _compared_period(context: PageContext, changes: Mapping[str, Any]) -> str | None:
    """The note which days the changes are against; None where nothing is compared."""
    start, end = changes.get("previous_from"), changes.get("previous_to")
    if start is None or end is None:
        return None
    return context.words("ui.change.compared", period=context.words("ui.period.text", start=start, end=end))


def _buckets(context: PageContext, history: str) -> list[dict[str, Any]]:
    return sorted(context.table(history).records(), key=lambda row: row["bucket"])


def _values(buckets: Sequence[Mapping[str, Any]], column: str) -> list[float]:
    return [float(row[column]) for row in buckets if row.get(column) is not None]


def _first_record(context: PageContext, view: str) -> dict[str, Any]:
    records = context.table(view).records()
    return records[0] if records else {}
