"""A pull: what a portal holds → snapshots. All of it proven complete, or nothing is published.

First the entities, published together; then what costs a command a record, published again.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from crm.by_record import Owner, RecordWalk
from crm.client import Notice, Portal, PortalError
from crm.drift import drift
from crm.entity_pull import EntityFailed, EntityPull, Narrowed, Pages, PullError, ShortList
from crm.field_list import field_list
from crm.identity import ForeignPortal, Identity, meet, recognise
from crm.keyset import KeysetWalk, newest_known, survey
from crm.manifest import EntityState, Manifest, Note
from crm.progress import EntityProgress, Listener, PullProgress, PullReport, Tracker
from crm.resources import BY_ENTITY, RESOURCES, SIMPLE_MODE, Resource, Walk
from crm.settings import Settings
from crm.snapshots import NO_PULL, Snapshots, SnapshotsError
from crm.stored import funnel_ids, open_activities, touched_within_a_year
from crm.user_fields import asked, further_columns
from crm.whole_lists import statuses, whole_list

__all__ = [
    "EntityFailed",
    "ForeignPortal",
    "Narrowed",
    "PullError",
    "PullProgress",
    "PullReport",
    "open_portal",
    "pull",
]

Phase = Literal[1, 2]
FIRST = tuple(resource for resource in RESOURCES if resource.phase == 1)
SECOND = tuple(resource for resource in RESOURCES if resource.phase == 2)


def _unheard(_: PullProgress | Notice) -> None:
    """Nobody listens."""


def pull(
    settings: Settings,
    *,
    portal: Portal | None = None,
    progress: Listener = _unheard,
    phase: Phase | None = None,
    accept_deletions: bool = False,
    renamed: bool = False,
) -> PullReport:
    """Pull the portal into ``settings.snapshots_dir``: both phases, or one of them.

    Args:
        accept_deletions: believe that an entity lost more than a fifth of its rows, or is not given any more.
        renamed: the portal is the one pulled before, under another name.

    Raises:
        PullError: another pull is running, an entity failed by name, or there is nothing to go on from.
        ForeignPortal: the snapshots hold another portal's rows.
        PortalError: the portal cannot be asked at all.
        SnapshotsError: the folder of snapshots cannot be read or written.
        In each case what was published before stands.
    """
    with _alone(settings.snapshots_dir):
        began = time.monotonic()
        run = _Run(settings, portal or open_portal(settings), progress, accept_deletions)
        run.begin(any_name=renamed or settings.is_demo)
        entities: list[EntityProgress] = []
        if phase != 2:
            entities += run.first_phase()
        if phase != 1:
            entities += run.second_phase()
        return PullReport(
            as_of=run.current.as_of,
            entities=tuple(entities),
            notes=run.current.notes,
            requests=sum(entity.requests for entity in entities),
            seconds=time.monotonic() - began,
        )


def _begun(walk: RecordWalk) -> Pages:
    return walk


def open_portal(settings: Settings, on_notice: Callable[[Notice], None] = _unheard) -> Portal:
    """The portal that the settings name, asked at the rate they allow.

    Raises:
        PullError: they name none.
        WebhookMalformed: what they name is no webhook.
    """
    if settings.webhook_url is None:
        raise PullError("pull.no_webhook")
    return Portal(
        settings.webhook_url,
        requests_per_second=settings.requests_per_second,
        burst=settings.request_burst,
        on_notice=on_notice,
    )


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """No second pull into the same folder meanwhile."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory / ".pull.lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise PullError("pull.already_running", folder=str(directory)) from None
    except OSError:
        raise SnapshotsError("snapshots.failed", folder=str(directory)) from None
    try:
        yield
    finally:
        lock.release()


