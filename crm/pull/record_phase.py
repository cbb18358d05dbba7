"""The second phase of a pull: what costs a command a record. It comes last and never holds the entities back.

At first every record that may have such rows is asked about; then those that changed, and rows of the rest stay.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from crm.paging.by_record import Owner, RecordWalk
from crm.pull.entity_phase import RECORD_RESOURCES
from crm.pull.entity_writer import EntityWriter
from crm.pull.lookups import ANY_PULL, bound_activities, open_activities, touched_within_a_year
from crm.pull.progress import EntityProgress
from crm.pull.run import Run
from crm.resources import Resource
from crm.snapshots.manifest import EntityState
from crm.snapshots.resume import ResumeJournal
from language import Message

BINDINGS = "activity_bindings"


class RecordPhase:
    """Pulls what is asked for record by record, and publishes it beside the entities."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def pull(self) -> tuple[EntityProgress, ...]:
        """Pull and publish; how it went with each entity.

        Raises:
            EntityFailed: an entity failed; the first phase stays published.
            PullError: there was no first phase yet.
            PortalError, SnapshotsError: see `crm.pull.pull`.
        """
        run, current = self._run, self._run.current
        owners = {resource.entity: self._owners(resource, self._since(resource)) for resource in RECORD_RESOURCES}
        tracker = run.tracker(2, RECORD_RESOURCES, {name: len(found) for name, found in owners.items()})
        with run.pulling(tracker) as writer:
            states: dict[str, EntityState] = {}
            for resource in RECORD_RESOURCES:
                absence = self._absence(resource)
                if absence:
                    states[resource.entity] = writer.mark_absent(resource, absence)
                else:
                    states[resource.entity] = self._pull_entity(writer, resource, owners[resource.entity])
            run.publish(
                {**current.entities, **states},
                [*current.notes, *run.notes, *writer.notes],
                finished=list(states),
                as_of=current.as_of,
                counted_at=current.counted_at,
            )
        return tracker.entities

    def _since(self, resource: Resource) -> str:
        """The id of the pull whose changes are known already; `ANY_PULL` where all has to be asked for."""
        state = self._run.state_before(resource.entity)
        if self._run.full or state is None or not state.files or state.fields != resource.fingerprint:
            return ANY_PULL
        if not self._run.snapshots.holds(state.files):
            return ANY_PULL
        if resource.entity == BINDINGS and self._counted_since(state):
            return ANY_PULL  # a binding may come without a change of its activity: once a day all are asked for
        return state.watermark or ANY_PULL

    def _counted_since(self, state: EntityState) -> bool:
        """Whether records were counted to find the deleted ones after ``state`` was pulled."""
        counted_at, pulled_at = self._run.current.counted_at, state.pulled_at
        if counted_at is None or pulled_at is None:
            return True
        return dt.datetime.fromisoformat(counted_at) > dt.datetime.fromisoformat(pulled_at)

    def _pull_entity(self, writer: EntityWriter, resource: Resource, owners: Sequence[Owner]) -> EntityState:
        run, before, since = self._run, self._run.state_before(resource.entity), self._since(resource)
        is_whole = since == ANY_PULL
        if resource.grows and before is not None and not is_whole:
            walk = self._walk(resource, owners, is_whole=False)
            state = writer.write_changes(resource, before, lambda: walk)
        else:
            kept = set() if is_whole else self._kept_activities(owners)
            if before is not None and not is_whole and not owners and self._activities_with_bindings(before) <= kept:
                return writer.keep(resource, before)
            journal = run.journal(resource)
            walk = self._walk(resource, self._remaining(resource, owners, journal), is_whole=is_whole)
            state = writer.write_whole(resource, lambda: walk, journal, kept_owners=kept)
        if walk.refused:
            writer.notes.append(Message("pull.records_refused", method=resource.method, count=walk.refused))
        return state

    def _walk(self, resource: Resource, owners: Sequence[Owner], *, is_whole: bool) -> RecordWalk:
        return RecordWalk(self._run.portal, resource, owners, self._run.settings.in_flight, is_whole=is_whole)

    def _kept_activities(self, changed: Sequence[Owner]) -> set[int]:
        """Open activities whose bindings are known and are not asked for again."""
        still_open = {owner.number for owner in open_activities(self._run.snapshots, self._files("activities"))}
        return still_open - {owner.number for owner in changed}

    def _activities_with_bindings(self, state: EntityState) -> set[int]:
        return bound_activities(
            self._run.snapshots, [self._run.snapshots.directory / file.path for file in state.files]
        )

    def _remaining(self, resource: Resource, owners: Sequence[Owner], journal: ResumeJournal) -> Sequence[Owner]:
        """The records without those whose rows are in the journal already, unless they have changed since."""
        done = {(checkpoint["number"], checkpoint["kind"]) for checkpoint in journal.checkpoints}
        if not done:
            return owners
        changed = set(self._owners(resource, journal.header.pull_id))
        return [owner for owner in owners if (owner.number, owner.kind) not in done or owner in changed]

    def _owners(self, resource: Resource, since: str) -> list[Owner]:
        """The records that are asked about, of those that a pull after ``since`` wrote."""
        if self._absence(resource):
            return []
        run = self._run
        if resource.entity == BINDINGS:
            return open_activities(run.snapshots, self._files("activities"), since)
        as_of = run.current.as_of
        return [
            *touched_within_a_year(run.snapshots, self._files("leads"), "lead", as_of, since),
            *touched_within_a_year(run.snapshots, self._files("deals"), "deal", as_of, since),
        ]

    def _files(self, entity: str) -> Sequence[Path]:
        return self._run.current.files(entity)

    def _absence(self, resource: Resource) -> Message | None:
        """Why an entity of the second phase is not asked for."""
        if resource.entity == "comments":
            return None if self._run.settings.comments else Message("pull.comments_off")
        activities = self._run.current.state("activities")
        return activities.reason if activities else None
