"""The second phase of a pull: what costs a command a record. It comes last and never holds the entities back.

At first every record that may have such rows is asked about; then those that changed, and rows of the rest stay. What
the portal refuses to give of a record is owed (crm/pull/owed.py). What a killed pull had received of a record counts
until the record changes.
"""

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from pathlib import Path

from crm.paging.by_record import Owner, RecordWalk
from crm.pull.entity_phase import RECORD_RESOURCES
from crm.pull.entity_writer import EntityWriter
from crm.pull.lookups import ANY_PULL, bound_activities, commented, open_activities, touched_within_a_year
from crm.pull.owed import owed_notes, owed_now, with_owed
from crm.pull.progress import EntityProgress, Tracker
from crm.pull.run import Run
from crm.resources import Resource
from crm.snapshots.manifest import EntityState
from crm.snapshots.resume import ResumeJournal
from language import Message

BINDINGS = "activity_bindings"
NOTES = ("pull.records_refused", "pull.records_owed")  # of one pull: the next one tells anew


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
        owners = {resource.entity: self._owners_to_ask(resource) for resource in RECORD_RESOURCES}
        tracker = run.tracker(2, RECORD_RESOURCES, {name: len(found) for name, found in owners.items()})
        with run.pulling(tracker) as writer:
            states: dict[str, EntityState] = {}
            for resource in RECORD_RESOURCES:
                absence = self._absence(resource)
                if absence:
                    states[resource.entity] = writer.mark_absent(resource, absence)
                else:
                    states[resource.entity] = self._pull_entity(writer, tracker, resource, owners[resource.entity])
            run.publish(
                {**current.entities, **states},
                [*(note for note in current.notes if note.key not in NOTES), *run.notes, *writer.notes],
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

    def _pull_entity(
        self, writer: EntityWriter, tracker: Tracker, resource: Resource, owners: Sequence[Owner]
    ) -> EntityState:
        run, before = self._run, self._run.state_before(resource.entity)
        is_whole = self._since(resource) == ANY_PULL
        if before is not None and not is_whole and not owners and self._is_as_it_was(resource, before):
            return replace(writer.keep(resource, before), owed={})
        kept = set() if is_whole or resource.grows else self._kept_activities(owners)
        journal, remaining = self._resumed(resource, owners)
        tracker.expect(resource.entity, len(remaining))
        is_all = is_whole and not journal.is_resumed
        known = self._known(resource, before) if remaining else frozenset()
        walk = RecordWalk(run.portal, resource, remaining, run.settings.in_flight, is_whole=is_all, known=known)
        if resource.grows and before is not None and not is_whole:
            state = writer.write_changes(resource, before, lambda: walk, journal)
        elif resource.grows or before is None or not run.snapshots.holds(before.files):
            state = writer.write_whole(resource, lambda: walk, journal)
        else:  # what is here of activities that the portal refuses to speak of stays
            kept_owners = partial(_with_numbers, kept, walk)
            state = writer.write_whole(resource, lambda: walk, journal, kept_owners=kept_owners)
        return self._settled(writer, resource, state, walk)

    def _settled(self, writer: EntityWriter, resource: Resource, state: EntityState, walk: RecordWalk) -> EntityState:
        """The new state with the records that are owed after a walk; notes what did not come.

        A walk that broke off has settled no debt: those that were owed before are owed still.
        """
        if state.watermark != self._run.pull_id:
            return state
        if walk.missing:
            writer.notes.append(Message("pull.records_refused", method=resource.method, count=walk.missing))
        now = self._run.server_time
        owed = owed_now(self._owed(resource), walk.denied, now)
        writer.notes += owed_notes(resource, len(owed), len(walk.denied) - len(owed), now)
        return replace(state, owed=owed)

    def _is_as_it_was(self, resource: Resource, state: EntityState) -> bool:
        """Whether nothing has to be taken away of what is here, where nothing is to be asked."""
        if resource.grows or not self._files_since("activities", self._since(resource)):
            return True
        return self._activities_with_bindings(state) <= self._kept_activities(())

    def _kept_activities(self, changed: Sequence[Owner]) -> set[int]:
        """Open activities whose bindings are known and are not asked for again."""
        still_open = {
            owner.number for owner in open_activities(self._run.snapshots, self._files_since("activities", ANY_PULL))
        }
        return still_open - {owner.number for owner in changed}

    def _known(self, resource: Resource, state: EntityState | None) -> Set[Owner]:
        """The records that have rows here."""
        if state is None or not self._run.snapshots.holds(state.files):
            return frozenset()
        if resource.entity == BINDINGS:
            return {Owner(number, "activity") for number in self._activities_with_bindings(state)}
        return commented(self._run.snapshots, [self._run.snapshots.directory / file.path for file in state.files])

    def _activities_with_bindings(self, state: EntityState) -> set[int]:
        return bound_activities(
            self._run.snapshots, [self._run.snapshots.directory / file.path for file in state.files]
        )

    def _resumed(self, resource: Resource, owners: Sequence[Owner]) -> tuple[ResumeJournal, Sequence[Owner]]:
        """The journal to write on, and those of the ``owners`` that are to be asked about.

        Rows of a killed pull's journal are taken over of records that are still wanted and have not changed since.
        """
        run, journal = self._run, self._unpublished_journal(resource)
        done = {(checkpoint["number"], checkpoint["kind"]) for checkpoint in journal.checkpoints}
        if not done:
            return journal, owners
        changed = set(self._owners(resource, journal.header.pull_id))
        known = {owner for owner in owners if (owner.number, owner.kind) in done and owner not in changed}
        if not resource.grows and len(known) < len(done):  # a binding may be gone: what is asked again replaces it
            numbers = {str(owner.number) for owner in known}
            journal.reduce(lambda row: row["ACTIVITY_ID"] in numbers, [owner.checkpoint for owner in known])
            journal = run.journal(resource)
        return journal, [owner for owner in owners if owner not in known]

    def _unpublished_journal(self, resource: Resource) -> ResumeJournal:
        """The journal of an entity; a new one where a killed pull has published its rows and not come to remove it."""
        journal, state = self._run.journal(resource), self._run.state_before(resource.entity)
        if journal.is_resumed and state is not None and journal.header.pull_id <= (state.watermark or ANY_PULL):
            journal.discard()
            return self._run.journal(resource)
        return journal

    def _owed(self, resource: Resource) -> Mapping[str, str]:
        state = self._run.state_before(resource.entity)
        return state.owed if state else {}

    def _owners_to_ask(self, resource: Resource) -> list[Owner]:
        """The records that changed since the last pull, and those whose rows are owed."""
        since, owed = self._since(resource), self._owed(resource)
        found = self._owners(resource, since)
        if since == ANY_PULL or not owed:
            return found
        return with_owed(found, owed, self._owners(resource, ANY_PULL))

    def _owners(self, resource: Resource, since: str) -> list[Owner]:
        """The records that are asked about, of those that a pull after ``since`` wrote."""
        if self._absence(resource):
            return []
        run = self._run
        if resource.entity == BINDINGS:
            return open_activities(run.snapshots, self._files_since("activities", since), since)
        as_of = run.current.as_of
        return [
            *touched_within_a_year(run.snapshots, self._files_since("leads", since), "lead", as_of, since),
            *touched_within_a_year(run.snapshots, self._files_since("deals", since), "deal", as_of, since),
        ]

    def _files_since(self, entity: str, pull_id: str) -> Sequence[Path]:
        return self._run.current.files_since(entity, pull_id)

    def _absence(self, resource: Resource) -> Message | None:
        """Why an entity of the second phase is not asked for."""
        if resource.entity == "comments":
            return None if self._run.settings.comments else Message("pull.comments_off")
        activities = self._run.current.state("activities")
        return activities.reason if activities else None


def _with_numbers(kept: Set[int], walk: RecordWalk) -> Set[int]:
    """The activities ``kept``, and those whose bindings a walk was refused."""
    return kept | {owner.number for owner in walk.denied}
