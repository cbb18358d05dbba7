"""The lists of leads and deals, and what every row of a list says."""

from __future__ import annotations

from typing import Any

from tests.oracle.deals import funnel_columns, stage_columns
from tests.oracle.model import Deal, Entity
from tests.oracle.scope import Scope

Rows = list[dict[str, Any]]


def source_columns(scope: Scope, source_id: str) -> dict[str, Any]:
    return {"source_id": source_id, "source": scope.dictionary.source(source_id)}


def url(scope: Scope, entity: Entity) -> str:
    return f"{scope.rules.origin}/crm/{entity.kind}/details/{entity.id}/"


def whose(scope: Scope, entity: Entity) -> dict[str, Any]:
    return scope.people.columns(entity.employee_id)


def told(scope: Scope, entity: Entity) -> dict[str, Any]:
    """What the two lists say alike."""
    own = entity.cycle_days
    waiting = None if entity.created_on is None else max(0, (scope.rules.as_of_day - entity.created_on).days)
    return {
        f"{entity.kind}_id": entity.id,
        "title": entity.title,
        "url": url(scope, entity),
        **stage_columns(entity),
        "state": entity.state,
        **whose(scope, entity),
        **source_columns(scope, entity.source_id),
        "amount": entity.amount,
        "created_on": entity.created_on,
        "closed_on": entity.closed_on,
        "duration_days": waiting if own is None else own,
        "last_action_at": scope.rules.local(scope.activities.last_action_at(entity)),
        "open_activities": len(scope.activities.plans_of(entity)),
    }


def listed(scope: Scope, entity: Entity) -> bool:
    """Created or closed in the period; with `all_open` also the older ones in work; perhaps only the idle."""
    period, filters = scope.period, scope.filters
    stands = entity.created_on in period or entity.closed_on in period
    older = filters.all_open and entity.in_work and entity.created_on and entity.created_on < period.start
    idle = entity.in_work and not scope.activities.plans_of(entity)
    return (stands or older) and (idle or not filters.without_activities)


def company(scope: Scope, deal: Deal) -> str | None:
    return (scope.model.companies.get(deal.company_id) or {}).get("TITLE") if deal.company_id else None


def deal_list(scope: Scope) -> Rows:
    return [
        told(scope, deal)
        | funnel_columns(scope, deal.funnel_id)
        | {"company": company(scope, deal), "is_repeat": deal.is_repeat}
        for deal in scope.deals
        if listed(scope, deal)
    ]


def lead_list(scope: Scope) -> Rows:
    return [
        told(scope, lead)
        | {
            "utm_source": lead.utm[0],
            "utm_campaign": lead.utm[2],
            "country": lead.country,
            "city": lead.city,
        }
        for lead in scope.leads
        if listed(scope, lead)
    ]


VIEWS = {view.__name__: view for view in (deal_list, lead_list)}
