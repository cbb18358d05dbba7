"""Report 3.2: the sales plan, what came of it, and what it has earned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import holidays

from tests.oracle.deals import funnel_columns
from tests.oracle.model import Deal
from tests.oracle.periods import DAY, Range, add_months, month_end
from tests.oracle.planned import Planned
from tests.oracle.sales import Figures, by, in_work_figures, purchase_figures, ratio, total
from tests.oracle.scope import Scope, passes

Rows = list[dict[str, Any]]
ZERO = Decimal("0.00")


@cache
def days_off(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year)) if country else frozenset()


def working(scope: Scope, days: Range) -> int:
    """Working days of a range; of an empty one, none."""
    day, found = days.start, 0
    while day <= days.end:
        found += day.weekday() < 5 and day not in days_off(scope.rules.holidays, day.year)
        day += DAY
    return found


def month_of(first: date) -> Range:
    return Range(first, month_end(first))


def touched(days: Range) -> list[Range]:
    """The whole months some days touch."""
    found, first = [], days.start.replace(day=1)
    while first <= days.end:
        found.append(month_of(first))
        first = found[-1].end + DAY
    return found


def planned(scope: Scope, months: Iterable[Range]) -> list[Planned]:
    """Rows of the plan of these months: narrowed by funnels and people alone."""
    first_days = {month.start for month in months}
    return [
        row
        for row in scope.model.plan.values()
        if row.month in first_days
        and passes(scope.filters.funnels, row.funnel_id)
        and scope.has_person(row.employee_id)
    ]


def won(deals: Iterable[Deal], days: Range) -> list[Deal]:
    return [deal for deal in deals if deal.state == "won" and deal.closed_on in days]


def earned(scope: Scope, row: Planned) -> Decimal:
    """The bonus of a row: of the whole month and of all its facts."""
    deals = [
        deal
        for deal in scope.model.deals_of(row.employee_id, row.funnel_id)
        if deal.state == "won" and deal.closed_on in month_of(row.month)
    ]
    return row.bonus(total(deals), len(deals), scope.filters.min_completion)


def to_date(scope: Scope, row: Planned, days: Range) -> Fraction:
    """The part of a row's plan whose working days have come within the days, today's whole."""
    month = month_of(row.month)
    come = Range(max(month.start, days.start), min(month.end, days.end, scope.rules.as_of_day))
    return Fraction(row.plan_sum or 0) * working(scope, come) / working(scope, month)


@dataclass
class Cell:
    """What stands together in one row of a table: a part of the plan and of the deals."""

    plan: list[Planned] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)

    @property
    def plan_sum(self) -> Decimal:
        return sum((row.plan_sum or ZERO for row in self.plan), ZERO)

    @property
    def plan_count(self) -> int:
        return sum(row.plan_count or 0 for row in self.plan)

    def figures(self, scope: Scope, days: Range) -> Figures:
        """Every figure of the plan's tables."""
        sold = won(self.deals, days)
        plan, fact, bought = self.plan_sum, total(sold), purchase_figures(self.deals, days)
        return {
            "plan_sum": plan,
            "fact_sum": fact,
            "completion": ratio(fact, plan),
            "remaining": max(plan - fact, ZERO),
            "won_count": len(sold),
            "avg_check": ratio(fact, len(sold)),
            **bought,
            "repeat_share": ratio(bought["repeat_sum"], bought["new_sum"] + bought["repeat_sum"]),
            "plan_count": self.plan_count,
            "count_completion": ratio(len(sold), self.plan_count),
            **in_work_figures(self.deals, days),
            "bonus": sum((earned(scope, row) for row in self.plan), ZERO),
        }


Key = Callable[[Any], Any]
TABLE = ("plan_sum", "fact_sum", "completion", "remaining", "won_count")
OF_DEPARTMENT = (*TABLE, "repeat_share", "plan_count", "count_completion")
OF_EMPLOYEE = (*TABLE, "avg_check", "in_work_count", "in_work_sum", "bonus", "plan_count", "count_completion")
OVER_TIME = ("plan_sum", "fact_sum", "completion", "won_count", "plan_count")


def cells(scope: Scope, key: Key, months: list[Range]) -> dict[Any, Cell]:
    found: dict[Any, Cell] = {}
    for place, rows in by(planned(scope, months), key).items():
        found.setdefault(place, Cell()).plan = rows
    for place, deals in by(scope.deals, key).items():
        found.setdefault(place, Cell()).deals = deals
    return found


def stands(figures: Figures) -> bool:
    return bool(figures["plan_sum"] or figures["plan_count"] or figures["won_count"])


def table(scope: Scope, key: Key, columns: tuple[str, ...], name: Callable[[Any], Figures]) -> Rows:
    rows = []
    for place, cell in cells(scope, key, touched(scope.period)).items():
        figures = cell.figures(scope, scope.period)
        if stands(figures) or ("in_work_count" in columns and figures["in_work_count"]):
            rows.append(name(place) | {column: figures[column] for column in columns})
    return rows


