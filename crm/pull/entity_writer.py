"""One entity after another: its rows → a file, what they tell → its state, what goes wrong → the pull's failure."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from crm.paging.list_pages import RawRow, row_id, sent_fields
from crm.paging.pages import Doubts, Pages
from crm.paging.workers import Piece
from crm.portal.client import (
    AccessDenied,
    MethodMissing,
    PortalError,
    PortalUnavailable,
    ScopeMissing,
)
from crm.pull.errors import EntityFailed, PullError, refuse_narrowed
from crm.pull.progress import Changes, Tracker
from crm.pull.user_fields import kept
from crm.resources import Resource
from crm.snapshots.manifest import EntityState, FileRecord, Manifest, Note
from crm.snapshots.resume import Journal
from crm.snapshots.store import Snapshots

OVERLAP = dt.timedelta(minutes=10)  # what changed while a pull ran is asked for again by the next one
REFUSED = (ScopeMissing, MethodMissing, AccessDenied)


class EntityPull:
    """Writes the entities of one phase of one pull; `written` and `notes` are what it has come to so far."""

    def __init__(
        self,
        snapshots: Snapshots,
        before: Manifest | None,
        tracker: Tracker,
        *,
        pull_id: str,
        pulled_at: str,
        accept_deletions: bool,
    ) -> None:
        self._snapshots, self._before, self._tracker = snapshots, before, tracker
        self._pull_id, self._pulled_at = pull_id, pulled_at
        self._accept_deletions = accept_deletions
        self.written: list[FileRecord] = []
        self.notes: list[Note] = []

    def bring(
        self,
        resource: Resource,
        pages: Callable[[], Pages],
        journal: Journal | None = None,
        *,
        kept_owners: Collection[int] = (),
    ) -> EntityState:
        """The state of an entity after all its ``pages`` are in a file; with a ``journal`` it can be gone on with.

        Rows that are here of ``kept_owners`` (activities) stay.

        Raises:
            EntityFailed: it is incomplete, has shrunk, or is refused though it must not be.
            SnapshotsError: it cannot be written.
        """
        try:
            with self._failing(resource):
                state = self._complete(resource, pages, journal, kept_owners)
        except EntityFailed as failed:
            if journal is not None and not isinstance(failed.cause, PortalUnavailable):
                journal.discard()
            return self._without(resource, failed)
        self._tracker.done(resource.entity)
        return state

    def follow(self, resource: Resource, state: EntityState, pages: Callable[[], Pages]) -> EntityState:
        """The state of an entity after what changed since ``state`` lies beside its files.

        Raises:
            EntityFailed: it is incomplete, or refused.
            SnapshotsError: it cannot be written.
        """
        try:
            with self._failing(resource):
                state, changes = self._changed(resource, state, self._once(resource, pages()))
        except EntityFailed as failed:
            return self._without(resource, failed)
        self._tracker.done(resource.entity, changes)
        return self._as_of_now(resource, state)

    def untouched(self, resource: Resource, state: EntityState) -> EntityState:
        """The state of an entity in which there is nothing to ask about."""
        self._tracker.start(resource.entity)
        self._tracker.done(resource.entity, Changes())
        return self._as_of_now(resource, state)

    def recount(self, resource: Resource, state: EntityState, count: Callable[[], Doubts | None]) -> EntityState:
        """The state of an entity after the ranges that a ``count`` makes doubtful were walked anew.

        Raises:
            EntityFailed: they could not be walked to their ends, or too many rows are gone.
            SnapshotsError: it cannot be written.
        """
        found: set[int] = set()
        with self._failing(resource):
            doubts = count()
            if doubts is None:
                self._tracker.done(resource.entity, Changes())
                return state
            rows = self._once(resource, doubts.pages, found)
            state, changes = self._changed(resource, state, rows, only_new=".counted")
            gone = [number for number in doubts.known if number not in found]
            if not self._accept_deletions:
                refuse_narrowed(state.rows, state.rows - len(gone))
        files: tuple[FileRecord, ...] = ()
        if gone:
            files = self._with(self._snapshots.write_deleted(resource.entity, self._pull_id, gone, self._pulled_at))
        self._tracker.done(resource.entity, replace(changes, gone=len(gone)))
        return replace(state, files=(*state.files, *files), rows=state.rows - len(gone))

    def compact(self, resource: Resource, state: EntityState) -> EntityState:
        """The state of an entity after all its files are one."""
        whole = self._snapshots.compact(resource.entity, self._pull_id, state.files)
        return replace(state, files=self._with(whole), rows=whole.rows)

    def absent(self, resource: Resource, reason: str, values: Mapping[str, Any]) -> EntityState:
        """The state of an entity that is not pulled, and why."""
        self._tracker.absent(resource.entity, reason, values)
        return EntityState(
            status="absent",
            reason=reason,
            reason_values=dict(values),
            fields=resource.fingerprint,
            pulled_at=self._pulled_at,
        )

    def _without(self, resource: Resource, failed: EntityFailed) -> EntityState:
        """The state of an entity that is refused and may be absent; any other failure is the pull's."""
        if isinstance(failed.cause, REFUSED) and self._may_be_absent(resource):
            return self.absent(resource, failed.cause.key, failed.cause.values)
        raise failed

    def _changed(
        self, resource: Resource, state: EntityState, rows: Iterable[RawRow], only_new: str = ""
    ) -> tuple[EntityState, Changes]:
        newer, new = self._snapshots.write_changes(
            resource.entity, self._pull_id, rows, self._pulled_at, state.files, only_new=only_new
        )
        changes = Changes(new=new, changed=(newer.rows if newer else 0) - new)
        return replace(state, files=(*state.files, *self._with(newer)), rows=state.rows + new), changes

    @contextmanager
    def _failing(self, resource: Resource) -> Iterator[None]:
        """What goes wrong in here is the entity's failure."""
        self._tracker.start(resource.entity)
        try:
            yield
        except (PortalError, PullError) as error:
            raise EntityFailed(resource.entity, error) from None

    def _complete(
        self, resource: Resource, pages: Callable[[], Pages], journal: Journal | None, kept_owners: Collection[int]
    ) -> EntityState:
        began = journal.begun.moment if journal else self._pulled_at
        newer = self._whole_file(resource, pages, journal)
        self._compare(resource, newer.rows)
        files = (*self._kept(resource, newer, kept_owners), newer)
        return EntityState(
            status="complete",
            files=files,
            watermark=self._known_until(resource, began),
            fields=resource.fingerprint,
            rows=sum(record.rows for record in files),
            pulled_at=began,
        )

    def _whole_file(self, resource: Resource, pages: Callable[[], Pages], journal: Journal | None) -> FileRecord:
        if journal is not None and journal.record is not None:
            return journal.record
        # Of the fields that the settings name crm/pull/schema_drift.py says which ones the portal lacks.
        missing = set(sent_fields(resource)) - set(resource.user_fields)
        pieces = self._pieces(resource, pages(), missing)
        if journal is None:
            rows = (row for piece in pieces for row in piece)
            newer = self._snapshots.write(resource.entity, self._pull_id, rows, self._pulled_at)
        else:
            with self._snapshots.explained():
                with journal.open() as writing:
                    for piece in pieces:
                        writing.add(piece, piece.marks)
                began = journal.begun.moment
                newer = self._snapshots.write_spooled(resource.entity, self._pull_id, journal.spool, began)
                journal.finished(newer)
        self.written.append(newer)
        if newer.rows and missing:
            fields = ", ".join(sorted(missing))
            self.notes.append(Note("pull.fields_missing", {"method": resource.method, "fields": fields}))
        return newer

    def _pieces(self, resource: Resource, pages: Pages, missing: set[str]) -> Iterator[Piece]:
        """Rows by the snapshot's column names; takes the fields it meets out of ``missing``."""
        for page in pages:
            for row in page if missing else ():
                missing.difference_update(row)
            yield Piece((_renamed(resource, row) for row in page), page.marks)
            self._tracker.advance(resource.entity, len(page), pages.share)

    def _once(self, resource: Resource, pages: Pages, seen: set[int] | None = None) -> Iterator[RawRow]:
        """Each row once, its id put into ``seen``: those that changed are few."""
        seen = set() if seen is None else seen
        for piece in self._pieces(resource, pages, set()):
            for row in piece:
                number = row_id(resource, row)
                if number not in seen:
                    seen.add(number)
                    yield row

    def _kept(self, resource: Resource, newer: FileRecord, kept_owners: Collection[int]) -> tuple[FileRecord, ...]:
        before = self._state_before(resource)
        if before is not None and kept_owners:
            kept = self._snapshots.keep_of_owners(resource.entity, self._pull_id, before.files, kept_owners)
            return self._with(kept)
        if not resource.grows or before is None:
            return ()
        return self._with(self._snapshots.keep(resource.entity, self._pull_id, before.files, newer))

    def _with(self, record: FileRecord | None) -> tuple[FileRecord, ...]:
        if record is None:
            return ()
        self.written.append(record)
        return (record,)

    def _compare(self, resource: Resource, rows: int) -> None:
        before = self._state_before(resource)
        if not self._accept_deletions and resource.watched and before is not None:
            refuse_narrowed(before.rows, rows)

    def _may_be_absent(self, resource: Resource) -> bool:
        """An entity that was here before must not vanish because of a right somebody took away."""
        before = self._state_before(resource)
        was_here = before is not None and bool(before.files)
        return not resource.required and (not was_here or self._accept_deletions)

    def _state_before(self, resource: Resource) -> EntityState | None:
        return self._before.state(resource.entity) if self._before else None

    def _as_of_now(self, resource: Resource, state: EntityState) -> EntityState:
        known = self._known_until(resource, self._pulled_at)
        return replace(state, status="complete", reason=None, watermark=known, pulled_at=self._pulled_at)

    def _known_until(self, resource: Resource, moment: str) -> str | None:
        """The watermark of an entity that was asked for at a ``moment`` of the portal's clock."""
        if resource.phase == 2:
            return self._pull_id
        return (dt.datetime.fromisoformat(moment) - OVERLAP).isoformat() if resource.watermark else None


def _renamed(resource: Resource, row: RawRow) -> RawRow:
    if resource.sent_as:
        return {column: row.get(resource.sent_as.get(column, column)) for column in resource.columns}
    return kept(row, resource.user_fields) if resource.user_fields else row
