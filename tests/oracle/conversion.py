"""How many ever stood on each stage (reports 3.3 and 3.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.oracle.deals import funnel_columns
from tests.oracle.dictionary import Stage
from tests.oracle.leads import received
from tests.oracle.model import Entity
from tests.oracle.sales import by, ratio
from tests.oracle.scope import Scope, passes

Rows = list[dict[str, Any]]


def stood_on(entity: Entity, funnel: int) -> dict[str, Stage]:
    """Every stage of the funnel the entity was ever on, by its history and by where it is now."""
    stages = [stage for stage in entity.stood if stage.funnel_id == funnel] + [entity.stage]
    return {stage.id: stage for stage in stages}


def is_later(stage: Stage, other: Stage) -> bool:
    return stage.sort is not None and other.sort is not None and other.sort > stage.sort


def conversion(entities: Iterable[Entity], funnel: int, dictionary: Iterable[Stage]) -> list[tuple[Stage, Any]]:
    """For each stage of the dictionary, and each unknown one somebody stood on, its four figures."""
    stood = [stood_on(entity, funnel) for entity in entities]
    stages = {stage.id: stage for stage in dictionary}
    for been in stood:
        stages |= {key: stage for key, stage in been.items() if key not in stages}
    found = []
    for key, stage in stages.items():
        count = sum(key in been for been in stood)
        reached = count
        if stage.semantics != "F":
            reached = sum(
                key in been or any(is_later(stage, other) and other.semantics != "F" for other in been.values())
                for been in stood
            )
        figures = {
            "conversion": ratio(count, len(stood)),
            "reached_count": reached,
            "skipped_count": 0 if stage.is_final else reached - count,
        }
        found.append((stage, (count, figures)))
    return found


def _stage(stage: Stage, state: str) -> dict[str, Any]:
    return {"stage_id": stage.id, "stage": stage.name, "stage_sort": stage.sort, "state": state}


def lead_stage_conversion(scope: Scope) -> Rows:
    stages = scope.dictionary.lead_stages.all()
    return [
        _stage(stage, scope.dictionary.lead_state(stage)) | {"lead_count": count} | figures
        for stage, (count, figures) in conversion(received(scope), 0, stages)
    ]


def deal_stage_conversion(scope: Scope) -> Rows:
    created = [deal for deal in scope.deals if deal.created_on in scope.period]
    deals = by(created, lambda deal: deal.funnel_id)
    stages = by(scope.dictionary.deal_stages.all(), lambda stage: stage.funnel_id)
    rows = []
    for funnel in deals.keys() | stages.keys():
        if not passes(scope.filters.funnels, funnel):
            continue
        for stage, (count, figures) in conversion(deals.get(funnel, ()), funnel, stages.get(funnel, ())):
            state = scope.dictionary.deal_state(stage)
            rows.append(funnel_columns(scope, funnel) | _stage(stage, state) | {"deal_count": count} | figures)
    return rows


VIEWS = {view.__name__: view for view in (lead_stage_conversion, deal_stage_conversion)}
