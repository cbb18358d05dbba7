"""Report 3.1: manager efficiency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.activities import KINDS, Work
from tests.oracle.periods import DAY, Range
from tests.oracle.sales import Figures, anything, by, closed_figures, ratio, sales_figures
from tests.oracle.scope import Scope

LOOK_BACK = timedelta(days=90)
Rows = list[dict[str, Any]]


def activity_figures(scope: Scope, work: Iterable[Work], days: Range) -> Figures:
    """Counts by kind, minutes on the line and points of the work done on the days."""
    done = [item for item in work if item.day in days]
    figures: Figures = {column: sum(item.kind == kind for item in done) for kind, column in KINDS.items()}
    figures["activities"] = len(done)
    figures["call_minutes"] = float(sum((item.call_seconds for item in done), Decimal(0)) / 60)
    figures["points"] = points(scope, done, days)
    return figures


def points(scope: Scope, work: Iterable[Work], days: Range) -> Decimal:
    return sum((scope.rules.weights[item.kind] for item in work if item.day in days), Decimal(0))


def index(own: Decimal, company: Decimal) -> float | None:
    return ratio(100 * own, company)


def _leads_in_work(scope: Scope) -> dict[int, int]:
    found = by(scope.created_by_end(scope.leads), lambda lead: lead.employee_id)
    return {employee: len(leads) for employee, leads in found.items()}


def manager_total(scope: Scope) -> Rows:
    row = activity_figures(scope, scope.work, scope.period)
    row["leads_in_work"] = len(scope.created_by_end(scope.leads))
    return [row | sales_figures(scope.deals, scope.period)]


def _waiting_for(scope: Scope) -> set[int]:
    """Employees of whom something may be expected: a lead or deal in work, or work in the 90 days before."""
    before = Range(scope.period.start - LOOK_BACK, scope.period.start - DAY)
    found = {entity.employee_id for entity in scope.created_by_end([*scope.leads, *scope.deals])}
    found |= {item.employee_id for item in scope.work if item.day in before}
    return found & scope.active_people


def manager_activity(scope: Scope) -> Rows:
    company = points(scope, scope.company_work, scope.period)
    work = by(scope.work, lambda item: item.employee_id)
    rows = []
    for employee in set(work) | _waiting_for(scope):
        figures = activity_figures(scope, work.get(employee, ()), scope.period)
        if anything(figures) or employee in _waiting_for(scope):
            share = {"activity_index": index(figures["points"], company)}
            rows.append(scope.people.columns(employee) | figures | share)
    return rows


def manager_results(scope: Scope) -> Rows:
    company = points(scope, scope.company_work, scope.period)
    work = by(scope.work, lambda item: item.employee_id)
    deals = by(scope.deals, lambda deal: deal.employee_id)
    leads = _leads_in_work(scope)
    rows = []
    for employee in set(work) | set(deals) | set(leads):
        own = points(scope, work.get(employee, ()), scope.period)
        figures = {"activity_index": index(own, company), "leads_in_work": leads.get(employee, 0)}
        figures |= sales_figures(deals.get(employee, ()), scope.period)
        if anything(figures):
            rows.append(scope.people.columns(employee) | figures)
    return rows


def manager_results_dynamics(scope: Scope) -> Rows:
    work = by(scope.work, lambda item: item.employee_id)
    deals = by(scope.deals, lambda deal: deal.employee_id)
    rows = []
    for employee in set(work) | set(deals):
        own = []
        for bucket in scope.buckets:
            company = points(scope, scope.company_work, bucket.inside)
            done = points(scope, work.get(employee, ()), bucket.inside)
            figures: Figures = {"activity_index": index(done, company)}
            figures |= closed_figures(deals.get(employee, ()), bucket.inside)
            own.append((bucket.first, figures))
        if any(anything(figures) for _, figures in own):
            label = scope.people.employee_columns(employee)
            rows += [{"bucket": first} | label | figures for first, figures in own]
    return rows


def manager_activity_dynamics(scope: Scope) -> Rows:
    rows = []
    for employee, work in by(scope.work, lambda item: item.employee_id).items():
        own = [(bucket.first, activity_figures(scope, work, bucket.inside)) for bucket in scope.buckets]
        if any(anything(figures) for _, figures in own):
            label = scope.people.employee_columns(employee)
            rows += [{"bucket": first} | label | figures for first, figures in own]
    return rows


VIEWS = {
    view.__name__: view
    for view in (
        manager_total,
        manager_activity,
        manager_results,
        manager_results_dynamics,
        manager_activity_dynamics,
    )
}
