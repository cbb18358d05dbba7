"""Ask a view: its rows under one `Filters`, from a cache where the same was asked before.

Every question has a cursor of its own, so its session variables are seen by no other. Answers are cached by build, view
and filters, within bounds of number and size; those of an older build are asked for no more and age out. One question
that several readers have at once is asked once: the others wait for its answer. A plan that is not saved yet can stand
for the warehouse's own in one question; such an answer is not cached.
"""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar, cast

import duckdb
import pandas as pd

from inputs.plan.rows import PlanRow
from language.clean import clean_text
from metrics.query.catalog import Column, UnknownView
from metrics.query.filters import Filters
from metrics.query.values import MOST_SHOWN
from metrics.warehouse.connection import Warehouse
from metrics.warehouse.plan_table import create_plan
from metrics.warehouse.raw import quoted

__all__ = ["Table", "UnknownView", "ask", "cached", "clear_cache", "rows", "set_variables", "table_of"]

MOST_ANSWERS = 512
MOST_CELLS = 2_000_000  # of all answers together; one that takes more than a quarter is not cached
INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}


@dataclass(frozen=True)
class Table:
    """The rows of a view, in its column order; ``types`` are the engine's ("BIGINT", "DECIMAL(18,2)", "DATE" …).

    Values are int, float, Decimal, str, bool, date, datetime (portal-local, no offset) or None. Views promise no order.
    ``origin`` ("https://acme.bitrix24.ru") is where links of the rows may lead; ``further`` describes the columns that
    this portal alone has.
    """

    view: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    origin: str = ""
    further: tuple[Column, ...] = ()

    def records(self) -> list[dict[str, Any]]:
        """The rows as dicts by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def frame(self) -> pd.DataFrame:
        """The rows for a chart: decimals as floats, days as datetime64, whole numbers with nulls as Int64."""
        cells = list(zip(*self.rows, strict=True)) or [()] * len(self.columns)
        series = {
            name: _series(values, kind) for name, values, kind in zip(self.columns, cells, self.types, strict=True)
        }
        return pd.DataFrame(series, columns=list(self.columns))


Answer = TypeVar("Answer", bound=Table)


def rows(warehouse: Warehouse, view: str, filters: Filters, *, plan: Iterable[PlanRow] | None = None) -> Table:
    """The rows of a view of the dictionary under the filters, from the cache where they were asked for before.

    ``plan`` stands for the whole plan of the warehouse in this question: what the view would say were it saved.

    Raises:
        UnknownView: there is no such view.
        FilterError: the view does not know the filters' grain.
    """
    if view not in warehouse.views:
        raise UnknownView("metrics.view.unknown", view=clean_text(view, MOST_SHOWN))
    filters.check_view(view)
    if plan is not None:
        return ask(warehouse, view, filters, plan=plan)
    table = cached((warehouse.build_id, view, filters), lambda: ask(warehouse, view, filters))
    return replace(table, rows=list(table.rows))


def cached(key: Hashable, make: Callable[[], Answer]) -> Answer:
    """The answer kept under ``key``, which names its build and all it was asked under, or else what ``make`` returns.

    Nobody may change its rows: the next who asks is given the same.
    """
    return cast("Answer", _cache.answer(key, make))


def ask(warehouse: Warehouse, view: str, filters: Filters, *, plan: Iterable[PlanRow] | None = None) -> Table:
    """The rows of any table or view of the warehouse under the filters, past the cache; ``plan`` as in `rows`."""
    cursor = warehouse.cursor()
    try:
        set_variables(cursor, filters)
        if plan is not None:
            create_plan(cursor, plan, temporary=True)
        cursor.execute(f"from {quoted(view)}")
        return table_of(warehouse, view, cursor, cursor.fetchall())
    finally:
        cursor.close()


def table_of(
    warehouse: Warehouse, view: str, cursor: duckdb.DuckDBPyConnection, fetched: list[tuple[Any, ...]]
) -> Table:
    """The rows that a cursor has fetched of a view, with the names and types of their columns."""
    description = cursor.description or []
    columns, types = tuple(column[0] for column in description), tuple(str(column[1]) for column in description)
    origin, further = warehouse.meta["portal_origin"] or "", warehouse.user_columns.get(view, ())
    return Table(view, columns, types, fetched, origin, further)


def set_variables(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> None:
    """Set the filters' session variables on a fresh cursor, where one that is not set is null: "all".

    Values are bound, never written into SQL. Each statement takes a part of a millisecond, and most filters are empty.
    """
    for name, value in filters.variables().items():
        if value is not None:
            cursor.execute(f"set variable {name} = ?", [value])


def clear_cache() -> None:
    """Drop every cached answer."""
    _cache.clear()


class _AnswerCache:
    """Answers by question, the least recently used evicted first; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: OrderedDict[Hashable, Table] = OrderedDict()
        self._asked: dict[Hashable, Future[Table]] = {}  # the questions that are being asked just now
        self._cells = 0

    def answer(self, key: Hashable, ask: Callable[[], Table]) -> Table:
        """The answer to a question: a cached one, that of whoever asks it already, or else that of ``ask``.

        An error of ``ask`` is raised to all who wait for it, and not cached.
        """
        with self._lock:
            if (table := self._get(key)) is not None:
                return table
            others = self._asked.get(key)
            own: Future[Table] = others or self._asked.setdefault(key, Future())
        if others is not None:
            return others.result()
        try:
            table = ask()
        except BaseException as error:
            own.set_exception(error)
            raise
        else:
            self._put(key, table)
            own.set_result(table)
            return table
        finally:
            with self._lock:
                del self._asked[key]

    def _get(self, key: Hashable) -> Table | None:
        table = self._tables.get(key)
        if table is not None:
            self._tables.move_to_end(key)
        return table

    def _put(self, key: Hashable, table: Table) -> None:
        size = _cells(table)
        if size > MOST_CELLS // 4:
            return
        with self._lock:
            if key in self._tables:
                return
            self._tables[key] = table
            self._cells += size
            while self._cells > MOST_CELLS or len(self._tables) > MOST_ANSWERS:
                self._cells -= _cells(self._tables.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._tables.clear()
            self._cells = 0


def _cells(table: Table) -> int:
    return (len(table.rows) + 1) * len(table.columns)


def _series(values: tuple[Any, ...], kind: str) -> "pd.Series[Any]":
    if kind in INTEGERS:
        small = all(value is None or -(2**63) <= value < 2**63 for value in values)
        whole = "Int64" if None in values else "int64"
        return pd.Series(values, dtype=whole if small else "float64")
    if kind.startswith("DECIMAL"):
        return pd.Series([float(value) if isinstance(value, Decimal) else value for value in values], dtype="float64")
    if kind in ("DOUBLE", "FLOAT"):
        return pd.Series(values, dtype="float64")
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return pd.Series([_moment(value) for value in values], dtype="datetime64[us]")
    return pd.Series(values, dtype="object")


def _moment(value: dt.date | dt.datetime | None) -> dt.datetime | None:
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime(value.year, value.month, value.day)


_cache = _AnswerCache()
