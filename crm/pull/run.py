"""One pull under way: the portal it asks, what it began with, and the manifest as it is published last."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from crm.paging.prefetch import Foresight, Group
from crm.portal.client import Portal
from crm.pull.entity_writer import EntityPull
from crm.pull.errors import PullError
from crm.pull.identity import Identity, identity_commands, meet, recognise
from crm.pull.progress import Listener, Tracker
from crm.pull.user_fields import further_columns
from crm.resources import Resource
from crm.settings import Settings
from crm.snapshots.manifest import EntityState, Manifest, Note
from crm.snapshots.resume import Begun, Journal, Unfinished
from crm.snapshots.store import NO_PULL, Snapshots


class Run:
    """What both phases of a pull share.

    Args:
        full: bring everything anew, whatever is here already.
        accept_deletions: believe that an entity lost more than a fifth of its rows, or is not given any more.
    """

    def __init__(
        self, settings: Settings, portal: Portal, progress: Listener, *, full: bool, accept_deletions: bool
    ) -> None:
        self.settings, self.portal = settings, portal
        self.full, self.accept_deletions = full, accept_deletions
        self.foresight = Foresight(portal)
        self.snapshots = Snapshots(settings.snapshots_dir, further_columns(settings))
        self.before = self.snapshots.manifest()
        self.pull_id = f"{int(self.before.pull_id if self.before else NO_PULL) + 1:012d}"
        self.notes: tuple[Note, ...] = ()
        self.server_time = self.before.as_of if self.before else ""
        self.identity_row: Mapping[str, Any] = {}
        self._progress = progress
        self._requests_before = portal.requests_made
        self._unfinished = Unfinished(self.snapshots.directory)

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
        """Meet the portal, asking it ``groups`` of commands by the way; make sure it is the right one; clear away what
        killed pulls left."""
        self.foresight.foresee([identity_commands(), *groups])
        identity: Identity = meet(self.portal, self.foresight)
        self.server_time, self.identity_row = identity.server_time, identity.row
        self.notes = (*identity.notes, *recognise(self.portal, self.before, any_name=any_name))
        self.snapshots.sweep(spared=self._unfinished.spared())

    def go_on(self, *, any_name: bool) -> None:
        """Make sure that the portal is the one whose entities are published; the same address need not be asked."""
        if self.current.origin != self.portal.origin:
            self.begin([], any_name=any_name)

    def state_before(self, entity: str) -> EntityState | None:
        """What was here of an entity when the pull began."""
        return self.before.state(entity) if self.before else None

    def journal(self, resource: Resource, newest: int = 0) -> Journal:
        """Where the rows of an entity are brought to, so that another pull can go on from them."""
        begun = Begun(
            origin=self.portal.origin,
            fields=resource.fingerprint,
            pull_id=self.pull_id,
            moment=self.server_time,
            newest=newest,
            workers=self.settings.in_flight,
        )
        return self._unfinished.journal(resource.entity, resource.columns, begun)

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
    def bringing(self, tracker: Tracker) -> Iterator[EntityPull]:
        """Files that did not come to be published, nor can be gone on from, are removed again."""
        bringing = EntityPull(
            self.snapshots,
            self.before,
            tracker,
            pull_id=self.pull_id,
            pulled_at=self.server_time,
            accept_deletions=self.accept_deletions,
        )
        try:
            yield bringing
        finally:
            self._requests_before = self.portal.requests_made
            self.snapshots.discard(bringing.written, self._unfinished.spared())

    def publish(
        self,
        states: Mapping[str, EntityState],
        notes: Sequence[Note],
        *,
        finished: Collection[str],
        as_of: str,
        counted_at: str | None,
    ) -> None:
        """Make ``states`` the truth; what is ``finished`` needs no journal any more."""
        manifest = Manifest(
            directory=self.snapshots.directory,
            origin=self.portal.origin,
            host=self.portal.host,
            as_of=as_of,
            pull_id=self.pull_id,
            entities=states,
            notes=tuple(note for place, note in enumerate(notes) if note not in notes[:place]),
            counted_at=counted_at,
        )
        self.snapshots.publish(manifest)
        self._unfinished.clear(finished)
        self.before = manifest


def coming(state: EntityState | None) -> EntityState:
    """An entity of the second phase before it: with the rows it has from an earlier pull."""
    return replace(state or EntityState(status="coming"), status="coming", reason=None)
