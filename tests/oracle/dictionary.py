"""Names of things: stages with their order and semantics, sources, funnels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tests.oracle.staging import Row, link, newest, text, whole

PREFIX = re.compile(r"^C\d+:")
LEAD_STATES = {"S": "qualified", "F": "junk"}
DEAL_STATES = {"S": "won", "F": "lost", "P": "in_work"}


@dataclass(frozen=True)
class Stage:
    """One stage as an entity stands on it. `semantics` is S, F or P."""

    funnel_id: int
    id: str
    name: str
    sort: int | None
    semantics: str
    known: bool

    @property
    def is_final(self) -> bool:
        return self.semantics in ("S", "F")


def semantics_of(value: str | None) -> str:
    return value if value in ("S", "F") else "P"


def full_id(received: str, funnel: int) -> str:
    """A stage's one id: in funnel 7 both "WON" and "C7:WON" are "C7:WON"; another funnel's prefix is left alone."""
    return f"C{funnel}:{received}" if funnel and received and not PREFIX.match(received) else received


class Stages:
    """The stages of one kind: leads (funnel 0 alone) or deals (a dictionary for each funnel)."""

    def __init__(self, statuses: Iterable[Row], entity: str) -> None:
        self._rows: dict[tuple[int, str], Stage] = {}
        for row in sorted(newest(statuses, "ID"), key=lambda row: link(row.get("ID"))):
            funnel = self._funnel(text(row.get("ENTITY_ID")), entity)
            if funnel is None:
                continue
            key = full_id(text(row.get("STATUS_ID")), funnel)
            stage = Stage(
                funnel,
                key,
                text(row.get("NAME")) or key,
                whole(row.get("SORT")),
                semantics_of(row.get("SEMANTICS")),
                True,
            )
            self._rows[funnel, key] = stage

    @staticmethod
    def _funnel(entity_id: str, entity: str) -> int | None:
        if entity_id == entity:
            return 0
        if entity == "DEAL_STAGE" and entity_id.startswith("DEAL_STAGE_"):
            return whole(entity_id.removeprefix("DEAL_STAGE_"))
        return None

    def all(self) -> list[Stage]:
        return list(self._rows.values())

    def find(self, funnel: int, received: str, own_semantics: str | None) -> Stage:
        """The dictionary's stage, written with the funnel's prefix or without; one it lacks is called as received."""
        key = full_id(received, funnel)
        unknown = Stage(funnel, received, received, None, semantics_of(own_semantics), False)
        return self._rows.get((funnel, key), unknown)

    def first_in_work(self) -> Stage | None:
        """The one with the least sort order; of equals the one the portal made first."""
        open_ones = [stage for stage in self._rows.values() if stage.semantics == "P" and stage.sort is not None]
        return min(open_ones, key=lambda stage: stage.sort, default=None)


class Dictionary:
    """Everything of `statuses` and `funnels` that a report names."""

    def __init__(self, statuses: Iterable[Row], funnels: Iterable[Row]) -> None:
        statuses = list(statuses)
        self.lead_stages = Stages(statuses, "STATUS")
        self.deal_stages = Stages(statuses, "DEAL_STAGE")
        self._first = self.lead_stages.first_in_work()
        self._sources = {
            text(row.get("STATUS_ID")): text(row.get("NAME"))
            for row in newest(statuses, "ID")
            if row.get("ENTITY_ID") == "SOURCE"
        }
        self._funnels = {link(row.get("ID")): text(row.get("NAME")) for row in newest(funnels, "ID")}

    def lead_state(self, stage: Stage) -> str:
        if stage.is_final:
            return LEAD_STATES[stage.semantics]
        return "new" if self._first is not None and stage.id == self._first.id else "in_work"

    @staticmethod
    def deal_state(stage: Stage) -> str:
        return DEAL_STATES[stage.semantics]

    def source(self, source_id: str) -> str:
        return (self._sources.get(source_id) or source_id) if source_id else "Без источника"

    def funnels(self) -> list[int]:
        """Those that have a row."""
        return list(self._funnels)

    def funnel(self, funnel_id: int) -> str:
        return self._funnels.get(funnel_id) or f"Воронка {funnel_id}"
