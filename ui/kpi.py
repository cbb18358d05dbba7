"""The row of cards above a report: a figure, and how it has changed against the like days before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from metrics import catalog
from metrics.catalog import Column
from ui import figures
from ui.block import Guarded
from ui.plain import plain
from ui.visit import Visit, current

Meaning = Literal["more is good", "less is good", "neither"]


@dataclass(frozen=True)
class Card:
    """A column of the view of totals, and what a growth of it means."""

    column: str
    growth: Meaning = "more is good"


def kpi_row(view: str, *, change: str, cards: Sequence[Card]) -> None:
    """Draw a row of cards: the one row of ``view``, and its change read from the view ``change``."""
    visit = current()
    with st.container(key=f"cards_{view}"), Guarded(visit, view):
        now = _first(visit, view)
        delta = _first(visit, change)
        columns = catalog.view(view).columns
        for place, card in zip(st.columns(len(cards), gap="small"), cards, strict=True):
            with place:
                _metric(visit, columns[card.column], card, now, delta)


def _metric(visit: Visit, column: Column, card: Card, now: dict[str, Any], delta: dict[str, Any]) -> None:
    words, language = visit.words, visit.words.language
    value = now.get(column.name)
    full = figures.with_unit(words, column.format, value, visit.currency)
    change = delta.get(column.name)
    colour = {"more is good": "normal", "less is good": "inverse", "neither": "off"}[card.growth]
    st.metric(
        plain(column.label(language)),
        figures.card(words, column.format, value, visit.currency),
        delta=None if change is None else _signed(words.percent(change)),
        delta_color=colour,
        delta_description=None if change is None else words("ui.change.description"),
        help=f"**{plain(full)}**\n\n{plain(column.help(language))}",
        border=True,
        height="stretch",
    )


def _signed(text: str) -> str:
    return text.replace("\u2212", "-")


def _first(visit: Visit, view: str) -> dict[str, Any]:
    records = visit.table(view).records()
    return records[0] if records else {}
