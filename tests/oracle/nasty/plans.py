"""A plan for a nasty portal: on the borders of what was sold, for people and funnels nobody knows, and twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.oracle.model import Deal, Model
from tests.oracle.nasty.chance import Chance
from tests.oracle.periods import add_months
from tests.oracle.planned import Planned, Steps
from tests.oracle.sales import by, total

KOPECK = Decimal("0.01")
MOST = Decimal(10) ** 16
NEVER_MET = (4040, 404)
BONUSES = (None, Decimal(0), Decimal("0.01"), Decimal(5000), Decimal("12345.67"))


def nasty_plan(model: Model, seed: int) -> list[Planned]:
    """One in eight portals has no plan. Rows of one place may stand twice."""
    chance = Chance(seed * 104_729 + 7)
    if chance.happens(0.125):
        return []
    sold = by((deal for deal in model.deals.values() if deal.state == "won" and deal.closed_on), _place)
    people = sorted(({deal.employee_id for deal in model.deals.values()} | {NEVER_MET[0], 1, 2}) - {0})
    funnels = sorted({deal.funnel_id for deal in model.deals.values()} | {NEVER_MET[1], 0, 7})
    places = {place for place in sold if place[1] and chance.happens(0.8)}  # nobody has no plan
    first = model.rules.as_of_day.replace(day=1)
    for _ in range(chance.number(10, 60)):
        month = add_months(first, chance.pick([0, 0, 0, -1, -1, -2, -3, chance.number(-20, 5)]))
        places.add((month, chance.pick(people), chance.pick(funnels)))
    rows = []
    for place in sorted(places):
        rows.append(_row(chance, place, sold.get(place, [])))
        if chance.happens(0.1):
            rows.append(_row(chance, place, []))
    return rows


def _place(deal: Deal) -> tuple[date, int, int]:
    assert deal.closed_on is not None
    return deal.closed_on.replace(day=1), deal.employee_id, deal.funnel_id


def _row(chance: Chance, place: tuple[date, int, int], sold: list[Deal]) -> Planned:
    return Planned(*place, _amount(chance, total(sold)), _count(chance, len(sold)), _steps(chance, len(sold)))


def _amount(chance: Chance, fact: Decimal) -> Decimal | None:
    """Often just what makes the fact a given part of it, or a kopeck beside."""
    kind = chance.pick(["none", "none", "zero", "some", "border", "border", "border"])
    if kind == "border" and 0 < fact < MOST / 4:
        exact = (fact / chance.pick([Decimal("0.8"), Decimal(1), Decimal("1.15"), Decimal("0.5")])).quantize(KOPECK)
        return max(exact + chance.pick([-KOPECK, Decimal(0), Decimal(0), KOPECK]), Decimal("0.00"))
    if kind == "none":
        return None
    some = [Decimal(20_000), Decimal("1234567.89"), Decimal("0.03"), MOST / 1000]
    return Decimal("0.00") if kind == "zero" else chance.pick(some)


def _count(chance: Chance, fact: int) -> int | None:
    return chance.pick([None, None, 0, fact, fact, fact + 1, fact * 2, 10, 5])


def _steps(chance: Chance, fact: int) -> Steps:
    """Around what was reached, in any order, with gaps, counts of 0 and counts that stand twice."""
    if chance.happens(0.3):
        return ()
    count = [fact, fact, max(fact - 1, 0), fact + 1, 0, None, 3, 100]
    steps = tuple((chance.pick(count), chance.pick(BONUSES)) for _ in range(3))
    return steps if any(deals is not None for deals, _ in steps) else ()
