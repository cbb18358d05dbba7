"""Rows of plans for tests: by hand, and drawn by lot."""

import datetime as dt
import random
from decimal import Decimal

from inputs.plan.people import Named, Names
from inputs.plan.rows import NO_STEPS, STEPS, PlanKey, PlanRow, Step

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
NAMES = Names(
    (Named(5, "Иванов Иван"), Named(7, "=cmd|'calc'!A1"), Named(9, "Ушедший Пётр", is_active=False)),
    (Named(0, "Продажи"), Named(3, "Платная")),
)


def planned(month, employee_id, funnel_id, plan_sum=None, plan_count=None, *steps):
    """A row of a plan; ``steps`` are pairs of a count and a bonus."""
    told = tuple(Step(count, None if bonus is None else Decimal(str(bonus))) for count, bonus in steps)
    amount = None if plan_sum is None else Decimal(str(plan_sum))
    return PlanRow(PlanKey(month, employee_id, funnel_id), amount, plan_count, (*told, *NO_STEPS)[:STEPS])


def drawn_plan(seed, size=60):
    """A plan of that many keys: amounts up to the most a plan can hold, gaps, steps without a count."""
    lot = random.Random(seed)
    rows = {}
    for _ in range(size):
        row = PlanRow(
            PlanKey(dt.date(lot.randint(2024, 2027), lot.randint(1, 12), 1), lot.randint(1, 10**6), lot.randint(0, 99)),
            _maybe(lot, lambda: _amount(lot)),
            _maybe(lot, lambda: lot.choice((0, 1, 10, 1000, 10**9 - 1))),
            tuple(
                Step(_maybe(lot, lambda: lot.randint(0, 500)), _maybe(lot, lambda: _amount(lot))) for _ in range(STEPS)
            ),
        )
        rows[row.key] = row
    return tuple(rows[key] for key in sorted(rows) if not rows[key].is_empty)


def _amount(lot):
    return Decimal(lot.choice((0, 1, 1050, lot.randint(1, 10**9), 10**18 - 1, lot.randint(1, 10**18)))) / 100


def _maybe(lot, make):
    return make() if lot.random() < 0.7 else None
