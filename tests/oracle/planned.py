"""The rows of a sales plan as the oracle takes them, and what one of them has earned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

ZERO = Decimal("0.00")
Steps = tuple[tuple[int | None, Decimal | None], ...]  # (deals, bonus)
Place = tuple[date, int, int]


@dataclass(frozen=True)
class Planned:
    """What is planned for an employee in a funnel in a month (its first day)."""

    month: date
    employee_id: int
    funnel_id: int
    plan_sum: Decimal | None = None
    plan_count: int | None = None
    steps: Steps = ()

    @property
    def place(self) -> Place:
        return self.month, self.employee_id, self.funnel_id

    @property
    def has_steps(self) -> bool:
        return any(count is not None for count, _ in self.steps)

    @property
    def is_empty(self) -> bool:
        """Whether no figure stands in it: no row at all."""
        return self.plan_sum is None and self.plan_count is None and not self.steps

    @property
    def is_nothing(self) -> bool:
        return not self.plan_sum and not self.plan_count

    def bonus(self, amount: Decimal, deals: int, least: Decimal) -> Decimal:
        """What so many deals of that amount in all have earned, where at least ``least`` of the plan is asked for."""
        if self.plan_sum:
            fulfilled = Fraction(amount) >= Fraction(least) * Fraction(self.plan_sum)
        else:
            fulfilled = bool(self.plan_count) and deals >= Fraction(least) * (self.plan_count or 0)
        reached = [(count, bonus or ZERO) for count, bonus in self.steps if count is not None and count <= deals]
        return max(reached)[1] if fulfilled and reached else ZERO


def merged(rows: Iterable[Planned]) -> dict[Place, Planned]:
    """One row a place that holds a figure: amounts and counts add up, the steps are those of the first that has any."""
    found: dict[Place, Planned] = {}
    for row in rows:
        before = found.get(row.place, Planned(*row.place))
        sums = [value for value in (before.plan_sum, row.plan_sum) if value is not None]
        counts = [value for value in (before.plan_count, row.plan_count) if value is not None]
        found[row.place] = replace(
            row,
            plan_sum=sum(sums, ZERO) if sums else None,
            plan_count=sum(counts) if counts else None,
            steps=before.steps if before.has_steps else row.steps,
        )
    return {place: row for place, row in found.items() if not row.is_empty}
