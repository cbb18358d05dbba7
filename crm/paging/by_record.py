"""Walks that cost a command a record: bindings of activities, comments of leads and deals."""

import threading
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.paging.batch_size import BatchSize, worked_seconds
from crm.paging.list_pages import (
    PAGE,
    RawRow,
    StrangeAnswer,
    is_bare,
    newest_id,
    newest_page,
    row_id,
    rows_from,
    sent_fields,
)
from crm.paging.prefetch import Lists
from crm.paging.workers import Checkpoint, RowBatch, run_jobs
from crm.portal.client import Answer, Command, PortalError
from crm.portal.errors import (
    AccessDenied,
    BatchTooLong,
    BrokenAnswer,
    RecordMissing,
    RequestRejected,
    ServerFailed,
    TimedOut,
)
from crm.portal.retries import Retries
from crm.resources import BY_ENTITY, Resource

RECORDS_A_BATCH = 49  # and one more command, see `_Part`
CONTROL = "control"
SILENCES = 4
TABLES = {"activity": "activities", "lead": "leads", "deal": "deals"}


@dataclass(frozen=True)
class Owner:
    """A record whose own rows are asked for: `kind` is "activity", "lead" or "deal"."""

    number: int
    kind: str

    @property
    def columns(self) -> RawRow:
        """The columns of its rows that name it; the portal leaves them out."""
        if self.kind == "activity":
            return {"ACTIVITY_ID": self.number}
        return {"ENTITY_ID": self.number, "ENTITY_TYPE": self.kind}

    @property
    def key(self) -> str:
        """Its name in a manifest: "deal:57"."""
        return f"{self.kind}:{self.number}"

    @property
    def checkpoint(self) -> Checkpoint:
        """That all its rows are here, as a resume journal keeps it."""
        return {"number": self.number, "kind": self.kind}

    def params(self, resource: Resource) -> dict[str, Any]:
        """The parameters that ask for its rows."""
        if self.kind == "activity":
            return {"activityId": self.number}
        return {"filter": self.columns, "order": {"ID": "ASC"}, "select": sent_fields(resource)}


@dataclass(frozen=True)
class _Question:
    """The next page to ask of one record."""

    owner: Owner
    start: int = 0
    row_count: int = 0  # of the pages behind
    seen: frozenset[int] = frozenset()  # their ids
    total: int = 0  # that they told of
    silences: int = 0  # answers without rows, where rows are known


class RecordWalk:
    """The rows of ``owners``, up to ``workers`` batches at once.

    `missing` counts the records that are not there any more, `denied` are those whose rows the portal refused to give:
    of neither there is more to come. ``is_whole``: they are all there are, so that a refusal of each of them is one of
    the method. ``known`` records have rows here: that they have none any more is heard `SILENCES` times.
    """

    def __init__(
        self,
        portal: Lists,
        resource: Resource,
        owners: Sequence[Owner],
        workers: int,
        *,
        is_whole: bool = True,
        known: Container[Owner] = frozenset(),
    ) -> None:
        self.portal, self.resource, self.batch_size = portal, resource, BatchSize()
        self._owners, self._workers, self._is_whole, self.known = owners, workers, is_whole, known
        self._answers = 0
        self._refusals: dict[Owner, PortalError] = {}
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[RowBatch]:
        count = len(self._owners)
        parts = (self._owners[first : first + RECORDS_A_BATCH] for first in range(0, count, RECORDS_A_BATCH))
        yield from run_jobs((_Part(self, part) for part in parts), self._workers)
        denied = self.denied
        if self._is_whole and denied and len(self._refusals) == len(self._owners):
            raise self._refusals[denied[0]]

    @property
    def denied(self) -> list[Owner]:
        """Records that are there, and whose rows the portal refused to give."""
        with self._lock:
            return [owner for owner, refusal in self._refusals.items() if not isinstance(refusal, RecordMissing)]

    @property
    def missing(self) -> int:
        """How many of the records are not there any more."""
        return len(self._refusals) - len(self.denied)

    @property
    def share(self) -> float:
        """How much of the records is answered, 0 to 1."""
        return self._answers / len(self._owners) if self._owners else 1.0

    def count_answer(self, owner: Owner, refusal: PortalError | None = None) -> None:
        """Count one record that is done with."""
        with self._lock:
            self._answers += 1
            if refusal is not None:
                self._refusals[owner] = refusal


