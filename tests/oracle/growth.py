"""Report 3.4: the dynamics of sales."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracle.leads import state_figures
from tests.oracle.model import Deal
from tests.oracle.periods import Bucket, Range, moved_back
from tests.oracle.sales import (
    Figures,
    anything,
    by,
    closed_figures,
    created_count,
    purchase_figures,
    ratio,
    sales_figures,
)
from tests.oracle.scope import Scope
from tests.oracle.waiting import forgotten

Rows = list[dict[str, Any]]
NO_DAYS = Range(date.max, date.min)


def sales_lead_summary(scope: Scope) -> Rows:
    return [state_figures(scope.leads, scope.period) | {"forgotten": len(forgotten(scope, scope.leads))}]


def sales_deal_summary(scope: Scope) -> Rows:
    figures = created_count(scope.deals, scope.period) | sales_figures(scope.deals, scope.period)
    return [figures | {"forgotten": len(forgotten(scope, scope.deals))}]


def sales_new_repeat(scope: Scope) -> Rows:
    figures = purchase_figures(scope.deals, scope.period)
    count = figures["new_count"] + figures["repeat_count"]
    money = figures["new_sum"] + figures["repeat_sum"]
    figures["repeat_count_share"] = ratio(figures["repeat_count"], count)
    figures["repeat_sum_share"] = ratio(figures["repeat_sum"], money)
    return [figures]


def _earlier(deals: list[Deal], days: Range | None, word: str) -> Figures:
    figures = closed_figures(deals if days is not None else (), days or NO_DAYS)
    return {f"{word}_count": figures["won_count"], f"{word}_sum": figures["won_sum"]}


def _bucket(scope: Scope, bucket: Bucket) -> dict[str, Any]:
    as_of_day = scope.rules.as_of_day
    figures = closed_figures(scope.deals, bucket.inside)
    kept = {column: figures[column] for column in ("won_count", "won_sum", "avg_check")}
    return {
        "bucket": bucket.first,
        **kept,
        **purchase_figures(scope.deals, bucket.inside),
        **_earlier(scope.deals, moved_back(bucket, as_of_day, bucket.grain), "previous"),
        **_earlier(scope.deals, moved_back(bucket, as_of_day, "year"), "year_ago"),
    }


def sales_dynamics(scope: Scope) -> Rows:
    return [_bucket(scope, bucket) for bucket in scope.buckets]


def sales_by_employee(scope: Scope) -> Rows:
    rows = []
    for employee, deals in by(scope.deals, lambda deal: deal.employee_id).items():
        bought = purchase_figures(deals, scope.period)
        figures = created_count(deals, scope.period) | sales_figures(deals, scope.period)
        figures["repeat_count"], figures["repeat_sum"] = bought["repeat_count"], bought["repeat_sum"]
        figures["repeat_share"] = ratio(bought["repeat_sum"], bought["new_sum"] + bought["repeat_sum"])
        if anything(figures):
            rows.append(scope.people.columns(employee) | figures)
    return rows


def sales_employee_dynamics(scope: Scope) -> Rows:
    rows = []
    for employee, deals in by(scope.deals, lambda deal: deal.employee_id).items():
        own = [
            (bucket.first, created_count(deals, bucket.inside) | closed_figures(deals, bucket.inside))
            for bucket in scope.buckets
        ]
        if any(anything(figures) for _, figures in own):
            label = scope.people.employee_columns(employee)
            rows += [{"bucket": first} | label | figures for first, figures in own]
    return rows


VIEWS = {
    view.__name__: view
    for view in (
        sales_lead_summary,
        sales_deal_summary,
        sales_new_repeat,
        sales_dynamics,
        sales_by_employee,
        sales_employee_dynamics,
    )
}
