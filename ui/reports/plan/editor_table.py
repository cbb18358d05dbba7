"""The rows of a plan ⇄ the data frame of the table they are typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from inputs.plan.columns import AMOUNTS, FIGURES
from inputs.plan.editing import PlanLine
from inputs.plan.rows import STEPS, PlanRow, Step

NAMES = ("department", "employee", "funnel")
SOLD = ("previous_sum", "year_ago_sum")  # sales in the funnel the month before, and a year before
MOST = 9_999_999_999_999  # beyond it a number of the browser loses its kopecks, and nobody means it
Sales = Mapping[tuple[int, int], Mapping[str, Any]]  # (employee, funnel) → the row of the view plan_editor


@dataclass(frozen=True)
class CellError:
    """A cell with a figure no plan can hold: the row's names, and the column."""

    employee: str
    funnel: str
    column: str


def sorted_lines(lines: Sequence[PlanLine], sales: Sales) -> list[PlanLine]:
    """The lines grouped by department, then by employee; funnels stay in the portal's order."""
    return sorted(lines, key=lambda line: (_name(line, sales, "department"), line.employee, line.row.key.employee_id))


def to_frame(lines: Sequence[PlanLine], sales: Sales) -> pd.DataFrame:
    """The lines as the table shows them: names, earlier sales, and the figures to type, as floats."""
    columns: dict[str, list[Any]] = {
        "department": [_name(line, sales, "department") for line in lines],
        "employee": [line.employee for line in lines],
        "funnel": [line.funnel for line in lines],
    }
    for name in SOLD:
        columns[name] = [_number(sales.get(_pair(line), {}).get(name)) for line in lines]
    figures = [figures_of(line.row) for line in lines]
    for name in FIGURES:
        columns[name] = [_number(row[name]) for row in figures]
    return pd.DataFrame(columns).astype(dict.fromkeys((*SOLD, *FIGURES), "float64"))


def figures_of(row: PlanRow) -> dict[str, Decimal | int | None]:
    """The figures of a row by the name of their column."""
    figures: dict[str, Decimal | int | None] = {"plan_sum": row.plan_sum, "plan_count": row.plan_count}
    for number, step in enumerate(row.steps, start=1):
        figures |= {f"step{number}_count": step.count, f"step{number}_bonus": step.bonus}
    return figures


def from_frame(table: pd.DataFrame, lines: Sequence[PlanLine]) -> tuple[list[PlanRow], list[CellError]]:
    """The rows as typed in the table of ``lines``, and the cells in error: below zero, a fraction of a deal, too large.

    An untouched cell keeps its exact amount; a cell in error keeps what it had before.
    """
    rows, errors = [], []
    for line, typed in zip(lines, table[list(FIGURES)].to_dict("records"), strict=True):
        before, figures = figures_of(line.row), {}
        for column in FIGURES:
            value = _parse(column, typed[column], before[column])
            if isinstance(value, _Unusable):
                errors.append(CellError(line.employee, line.funnel, column))
                value = before[column]
            figures[column] = value
        rows.append(_row(line.row, figures))
    return rows, errors


class _Unusable:
    """What was typed is no figure of a plan."""


def _parse(column: str, value: Any, before: Decimal | int | None) -> Decimal | int | _Unusable | None:
    if value is None or pd.isna(value):
        return None
    if before is not None and float(before) == float(value):
        return before
    if not 0 <= float(value) <= MOST:
        return _Unusable()
    if column in AMOUNTS:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    return int(value) if float(value).is_integer() else _Unusable()


def _row(row: PlanRow, figures: Mapping[str, Any]) -> PlanRow:
    steps = tuple(
        Step(figures[f"step{number}_count"], figures[f"step{number}_bonus"]) for number in range(1, STEPS + 1)
    )
    return PlanRow(row.key, figures["plan_sum"], figures["plan_count"], steps)


def _pair(line: PlanLine) -> tuple[int, int]:
    return line.row.key.employee_id, line.row.key.funnel_id


def _name(line: PlanLine, sales: Sales, column: str) -> str:
    return str(sales.get(_pair(line), {}).get(column) or "")


def _number(value: Decimal | int | None) -> float | None:
    return None if value is None else float(value)
