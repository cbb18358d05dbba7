"""Activities and comments: whose work they are, of what kind, where they stand, what is planned."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tests.oracle.model import Entity, Model
from tests.oracle.staging import Row, decimal, flag, link, newest, text

PROVIDERS = {
    "VOXIMPLANT_CALL": "call",
    "CRM_EMAIL": "email",
    "CRM_MEETING": "meeting",
    "CRM_TODO": "task",
    "CRM_TASKS_TASK": "task",
    "TASKS": "task",
}
TYPES = {1: "meeting", 2: "call", 3: "task", 4: "email"}
KINDS = {
    "meeting": "meetings",
    "call": "calls",
    "email": "emails",
    "task": "tasks",
    "comment": "comments",
    "other": "other",
}
OWNERS = {1: "lead", 2: "deal"}
Owner = tuple[str, int] | None


@dataclass(frozen=True)
class Work:
    """A completed activity that is somebody's work. `owner` is ("lead"|"deal", id) or None."""

    employee_id: int
    kind: str
    at: datetime
    day: date
    owner: Owner
    call_seconds: Decimal


@dataclass(frozen=True)
class Plan:
    """An open activity; `deadline` None when it has none."""

    id: int
    deadline: datetime | None


def kind_of(row: Row) -> str:
    provider = text(row.get("PROVIDER_ID"))
    if provider:
        return PROVIDERS.get(provider, "other")
    return TYPES.get(link(row.get("TYPE_ID")), "other")


class Activities:
    """`work`: completed activities and comments. `plans`: open activities by the entity they stand with."""

    def __init__(self, model: Model) -> None:
        self._rules = model.rules
        self._telephony = self._durations(model.rows("calls"))
        rows = newest(model.rows("activities"), "ID")
        comments = newest(model.rows("comments"), "ID")
        self.work = [work for row in rows if flag(row.get("COMPLETED")) for work in self._completed(row)]
        self.work += [work for row in comments for work in self._comment(row)]
        self.people = {link(row.get("RESPONSIBLE_ID")) for row in rows} | {
            link(row.get("AUTHOR_ID")) for row in comments
        }
        self.plans = self._open(rows, model.rows("activity_bindings"))
        self._last_work: dict[tuple[str, int], datetime] = {}
        for work in self.work:
            if work.owner is not None:
                self._last_work[work.owner] = max(work.at, self._last_work.get(work.owner, work.at))

    @staticmethod
    def _durations(calls: list[Row]) -> dict[int, Decimal]:
        """Seconds by activity; a record with an empty duration is no record."""
        found: dict[int, Decimal] = defaultdict(Decimal)
        for row in newest(calls, "ID"):
            seconds = decimal(row.get("CALL_DURATION"))
            if seconds is not None:
                found[link(row.get("CRM_ACTIVITY_ID"))] += max(seconds, Decimal(0))
        return dict(found)

    def _completed(self, row: Row) -> list[Work]:
        kind = kind_of(row)
        if text(row.get("PROVIDER_ID")) == "CRM_WEBFORM":
            return []
        if link(row.get("DIRECTION")) == 1 and kind != "call":
            return []
        at = self._rules.moment(row.get("START_TIME")) or self._rules.moment(row.get("CREATED"))
        if at is None:
            return []
        owner_kind = OWNERS.get(link(row.get("OWNER_TYPE_ID")))
        owner = (owner_kind, link(row.get("OWNER_ID"))) if owner_kind else None
        seconds = self._call_seconds(row) if kind == "call" else Decimal(0)
        return [Work(link(row.get("RESPONSIBLE_ID")), kind, at, self._rules.day(at), owner, seconds)]

    def _call_seconds(self, row: Row) -> Decimal:
        told = self._telephony.get(link(row.get("ID")))
        if told is not None:
            return told
        start, end = self._rules.moment(row.get("START_TIME")), self._rules.moment(row.get("END_TIME"))
        if start is None or end is None:
            return Decimal(0)
        return Decimal(max(0, int((end - start).total_seconds())))

    def _comment(self, row: Row) -> list[Work]:
        at = self._rules.moment(row.get("CREATED"))
        if at is None:
            return []
        kind = text(row.get("ENTITY_TYPE")).lower()
        owner = (kind, link(row.get("ENTITY_ID"))) if kind in ("lead", "deal") else None
        return [Work(link(row.get("AUTHOR_ID")), "comment", at, self._rules.day(at), owner, Decimal(0))]

    def _open(self, rows: list[Row], bindings: list[Row]) -> dict[tuple[str, int], list[Plan]]:
        """Open activities of each lead and deal, by owner or binding, each once."""
        plans = {
            link(row.get("ID")): Plan(link(row.get("ID")), self._rules.moment(row.get("DEADLINE")))
            for row in rows
            if not flag(row.get("COMPLETED"))
        }
        stands = {(link(row.get("ID")), link(row.get("OWNER_TYPE_ID")), link(row.get("OWNER_ID"))) for row in rows} | {
            (link(row.get("ACTIVITY_ID")), link(row.get("ENTITY_TYPE_ID")), link(row.get("ENTITY_ID")))
            for row in bindings
        }
        found: dict[tuple[str, int], list[Plan]] = defaultdict(list)
        for activity, owner_type, owner in stands:
            if activity in plans and owner_type in OWNERS:
                found[OWNERS[owner_type], owner].append(plans[activity])
        return found

    def plans_of(self, entity: Entity) -> list[Plan]:
        return self.plans.get((entity.kind, entity.id), [])

    def has_work(self, entity: Entity) -> bool:
        return (entity.kind, entity.id) in self._last_work

    def last_action_at(self, entity: Entity) -> datetime | None:
        """The latest of creation, LAST_ACTIVITY_TIME, the last move, the last completed activity; None without any."""
        moments = list(entity.moves)
        if entity.created_at is not None:
            moments.append(entity.created_at)
        if entity.last_activity_at is not None:
            moments.append(entity.last_activity_at)
        if self.has_work(entity):
            moments.append(self._last_work[entity.kind, entity.id])
        return max(moments, default=None)

    def next_deadline(self, entity: Entity) -> datetime | None:
        deadlines = [plan.deadline for plan in self.plans_of(entity) if plan.deadline is not None]
        return self._rules.local(min(deadlines)) if deadlines else None