class _Part:
    """Some of the records, asked again until each has its answer.

    A portal in trouble answers a whole batch with empty lists, and a record may well have none. So each batch bears a
    command that cannot be empty: the newest of the records themselves.
    """

    def __init__(self, walk: RecordWalk, owners: Sequence[Owner]) -> None:
        self._walk = walk
        self._open = [_Question(owner) for owner in owners]
        self._table = BY_ENTITY[TABLES[owners[0].kind]]
        self._retries = Retries()

    @property
    def done(self) -> bool:
        return not self._open

    def step(self) -> RowBatch:
        """Send one batch; the rows of whatever was answered, and the marks of the records whose rows are all here."""
        open_before = self._open
        rows = RowBatch(self._ask())
        still = {question.owner for question in self._open}.union(self._walk.denied)
        rows.checkpoints = [question.owner.checkpoint for question in open_before if question.owner not in still]
        return rows

    def _ask(self) -> list[RawRow]:
        length = max(1, self._walk.batch_size.commands - 1)
        questions = {f"r{place:02d}": question for place, question in enumerate(self._open[:length])}
        commands = {label: self._command(question) for label, question in questions.items()}
        commands[CONTROL] = newest_page(self._table)
        try:
            outcomes = self._walk.portal.batch(commands)
        except (TimedOut, BrokenAnswer, ServerFailed, BatchTooLong):
            if self._walk.batch_size.shrink():
                return []
            raise
        self._walk.batch_size.heed(outcomes.values())
        self._walk.batch_size.adapt(len(commands), worked_seconds(outcomes.values()))
        fault = self._control_fault(outcomes[CONTROL])
        rows: list[RawRow] = []
        if fault is None:
            fault = self._take(questions, outcomes, rows)
        if fault is not None:
            seconds = self._retries.wait_after(fault)
            self._walk.portal.pause(seconds, "portal.trying_again", method=self._walk.resource.method)
        return rows

    def _control_fault(self, control: Answer | PortalError) -> PortalError | None:
        """Why a batch is not to be believed, by the answer to its control command; None where it is."""
        if isinstance(control, PortalError):
            return control
        try:
            newest = newest_id(self._table, control)
        except StrangeAnswer as strange:
            return strange
        return None if newest else StrangeAnswer("pull.disagrees", method=self._table.method)

    def _take(
        self, questions: Mapping[str, _Question], outcomes: Mapping[str, Answer | PortalError], rows: list[RawRow]
    ) -> PortalError | None:
        """Append a batch's rows to ``rows``; the fault of a command that is to be asked again."""
        left = self._open[len(questions) :]
        fault: PortalError | None = None
        for label, question in questions.items():
            try:
                following = self._read(question, outcomes[label], rows)
            except PortalError as error:
                fault, following = error, question
            if following is not question:
                self._retries.reset()
            if following is not None:
                left.append(following)
        self._open = left
        return fault

    def _read(self, question: _Question, outcome: Answer | PortalError, rows: list[RawRow]) -> _Question | None:
        """Append one answer's rows to ``rows``; what is to be asked next of the record, None when it is done with."""
        try:
            page, following = self._page(question, outcome)
        except (AccessDenied, RequestRejected) as refusal:
            self._walk.count_answer(question.owner, refusal)
            return None
        rows += page
        if following is None:
            self._walk.count_answer(question.owner)
        return following

    def _page(self, question: _Question, outcome: Answer | PortalError) -> tuple[list[RawRow], _Question | None]:
        """The new rows of one answer, and the question for the next page, None after the last one."""
        if isinstance(outcome, PortalError):
            raise outcome
        resource, owner_columns = self._walk.resource, question.owner.columns.items()
        found = _each_once(rows_from(resource, outcome, question.start))
        if is_bare(resource, found) or any(
            str(row.get(name, number)) != str(number) for row in found for name, number in owner_columns
        ):
            raise StrangeAnswer("pull.other_list", method=resource.method)
        ids = [row_id(resource, row) for row in found] if "ID" in resource.key else []
        owned = [{**question.owner.columns, **row} for row in found]
        # A row may slip to the next page; a method that ignores `start` gives its first page again.
        fresh = [row for row, number in zip(owned, ids, strict=True) if number not in question.seen] if ids else owned
        row_count = question.row_count + (len(found) if fresh else 0)
        has_more = bool(ids and fresh) and (outcome.next is not None or len(found) >= PAGE)
        total = max(question.total, outcome.total or 0)
        if not has_more and (outcome.next is not None or row_count < total):
            raise StrangeAnswer("pull.cut_list", method=resource.method)
        if not row_count and question.owner in self._walk.known and question.silences + 1 < SILENCES:
            return [], replace(question, silences=question.silences + 1)
        if not has_more:
            return fresh, None
        start = question.start + len(found) if outcome.next is None else outcome.next
        return fresh, _Question(question.owner, start, row_count, question.seen.union(ids), total)

    def _command(self, question: _Question) -> Command:
        resource = self._walk.resource
        params = question.owner.params(resource)
        return Command(resource.method, {**params, "start": question.start} if question.start else params)


def _each_once(rows: Sequence[RawRow]) -> list[RawRow]:
    """The rows without those that are there already: a portal in trouble gives a page twice."""
    return [row for place, row in enumerate(rows) if row not in rows[:place]]
