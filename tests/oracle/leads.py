"""Lead figures of report 3.3: events of the period, and by source, mark, state, stage and employee."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tests.oracle.deals import stage_columns
from tests.oracle.lists import source_columns
from tests.oracle.model import UTM, Deal, Entity
from tests.oracle.periods import Bucket, Range
from tests.oracle.sales import (
    Figures,
    anything,
    by,
    created_count,
    mean_cycle,
    purchase_figures,
    ratio,
    sales_figures,
    total,
)
from tests.oracle.scope import Scope

Rows = list[dict[str, Any]]
STATES = ("new", "in_work", "qualified", "junk")


def received(scope: Scope, days: Range | None = None) -> list[Entity]:
    return [lead for lead in scope.leads if lead.created_on in (days or scope.period)]


def state_figures(leads: Iterable[Entity], days: Range) -> Figures:
    """received, qualified, junk, new, in_work: the first and the last two of those created on the days."""
    leads = list(leads)
    came = [lead for lead in leads if lead.created_on in days]
    closed = [lead for lead in leads if lead.closed_on in days]
    return {
        "received": len(came),
        "qualified": sum(lead.state == "qualified" for lead in closed),
        "junk": sum(lead.state == "junk" for lead in closed),
        "new": sum(lead.state == "new" for lead in came),
        "in_work": sum(lead.state == "in_work" for lead in came),
    }


def lead_figures(leads: Iterable[Entity], deals: Iterable[Deal], days: Range) -> Figures:
    """The lead figures of some leads, and of the sales that have a lead behind them among some deals."""
    leads = list(leads)
    figures = state_figures(leads, days)
    sales = [deal for deal in deals if deal.state == "won" and deal.lead_id and deal.closed_on in days]
    figures["conversion_to_deal"] = ratio(figures["qualified"], figures["received"])
    figures["quality"] = ratio(figures["qualified"], figures["qualified"] + figures["junk"])
    figures["avg_lead_days"] = mean_cycle([lead for lead in leads if lead.closed_on in days])
    figures["sales_count"] = len(sales)
    figures["sales_sum"] = total(sales)
    figures["avg_sale_days"] = mean_cycle(sales)
    figures["revenue_per_lead"] = ratio(figures["sales_sum"], figures["received"])
    return figures


def lead_summary(scope: Scope) -> Rows:
    return [lead_figures(scope.leads, scope.deals, scope.period)]


Key = Callable[[Any], Any]


def _stats(scope: Scope, key: Key, label: Callable[[Any], dict[str, Any]]) -> Rows:
    leads, deals = by(scope.leads, key), by(scope.deals, key)
    rows = []
    for value in leads.keys() | deals.keys():
        figures = lead_figures(leads.get(value, ()), deals.get(value, ()), scope.period)
        if anything(figures):
            rows.append(label(value) | figures)
    return rows


def source_of(entity: Entity) -> str:
    return entity.source_id


def lead_source_stats(scope: Scope) -> Rows:
    return _stats(scope, source_of, lambda source: source_columns(scope, source))


def _source_dynamics(scope: Scope, buckets: list[Bucket]) -> Rows:
    leads, deals = by(scope.leads, source_of), by(scope.deals, source_of)
    rows = []
    for source in leads.keys() | deals.keys():
        own = [
            (bucket.first, lead_figures(leads.get(source, ()), deals.get(source, ()), bucket.inside))
            for bucket in buckets
        ]
        if any(anything(figures) for _, figures in own):
            rows += [{"bucket": first} | source_columns(scope, source) | figures for first, figures in own]
    return rows


def lead_source_month_stats(scope: Scope) -> Rows:
    return _source_dynamics(scope, scope.buckets_by("month"))


def lead_source_dynamics(scope: Scope) -> Rows:
    return _source_dynamics(scope, scope.buckets)


def _mark_of(scope: Scope) -> Key:
    place = UTM.index(scope.filters.utm_dimension)
    return lambda entity: entity.utm[place]


def lead_utm_stats(scope: Scope) -> Rows:
    return _stats(scope, _mark_of(scope), lambda mark: {"utm": mark})


def _deal_stats(scope: Scope, key: Key, label: Callable[[Any], dict[str, Any]]) -> Rows:
    rows = []
    for value, deals in by(scope.deals, key).items():
        figures = created_count(deals, scope.period) | sales_figures(deals, scope.period)
        bought = purchase_figures(deals, scope.period)
        figures |= {column: bought[column] for column in ("repeat_count", "repeat_sum")}
        if anything(figures):
            rows.append(label(value) | figures)
    return rows


def deal_source_stats(scope: Scope) -> Rows:
    return _deal_stats(scope, source_of, lambda source: source_columns(scope, source))


def deal_utm_stats(scope: Scope) -> Rows:
    return _deal_stats(scope, _mark_of(scope), lambda mark: {"utm": mark})


def lead_state_stats(scope: Scope) -> Rows:
    came = received(scope)
    counts = {state: sum(lead.state == state for lead in came) for state in STATES}
    return [{"state": state, "lead_count": count, "share": ratio(count, len(came))} for state, count in counts.items()]


def lead_stage_stats(scope: Scope) -> Rows:
    came = received(scope)
    return [
        stage_columns(leads[0]) | {"lead_count": len(leads), "share": ratio(len(leads), len(came))}
        for leads in by(came, lambda lead: lead.stage.id).values()
    ]


def lead_source_state_stats(scope: Scope) -> Rows:
    groups = by(received(scope), lambda lead: (lead.source_id, lead.state))
    return [
        source_columns(scope, source) | {"state": state, "lead_count": len(leads)}
        for (source, state), leads in groups.items()
    ]


def lead_employee_stage_stats(scope: Scope) -> Rows:
    groups = by(received(scope), lambda lead: (lead.employee_id, lead.stage.id))
    return [
        scope.people.employee_columns(employee) | stage_columns(leads[0]) | {"lead_count": len(leads)}
        for (employee, _), leads in groups.items()
    ]


def marketing_funnel(scope: Scope) -> Rows:
    """Leads received; those with a deal made of them; with a won one. Of deals only the funnel is asked."""
    picked = scope.filters.funnels
    made = [deal for deal in scope.model.deals.values() if not picked or deal.funnel_id in picked]
    with_deal = {deal.lead_id for deal in made}
    with_sale = {deal.lead_id for deal in made if deal.state == "won"}
    came = [lead.id for lead in received(scope)]
    steps = {
        "leads": len(came),
        "deals": sum(lead in with_deal for lead in came),
        "sales": sum(lead in with_sale for lead in came),
    }
    before = {"leads": None, "deals": steps["leads"], "sales": steps["deals"]}
    return [
        {
            "step": step,
            "step_count": count,
            "share_of_first": ratio(count, steps["leads"]),
            "share_of_previous": None if before[step] is None else ratio(count, before[step]),
        }
        for step, count in steps.items()
    ]


VIEWS = {
    view.__name__: view
    for view in (
        lead_summary,
        lead_source_stats,
        lead_source_month_stats,
        lead_source_dynamics,
        lead_utm_stats,
        deal_source_stats,
        deal_utm_stats,
        lead_state_stats,
        lead_stage_stats,
        lead_source_state_stats,
        lead_employee_stage_stats,
        marketing_funnel,
    )
}
