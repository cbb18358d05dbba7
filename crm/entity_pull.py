"""One entity after another: its rows → a file, what they tell → its state, what goes wrong → the pull's failure."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from crm.client import AccessDenied, MethodMissing, PortalError, ScopeMissing
from crm.listing import RawRow, sent_fields
from crm.manifest import EntityState, FileRecord, Manifest, Note
from crm.progress import Tracker
from crm.resources import Resource
from crm.snapshots import Snapshots
from crm.user_fields import kept
from language import ExplainedError, words

NARROWED_FROM_ROWS = 50  # a smaller entity may well lose a fifth in a day
OVERLAP = dt.timedelta(minutes=10)  # what changed while a pull ran is asked for again by the next one
REFUSED = (ScopeMissing, MethodMissing, AccessDenied)


class PullError(ExplainedError):
    """A pull could not be made, or what it brought cannot be believed. The data published before stand."""


class Narrowed(PullError):
    """An entity has lost more than a fifth of its rows: deleted, or hidden from the webhook's owner."""


class EntityFailed(PullError):
    """One entity failed, and the pull with it: key and values are the cause's, the text names the entity too."""

    def __init__(self, entity: str, cause: ExplainedError) -> None:
        super().__init__(cause.key, **cause.values)
        self.entity = entity
        self.cause = cause

    def text(self, language: str) -> str:
        spoken = words(language)
        return spoken("pull.entity_failed", entity=spoken(f"entity.{self.entity}"), cause=self.cause.text(language))


class Pages(Protocol):
    """Rows of an entity as they come; `share` of them, 0 to 1, is behind."""

    @property
    def share(self) -> float: ...

    def __iter__(self) -> Iterator[list[RawRow]]: ...


@dataclass(frozen=True)
class ShortList:
    """Pages of an entity that is too short to tell how much of it is behind."""

    pages: Iterable[list[RawRow]]
    share: float = 0.0

    def __iter__(self) -> Iterator[list[RawRow]]:
        return iter(self.pages)


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

    def bring(self, resource: Resource, pages: Callable[[], Pages]) -> EntityState:
        """The state of an entity after all its ``pages`` are in a file.

        Raises:
            EntityFailed: it is incomplete, has shrunk, or is refused though it must not be.
            SnapshotsError: it cannot be written.
        """
        self._tracker.start(resource.entity)
        try:
            state = self._complete(resource, pages())
        except REFUSED as refusal:
            if not self._may_be_absent(resource):
                raise EntityFailed(resource.entity, refusal) from None
            return self.absent(resource, refusal.key, refusal.values)
        except (PortalError, PullError) as error:
            raise EntityFailed(resource.entity, error) from None
        self._tracker.done(resource.entity)
        return state

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

    def _complete(self, resource: Resource, pages: Pages) -> EntityState:
        # Of the fields that the settings name crm/drift.py says which ones the portal lacks.
        missing = set(sent_fields(resource)) - set(resource.user_fields)
        rows = self._rows(resource, pages, missing)
        newer = self._snapshots.write(resource.entity, self._pull_id, rows, self._pulled_at)
        self.written.append(newer)
        self._compare(resource, newer.rows)
        if newer.rows and missing:
            fields = ", ".join(sorted(missing))
            self.notes.append(Note("pull.fields_missing", {"method": resource.method, "fields": fields}))
        files = (*self._kept(resource, newer), newer)
        return EntityState(
            status="complete",
            files=files,
            watermark=self._watermark() if resource.watermark else None,
            fields=resource.fingerprint,
            rows=sum(record.rows for record in files),
            pulled_at=self._pulled_at,
        )

    def _rows(self, resource: Resource, pages: Pages, missing: set[str]) -> Iterator[Mapping[str, Any]]:
        """Rows by the snapshot's column names; takes the fields it meets out of ``missing``."""
        for page in pages:
            for row in page:
                if missing:
                    missing.difference_update(row)
                told = {c: row.get(resource.sent_as.get(c, c)) for c in resource.columns} if resource.sent_as else row
                yield kept(told, resource.user_fields) if resource.user_fields else told
            self._tracker.advance(resource.entity, len(page), pages.share)

    def _kept(self, resource: Resource, newer: FileRecord) -> tuple[FileRecord, ...]:
        before = self._state_before(resource)
        if not resource.grows or before is None:
            return ()
        kept = self._snapshots.keep(resource.entity, self._pull_id, before.files, newer)
        if kept is None:
            return ()
        self.written.append(kept)
        return (kept,)

    def _compare(self, resource: Resource, rows: int) -> None:
        before = self._state_before(resource)
        if self._accept_deletions or not resource.watched or before is None or before.rows < NARROWED_FROM_ROWS:
            return
        if rows * 5 < before.rows * 4:
            raise Narrowed("pull.narrowed", before=before.rows, now=rows)

    def _may_be_absent(self, resource: Resource) -> bool:
        """An entity that was here before must not vanish because of a right somebody took away."""
        before = self._state_before(resource)
        was_here = before is not None and bool(before.files)
        return not resource.required and (not was_here or self._accept_deletions)

    def _state_before(self, resource: Resource) -> EntityState | None:
        return self._before.state(resource.entity) if self._before else None

    def _watermark(self) -> str:
        return (dt.datetime.fromisoformat(self._pulled_at) - OVERLAP).isoformat()