class _Run:
    """One pull under way: what it began with, and the manifest as it is published last."""

    def __init__(self, settings: Settings, portal: Portal, progress: Listener, accept_deletions: bool) -> None:
        self.portal = portal
        self._settings = settings
        self._progress = progress
        self._accept_deletions = accept_deletions
        self._requests_before = portal.requests_made
        self._snapshots = Snapshots(settings.snapshots_dir, further_columns(settings))
        self._before = self._snapshots.manifest()
        self._pull_id = f"{int(self._before.pull_id if self._before else NO_PULL) + 1:012d}"

    @property
    def current(self) -> Manifest:
        """What is published.

        Raises:
            PullError: nothing is.
        """
        if self._before is None:
            raise PullError("pull.nothing_yet")
        return self._before

    def begin(self, *, any_name: bool) -> None:
        """Meet the portal, make sure it is the right one, clear away what killed pulls left."""
        self._identity: Identity = meet(self.portal)
        self._notes = (*self._identity.notes, *recognise(self.portal, self._before, any_name=any_name))
        self._snapshots.sweep()

    def first_phase(self) -> tuple[EntityProgress, ...]:
        """Bring the entities and publish them together."""
        first = [asked(resource, self._settings) for resource in FIRST]
        told = survey(self.portal, [resource for resource in first if resource.walk is Walk.KEYSET])
        tracker = self._tracker(1, FIRST, {name: count for name, count in told.items() if isinstance(count, int)})
        with self._bringing(tracker) as bringing:
            states: dict[str, EntityState] = {}
            for resource in first:
                wanted = replace(resource, required=resource.required and not self._lacks(resource))
                states[resource.entity] = bringing.bring(wanted, partial(self._pages, resource, told, states))
            found = drift(self._snapshots, self._settings, self._before, states, self._identity.server_time)
            notes = (*self._notes, *bringing.notes, *found.notes)
            self._publish({**found.marked(states), **self._coming(), **self._strangers()}, notes)
        return tracker.entities

    def second_phase(self) -> tuple[EntityProgress, ...]:
        """Bring what costs a command a record, and publish it beside the entities."""
        owners = {resource.entity: self._owners(resource) for resource in SECOND}
        tracker = self._tracker(2, SECOND, {name: len(found) for name, found in owners.items()})
        with self._bringing(tracker) as bringing:
            states: dict[str, EntityState] = {}
            for resource in SECOND:
                absence = self._absence(resource)
                if absence:
                    states[resource.entity] = bringing.absent(resource, absence.key, absence.values)
                    continue
                walk = RecordWalk(self.portal, resource, owners[resource.entity], self._settings.in_flight)
                states[resource.entity] = bringing.bring(resource, partial(_begun, walk))
                if walk.refused:
                    note = Note("pull.records_refused", {"method": resource.method, "count": walk.refused})
                    bringing.notes.append(note)
            notes = [*self.current.notes, *self._notes, *bringing.notes]
            self._publish({**self.current.entities, **states}, notes, as_of=self.current.as_of)
        return tracker.entities

    def _tracker(self, phase: int, resources: tuple[Resource, ...], told: Mapping[str, int]) -> Tracker:
        before = self._before.entities if self._before else {}
        rows_before = {name: state.rows for name, state in before.items() if state.rows}
        expected = {one.entity: rows_before.get(one.entity) or told.get(one.entity, 1) for one in resources}
        return Tracker(
            phase,
            expected,
            requests=lambda: self.portal.requests_made,
            requests_before=self._requests_before,
            listener=self._progress,
        )

    @contextmanager
    def _bringing(self, tracker: Tracker) -> Iterator[EntityPull]:
        """Files that did not come to be published are removed again."""
        bringing = EntityPull(
            self._snapshots,
            self._before,
            tracker,
            pull_id=self._pull_id,
            pulled_at=self._identity.server_time,
            accept_deletions=self._accept_deletions,
        )
        try:
            yield bringing
        finally:
            self._requests_before = self.portal.requests_made
            self._snapshots.discard(bringing.written)

    def _pages(
        self, resource: Resource, told: Mapping[str, int | PortalError], states: Mapping[str, EntityState]
    ) -> Pages:
        if resource.walk is Walk.IDENTITY:
            return ShortList([[dict(self._identity.row)]])
        if resource.walk is Walk.FIELDS:
            return ShortList(field_list(self.portal, resource))
        if resource.walk is Walk.WHOLE:
            return ShortList(whole_list(self.portal, resource))
        if resource.walk is Walk.STATUSES:
            return ShortList(statuses(self.portal, resource, self._funnels(states), self._cut_dictionary))
        newest = newest_known(self.portal, resource, told[resource.entity])
        return KeysetWalk(self.portal, resource, newest, self._settings.in_flight)

    def _lacks(self, resource: Resource) -> bool:
        """Whether the portal works without such records at all."""
        return resource.entity == "leads" and str(self._identity.row["LEADS_MODE"]) == SIMPLE_MODE

    def _funnels(self, states: Mapping[str, EntityState]) -> list[int]:
        directory = self._snapshots.directory
        listed, deals, moves = (
            [directory / record.path for record in states[name].files]
            for name in ("funnels", "deals", "deal_stage_history")
        )
        return funnel_ids(self._snapshots, listed, [*deals, *moves])

    def _cut_dictionary(self, name: str) -> None:
        self._notes = (*self._notes, Note("pull.cut_dictionary", {"name": name}))

    def _owners(self, resource: Resource) -> list[Owner]:
        if self._absence(resource):
            return []
        if resource.entity == "activity_bindings":
            return open_activities(self._snapshots, self.current.files("activities"))
        owners: list[Owner] = []
        for name, kind in (("leads", "lead"), ("deals", "deal")):
            files = self.current.files(name)
            owners += touched_within_a_year(self._snapshots, files, kind, self.current.as_of)
        return owners

    def _absence(self, resource: Resource) -> Note | None:
        """Why an entity of the second phase is not asked for."""
        if resource.entity == "comments":
            return None if self._settings.comments else Note("pull.comments_off")
        activities = self.current.state("activities")
        if activities is None or activities.reason is None:
            return None
        return Note(activities.reason, activities.reason_values)

    def _coming(self) -> dict[str, EntityState]:
        """The second phase's entities before it: with the rows they have from an earlier pull."""
        before = self._before.entities if self._before else {}
        nothing = EntityState(status="coming")
        return {
            resource.entity: replace(before.get(resource.entity, nothing), status="coming", reason=None)
            for resource in SECOND
        }

    def _strangers(self) -> dict[str, EntityState]:
        """Entities that no portal gives, such as a plan."""
        before = self._before.entities if self._before else {}
        return {name: state for name, state in before.items() if name not in BY_ENTITY}

    def _publish(
        self, entities: Mapping[str, EntityState], notes: "tuple[Note, ...] | list[Note]", as_of: str | None = None
    ) -> None:
        manifest = Manifest(
            directory=self._snapshots.directory,
            origin=self.portal.origin,
            host=self.portal.host,
            as_of=as_of or self._identity.server_time,
            pull_id=self._pull_id,
            entities=entities,
            notes=tuple(note for place, note in enumerate(notes) if note not in notes[:place]),
        )
        self._snapshots.publish(manifest)
        self._before = manifest
