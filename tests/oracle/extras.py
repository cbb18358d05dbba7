"""Figures pages show beside those of the contract: totals by bucket, KPI deltas, reconciling lines."""

from __future__ import annotations

from typing import Any

from tests.oracle.leads import STATES, lead_figures, received, source_of
from tests.oracle.lists import source_columns
from tests.oracle.managers import activity_figures
from tests.oracle.periods import Range, previous_period
from tests.oracle.sales import (
    Figures,
    by,
    closed_figures,
    created_count,
    purchase_figures,
    ratio,
    sales_figures,
    total,
)
from tests.oracle.scope import Scope
from tests.oracle.waiting import created, forgotten

Rows = list[dict[str, Any]]
SHARES = ("conversion", "conversion_to_deal", "quality")
LENGTHS = ("avg_cycle_days", "avg_lead_days")
NOTABLE = 0.05


def _previous(scope: Scope) -> Range | None:
    return previous_period(scope.period.start, scope.period.end, scope.rules.as_of_day)


def _change(column: str, now: Any, then: Any) -> float | None:
    """A share of the earlier figure; for shares and lengths the difference; null where either side is none."""
    if now is None or then is None:
        return None
    if column in SHARES + LENGTHS:
        return float(now) - float(then)
    return float((now - then) / then) if then else None


def _changes(columns: tuple[str, ...], now: Figures, then: Figures, earlier: Range | None) -> Rows:
    row: dict[str, Any] = {f"{column}_change": _change(column, now[column], then[column]) for column in columns}
    row["previous_from"] = earlier.start if earlier else None
    row["previous_to"] = earlier.end if earlier else None
    return [row]


def _manager(scope: Scope, days: Range | None) -> Figures:
    """The totals of 3.1 on some days; on none at all, zeros."""
    stands = days is not None
    days = days or scope.period
    leads = [lead for lead in scope.leads if lead.in_work and lead.created_on and lead.created_on <= days.end]
    figures = activity_figures(scope, scope.work if stands else (), days)
    figures["leads_in_work"] = len(leads) if stands else 0
    return figures | sales_figures(scope.deals if stands else (), days)


def manager_total_previous(scope: Scope) -> Rows:
    return [_manager(scope, _previous(scope))]


def manager_total_change(scope: Scope) -> Rows:
    columns = ("activities", "call_minutes", "points", "won_count", "won_sum", "avg_check")
    columns += ("conversion", "avg_cycle_days", "lost_count", "lost_sum")
    earlier = _previous(scope)
    return _changes(columns, _manager(scope, scope.period), _manager(scope, earlier), earlier)


def manager_total_dynamics(scope: Scope) -> Rows:
    return [
        {"bucket": bucket.first}
        | activity_figures(scope, scope.work, bucket.inside)
        | closed_figures(scope.deals, bucket.inside)
        for bucket in scope.buckets
    ]


def lead_summary_change(scope: Scope) -> Rows:
    columns = ("received", "qualified", "junk", "conversion_to_deal", "quality", "avg_lead_days")
    columns += ("sales_count", "sales_sum", "revenue_per_lead")
    earlier = _previous(scope)
    now = lead_figures(scope.leads, scope.deals, scope.period)
    then = lead_figures(scope.leads, scope.deals, earlier) if earlier else lead_figures((), (), scope.period)
    return _changes(columns, now, then, earlier)


def _deals(scope: Scope, days: Range | None) -> Figures:
    deals = scope.deals if days is not None else []
    days = days or scope.period
    bought = purchase_figures(deals, days)
    return created_count(deals, days) | sales_figures(deals, days) | bought


def sales_deal_summary_change(scope: Scope) -> Rows:
    columns = ("created_count", "won_count", "won_sum", "avg_check", "conversion", "avg_cycle_days")
    columns += ("lost_count", "lost_sum", "repeat_count", "repeat_sum")
    earlier = _previous(scope)
    return _changes(columns, _deals(scope, scope.period), _deals(scope, earlier), earlier)


def lead_total_dynamics(scope: Scope) -> Rows:
    return [
        {"bucket": bucket.first} | lead_figures(scope.leads, scope.deals, bucket.inside) for bucket in scope.buckets
    ]


def deal_source_total(scope: Scope) -> Rows:
    figures = _deals(scope, scope.period)
    return [{column: value for column, value in figures.items() if not column.startswith("new_")}]


def forgotten_total(scope: Scope) -> Rows:
    leads, deals = created(scope, scope.leads), created(scope, scope.deals)
    lost_leads, lost_deals = forgotten(scope, leads), forgotten(scope, deals)
    return [
        {
            "leads_created": len(leads),
            "leads_forgotten": len(lost_leads),
            "leads_share": ratio(len(lost_leads), len(leads)),
            "deals_created": len(deals),
            "deals_forgotten": len(lost_deals),
            "deals_share": ratio(len(lost_deals), len(deals)),
            "deals_sum": total(lost_deals),
        }
    ]


def sales_by_lead_origin(scope: Scope) -> Rows:
    won = [deal for deal in scope.deals if deal.state == "won" and deal.closed_on in scope.period]
    made = [deal for deal in won if deal.lead_id]
    bare = [deal for deal in won if not deal.lead_id]
    return [
        {
            "sales_count": len(made),
            "sales_sum": total(made),
            "without_lead_count": len(bare),
            "without_lead_sum": total(bare),
            "won_count": len(won),
            "won_sum": total(won),
        }
    ]


def won_zero_sum(scope: Scope) -> Rows:
    won = [deal for deal in scope.deals if deal.state == "won" and deal.closed_on in scope.period]
    zero = sum(deal.amount == 0 for deal in won)
    share = ratio(zero, len(won))
    return [
        {
            "won_count": len(won),
            "zero_count": zero,
            "zero_share": share,
            "is_notable": (share or 0) > NOTABLE,
        }
    ]


def lead_source_share(scope: Scope) -> Rows:
    came = received(scope)
    return [
        source_columns(scope, source) | {"lead_count": len(leads), "share": ratio(len(leads), len(came))}
        for source, leads in by(came, source_of).items()
    ]


def lead_source_state_share(scope: Scope) -> Rows:
    rows = []
    for source, leads in by(received(scope), source_of).items():
        for state in STATES:
            count = sum(lead.state == state for lead in leads)
            if count:
                told = {"state": state, "lead_count": count, "share": ratio(count, len(leads))}
                rows.append(source_columns(scope, source) | told)
    return rows


def lead_employee_total(scope: Scope) -> Rows:
    return [
        scope.people.employee_columns(employee) | {"lead_count": len(leads)}
        for employee, leads in by(received(scope), lambda lead: lead.employee_id).items()
    ]


VIEWS = {
    view.__name__: view
    for view in (
        manager_total_previous,
        manager_total_change,
        manager_total_dynamics,
        lead_summary_change,
        sales_deal_summary_change,
        lead_total_dynamics,
        deal_source_total,
        forgotten_total,
        sales_by_lead_origin,
        won_zero_sum,
        lead_source_share,
        lead_source_state_share,
        lead_employee_total,
    )
}
