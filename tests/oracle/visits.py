"""Report 3.4: how long leads and deals stay on their stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from tests.oracle.deals import funnel_columns
from tests.oracle.dictionary import Stage
from tests.oracle.model import Entity
from tests.oracle.sales import by
from tests.oracle.scope import Scope

Rows = list[dict[str, Any]]
SECONDS = 86400


@dataclass(frozen=True)
class Visit:
    """One stay of a lead or deal on a stage; `days` fractional; open when it lasts to as_of."""

    employee_id: int
    stage: Stage
    days: float
    is_open: bool


def visits(scope: Scope, entities: Iterable[Entity]) -> list[Visit]:
    """Stays that ended on a day of the period, and stays still open that began by its end."""
    found = []
    for entity in entities:
        for step, after in zip_longest(entity.steps, entity.steps[1:]):
            if step.stage.is_final or (after is None and not entity.in_work):
                continue
            if after is None:
                counts = scope.rules.day(step.at) <= scope.period.end
                left = scope.rules.as_of
            else:
                counts = scope.rules.day(after.at) in scope.period
                left = after.at
            days = max(0.0, (left - step.at).total_seconds() / SECONDS)
            if counts:
                found.append(Visit(entity.employee_id, step.stage, days, after is None))
    return found


def mean(days: list[float]) -> float | None:
    return sum(days) / len(days) if days else None


def _rows(stays: list[Visit], key: Callable[[Visit], Any], label: Callable[[Visit], dict[str, Any]]) -> Rows:
    rows = []
    for group in by(stays, key).values():
        days = [visit.days for visit in group]
        waiting = [visit.days for visit in group if visit.is_open]
        stage = group[0].stage
        figures = {
            "visits": len(days),
            "avg_days": mean(days),
            "max_days": max(days),
            "open_visits": len(waiting),
            "open_avg_days": mean(waiting),
        }
        place = {"stage_id": stage.id, "stage": stage.name, "stage_sort": stage.sort}
        rows.append(label(group[0]) | place | figures)
    return rows


def lead_stage_duration(scope: Scope) -> Rows:
    return _rows(
        visits(scope, scope.leads),
        lambda visit: (visit.employee_id, visit.stage.id),
        lambda visit: scope.people.employee_columns(visit.employee_id),
    )


def lead_stage_duration_total(scope: Scope) -> Rows:
    return _rows(visits(scope, scope.leads), lambda visit: visit.stage.id, lambda visit: {})


def deal_stage_duration(scope: Scope) -> Rows:
    return _rows(
        visits(scope, scope.deals),
        lambda visit: (visit.stage.funnel_id, visit.employee_id, visit.stage.id),
        lambda visit: funnel_columns(scope, visit.stage.funnel_id) | scope.people.employee_columns(visit.employee_id),
    )


def deal_stage_duration_total(scope: Scope) -> Rows:
    return _rows(
        visits(scope, scope.deals),
        lambda visit: (visit.stage.funnel_id, visit.stage.id),
        lambda visit: funnel_columns(scope, visit.stage.funnel_id),
    )


VIEWS = {
    view.__name__: view
    for view in (lead_stage_duration, lead_stage_duration_total, deal_stage_duration, deal_stage_duration_total)
}
