"""One pull under way: the portal it asks, what it began with, and the manifest as it is published last."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from crm.paging.prefetch import Group, PrefetchedPortal
from crm.portal.client import Portal
from crm.pull.entity_writer import EntityWriter
from crm.pull.errors import PullError
from crm.pull.identity import Identity, fetch_identity, identity_commands, verify_identity
from crm.pull.progress import Listener, Tracker
from crm.pull.repairs import begin
from crm.pull.user_fields import further_columns
from crm.resources import Resource
from crm.settings import Settings
from crm.snapshots.manifest import EntityState, Manifest, SweepState
from crm.snapshots.resume import JournalHeader, ResumeJournal, ResumeJournals
from crm.snapshots.store import Snapshots
from language import Message


class Run:
    """What the phases of a pull share.

    `lists` is the portal with prefetched answers; `before` the manifest published last, without files that are
    damaged; `server_time` the portal's clock (ISO) when the pull began.

    Args:
        record_phase: it is of a later phase alone, right after one of the first.
        full: pull everything anew, whatever is here already.
        accept_deletions: believe that an entity lost more than a fifth of its rows, or is not given any more.
    """

    def __init__(
        self,
        settings: Settings,
        portal: Portal,
        progress: Listener,
        *,
        full: bool,
        accept_deletions: bool,
        record_phase: bool = False,
    ) -> None:
        self.settings, self.portal = settings, portal
        self.full, self.accept_deletions = full, accept_deletions
        self.lists = PrefetchedPortal(portal)
        self.snapshots = Snapshots(settings.snapshots_dir, further_columns(settings))
        self._beginning = begin(self.snapshots, record_phase=record_phase)
        self.before, self.pull_id = self._beginning.before, self._beginning.pull_id
        self.notes: tuple[Message, ...] = ()
        self.server_time = self.before.as_of if self.before else ""
        self.identity_row: Mapping[str, Any] = {}
        self._progress = progress
        self._requests_before = portal.requests_made
        self._journals = ResumeJournals(self.snapshots.directory)

    def next(self) -> "Run":
        """A run that goes on from what this one has published; a pull of its own, of the same portal."""
        following = Run(self.settings, self.portal, self._progress, full=False, accept_deletions=self.accept_deletions)
        following.notes = tuple(following._beginning.notes(following.server_time))
        return following

    @property
    def is_clock_back(self) -> bool:
        """Whether the portal's clock is before what it was at an earlier pull: it was wrong then, or is now."""
        if self.before is None:
            return False
        return dt.datetime.fromisoformat(self.server_time) < dt.datetime.fromisoformat(self.before.as_of)

    @property
    def current(self) -> Manifest:
        """What is published.

        Raises:
            PullError: nothing is.
        """
        if self.before is None:
            raise PullError("pull.nothing_yet")
        return self.before

    def begin(self, groups: Sequence[Group], *, any_name: bool) -> None:
        """Fetch the portal's identity, prefetching ``groups`` of commands by the way, verify it, and remove what
        killed pulls left.

        Raises:
            ForeignPortal, PortalError: see `fetch_identity` and `verify_identity`.
        """
        self.lists.prefetch([identity_commands(), *groups])
        identity: Identity = fetch_identity(self.portal, self.lists)
        self.server_time, self.identity_row = identity.server_time, identity.row
        renamed = verify_identity(self.portal, self.before, any_name=any_name)
        self.notes = (*identity.notes, *renamed, *self._beginning.notes(self.server_time))
        self.snapshots.remove_leftovers(spared=self._journals.spared())

    def verify_portal(self, *, any_name: bool) -> None:
        """Make sure that the published entities are this portal's; at the same address it need not be asked."""
        if self.current.origin != self.portal.origin:
            self.begin([], any_name=any_name)
        else:
            self.notes = tuple(self._beginning.notes(self.server_time))

    def state_before(self, entity: str) -> EntityState | None:
        """What was published of an entity when the pull began."""
        return self.before.state(entity) if self.before else None

    def journal(self, resource: Resource, newest: int = 0) -> ResumeJournal:
        """The journal of an entity, an earlier pull's where that can be resumed; ``newest`` is the highest id now."""
        header = JournalHeader(
            origin=self.portal.origin,
            fields=resource.fingerprint,
            pull_id=self.pull_id if resource.phase == 1 else self.current.pull_id,
            moment=self.server_time,
            newest=newest,
            workers=self.settings.in_flight,
        )
        with self.snapshots.explain_errors():
            journal = self._journals.journal(resource.entity, resource.columns, header)
        self.notes = (*self.notes, *self._journals.take_notes())
        return journal

    def tracker(self, phase: int, resources: Sequence[Resource], expected: Mapping[str, int]) -> Tracker:
        """Counts the entities of a phase; ``expected`` is about how many rows each will have."""
        return Tracker(
            phase,
            {resource.entity: expected.get(resource.entity, 1) for resource in resources},
            requests=lambda: self.portal.requests_made,
            requests_before=self._requests_before,
            listener=self._progress,
        )

    @contextmanager
    def pulling(self, tracker: Tracker) -> Iterator[EntityWriter]:
        """The writer of a phase; in the end its files that were not published, nor can be resumed from, are removed."""
        writer = EntityWriter(
            self.snapshots,
            self.before,
            tracker,
            pull_id=self.pull_id,
            pulled_at=self.server_time,
            accept_deletions=self.accept_deletions,
        )
        try:
            yield writer
        finally:
            self._requests_before = self.portal.requests_made
            self.snapshots.discard(writer.files, self._journals.spared())

    def publish(
        self,
        states: Mapping[str, EntityState],
        notes: Sequence[Message],
        *,
        finished: Collection[str],
        as_of: str,
        counted_at: str | None,
        sweep: SweepState | None = None,
        is_newer: bool = True,
    ) -> None:
        """Publish ``states`` as the manifest; the entities ``finished`` need no journal any more.

        ``sweep`` is how far that is, None where nothing has changed in it. Unless ``is_newer``, no row has changed.
        """
        manifest = Manifest(
            directory=self.snapshots.directory,
            origin=self.portal.origin,
            host=self.portal.host,
            as_of=as_of,
            pull_id=self.pull_id if is_newer or self.before is None else self.before.pull_id,
            entities=states,
            notes=tuple(note for place, note in enumerate(notes) if note not in notes[:place]),
            counted_at=counted_at,
            sweep=sweep or (self.before.sweep if self.before else SweepState()),
        )
        self.snapshots.publish(manifest)
        self._journals.clear(finished)
        self.before = manifest


def coming(state: EntityState | None) -> EntityState:
    """The state of an entity of the record phase until that phase: with the rows it has from an earlier pull."""
    return replace(state or EntityState(status="coming"), status="coming", reason=None)
