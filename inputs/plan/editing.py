"""The table a plan is filled in: a month's rows for everybody who may sell, and the month before taken over."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from inputs.plan.people import Names
from inputs.plan.rows import PlanKey, PlanRow


@dataclass(frozen=True)
class PlanLine:
    """A row of the table: what is planned, and whose it is by name. `is_active` is False for the dismissed."""

    row: PlanRow
    employee: str
    funnel: str
    is_active: bool = True


def month_lines(plan: Iterable[PlanRow], names: Names, month: dt.date) -> tuple[PlanLine, ...]:
    """Every active employee × funnel in ``month`` (its first day) with what is planned, then what the plan has beyond
    these; by employee's name, in the order of funnels."""
    stored = {row.key: row for row in plan if row.key.month == month}
    return tuple(_line(stored.get(key, PlanRow(key)), names) for key in month_keys(names, month, stored))


def month_keys(names: Names, month: dt.date, beyond: Iterable[PlanKey] = ()) -> Iterator[PlanKey]:
    """Active employees × funnels of a month by name, then what stands ``beyond`` these, by id."""
    laid_out = [PlanKey(month, employee.id, funnel.id) for employee in names.active for funnel in names.funnels]
    yield from laid_out
    yield from sorted(set(beyond) - set(laid_out))


def copy_previous_month(plan: Iterable[PlanRow], names: Names, month: dt.date) -> tuple[PlanLine, ...]:
    """`month_lines`, empty rows of active employees filled as the month before was; nothing typed is replaced."""
    rows = tuple(plan)
    before = month_before(month)
    earlier = {(row.key.employee_id, row.key.funnel_id): row for row in rows if row.key.month == before}
    taken = {row.key: row for row in rows if row.key.month == month}
    for (employee_id, funnel_id), row in earlier.items():
        key = PlanKey(month, employee_id, funnel_id)
        if employee_id not in names.dismissed:
            taken.setdefault(key, replace(row, key=key))
    return month_lines(taken.values(), names, month)


def month_before(month: dt.date) -> dt.date:
    """The first day of the month before."""
    return (month - dt.timedelta(days=1)).replace(day=1)


def _line(row: PlanRow, names: Names) -> PlanLine:
    key = row.key
    return PlanLine(
        row, names.employee(key.employee_id), names.funnel(key.funnel_id), key.employee_id not in names.dismissed
    )
