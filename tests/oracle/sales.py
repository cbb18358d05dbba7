"""Sales columns: the figures of deals that every report counts alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from tests.oracle.model import Deal, Entity
from tests.oracle.periods import Range

ZERO = Decimal("0.00")
Figures = dict[str, Any]


def ratio(part: Any, whole: Any) -> float | None:
    """A fraction; null when there is nothing to divide by."""
    return None if not whole else float(Decimal(part) / Decimal(whole))


def total(deals: Iterable[Entity]) -> Decimal:
    return sum((deal.amount for deal in deals), ZERO)


def mean_cycle(entities: list[Any]) -> float | None:
    cycles = [entity.cycle_days for entity in entities if entity.cycle_days is not None]
    return ratio(sum(cycles), len(cycles))


def closed_figures(deals: Iterable[Deal], days: Range) -> Figures:
    """won_count … lost_sum of the deals with closed_on on the days."""
    closed = [deal for deal in deals if deal.closed_on in days]
    won = [deal for deal in closed if deal.state == "won"]
    lost = [deal for deal in closed if deal.state == "lost"]
    return {
        "won_count": len(won),
        "won_sum": total(won),
        "avg_check": ratio(total(won), len(won)),
        "conversion": ratio(len(won), len(won) + len(lost)),
        "avg_cycle_days": mean_cycle(won),
        "lost_count": len(lost),
        "lost_sum": total(lost),
    }


def in_work_figures(deals: Iterable[Deal], days: Range) -> Figures:
    """Deals created by the end of the days and still in work."""
    open_ones = [deal for deal in deals if deal.in_work and deal.created_on and deal.created_on <= days.end]
    return {"in_work_count": len(open_ones), "in_work_sum": total(open_ones)}


def sales_figures(deals: Iterable[Deal], days: Range) -> Figures:
    """All the sales columns."""
    deals = list(deals)
    return closed_figures(deals, days) | in_work_figures(deals, days)


def purchase_figures(deals: Iterable[Deal], days: Range) -> Figures:
    """New and repeat sales with closed_on on the days."""
    bought = [deal for deal in deals if deal.is_purchase and deal.closed_on in days]
    new = [deal for deal in bought if not deal.is_repeat]
    repeat = [deal for deal in bought if deal.is_repeat]
    return {
        "new_count": len(new),
        "new_sum": total(new),
        "repeat_count": len(repeat),
        "repeat_sum": total(repeat),
    }


def created_count(deals: Iterable[Deal], days: Range) -> Figures:
    return {"created_count": sum(deal.created_on in days for deal in deals)}


def by(entities: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """Grouped by a key."""
    groups: dict[Any, list[Any]] = {}
    for entity in entities:
        groups.setdefault(key(entity), []).append(entity)
    return groups


def anything(figures: Figures) -> bool:
    """Whether a row has any non-zero value."""
    return any(figures.values())
