"""Report 3.5: what has been forgotten, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from tests.oracle.deals import funnel_columns, stage_columns
from tests.oracle.lists import source_columns, url, whose
from tests.oracle.model import Deal, Entity
from tests.oracle.sales import by, ratio, total
from tests.oracle.scope import Scope

Rows = list[dict[str, Any]]
DAY = timedelta(days=1)


def silence(scope: Scope, entity: Entity) -> timedelta:
    last = scope.activities.last_action_at(entity)
    return scope.rules.as_of - last if last is not None else timedelta()


def is_forgotten(scope: Scope, entity: Entity) -> bool:
    """In work, and nothing has happened for the days set; 0 days: all in work."""
    days = scope.filters.lead_days if entity.kind == "lead" else scope.filters.deal_days
    return entity.in_work and (days == 0 or silence(scope, entity) >= days * DAY)


def created(scope: Scope, entities: Iterable[Any]) -> list[Any]:
    return [entity for entity in entities if entity.created_on in scope.period]


def forgotten(scope: Scope, entities: Iterable[Any]) -> list[Any]:
    """The forgotten among those created in the period."""
    return [entity for entity in created(scope, entities) if is_forgotten(scope, entity)]


def reason(scope: Scope, entity: Entity) -> str:
    """The first that holds."""
    if scope.people.dismissed(entity.employee_id):
        return "responsible_inactive"
    if not scope.activities.has_work(entity) and not entity.moves:
        return "never_touched"
    plans = scope.activities.plans_of(entity)
    if any(plan.deadline is not None and plan.deadline < scope.rules.as_of for plan in plans):
        return "overdue"
    return "waiting" if plans else "no_plan"


def forgotten_summary(scope: Scope) -> Rows:
    rows = []
    for entity, entities in (("lead", scope.leads), ("deal", scope.deals)):
        lost = forgotten(scope, entities)
        came = len(created(scope, entities))
        older = [e for e in entities if e.created_on and e.created_on < scope.period.start and is_forgotten(scope, e)]
        rows.append(
            {
                "entity": entity,
                "created_count": came,
                "forgotten_count": len(lost),
                "forgotten_sum": total(lost),
                "forgotten_share": ratio(len(lost), came),
                "older_forgotten_count": len(older),
            }
        )
    return rows


def _sides(scope: Scope, leads: list[Entity], deals: list[Deal]) -> dict[str, Any]:
    lost_leads, lost_deals = forgotten(scope, leads), forgotten(scope, deals)
    return {
        "leads_created": len(leads),
        "leads_forgotten": len(lost_leads),
        "leads_share": ratio(len(lost_leads), len(leads)),
        "deals_created": len(deals),
        "deals_forgotten": len(lost_deals),
        "deals_share": ratio(len(lost_deals), len(deals)),
        "deals_sum": total(lost_deals),
    }


def forgotten_by_department(scope: Scope) -> Rows:
    leads = by(created(scope, scope.leads), lambda e: scope.people.department_of(e.employee_id))
    deals = by(created(scope, scope.deals), lambda e: scope.people.department_of(e.employee_id))
    return [
        scope.people.department_columns(key) | _sides(scope, leads.get(key, []), deals.get(key, []))
        for key in leads.keys() | deals.keys()
    ]


def forgotten_by_employee(scope: Scope) -> Rows:
    leads = by(created(scope, scope.leads), lambda e: e.employee_id)
    deals = by(created(scope, scope.deals), lambda e: e.employee_id)
    return [
        scope.people.columns(key) | _sides(scope, leads.get(key, []), deals.get(key, []))
        for key in leads.keys() | deals.keys()
    ]


def forgotten_reasons(scope: Scope) -> Rows:
    lost = forgotten(scope, [*scope.leads, *scope.deals])
    return [
        {"entity": kind, "reason": why, "forgotten_count": len(entities), "forgotten_sum": total(entities)}
        for (kind, why), entities in by(lost, lambda e: (e.kind, reason(scope, e))).items()
    ]


def _row(scope: Scope, entity: Entity) -> dict[str, Any]:
    return {
        f"{entity.kind}_id": entity.id,
        "title": entity.title,
        "url": url(scope, entity),
        **stage_columns(entity),
        **whose(scope, entity),
        **source_columns(scope, entity.source_id),
        "amount": entity.amount,
        "created_on": entity.created_on,
        "last_action_at": scope.rules.local(scope.activities.last_action_at(entity)),
        "silent_days": max(0, silence(scope, entity) // DAY),
        "open_activities": len(scope.activities.plans_of(entity)),
        "next_deadline": scope.activities.next_deadline(entity),
        "reason": reason(scope, entity),
    }


def forgotten_leads(scope: Scope) -> Rows:
    return [_row(scope, lead) for lead in forgotten(scope, scope.leads)]


def forgotten_deals(scope: Scope) -> Rows:
    return [_row(scope, deal) | funnel_columns(scope, deal.funnel_id) for deal in forgotten(scope, scope.deals)]


VIEWS = {
    view.__name__: view
    for view in (
        forgotten_summary,
        forgotten_by_department,
        forgotten_by_employee,
        forgotten_reasons,
        forgotten_leads,
        forgotten_deals,
    )
}
