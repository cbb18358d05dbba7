"""What costs a command a record: bindings of activities, comments of leads and deals."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.client import Answer, Command, Portal, PortalError
from crm.errors import AccessDenied, BrokenAnswer, RequestRejected, ServerFailed, TimedOut
from crm.inflight import in_flight
from crm.keyset import TRIES, Pace, worked_seconds
from crm.listing import PAGE, RawRow, row_id, rows_from, sent_fields
from crm.resources import Resource

BATCH = 50


@dataclass(frozen=True)
class Owner:
    """A record whose own rows are asked for: `kind` is "activity", "lead" or "deal"."""

    number: int
    kind: str

    @property
    def columns(self) -> RawRow:
        """What its rows say of it, where the portal leaves it out."""
        if self.kind == "activity":
            return {"ACTIVITY_ID": self.number}
        return {"ENTITY_ID": self.number, "ENTITY_TYPE": self.kind}

    def asked(self, resource: Resource) -> dict[str, Any]:
        """The parameters that ask for its rows."""
        if self.kind == "activity":
            return {"activityId": self.number}
        return {"filter": self.columns, "order": {"ID": "ASC"}, "select": sent_fields(resource)}


@dataclass(frozen=True)
class _Question:
    owner: Owner
    start: int = 0
    last: int = 0  # id of the last row that came
    tries: int = 0


class RecordWalk:
    """The rows of ``owners``, several batches at once.

    `refused` counts the records that the portal would not speak of (deleted since, or hidden).
    """

    def __init__(self, portal: Portal, resource: Resource, owners: Sequence[Owner], limit: int) -> None:
        self.portal, self.resource, self.pace = portal, resource, Pace()
        self._owners, self._limit = owners, limit
        self._answered = 0
        self._refusals: list[PortalError] = []
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[list[RawRow]]:
        parts = (self._owners[first : first + BATCH] for first in range(0, len(self._owners), BATCH))
        yield from in_flight((_Part(self, part) for part in parts), self._limit)
        if self._refusals and len(self._refusals) == len(self._owners):
            raise self._refusals[0]

    @property
    def refused(self) -> int:
        """Records that the portal would not speak of."""
        return len(self._refusals)

    @property
    def share(self) -> float:
        """How much of the records is answered, 0 to 1."""
        return self._answered / len(self._owners) if self._owners else 1.0

    def answered(self, refusal: PortalError | None = None) -> None:
        """One record is done with."""
        with self._lock:
            self._answered += 1
            if refusal is not None:
                self._refusals.append(refusal)


class _Part:
    """Some of the records, asked again until each has its answer."""

    def __init__(self, walk: RecordWalk, owners: Sequence[Owner]) -> None:
        self._walk = walk
        self._open = [_Question(owner) for owner in owners]

    @property
    def done(self) -> bool:
        return not self._open

    def step(self) -> list[RawRow]:
        asked = {f"r{place:02d}": question for place, question in enumerate(self._open[: self._walk.pace.length])}
        try:
            outcomes = self._walk.portal.batch({label: self._command(question) for label, question in asked.items()})
        except (TimedOut, BrokenAnswer, ServerFailed):
            if self._walk.pace.shorten():
                return []
            raise
        self._walk.pace.learn(len(asked), worked_seconds(outcomes.values()))
        rows: list[RawRow] = []
        left = self._open[len(asked) :]
        for label, question in asked.items():
            again = self._read(question, outcomes[label], rows)
            if again is not None:
                left.append(again)
        self._open = left
        return rows

    def _read(self, question: _Question, outcome: Answer | PortalError, rows: list[RawRow]) -> _Question | None:
        """Take the rows of one answer; what is to be asked next about this record, None when it is done with."""
        try:
            found, following = self._page(question, outcome)
        except (AccessDenied, RequestRejected) as refusal:
            self._walk.answered(refusal)
            return None
        except PortalError as fault:
            if not fault.retriable or question.tries + 1 >= TRIES:
                raise
            return replace(question, tries=question.tries + 1)
        rows += found
        if following is None:
            self._walk.answered()
        return following

    def _page(self, question: _Question, outcome: Answer | PortalError) -> tuple[list[RawRow], _Question | None]:
        if isinstance(outcome, PortalError):
            raise outcome
        found = rows_from(self._walk.resource, outcome, question.start)
        owned = [{**question.owner.columns, **row} for row in found]
        if "ID" not in self._walk.resource.key:
            return owned, None
        ids = [row_id(self._walk.resource, row) for row in found]
        # A method that ignores `start` gives its first page again.
        fresh = [row for row, number in zip(owned, ids, strict=True) if number > question.last]
        if not fresh or (outcome.next is None and len(found) < PAGE):
            return fresh, None
        start = question.start + len(found) if outcome.next is None else outcome.next
        return fresh, _Question(question.owner, start=start, last=max(ids))

    def _command(self, question: _Question) -> Command:
        owner, resource = question.owner, self._walk.resource
        params = owner.asked(resource)
        return Command(resource.method, {**params, "start": question.start} if question.start else params)
