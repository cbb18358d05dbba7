"""The rows of a plan ⇄ the table they are typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from inputs.plan.columns import AMOUNTS, FIGURES
from inputs.plan.editing import PlanLine
from inputs.plan.rows import STEPS, PlanRow, Step

NAMES = ("department", "employee", "funnel")
SOLD = ("previous_sum", "year_ago_sum")  # what was sold in the funnel the month before, and a year before
MOST = 9_999_999_999_999  # an amount beyond it is a slip of the hand, and a number of the browser loses its kopecks
Known = Mapping[tuple[int, int], Mapping[str, Any]]  # (employee, funnel) → the row of the view plan_editor


@dataclass(frozen=True)
class Fault:
    """A cell no plan can hold: whose it is, and the column."""

    employee: str
    funnel: str
    column: str


def in_order(lines: Sequence[PlanLine], known: Known) -> list[PlanLine]:
    """The lines grouped by department, then by employee; funnels stay in the portal's order."""
    return sorted(lines, key=lambda line: (_said(line, known, "department"), line.employee, line.row.key.employee_id))


def frame_of(lines: Sequence[PlanLine], known: Known) -> pd.DataFrame:
    """The lines as the table shows them: names, what was sold before, and the figures to type."""
    told: dict[str, list[Any]] = {
        "department": [_said(line, known, "department") for line in lines],
        "employee": [line.employee for line in lines],
        "funnel": [line.funnel for line in lines],
    }
    for name in SOLD:
        told[name] = [_number(known.get(_pair(line), {}).get(name)) for line in lines]
    figures = [figures_of(line.row) for line in lines]
    for name in FIGURES:
        told[name] = [_number(row[name]) for row in figures]
    return pd.DataFrame(told).astype(dict.fromkeys((*SOLD, *FIGURES), "float64"))


def figures_of(row: PlanRow) -> dict[str, Decimal | int | None]:
    """The figures of a row by the name of their column."""
    found: dict[str, Decimal | int | None] = {"plan_sum": row.plan_sum, "plan_count": row.plan_count}
    for number, step in enumerate(row.steps, start=1):
        found |= {f"step{number}_count": step.count, f"step{number}_bonus": step.bonus}
    return found


def rows_of(table: pd.DataFrame, lines: Sequence[PlanLine]) -> tuple[list[PlanRow], list[Fault]]:
    """The rows as typed, and the cells that cannot be used: below zero, a fraction of a deal, too large.

    A cell that was not touched keeps its exact amount. A faulty cell keeps what stood there before.
    """
    rows, faults = [], []
    for line, typed in zip(lines, table[list(FIGURES)].to_dict("records"), strict=True):
        stood, found = figures_of(line.row), {}
        for column in FIGURES:
            value = _typed(column, typed[column], stood[column])
            if isinstance(value, _Unusable):
                faults.append(Fault(line.employee, line.funnel, column))
                value = stood[column]
            found[column] = value
        rows.append(_row(line.row, found))
    return rows, faults


class _Unusable:
    """What was typed is no figure of a plan."""


def _typed(column: str, value: Any, stood: Decimal | int | None) -> Decimal | int | _Unusable | None:
    if value is None or pd.isna(value):
        return None
    if stood is not None and float(stood) == float(value):
        return stood
    if not 0 <= float(value) <= MOST:
        return _Unusable()
    if column in AMOUNTS:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    return int(value) if float(value).is_integer() else _Unusable()


def _row(row: PlanRow, found: Mapping[str, Any]) -> PlanRow:
    steps = tuple(Step(found[f"step{number}_count"], found[f"step{number}_bonus"]) for number in range(1, STEPS + 1))
    return PlanRow(row.key, found["plan_sum"], found["plan_count"], steps)


def _pair(line: PlanLine) -> tuple[int, int]:
    return line.row.key.employee_id, line.row.key.funnel_id


def _said(line: PlanLine, known: Known, column: str) -> str:
    return str(known.get(_pair(line), {}).get(column) or "")


def _number(value: Decimal | int | None) -> float | None:
    return None if value is None else float(value)
