"""Deal statistics of report 3.2: by state, stage and length of the cycle."""

from __future__ import annotations

from typing import Any

from tests.oracle.model import Deal
from tests.oracle.periods import Range
from tests.oracle.sales import by, ratio, total
from tests.oracle.scope import Scope

Rows = list[dict[str, Any]]
BANDS = (("0-7", 7), ("8-30", 30), ("31-90", 90), ("91-180", 180), ("181+", None))
STATES = ("in_work", "won", "lost")


def met(scope: Scope) -> list[Deal]:
    """Deals created or closed in the period, each once."""
    return [deal for deal in scope.deals if deal.created_on in scope.period or deal.closed_on in scope.period]


def stage_columns(entity: Any) -> dict[str, Any]:
    return {"stage_id": entity.stage.id, "stage": entity.stage.name, "stage_sort": entity.stage.sort}


def funnel_columns(scope: Scope, funnel_id: int) -> dict[str, Any]:
    return {"funnel_id": funnel_id, "funnel": scope.dictionary.funnel(funnel_id)}


def deal_state_stats(scope: Scope) -> Rows:
    deals = met(scope)
    states = by(deals, lambda deal: deal.state)
    return [
        {
            "state": state,
            "deal_count": len(states.get(state, ())),
            "deal_sum": total(states.get(state, ())),
            "count_share": ratio(len(states.get(state, ())), len(deals)),
            "sum_share": ratio(total(states.get(state, ())), total(deals)),
        }
        for state in STATES
    ]


def deal_stage_stats(scope: Scope) -> Rows:
    groups = by(met(scope), lambda deal: (deal.funnel_id, deal.stage.id))
    return [
        funnel_columns(scope, funnel)
        | stage_columns(deals[0])
        | {"state": deals[0].state, "deal_count": len(deals), "deal_sum": total(deals)}
        for (funnel, _), deals in groups.items()
    ]


def band_of(days: int) -> str:
    return next(name for name, most in BANDS if most is None or days <= most)


def _bands(scope: Scope, days: Range) -> Rows:
    closed = [deal for deal in scope.deals if deal.closed_on in days and deal.cycle_days is not None]
    bands = by(closed, lambda deal: band_of(deal.cycle_days))
    return [
        {
            "duration_band": name,
            "deal_count": len(bands.get(name, ())),
            "deal_sum": total(bands.get(name, ())),
            "count_share": ratio(len(bands.get(name, ())), len(closed)),
        }
        for name, _ in BANDS
    ]


def deal_duration_stats(scope: Scope) -> Rows:
    return _bands(scope, scope.period)


def deal_duration_dynamics(scope: Scope) -> Rows:
    return [{"bucket": bucket.first} | row for bucket in scope.buckets for row in _bands(scope, bucket.inside)]


VIEWS = {
    view.__name__: view for view in (deal_state_stats, deal_stage_stats, deal_duration_stats, deal_duration_dynamics)
}
