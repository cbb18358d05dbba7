"""Dice for a nasty portal: moments around midnight and around the borders of waiting, in several offsets."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

Value = TypeVar("Value")
OFFSETS = (3, 3, 3, 3, 0, 5, -4)
NOTHING = (None, "")
NO_LINK = (None, "", "0")


class Chance:
    """Seeded dice that know the portal's clock and zone."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.zone = self.pick(["Europe/Moscow"] * 6 + ["Europe/Berlin", "UTC", "America/New_York", "Asia/Kolkata"])
        self.as_of = self._clock()
        self._used: list[datetime] = []

    def pick(self, values: Sequence[Value]) -> Value:
        return self.random.choice(values)

    def some(self, values: Sequence[Value], most: int) -> list[Value]:
        return self.random.sample(list(values), min(len(values), self.random.randint(1, most)))

    def happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def _clock(self) -> datetime:
        day = self.pick(
            [(2025, 3, 14), (2024, 2, 29), (2025, 3, 31), (2025, 1, 1), (2025, 10, 26), (2024, 12, 31), (2025, 6, 2)]
        )
        hour = self.pick([(15, 42, 10), (0, 0, 0), (23, 59, 59), (0, 0, 1), (9, 30, 0)])
        return datetime(*day, *hour, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def written(self, at: datetime) -> str:
        """A moment as the portal writes it, at one of several offsets."""
        return at.astimezone(timezone(timedelta(hours=self.pick(OFFSETS)))).isoformat(timespec="seconds")

    def moment(self, back: int = 600, ahead: int = 40) -> datetime:
        """A moment from so many days before as_of to so many after: midnights, ties and borders are frequent."""
        dice = self.random.random()
        if self._used and dice < 0.06:
            return self.pick(self._used)
        if dice < 0.12:
            return self._kept(self.border())
        span = self.number(-back * 86400, self.pick([0, 0, 0, ahead * 86400]))
        at = self.as_of + timedelta(seconds=span)
        if dice < 0.3:
            local = at.astimezone(ZoneInfo(self.zone))
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
            at = midnight.astimezone(UTC) + timedelta(seconds=self.pick([-3600, -1, 0, 0, 1, 59, 7200]))
        return self._kept(at)

    def border(self) -> datetime:
        """A moment whole days before as_of, or a second off."""
        return self.as_of - timedelta(days=self.pick([1, 3, 7, 14, 30, 90, 91]), seconds=self.pick([-1, 0, 0, 1]))

    def after(self, at: datetime, days: int = 60) -> datetime:
        """A later moment (sometimes the same one)."""
        if self.happens(0.12):
            return at
        return self._kept(at + timedelta(seconds=self.number(1, days * 86400)))

    def _kept(self, at: datetime) -> datetime:
        if len(self._used) < 200:
            self._used.append(at)
        return at

    def maybe(self, probability: float, value: Any, otherwise: Sequence[Any] = NOTHING) -> Any:
        return value if self.happens(probability) else self.pick(otherwise)
