"""Leads, deals and their stage histories of a nasty portal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.oracle.nasty.chance import NO_LINK, Chance
from tests.oracle.nasty.people import (
    DEAL_STAGES,
    FUNNELS,
    LEAD_STAGES,
    SEMANTICS,
    SOURCES,
    responsible,
)

Row = dict[str, Any]
UNKNOWN_STAGES = {"UC_LOST": "F", "UC_WON": "S", "UC_OPEN": "P", "UC_NULL": None}
AMOUNTS = (
    *("15000.00", "0.00", "", None, "-500.00", "0.01", "0.05", "0.15", "1.05", "-0.15", "100.125", "2.675"),
    *("1234567.89", "9999999999999999.99", "123456789012345678901234567890", "30000"),
)
CURRENCIES = ("RUB", "RUB", "RUB", "USD", "JPY", "TEN", "HLF", "THR", "ZRO", "NCN", "NUL", "EMP", "XXX", "", None)
MARKS = {
    "UTM_SOURCE": ("yandex", " yandex", "google ", "Google", "\u00a0Google", "\u3000"),
    "UTM_MEDIUM": ("cpc", "cpc ", "email"),
    "UTM_CAMPAIGN": ("spring", "Весна", " Весна"),
    "UTM_CONTENT": ("a", "b"),
    "UTM_TERM": ("грузы", "=1+1"),
}
CITIES = ("Москва", "Казань", "\u00a0Казань ", "казань", "Омск", "", None)
COUNTRIES = ("Россия", "россия", " Россия", "Беларусь", "", None)


def stage_row(stage: str, funnel: int) -> str:
    return f"C{funnel}:{stage}" if funnel else stage


class Crm:
    """Draws leads and deals, each with the history entries it leaves behind."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.lead_history: list[Row] = []
        self.deal_history: list[Row] = []
        self._lead_steps = chance.random.sample(range(1, 20000), 8000)
        self._deal_steps = chance.random.sample(range(1, 20000), 8000)

    def _semantics(self, stage: str) -> str | None:
        """The row's own word: mostly the stage's, sometimes at odds with the dictionary's."""
        if stage in UNKNOWN_STAGES:
            return UNKNOWN_STAGES[stage]
        own = SEMANTICS.get(stage, "P")
        return own if self.chance.happens(0.85) else self.chance.pick(["P", "S", "F", None, ""])

    def _stage(self, known: tuple[str, ...]) -> str:
        return self.chance.pick(tuple(UNKNOWN_STAGES)) if self.chance.happens(0.07) else self.chance.pick(known)

    def _marks(self) -> Row:
        chance = self.chance
        if chance.happens(0.5):
            return {mark: chance.pick([None, "", "  "]) for mark in MARKS}
        return {mark: chance.maybe(0.5, chance.pick(values)) for mark, values in MARKS.items()}

    def _common(self, key: int, created: datetime, quiet: bool) -> Row:
        chance = self.chance
        moved = created if quiet else chance.pick([created, chance.after(created), chance.after(created)])
        last = chance.maybe(0.7, chance.written(chance.after(created, 20)))
        return {
            "ID": str(key),
            "TITLE": chance.pick([f"Сделка {key}", "=1+1", "<b>x</b>", "Тёзка"]),
            "SOURCE_ID": chance.maybe(0.75, chance.pick(SOURCES), (None, "", "  ")),
            "COMPANY_ID": chance.maybe(0.7, str(chance.pick([1, 2, chance.number(1, 28)])), NO_LINK),
            "ASSIGNED_BY_ID": responsible(chance),
            "OPPORTUNITY": chance.pick(AMOUNTS),
            "CURRENCY_ID": chance.pick(CURRENCIES),
            "DATE_CREATE": chance.written(created),
            "DATE_MODIFY": chance.written(chance.after(moved)),
            "MOVED_TIME": chance.maybe(0.96, chance.written(moved)),
            "LAST_ACTIVITY_TIME": None if quiet else last,
            **self._marks(),
        }

    def _path(self, known: tuple[str, ...], last: str, created: datetime) -> list[tuple[datetime, int, str]]:
        """Moments, types and stages of a history: with gaps, ties, repeats, and an end at odds with the present."""
        chance = self.chance
        if chance.happens(0.12):
            return []
        stages = [self._stage(known) for _ in range(chance.number(0, 4))]
        stages += [last] if chance.happens(0.85) else []
        at = created if chance.happens(0.9) else chance.moment()
        path = []
        for place, stage in enumerate(stages):
            final = stage in SEMANTICS
            kind = 1 if place == 0 and chance.happens(0.8) else chance.pick([2, 3, 4] if final else [2])
            path.append((at, kind, stage))
            at = chance.after(at, 25)
        return path

    def _history(self, ids: list[int], owner: int, path: list[tuple[datetime, int, str]], word: str) -> list[Row]:
        return [
            {
                "ID": str(ids.pop()),
                "TYPE_ID": str(kind),
                "OWNER_ID": str(owner),
                "CREATED_TIME": self.chance.written(at),
                f"{word}_ID": stage,
                f"{word}_SEMANTIC_ID": self._semantics(stage),
            }
            for at, kind, stage in path
        ]

    def _birth(self) -> tuple[datetime, bool]:
        """When something was created, and whether nothing happened to it since: then on a border of waiting."""
        quiet = self.chance.happens(0.06)
        return (self.chance.border() if quiet else self.chance.moment()), quiet

    def lead(self, key: int) -> Row:
        chance = self.chance
        created, quiet = self._birth()
        stage = self._stage(LEAD_STAGES)
        path = [] if quiet else self._path(LEAD_STAGES, stage, created)
        self.lead_history += self._history(self._lead_steps, key, path, "STATUS")
        closed = chance.maybe(0.7, chance.written(chance.after(created)), (None, "", "0000-00-00 00:00:00"))
        return {
            **self._common(key, created, quiet),
            "STATUS_ID": stage,
            "STATUS_SEMANTIC_ID": self._semantics(stage),
            "DATE_CLOSED": closed,
            "ADDRESS_CITY": chance.pick(CITIES),
            "ADDRESS_COUNTRY": chance.pick(COUNTRIES),
        }

    def _written_stage(self, stage: str, funnel: int) -> str:
        """With the funnel's prefix, and in funnel 7 sometimes without."""
        return stage if funnel == 7 and self.chance.happens(0.1) else stage_row(stage, funnel)

    def deal(self, key: int, leads: list[int]) -> Row:
        chance = self.chance
        created, quiet = self._birth()
        funnel = chance.pick([0, 0, 0, 7, 7, 9, 12])
        stage = self._stage(DEAL_STAGES) if funnel != 12 else chance.pick(tuple(UNKNOWN_STAGES))
        if not quiet:
            self._deal_history(key, funnel, stage, created)
        closed = chance.written(chance.after(created, 300) if chance.happens(0.9) else chance.moment())
        return {
            **self._common(key, created, quiet),
            "CATEGORY_ID": str(funnel),
            "STAGE_ID": self._written_stage(stage, funnel),
            "STAGE_SEMANTIC_ID": self._semantics(stage),
            "IS_RECURRING": "Y" if chance.happens(0.05) else "N",
            "LEAD_ID": chance.maybe(0.5, str(chance.pick([*leads, 90001])), NO_LINK),
            "CLOSEDATE": chance.maybe(0.75, closed),
        }

    def _deal_history(self, key: int, funnel: int, stage: str, created: datetime) -> None:
        chance = self.chance
        known = DEAL_STAGES if funnel != 12 else tuple(UNKNOWN_STAGES)
        rows = self._history(self._deal_steps, key, self._path(known, stage, created), "STAGE")
        jump = chance.number(0, len(rows)) if rows and chance.happens(0.2) else 0
        before = chance.pick(FUNNELS)
        for place, row in enumerate(rows):
            own = before if place < jump else funnel
            row["CATEGORY_ID"] = str(own)
            row["STAGE_ID"] = self._written_stage(row["STAGE_ID"], own)
            if place == jump and jump:
                row["TYPE_ID"] = "5"
        self.deal_history += rows
