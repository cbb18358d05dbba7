"""Random filters over a portal: each alone, pairs, many; values that are none, unknown, or match nothing."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from metrics.query.filters import Filters
from tests.oracle.model import UTM, Model
from tests.oracle.nasty.chance import Chance

FILTERS = ("funnels", "departments", "employees", "sources", *UTM, "countries", "cities", "stages")


class Asker:
    """Draws filters whose values mostly occur in the model."""

    def __init__(self, model: Model, seed: int) -> None:
        self.chance = Chance(seed * 7919 + 13)
        self._apart = Chance(seed * 15485863 + 1)
        self.as_of_day = model.rules.as_of_day
        self._values = self._known(model)

    @staticmethod
    def _known(model: Model) -> dict[str, list[Any]]:
        entities = [*model.leads.values(), *model.deals.values()]
        employees = {entity.employee_id for entity in entities}
        known: dict[str, set[Any]] = {
            "funnels": {deal.funnel_id for deal in model.deals.values()} | {0, 404},
            "employees": employees | {0, 4040},
            "departments": {model.people.department_of(employee) for employee in employees} | {0, 1, 3, 5, 99, 404},
            "sources": {entity.source_id for entity in entities} | {"", "NO_SUCH"},
            "countries": {entity.country for entity in entities} | {""},
            "cities": {entity.city for entity in entities} | {"", "Нигде"},
            "stages": {f"{entity.kind}:{entity.stage.id}" for entity in entities} | {"lead:NEW", "deal:NO_SUCH"},
        }
        for at, mark in enumerate(UTM):
            known[mark] = {entity.utm[at] for entity in entities} | {""}
        return {name: sorted(values) for name, values in known.items()}

    def _month_end(self, day: date) -> date:
        return day.replace(day=monthrange(day.year, day.month)[1])

    def _period(self) -> tuple[date, date]:
        chance, day = self.chance, self.as_of_day
        first = (day.replace(day=1) - timedelta(days=chance.number(0, 500))).replace(day=1)
        some = day - timedelta(days=chance.number(0, 550))
        shapes = [
            (first, self._month_end(first)),
            (first, self._month_end(first + timedelta(days=chance.number(31, 200)))),
            (first, self._month_end(day)),
            (day.replace(day=1), day),
            (some, some),
            (day, day),
            (some, some + timedelta(days=chance.number(1, 400))),
            (some, day + timedelta(days=chance.number(1, 90))),
            (day + timedelta(days=1), day + timedelta(days=60)),
            (date(day.year - 2, 1, 1), date(day.year + 1, 12, 31)),
            (date(day.year - 1, 1, 1), date(day.year - 1, 12, 31)),
            (date(day.year, 1, 1), date(day.year, 12, 31)),
            (day.replace(day=1), self._month_end(day)),
            (date(2024, 2, 29), date(2024, 3, 31)),
            (day - timedelta(days=3), self._month_end(day)),
            (first, day),
        ]
        if chance.happens(0.03):
            return chance.pick([(date(1991, 1, 1), date(1991, 2, 28)), (date(2060, 12, 1), date(2060, 12, 31))])
        return chance.pick(shapes)

    def _picked(self, name: str) -> tuple[Any, ...]:
        return tuple(self.chance.some(self._values[name], self.chance.pick([1, 2, 4])))

    def _least(self) -> Decimal:
        """The minimum percent; drawn apart, so that the other filters of a number are what they were."""
        return self._apart.pick([Decimal(1), Decimal(1), Decimal("0.8"), Decimal("1.15"), Decimal("0.5"), Decimal(0)])

    def _named(self, how: int) -> list[str]:
        """Which filters are set: none, one alone, a pair, or many."""
        kind = how % 4
        if kind == 0:
            return []
        return self.chance.random.sample(FILTERS, {1: 1, 2: 2, 3: self.chance.number(2, 5)}[kind])

    def numbered(self, questions: range) -> list[Filters]:
        """The sets of filters of these numbers, as they stand in the endless row of them."""
        return list(self.filters(questions.stop))[questions.start :]

    def filters(self, count: int) -> Iterator[Filters]:
        chance = self.chance
        for how in range(count):
            start, end = self._period()
            yield Filters(
                period_from=start,
                period_to=end,
                grain=chance.pick(["month", "month", "quarter", "year"]),
                utm_dimension=chance.pick(UTM),
                lead_days=chance.pick([3, 3, 0, 1, 7, 30]),
                deal_days=chance.pick([14, 14, 0, 1, 3]),
                without_activities=chance.happens(0.2),
                all_open=chance.happens(0.3),
                min_completion=self._least(),
                **{name: self._picked(name) for name in self._named(how)},
            )
