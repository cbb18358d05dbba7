"""Every view the oracle can reckon, and one question asked of both sides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from metrics.query import catalog
from tests.oracle import (
    conversion,
    deals,
    extras,
    growth,
    leads,
    lists,
    managers,
    overview,
    plan,
    plan_page,
    sources,
    stays,
    visits,
    waiting,
)
from tests.oracle.activities import Activities
from tests.oracle.compare import Mismatch, differences
from tests.oracle.model import Model, Rules
from tests.oracle.planned import Planned
from tests.oracle.scope import Scope

Rows = list[dict[str, Any]]
REPORTS = (
    managers,
    plan,
    deals,
    lists,
    leads,
    sources,
    conversion,
    growth,
    visits,
    waiting,
    stays,
    extras,
    plan_page,
    overview,
)
VIEWS: dict[str, Callable[[Scope], Rows]] = {name: view for report in REPORTS for name, view in report.VIEWS.items()}
FINE_GRAINS, FINE_VIEW = ("day", "week"), "lead_source_change"
# What every view promises: its key and its columns, in order.
PROMISED: dict[str, Any] = json.loads((Path(__file__).parent / "views.json").read_text("utf-8"))
CONTRACT = [view for view in PROMISED if view in VIEWS]
# What a page shows beside the contract: the key is told by the dictionary of the product, the figures by the oracle.
BESIDE = sorted([*stays.VIEWS, *extras.VIEWS, *plan_page.VIEWS, *overview.VIEWS])


class Table(Protocol):
    """An answer: its columns in order, and its rows as dicts."""

    columns: tuple[str, ...]

    def records(self) -> list[dict[str, Any]]: ...


class Oracle:
    """A portal's tables and its plan, ready to answer any view under any filters."""

    def __init__(self, tables: dict[str, list[Any]], rules: Rules, rows_of_plan: Iterable[Planned] = ()) -> None:
        self.model = Model(tables, rules, rows_of_plan)
        self._activities = Activities(self.model)
        self._last: Scope | None = None

    def scope(self, filters: Any) -> Scope:
        if self._last is None or self._last.filters != filters:
            self._last = Scope(self.model, self._activities, filters)
        return self._last

    def rows(self, view: str, filters: Any) -> Rows:
        """The rows of a view, keyed by column name, in no order."""
        return VIEWS[view](self.scope(filters))


def disagreements(
    oracle: Oracle, ask: Callable[[str, Any], Table], filters: Any, names: Iterable[str]
) -> list[Mismatch]:
    """What `ask(view, filters)` answers otherwise than the oracle."""
    found: list[Mismatch] = []
    for view in names:
        found += _compared(oracle, ask, filters, view)
        if view == FINE_VIEW:
            for grain in FINE_GRAINS:
                found += _compared(oracle, ask, replace(filters, grain=grain), view)
    return found


def _compared(oracle: Oracle, ask: Callable[[str, Any], Table], filters: Any, view: str) -> list[Mismatch]:
    promised = PROMISED.get(view) or _told_by_dictionary(view)
    table = ask(view, filters)
    if table.columns != tuple(promised["columns"]):
        return [Mismatch(view, (), "columns", promised["columns"], table.columns)]
    expected = oracle.rows(view, filters)
    found = differences(view, promised["key"], promised["columns"], expected, table.records())
    return [replace(mismatch, grain=filters.grain) for mismatch in found]


def _told_by_dictionary(view: str) -> dict[str, Any]:
    return {"key": catalog.view(view).key, "columns": [column.name for column in catalog.columns(view)]}
