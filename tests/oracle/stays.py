"""What the page of sales dynamics shows beside the report: totals of employees and of stays, the longest stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.oracle.deals import funnel_columns
from tests.oracle.sales import by, created_count, purchase_figures, ratio, sales_figures
from tests.oracle.scope import Scope
from tests.oracle.visits import Visit, mean, visits

Rows = list[dict[str, Any]]
NAMED = 2  # the longest stages that are named


def sales_employee_total(scope: Scope) -> Rows:
    bought = purchase_figures(scope.deals, scope.period)
    repeat = {name: bought[name] for name in ("repeat_count", "repeat_sum")}
    share = {"repeat_share": ratio(bought["repeat_sum"], bought["new_sum"] + bought["repeat_sum"])}
    return [created_count(scope.deals, scope.period) | sales_figures(scope.deals, scope.period) | repeat | share]


def _figures(stays: list[Visit]) -> dict[str, Any]:
    days = [visit.days for visit in stays]
    waiting = [visit.days for visit in stays if visit.is_open]
    return {
        "visits": len(days),
        "avg_days": mean(days),
        "max_days": max(days, default=None),
        "open_visits": len(waiting),
        "open_avg_days": mean(waiting),
    }


def _grouped(stays: list[Visit], key: Callable[[Visit], Any], label: Callable[[Visit], dict[str, Any]]) -> Rows:
    return [label(group[0]) | _figures(group) for group in by(stays, key).values()]


def lead_duration_total(scope: Scope) -> Rows:
    return [_figures(visits(scope, scope.leads))]


def deal_duration_total(scope: Scope) -> Rows:
    return [_figures(visits(scope, scope.deals))]


def lead_employee_duration(scope: Scope) -> Rows:
    return _grouped(
        visits(scope, scope.leads),
        lambda visit: visit.employee_id,
        lambda visit: scope.people.employee_columns(visit.employee_id),
    )


def deal_funnel_duration(scope: Scope) -> Rows:
    return _grouped(
        visits(scope, scope.deals),
        lambda visit: visit.stage.funnel_id,
        lambda visit: funnel_columns(scope, visit.stage.funnel_id),
    )


def deal_employee_duration(scope: Scope) -> Rows:
    return _grouped(
        visits(scope, scope.deals),
        lambda visit: (visit.stage.funnel_id, visit.employee_id),
        lambda visit: funnel_columns(scope, visit.stage.funnel_id) | scope.people.employee_columns(visit.employee_id),
    )


def _place(visit: Visit) -> tuple[int, str]:
    return visit.stage.funnel_id, visit.stage.id


def longest_stages(scope: Scope) -> Rows:
    rows = []
    for entity, entities in (("lead", scope.leads), ("deal", scope.deals)):
        stays = visits(scope, entities)
        in_all = sum(visit.days for visit in stays)
        groups = by(stays, _place)
        held = {key: sum(visit.days for visit in group) for key, group in groups.items()}
        ranked = sorted((-days, funnel, stage) for (funnel, stage), days in held.items() if days > 0)
        for place, (minus, number, stage) in enumerate(ranked[:NAMED], start=1):
            funnel = number if entity == "deal" else None
            told = {"funnel_id": None, "funnel": None} if funnel is None else funnel_columns(scope, funnel)
            rows.append(
                {"entity": entity}
                | told
                | {
                    "stage_id": stage,
                    "stage": groups[number, stage][0].stage.name,
                    "days_held": -minus,
                    "days_share": -minus / in_all,
                    "place": place,
                }
            )
    return rows


VIEWS = {
    view.__name__: view
    for view in (
        sales_employee_total,
        lead_duration_total,
        deal_duration_total,
        lead_employee_duration,
        deal_funnel_duration,
        deal_employee_duration,
        longest_stages,
    )
}
