"""What every way of writing an entity shares: rows as they come → files, and what a failure costs."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from crm.paging.list_pages import RawRow
from crm.paging.workers import Pages, RowBatch
from crm.portal.client import (
    AccessDenied,
    MethodMissing,
    PortalError,
    PortalRefused,
    PortalUnavailable,
    ScopeMissing,
)
from crm.portal.errors import (
    CertificateRejected,
    NotAPortal,
    Overloaded,
    PortalGone,
    RateExceeded,
    RedirectedAway,
    RestNotInPlan,
    Unreachable,
    WebhookRejected,
)
from crm.pull.errors import EntityFailed, PullError
from crm.pull.missing_fields import MissingFields
from crm.pull.progress import Changes, Tracker
from crm.pull.user_fields import with_plain_values
from crm.resources import Resource
from crm.snapshots.manifest import EntityState, FileRecord, Manifest
from crm.snapshots.resume import ResumeJournal
from crm.snapshots.store import Snapshots
from language import ExplainedError, Message

REFUSED = (ScopeMissing, MethodMissing, AccessDenied)
# Whatever is asked next fails alike.
OF_WHOLE_PORTAL = (
    Unreachable,
    CertificateRejected,
    NotAPortal,
    RateExceeded,
    Overloaded,
    WebhookRejected,
    RestNotInPlan,
    PortalGone,
    RedirectedAway,
)


class RowWriter:
    """The writer of one phase of one pull; `files` and `notes` are those it has made so far."""

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
        self.files: list[FileRecord] = []
        self.notes: list[Message] = []

    def mark_absent(self, resource: Resource, reason: Message) -> EntityState:
        """The state of an entity that is not pulled, and why."""
        self._tracker.absent(resource.entity, reason)
        return EntityState(
            status="absent",
            reason=reason,
            fields=resource.fingerprint,
            pulled_at=self._pulled_at,
        )

    def _absent_or_raise(self, resource: Resource, failed: EntityFailed, journal: ResumeJournal | None) -> EntityState:
        """The state of an entity that is refused and may be absent, or that the others can do without.

        Only where the portal cannot be asked just now, the rows of its journal are resumed from.

        Raises:
            EntityFailed: ``failed`` itself; any other failure is the pull's.
        """
        if journal is not None and not isinstance(failed.cause, PortalUnavailable):
            journal.discard()
        if isinstance(failed.cause, REFUSED) and self._may_be_absent(resource):
            return self.mark_absent(resource, failed.cause.message)
        if not self._can_do_without(resource, failed.cause):
            raise failed
        self.notes.append(Message("pull.stream_failed", failed=failed.message))
        before = self._state_before(resource)
        if before is None or not before.files:
            return self.mark_absent(resource, failed.cause.message)
        self._tracker.absent(resource.entity, failed.cause.message)
        return replace(before, status="complete", reason=None)

    def _can_do_without(self, resource: Resource, cause: ExplainedError) -> bool:
        """Whether a failure costs an entity alone: an optional one, by its own method, while the portal answers.

        A portal that contradicts itself is not to be gone on with.
        """
        is_failing = isinstance(cause, PortalUnavailable | PortalRefused)
        is_its_own = is_failing and not isinstance(cause, OF_WHOLE_PORTAL)
        is_narrowed = isinstance(cause, REFUSED) and resource.watched  # somebody took a right away: that is to be said
        return resource.optional and is_its_own and not is_narrowed

    def _write_changed(
        self, resource: Resource, state: EntityState, rows: Iterable[RawRow], only_new: str = ""
    ) -> tuple[EntityState, Changes]:
        newer, new = self._snapshots.write_changes(
            resource.entity, self._pull_id, rows, self._pulled_at, state.files, only_new=only_new
        )
        changes = Changes(new=new, changed=(newer.rows if newer else 0) - new)
        files = self._without_replaced(resource, state.files, newer) if newer and not only_new else state.files
        return replace(state, files=(*files, *self._as_files(newer)), rows=state.rows + new), changes

    def _without_replaced(
        self, resource: Resource, files: tuple[FileRecord, ...], newer: FileRecord
    ) -> tuple[FileRecord, ...]:
        """The ``files`` beside a ``newer`` one with changes. Where this pull wrote all of the entity before (it resumed
        another), they become one without the rows that have changed: of two rows of one pull none is the newer."""
        if not any(record.path == f"{resource.entity}/{self._pull_id}.parquet" for record in files):
            return files
        return self._as_files(self._snapshots.keep(resource.entity, self._pull_id, files, newer))

    @contextmanager
    def _failing(self, resource: Resource) -> Iterator[None]:
        """Count the entity as running; raise what goes wrong in here as its failure."""
        self._tracker.start(resource.entity)
        try:
            yield
        except (PortalError, PullError) as error:
            raise EntityFailed(resource.entity, error) from None

    def _renamed_batches(self, resource: Resource, pages: Pages, missing: MissingFields) -> Iterator[RowBatch]:
        """The batches with the snapshot's names of columns; ``missing`` looks at them first."""
        for page in pages:
            missing.look_at(page)
            yield RowBatch((_rename(resource, row) for row in page), page.checkpoints)
            self._tracker.advance(resource.entity, len(page), pages.share)

    def _rows(self, resource: Resource, pages: Pages) -> Iterator[RawRow]:
        return (row for batch in self._renamed_batches(resource, pages, MissingFields(resource)) for row in batch)

    def _as_files(self, record: FileRecord | None) -> tuple[FileRecord, ...]:
        if record is None:
            return ()
        self.files.append(record)
        return (record,)

    def _may_be_absent(self, resource: Resource) -> bool:
        """An entity that was here before must not vanish because of a right somebody took away."""
        before = self._state_before(resource)
        was_here = before is not None and (bool(before.files) or before.is_damaged)
        return not resource.required and (not was_here or self._accept_deletions)

    def _state_before(self, resource: Resource) -> EntityState | None:
        return self._before.state(resource.entity) if self._before else None


def _rename(resource: Resource, row: RawRow) -> RawRow:
    if resource.sent_as:
        return {column: row.get(resource.sent_as.get(column, column)) for column in resource.columns}
    return with_plain_values(row, resource.user_fields) if resource.user_fields else row
