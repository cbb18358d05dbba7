"""Expected rows against the rows a view gave: order-free by key, exact where figures are exact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

CLOSE = 1e-9
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Mismatch:
    """One thing that differs: a row missing, a row too many, a column, or one value."""

    view: str
    key: tuple[Any, ...]
    what: str
    expected: Any
    got: Any
    grain: str = ""

    def __str__(self) -> str:
        return f"{self.view} ({self.grain}) {self.key} {self.what}: expected {self.expected!r}, got {self.got!r}"


def same(expected: Any, got: Any) -> bool:
    """Exact for counts, sums, texts and days; within 1e-9 of each other where either is a float."""
    if expected is None or got is None:
        return expected is got
    if isinstance(expected, float) or isinstance(got, float):
        if isinstance(got, int | float | Decimal) and not isinstance(got, bool):
            return abs(float(expected) - float(got)) <= CLOSE * max(1.0, abs(float(expected)))
        return False
    if isinstance(expected, dt.date) or isinstance(got, dt.date):
        return type(expected) is type(got) and bool(expected == got)
    return isinstance(expected, bool) == isinstance(got, bool) and bool(expected == got)


def keyed(rows: Sequence[Row], key: Sequence[str]) -> tuple[dict[tuple[Any, ...], Row], list[tuple[Any, ...]]]:
    """Rows by key, and the keys that stand more than once."""
    found: dict[tuple[Any, ...], Row] = {}
    twice = []
    for row in rows:
        place = tuple(row[column] for column in key)
        if place in found:
            twice.append(place)
        found[place] = row
    return found, twice


def differences(
    view: str, key: Sequence[str], columns: Sequence[str], expected: Sequence[Row], got: Sequence[Row]
) -> list[Mismatch]:
    """Everything in which two answers of one view differ."""
    for row in expected:
        assert set(row) == set(columns), f"the oracle's {view} has other columns: {set(row) ^ set(columns)}"
    right, doubled = keyed(expected, key)
    assert not doubled, f"the oracle's {view} has a key twice: {doubled}"
    told, twice = keyed(got, key)
    found = [Mismatch(view, place, "key", "once", "more than once") for place in twice]
    found += [Mismatch(view, place, "row", dict(right[place]), None) for place in right.keys() - told.keys()]
    found += [Mismatch(view, place, "row", None, dict(told[place])) for place in told.keys() - right.keys()]
    for place in right.keys() & told.keys():
        found += [
            Mismatch(view, place, column, right[place][column], told[place][column])
            for column in columns
            if not same(right[place][column], told[place][column])
        ]
    return found


def spoken(filters: Any) -> str:
    """The filters in force, without those left empty."""
    said = {field.name: getattr(filters, field.name) for field in fields(filters)}
    return ", ".join(f"{name}={value}" for name, value in said.items() if value not in ((), False))