def over_time(scope: Scope, key: Key, name: Callable[[Any], Figures]) -> Rows:
    """Dense: every bucket × everybody with a plan or a sale in one of them."""
    rows: dict[Any, Rows] = {}
    for bucket in scope.buckets:
        months = [month for month in touched(scope.period) if bucket.first <= month.start <= bucket.last]
        for place, cell in cells(scope, key, months).items():
            rows.setdefault(place, []).append({"bucket": bucket.first} | cell.figures(scope, bucket.inside))
    found = []
    for place, told in rows.items():
        if any(map(stands, told)):
            met = {figures["bucket"]: figures for figures in told}
            for bucket in scope.buckets:
                figures = met.get(bucket.first) or Cell().figures(scope, bucket.inside)
                columns = {column: figures[column] for column in OVER_TIME}
                found.append({"bucket": bucket.first} | name(place) | columns)
    return found


def departments(scope: Scope) -> Key:
    return lambda row: scope.people.department_of(row.employee_id)


def employee(row: Any) -> int:
    return int(row.employee_id)


def employee_funnel(row: Any) -> tuple[int, int]:
    return row.employee_id, row.funnel_id


def employee_funnel_columns(scope: Scope) -> Callable[[Any], Figures]:
    return lambda place: scope.people.columns(place[0]) | funnel_columns(scope, place[1])


def plan_summary(scope: Scope) -> Rows:
    plan = planned(scope, touched(scope.period))
    figures = Cell(plan, scope.deals).figures(scope, scope.period)
    due = sum((to_date(scope, row, scope.period) for row in plan), Fraction(0))
    told = {"plan_to_date": float(due), "completion_to_date": share(figures["fact_sum"], due)}
    return [figures | told]


def share(part: Decimal, whole: Fraction) -> float | None:
    return float(Fraction(part) / whole) if whole else None


def plan_by_department(scope: Scope) -> Rows:
    return table(scope, departments(scope), OF_DEPARTMENT, scope.people.department_columns)


def plan_by_department_funnel(scope: Scope) -> Rows:
    return table(
        scope,
        lambda row: (scope.people.department_of(row.employee_id), row.funnel_id),
        OF_DEPARTMENT,
        lambda place: scope.people.department_columns(place[0]) | funnel_columns(scope, place[1]),
    )


def plan_by_employee(scope: Scope) -> Rows:
    return table(scope, employee, OF_EMPLOYEE, scope.people.columns)


def plan_by_employee_funnel(scope: Scope) -> Rows:
    return table(scope, employee_funnel, OF_EMPLOYEE, employee_funnel_columns(scope))


def plan_dynamics(scope: Scope) -> Rows:
    rows = []
    for bucket in scope.buckets:
        months = [month for month in touched(scope.period) if bucket.first <= month.start <= bucket.last]
        figures = Cell(planned(scope, months), scope.deals).figures(scope, bucket.inside)
        rows.append({"bucket": bucket.first} | {column: figures[column] for column in OVER_TIME})
    return rows


def plan_department_dynamics(scope: Scope) -> Rows:
    return over_time(scope, departments(scope), scope.people.department_columns)


def plan_employee_dynamics(scope: Scope) -> Rows:
    return over_time(scope, employee, scope.people.employee_columns)


def plan_employee_funnel_dynamics(scope: Scope) -> Rows:
    return over_time(scope, employee_funnel, employee_funnel_columns(scope))


def plan_month_comparison(scope: Scope) -> Rows:
    current = month_of(scope.period.end.replace(day=1))
    previous = month_of(add_months(current.start, -1))
    today = scope.rules.as_of_day
    if today >= current.end:
        same_days = previous
    elif today < current.start:
        same_days = Range(previous.start, previous.start - DAY)
    else:
        same_days = Range(previous.start, add_months(today, -1))
    parts = (
        ("current", current, current),
        ("previous_same_days", previous, same_days),
        ("previous", previous, previous),
    )
    rows = []
    for part, month, days in parts:
        figures = Cell(planned(scope, [month]), scope.deals).figures(scope, days)
        columns = ("plan_sum", "fact_sum", "completion", "won_count", "avg_check")
        columns += ("new_count", "new_sum", "repeat_count", "repeat_sum")
        rows.append({"part": part, "month": month.start} | {column: figures[column] for column in columns})
    return rows


VIEWS = {
    view.__name__: view
    for view in (
        plan_summary,
        plan_month_comparison,
        plan_by_department,
        plan_by_department_funnel,
        plan_by_employee,
        plan_by_employee_funnel,
        plan_dynamics,
        plan_department_dynamics,
        plan_employee_dynamics,
        plan_employee_funnel_dynamics,
    )
}
