"""The row of cards above a report: a figure, how it has changed against the like days before, and its course."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from language import Words
from metrics.query import catalog
from metrics.query.catalog import Column
from ui.blocks import figures
from ui.blocks.block import Guarded, Note, notes_below, untouched
from ui.blocks.plain import plain
from ui.state.page_context import PageContext, current

Meaning = Literal["more is good", "less is good", "neither"]
FEWEST = 3  # buckets that make a course worth drawing


@dataclass(frozen=True)
class Card:
    """A column of the view of totals, and what a growth of it means."""

    column: str
    growth: Meaning = "more is good"
    label: Callable[[PageContext], str] | None = None  # where the column's own does not do
    course: bool = True  # whether its course is drawn, where the history has it


def kpi_row(
    view: str,
    *,
    cards: Sequence[Card],
    change: str | None = None,
    history: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a row of cards: the one row of ``view``, its change read from ``change``, its course from ``history``.

    The view ``change`` has a column ``<column>_change`` for each card, and previous_from and previous_to; without it
    nothing is compared.
    """
    context = current()
    with st.container(key=f"cards_{view}"), Guarded(context, view):
        now, delta = _first(context, view), _first(context, change) if change else {}
        course = _course(context, history) if history else []
        columns = catalog.view(view).columns
        with st.container(horizontal=True, gap="small", key=f"row_{view}"):
            for card in cards:
                name = card.column
                values = [float(row[name]) for row in course if card.course and row.get(name) is not None]
                _metric(context, columns[name], card, (now.get(name), delta.get(f"{name}_change")), values)
        untouched(context, catalog.view(view))
        notes_below(context, [lambda context: _compared(context, delta), *notes])


def _metric(context: PageContext, column: Column, card: Card, told: tuple[Any, Any], values: Sequence[float]) -> None:
    value, change = told
    words, language = context.words, context.words.language
    full = figures.with_unit(words, column.format, value, context.currency)
    st.metric(
        plain(card.label(context) if card.label else column.label(language)),
        figures.card(words, column.format, value, context.currency),
        delta=None if change is None else change_said(words, column.format, float(change)),
        delta_color={"more is good": "normal", "less is good": "inverse", "neither": "off"}[card.growth],
        delta_arrow="off" if change == 0 else "auto",
        help=f"**{plain(full)}**\n\n{plain(column.help(language))}",
        border=True,
        chart_data=values if len(values) >= FEWEST else None,
        chart_type="area",
    )


def change_said(words: Words, kind: str, change: float) -> str:
    """ "+12,4 %", "-0,8 п. п.", "-1,2 дн.": the sign in front tells Streamlit the direction."""
    said: Callable[[float], str] = {
        "share": lambda size: words("ui.change.points", value=words.number(size * 100, 1)),
        "days": lambda size: words("ui.days", value=words.number(size, 1)),
    }.get(kind, words.percent)
    return f"{'-' if change < 0 else '+' if change > 0 else ''}{said(abs(change))}"


def _compared(context: PageContext, delta: dict[str, Any]) -> str | None:
    start, end = delta.get("previous_from"), delta.get("previous_to")
    if start is None or end is None:
        return None
    return context.words("ui.change.compared", period=context.words("ui.period.text", start=start, end=end))


def _course(context: PageContext, history: str) -> list[dict[str, Any]]:
    return sorted(context.table(history).records(), key=lambda row: row["bucket"])


def course_of(context: PageContext, history: str, column: str) -> list[float]:
    """A column of a view of buckets in the order of time, without those that have none."""
    return [float(row[column]) for row in _course(context, history) if row.get(column) is not None]


def _first(context: PageContext, view: str) -> dict[str, Any]:
    records = context.table(view).records()
    return records[0] if records else {}
