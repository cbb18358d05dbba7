"""What pages show beside the tables of the plan: the pace of the month, pitfalls, what stands beside a plan made."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.oracle.deals import funnel_columns
from tests.oracle.model import Deal
from tests.oracle.periods import Range, add_months
from tests.oracle.plan import ZERO, Cell, month_of, plan_by_employee, planned, share, to_date, touched, won, working
from tests.oracle.planned import Planned
from tests.oracle.sales import Figures, by, ratio, total
from tests.oracle.scope import Scope, passes

Rows = list[dict[str, Any]]


def this_month(scope: Scope) -> Range:
    return month_of(scope.rules.as_of_day.replace(day=1))


def is_steady(scope: Scope, deals: Iterable[Deal]) -> bool:
    """Whether the last three whole months differ by no more than half of their mean."""
    deals, first = list(deals), this_month(scope).start
    sums = [Fraction(total(won(deals, month_of(add_months(first, -back))))) for back in (1, 2, 3)]
    return max(sums) - min(sums) <= sum(sums) / 3 / 2


def pace(scope: Scope, cell: Cell) -> Figures:
    month = this_month(scope)
    fact, plan = total(won(cell.deals, month)), cell.plan_sum
    due = sum((to_date(scope, row, month) for row in cell.plan), Fraction(0))
    reached = share(fact, due)
    return {
        "plan_sum": plan,
        "fact_sum": fact,
        "completion": ratio(fact, plan),
        "plan_to_date": float(due),
        "completion_to_date": reached,
        "pace_gap": float(Fraction(fact) - due),
        "landing_sum": float(Fraction(fact) / due * Fraction(plan)) if due else None,
        "landing": reached,
        "is_pace_reliable": is_steady(scope, cell.deals),
    }


def people(scope: Scope) -> dict[int, Cell]:
    """The plan of the month and the deals of everybody."""
    found: dict[int, Cell] = {}
    for employee, plan in by(planned(scope, [this_month(scope)]), lambda row: row.employee_id).items():
        found.setdefault(employee, Cell()).plan = plan
    for employee, deals in by(scope.deals, lambda deal: deal.employee_id).items():
        found.setdefault(employee, Cell()).deals = deals
    return found


def plan_pace(scope: Scope) -> Rows:
    return [
        scope.people.columns(employee) | pace(scope, cell)
        for employee, cell in people(scope).items()
        if cell.plan_sum or won(cell.deals, this_month(scope))
    ]


def plan_pace_total(scope: Scope) -> Rows:
    month, cells = this_month(scope), people(scope).values()
    with_plan = [cell for cell in cells if cell.plan_sum]
    days = {
        "month": month.start,
        "working_days": working(scope, month),
        "come_days": working(scope, Range(month.start, scope.rules.as_of_day)),
    }
    counted = {
        "planned_people": len(with_plan),
        "unsteady_people": sum(not is_steady(scope, cell.deals) for cell in with_plan),
    }
    return [days | pace(scope, Cell(planned(scope, [month]), scope.deals)) | counted]


def plan_laggards(scope: Scope) -> Rows:
    columns = ("employee_id", "employee", "department_id", "department")
    columns += ("plan_sum", "fact_sum", "plan_to_date", "completion_to_date")
    behind = [row for row in plan_pace(scope) if row["pace_gap"] < 0]
    behind.sort(key=lambda row: (row["pace_gap"], row["employee_id"]))
    return [
        {column: row[column] for column in columns} | {"behind_sum": -row["pace_gap"], "place": place}
        for place, row in enumerate(behind, start=1)
    ]


def plan_pitfalls(scope: Scope) -> Rows:
    months = touched(scope.period)
    rows = planned(scope, months)
    bare = [
        row for row in plan_by_employee(scope) if row["won_count"] and not row["plan_sum"] and not row["plan_count"]
    ]
    return [
        {
            "plan_from": months[0].start,
            "plan_to": months[-1].end,
            "is_whole": (months[0].start, months[-1].end) == (scope.period.start, scope.period.end),
            "plan_rows": len(rows),
            "idle_step_rows": sum(row.has_steps and row.is_nothing for row in rows),
            "unplanned_people": len(bare),
            "unplanned_sum": sum((row["fact_sum"] for row in bare), ZERO),
        }
    ]


def _month_figures(scope: Scope, plan: list[Planned], deals: list[Deal]) -> Figures:
    first = scope.period.end.replace(day=1)
    previous, year_ago = month_of(add_months(first, -1)), month_of(add_months(first, -12))
    ours = Cell([row for row in plan if row.month == first])
    earlier = Cell([row for row in plan if row.month == previous.start])
    return {
        "plan_sum": ours.plan_sum,
        "plan_count": ours.plan_count,
        "previous_plan_sum": earlier.plan_sum,
        "previous_count": len(won(deals, previous)),
        "previous_sum": total(won(deals, previous)),
        "year_ago_count": len(won(deals, year_ago)),
        "year_ago_sum": total(won(deals, year_ago)),
    }


def _met(scope: Scope) -> tuple[list[Planned], list[Deal]]:
    """The plans of two months, and the sales of the two that stand beside the one planned for."""
    first = scope.period.end.replace(day=1)
    previous, year_ago = month_of(add_months(first, -1)), month_of(add_months(first, -12))
    plan = planned(scope, [month_of(first), previous])
    return plan, [*won(scope.deals, previous), *won(scope.deals, year_ago)]


def plan_editor(scope: Scope) -> Rows:
    plan, deals = _met(scope)
    places = {(row.employee_id, row.funnel_id) for row in (*plan, *deals)}
    places |= {
        (employee, funnel)
        for employee in scope.active_people
        for funnel in scope.dictionary.funnels()
        if scope.has_person(employee) and passes(scope.filters.funnels, funnel)
    }
    return [
        scope.people.columns(employee)
        | funnel_columns(scope, funnel)
        | {"is_active": employee in scope.active_people}
        | _month_figures(
            scope,
            [row for row in plan if (row.employee_id, row.funnel_id) == (employee, funnel)],
            [deal for deal in deals if (deal.employee_id, deal.funnel_id) == (employee, funnel)],
        )
        for employee, funnel in places
    ]


def plan_editor_department(scope: Scope) -> Rows:
    plan, deals = _met(scope)
    rows = []
    for department in {scope.people.department_of(row.employee_id) for row in (*plan, *deals)}:
        own = [row for row in plan if scope.people.department_of(row.employee_id) == department]
        sold = [deal for deal in deals if scope.people.department_of(deal.employee_id) == department]
        figures = _month_figures(scope, own, sold)
        sums = ("plan_sum", "plan_count", "previous_plan_sum", "previous_count", "year_ago_count")
        if any(figures[column] for column in sums):
            rows.append(scope.people.department_columns(department) | figures)
    return rows


def plan_editor_total(scope: Scope) -> Rows:
    return [_month_figures(scope, *_met(scope))]


VIEWS = {
    view.__name__: view
    for view in (
        plan_pace,
        plan_pace_total,
        plan_laggards,
        plan_pitfalls,
        plan_editor,
        plan_editor_department,
        plan_editor_total,
    )
}
