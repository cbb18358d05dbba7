"""Writes one entity after another: its rows → files → its state in the manifest; an error → the failure of the pull."""

import datetime as dt
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from crm.paging.list_pages import RawRow, row_id
from crm.paging.workers import Pages
from crm.pull.deletions import DoubtfulRanges
from crm.pull.errors import EntityFailed, refuse_narrowed
from crm.pull.missing_fields import MissingFields
from crm.pull.progress import Changes
from crm.pull.repairs import note_loss
from crm.pull.row_writer import RowWriter
from crm.resources import Resource
from crm.snapshots.manifest import KEPT, EntityState, FileRecord, is_kept
from crm.snapshots.resume import ResumeJournal

OVERLAP = dt.timedelta(minutes=10)  # what changed while a pull ran is asked for again by the next one


class SweptRanges(Pages, Protocol):
    """Rows of ranges of ids of which all that is there is given; when they are through, `swept` are our ids in them."""

    @property
    def swept(self) -> Sequence[int]:
        """Ids that are here, ascending."""


class EntityWriter(RowWriter):
    """Writes the entities of one phase of one pull; `files` and `notes` are those it has made so far."""

    def write_whole(
        self,
        resource: Resource,
        pages: Callable[[], Pages],
        journal: ResumeJournal | None = None,
        *,
        kept_owners: Callable[[], Collection[int]] = tuple,
    ) -> EntityState:
        """Write all ``pages`` of an entity into a file; its new state. With a ``journal`` another pull can resume it.

        Rows that are here of ``kept_owners`` (ids of activities, asked for when the pages have come) stay.

        Raises:
            EntityFailed: it is incomplete, has shrunk, or is refused though it must not be.
            SnapshotsError: it cannot be written.
        """
        try:
            with self._failing(resource):
                state = self._write_all(resource, pages, journal, kept_owners)
        except EntityFailed as failed:
            return self._absent_or_raise(resource, failed, journal)
        self._tracker.done(resource.entity)
        return state

    def write_changes(
        self,
        resource: Resource,
        state: EntityState,
        pages: Callable[[], Pages],
        journal: ResumeJournal | None = None,
    ) -> EntityState:
        """Write those rows of ``pages`` that changed since ``state`` into a file beside its files; the new state. With
        a ``journal`` another pull can resume it.

        Raises:
            EntityFailed: it is incomplete, or refused.
            SnapshotsError: it cannot be written.
        """
        try:
            with self._failing(resource):
                rows = self._rows(resource, pages()) if journal is None else self._rows_by(journal, resource, pages())
                state, changes = self._write_changed(resource, state, _each_once(resource, rows, set()))
        except EntityFailed as failed:
            return self._absent_or_raise(resource, failed, journal)
        self._tracker.done(resource.entity, changes)
        return self._as_of_now(resource, state)

    def keep(self, resource: Resource, state: EntityState) -> EntityState:
        """The state of an entity as of now, of which nothing has to be asked."""
        self._tracker.start(resource.entity)
        self._tracker.done(resource.entity, Changes())
        return self._as_of_now(resource, state)

    def write_deletions(
        self, resource: Resource, state: EntityState, count: Callable[[], DoubtfulRanges | None]
    ) -> EntityState:
        """Walk the ranges anew that a ``count`` finds doubtful, write tombstones of what is gone; the new state.

        Raises:
            EntityFailed: they could not be walked to their ends, or too many rows are gone.
            SnapshotsError: it cannot be written.
        """
        found: set[int] = set()
        with self._failing(resource):
            doubtful = count()
            if doubtful is None:
                self._tracker.done(resource.entity, Changes())
                return state
            rows = _each_once(resource, self._rows(resource, doubtful.pages), found)
            state, changes = self._write_changed(resource, state, rows, only_new=".counted")
            state, gone = self._without_missing(resource, state, doubtful.known, found)
        self._tracker.done(resource.entity, replace(changes, gone=gone))
        return state

    def write_swept(self, resource: Resource, state: EntityState, ranges: SweptRanges) -> tuple[EntityState, Changes]:
        """Write what is otherwise in ``ranges`` than here, and tombstones of what they lack; the new state.

        Raises:
            EntityFailed: they could not be walked to their ends, or too many rows are gone.
            SnapshotsError: it cannot be written.
        """
        found: set[int] = set()
        with self._failing(resource):
            state, changes = self._write_changed(
                resource, state, _each_once(resource, self._rows(resource, ranges), found)
            )
            state, gone = self._without_missing(resource, state, ranges.swept, found)
        changes = replace(changes, gone=gone)
        self._tracker.done(resource.entity, changes)
        return state, changes

    def _without_missing(
        self, resource: Resource, state: EntityState, known: Iterable[int], found: Container[int]
    ) -> tuple[EntityState, int]:
        """The state with tombstones over those ``known`` ids that were not ``found``, and how many they are.

        Raises:
            Narrowed: they are too many, and that is not accepted.
        """
        gone = [number for number in known if number not in found]
        if not gone:
            return state, 0
        if not self._accept_deletions:
            refuse_narrowed(state.rows, state.rows - len(gone))
        files = self._as_files(self._snapshots.write_deleted(resource.entity, self._pull_id, gone, self._pulled_at))
        return replace(state, files=(*state.files, *files), rows=state.rows - len(gone)), len(gone)

    def compact(self, resource: Resource, state: EntityState) -> EntityState:
        """Write the current rows of an entity into one file; its new state."""
        whole = self._snapshots.compact(resource.entity, self._pull_id, state.files)
        return replace(state, files=self._as_files(whole), rows=whole.rows)

    def _write_all(
        self,
        resource: Resource,
        pages: Callable[[], Pages],
        journal: ResumeJournal | None,
        kept_owners: Callable[[], Collection[int]],
    ) -> EntityState:
        began = journal.header.moment if journal else self._pulled_at
        before = self._state_before(resource)
        newer = self._whole_file(resource, pages, journal)
        self._refuse_narrowed(resource, newer.rows)
        seen = self._keep_changes(resource, newer)
        files = (*self._keep_older(resource, newer, kept_owners()), *seen, newer)
        rows = sum(record.rows for record in files if record not in seen)
        watermark = self._watermark(resource, began)
        if resource.grows:
            self.notes += note_loss(resource.entity, before, rows, self._pulled_at)
        return EntityState(
            status="complete",
            files=files,
            watermark=watermark,
            fields=resource.fingerprint,
            rows=rows,
            pulled_at=began,
            touched_watermark=watermark if resource.touched else None,
            touched_refused=before.touched_refused if before else None,
        )

    def _whole_file(self, resource: Resource, pages: Callable[[], Pages], journal: ResumeJournal | None) -> FileRecord:
        if journal is not None and journal.record is not None:
            return journal.record
        missing, known = MissingFields(resource), None
        batches = self._renamed_batches(resource, pages(), missing)
        if journal is None:
            rows = (row for batch in batches for row in batch)
            known = self._known_file(resource)
            newer = self._snapshots.write_if_new(resource.entity, self._pull_id, rows, self._pulled_at, known)
        else:
            with self._snapshots.explain_errors():
                with journal.open() as open_journal:
                    for batch in batches:
                        open_journal.add(batch, batch.checkpoints)
                began = journal.header.moment
                newer = self._snapshots.write_spooled(resource.entity, self._pull_id, journal.spool, began)
                # By record, the spool is what the next pull goes on from: some of the records will have changed.
                if resource.phase == 1:
                    journal.finish(newer)
        if newer != known:
            self.files.append(newer)
        self.notes += missing.notes()
        return newer

    def _known_file(self, resource: Resource) -> FileRecord | None:
        """The file that stands where a pull brings the same rows again; None where there is none."""
        before = self._state_before(resource)
        if before is None or before.fields != resource.fingerprint:
            return None
        return next((record for record in before.files if record.content and self._snapshots.holds([record])), None)

    def _rows_by(self, journal: ResumeJournal, resource: Resource, pages: Pages) -> Iterator[RawRow]:
        """The rows of ``pages`` and those that a ``journal`` has of an earlier pull, once all of them are in it."""
        with journal.open() as open_journal:
            for batch in self._renamed_batches(resource, pages, MissingFields(resource)):
                open_journal.add(batch, batch.checkpoints)
        yield from journal.rows()

    def _keep_older(
        self, resource: Resource, newer: FileRecord, kept_owners: Collection[int]
    ) -> tuple[FileRecord, ...]:
        before = self._state_before(resource)
        if before is not None and kept_owners:
            kept = self._snapshots.keep_of_owners(resource.entity, self._pull_id, before.files, kept_owners)
            return self._as_files(kept)
        if not resource.grows or before is None:
            return ()
        return self._as_files(self._snapshots.keep(resource.entity, self._pull_id, before.files, newer))

    def _keep_changes(self, resource: Resource, newer: FileRecord) -> tuple[FileRecord, ...]:
        """The files with the values that pulls have seen up to the ``newer`` file, whatever is pulled anew."""
        if not resource.keeps_changes:
            return ()
        before = self._state_before(resource)
        older = [record for record in before.files if self._snapshots.holds([record])] if before else []
        kept = tuple(filter(is_kept, older))
        if newer in older and len(kept) == len(KEPT):
            return kept
        seen = self._snapshots.keep_changes(resource.entity, self._pull_id, [*older, newer])
        self.files += [record for record in seen if record not in older]
        return seen

    def _refuse_narrowed(self, resource: Resource, rows: int) -> None:
        before = self._state_before(resource)
        if not self._accept_deletions and resource.watched and before is not None:
            refuse_narrowed(before.rows, rows)

    def _as_of_now(self, resource: Resource, state: EntityState) -> EntityState:
        watermark = self._watermark(resource, self._pulled_at)
        return replace(state, status="complete", reason=None, watermark=watermark, pulled_at=self._pulled_at)

    def _watermark(self, resource: Resource, moment: str) -> str | None:
        """The watermark of an entity that was asked for at a ``moment`` of the portal's clock."""
        if resource.phase == 2:
            return self._pull_id
        return watermark_of(moment) if resource.watermark else None


def watermark_of(moment: str) -> str:
    """The watermark that a pull leaves that began at a ``moment`` of the portal's clock (ISO)."""
    return (dt.datetime.fromisoformat(moment) - OVERLAP).isoformat()


def _each_once(resource: Resource, rows: Iterable[RawRow], seen: set[int]) -> Iterator[RawRow]:
    """Each row once, its id put into ``seen``; for changes alone, which are few."""
    for row in rows:
        number = row_id(resource, row)
        if number not in seen:
            seen.add(number)
            yield row
