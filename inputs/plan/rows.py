"""A row of the sales plan: what one employee is to sell in one funnel in one month, and what it earns them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

STEPS = 3  # bonus steps of a row


@dataclass(frozen=True, order=True)
class PlanKey:
    """Whose plan it is: ``month`` is its first day; ids are the portal's, funnel 0 is a funnel like any other."""

    month: dt.date
    employee_id: int
    funnel_id: int


@dataclass(frozen=True)
class Step:
    """A bonus in the base currency for that many won deals. Without a ``count`` it is no step, but stays as typed."""

    count: int | None = None
    bonus: Decimal | None = None


NO_STEPS = (Step(),) * STEPS


@dataclass(frozen=True)
class PlanRow:
    """The plan of one key: amount in the base currency, deals, and exactly `STEPS` steps; None where nothing stands."""

    key: PlanKey
    plan_sum: Decimal | None = None
    plan_count: int | None = None
    steps: tuple[Step, ...] = NO_STEPS

    @property
    def has_steps(self) -> bool:
        """Whether it has a bonus step: a bonus without a count is none."""
        return any(step.count is not None for step in self.steps)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is planned: such a row need not be kept."""
        return self.plan_sum is None and self.plan_count is None and self.steps == NO_STEPS
