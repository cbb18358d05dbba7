"""Rows → text: JSON for programs, an aligned table for a terminal."""

import datetime as dt
import json
import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from language.clean import clean_text
from metrics.query.query import INTEGERS, Table
from workbooks.csv import float_text


def json_text(table: Table) -> str:
    """The table as a JSON list of objects: decimals as exact numbers, days and moments ISO, null for null."""
    names = [json.dumps(name, ensure_ascii=False) for name in table.columns]
    lines = (
        "{" + ", ".join(f"{name}: {_json_cell(value)}" for name, value in zip(names, row, strict=True)) + "}"
        for row in table.rows
    )
    return "[\n" + ",\n".join(lines) + "\n]\n" if table.rows else "[]\n"


def plain_table(table: Table) -> str:
    """The table for a terminal: columns by their names, numbers to the right, "—" for null."""
    numeric = [kind.startswith("DECIMAL") or kind in INTEGERS or kind in ("DOUBLE", "FLOAT") for kind in table.types]
    cells = [list(table.columns)] + [[_plain_cell(value) for value in row] for row in table.rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    return "\n".join(_line(row, widths, numeric) for row in cells) + "\n"


def _json_cell(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if isinstance(value, dt.date):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False)


def _plain_cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return float_text(round(value, 6))
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    return clean_text(value)


def _line(cells: Iterable[str], widths: list[int], numeric: list[bool]) -> str:
    aligned = (
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, numeric, strict=True)
    )
    return "  ".join(aligned).rstrip()
