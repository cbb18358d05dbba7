"""The cells of a Google Sheet, as they are and as they are shown → a grid: 0.8 that shows as 80 % is no amount."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from inputs.plan.amounts import DATE, Fault, Spoiled, amount
from inputs.plan.grid import Cell, Grid
from inputs.plan.months import SERIAL_ZERO, SERIALS, month_of


def grid_of(name: str, plain: Sequence[Sequence[Any]], shown: Sequence[Sequence[Any]]) -> Grid:
    """The grid of a worksheet read twice: ``plain`` values, and the same cells ``shown`` with their formats."""
    return Grid(name, [_row(row, shown[number] if number < len(shown) else ()) for number, row in enumerate(plain)])


def _row(plain: Sequence[Any], shown: Sequence[Any]) -> list[Cell]:
    return [_cell(value, str(shown[place]) if place < len(shown) else "") for place, value in enumerate(plain)]


def _cell(value: Any, shown: str) -> Cell:
    if isinstance(value, bool):
        return Spoiled("not_a_number", shown or str(value).upper())
    if isinstance(value, int | float):
        if shown.strip().endswith("%"):
            return Spoiled("percent", shown)
        return SERIAL_ZERO + dt.timedelta(days=int(value)) if _is_date(value, shown) else value
    return value if isinstance(value, str) else None


def _is_date(value: float, shown: str) -> bool:
    """Whether a number is the serial of a day: it looks like one, and like no amount."""
    if not SERIALS.start <= value < SERIALS.stop:
        return False
    try:
        amount(shown)
    except Fault:
        return DATE.match(shown) is not None or month_of(shown) is not None
    return False
