"""The first phase of a pull: the entities. Whole at first, then what changed in them and what is gone."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from crm.paging.field_list import field_list
from crm.paging.id_ranges import RangeWalk
from crm.paging.keyset import KeysetWalk, newest_known, survey, survey_commands, whole_walk
from crm.paging.list_pages import StrangeAnswer
from crm.paging.prefetch import Group
from crm.paging.short_lists import (
    commands_heard_again,
    dictionary_commands,
    statuses,
    whole_list,
    whole_list_commands,
)
from crm.paging.workers import Pages, ShortList
from crm.portal.client import Command, PortalError
from crm.pull import deletions
from crm.pull.changes import as_pages, change_walks, is_incremental
from crm.pull.entity_writer import EntityWriter, watermark_of
from crm.pull.lookups import funnel_ids, highest_id
from crm.pull.owed import given_up_notes
from crm.pull.progress import EntityProgress
from crm.pull.run import Run, coming
from crm.pull.schema_drift import find_drift
from crm.pull.totals import TotalsOf, refuse_emptied
from crm.pull.touched import refusal_notes, with_touched
from crm.pull.user_fields import with_named_fields
from crm.resources import BY_ENTITY, RESOURCES, SIMPLE_MODE, SWEPT, Resource, Walk
from crm.snapshots.manifest import EntityState, SweepState
from crm.snapshots.resume import ResumeJournal
from crm.snapshots.store import has_piled_up
from language import Message

ENTITY_RESOURCES = tuple(resource for resource in RESOURCES if resource.phase == 1)
RECORD_RESOURCES = tuple(resource for resource in RESOURCES if resource.phase == 2)
KEYED = tuple(resource for resource in ENTITY_RESOURCES if resource.walk is Walk.KEYSET)

SHORT = 500  # ids: entities that may have so few rows are prefetched, several in one batch

NewestIds = Mapping[str, int | PortalError]  # by entity, as `survey` gives them


class EntityPhase:
    """Pulls the entities and publishes them together.

    Args:
        any_name: the portal is the one pulled before, under whatever name.
    """

    def __init__(self, run: Run, *, any_name: bool) -> None:
        self._run, self._any_name = run, any_name
        self._resources = tuple(with_named_fields(resource, run.settings) for resource in ENTITY_RESOURCES)
        self._by_entity = {resource.entity: resource for resource in self._resources}
        self._changes: dict[str, list[RangeWalk]] = {}
        if not run.full:
            for resource in self._resources:
                state = run.state_before(resource.entity)
                if state is not None and is_incremental(resource, state) and run.snapshots.holds(state.files):
                    walks = change_walks(run.lists, resource, state, run.snapshots, run.server_time)
                    self._changes[resource.entity] = walks
        self._notes: list[Message] = []

    def pull(self) -> tuple[EntityProgress, ...]:
        """Pull and publish; how it went with each entity.

        Raises:
            EntityFailed: an entity failed, and the pull with it.
            ForeignPortal, PortalError, SnapshotsError: see `crm.pull.pull`.
        """
        run = self._run
        run.begin(list(self._certain_commands()), any_name=self._any_name)
        if run.is_clock_back:
            self._ask_from_earlier()
        newest = survey(run.lists, KEYED)
        run.lists.prefetch(self._short_walk_commands(newest))
        tracker = run.tracker(1, ENTITY_RESOURCES, self._expected_rows(newest))
        with run.pulling(tracker) as writer:
            states: dict[str, EntityState] = {}
            for resource in self._resources:
                states[resource.entity] = self._pull_entity(writer, resource, newest, states)
            refuse_emptied(run, states)
            is_due = self._is_due()
            states |= TotalsOf(run, writer, newest).without_deleted(self._counted(), states, is_due=is_due)
            for entity, state in list(states.items()):
                if has_piled_up(state) and not BY_ENTITY[entity].keeps_changes:
                    states[entity] = writer.compact(BY_ENTITY[entity], state)
            before = run.before.entities if run.before else {}
            waiting = {resource.entity: self._waiting(resource, writer) for resource in RECORD_RESOURCES}
            others = {name: state for name, state in before.items() if name not in BY_ENTITY}  # of another version
            drift = find_drift(run.snapshots, run.settings, run.before, states, run.server_time)
            run.publish(
                {**drift.mark_stale(states), **waiting, **others},
                [*run.notes, *self._notes_so_far(), *writer.notes, *refusal_notes(states), *drift.notes],
                finished=[resource.entity for resource in ENTITY_RESOURCES],
                as_of=run.server_time,
                counted_at=run.server_time if is_due or run.before is None else run.before.counted_at,
                sweep=self._sweep_state(states),
            )
        return tracker.entities

    def _waiting(self, resource: Resource, writer: EntityWriter) -> EntityState:
        """The state until the second phase of an entity of it, which nothing is expected of where nothing is new."""
        before = self._run.state_before(resource.entity)
        return before if before is not None and not writer.files else coming(before)

    def _ask_from_earlier(self) -> None:
        """Ask for changes since the earlier of the two clocks: what was changed since lies before the watermarks.

        What was stamped by a clock between the two, the sweep finds, which is due by that.
        """
        run = self._run
        before, since = run.current, watermark_of(run.server_time)
        self._notes.append(Message("pull.clock_back", now=run.server_time, before=before.as_of))
        for entity in self._changes:
            state = before.entities[entity]
            earlier, touched = (
                min(watermark or since, since, key=dt.datetime.fromisoformat)
                for watermark in (state.watermark, state.touched_watermark)
            )
            earlier_state = replace(state, watermark=earlier, touched_watermark=touched)
            resource = self._by_entity[entity]
            self._changes[entity] = change_walks(run.lists, resource, earlier_state, run.snapshots, run.server_time)

    def _sweep_state(self, states: Mapping[str, EntityState]) -> SweepState | None:
        """The sweep after this phase: it is at its end where all it looks at was pulled whole, and due at once where
        the portal's clock has jumped; None where nothing has changed in it."""
        run = self._run
        swept = [entity for entity in SWEPT if entity in states and states[entity].status == "complete"]
        if not any(entity in self._changes for entity in swept):
            return SweepState(ended_at=run.server_time)
        return replace(run.current.sweep, ended_at=None) if run.is_clock_back else None

    def _certain_commands(self) -> Iterator[Group]:
        """The commands that are sure to be asked."""
        yield survey_commands(KEYED)
        yield from (walk.commands() for walks in self._changes.values() for walk in walks)
        for resource in self._counted():
            state = self._run.state_before(resource.entity)
            if state is not None and deletions.is_cheap(state):
                yield deletions.total_commands(resource)
        for resource in self._resources:
            state = self._run.state_before(resource.entity)
            if resource.walk is Walk.KEYSET and resource.entity not in self._changes and state and state.files:
                yield self._walk_of(resource, self._guessed_highest_id(state)).commands()
            elif resource.walk is Walk.FIELDS:
                yield {"fields": Command(resource.method)}
            elif resource.walk in (Walk.WHOLE, Walk.STATUSES):
                pages = whole_list_commands(resource, state.rows if state else 0)
                yield from ({label: command} for label, command in pages.items())
            if resource.walk is Walk.STATUSES:
                before = self._run.before
                yield dictionary_commands(resource, self._funnels(before.entities if before else {}))
        if self._changes:  # else there is another prefetch to come
            yield from self._commands_again()

    def _commands_again(self) -> Iterator[Group]:
        """The commands whose answers have to be heard again in another request, as far as that is sure."""
        yield from (walk.commands_again() for walks in self._changes.values() for walk in walks)
        for resource in self._resources:
            if resource.walk in (Walk.WHOLE, Walk.STATUSES):
                state = self._run.state_before(resource.entity)
                yield commands_heard_again(resource, state.rows if state else 0)

    def _short_walk_commands(self, newest: NewestIds) -> Iterator[Group]:
        """The first commands of entities that are pulled as a whole and seem to be short."""
        if not self._changes:
            yield from self._commands_again()
        for resource in KEYED:
            highest = newest[resource.entity]
            guess = self._guessed_highest_id(self._run.state_before(resource.entity))
            if resource.entity not in self._changes and not guess and isinstance(highest, int) and highest <= SHORT:
                walk = self._walk_of(resource, highest)
                yield walk.commands()
                yield walk.commands_again()

    def _expected_rows(self, newest: NewestIds) -> dict[str, int]:
        expected = {name: count for name, count in newest.items() if isinstance(count, int) and count}
        for resource in ENTITY_RESOURCES:
            state = self._run.state_before(resource.entity)
            if state is not None and state.rows:
                expected[resource.entity] = state.rows
        return {name: 1 if name in self._changes else rows for name, rows in expected.items()}

    def _pull_entity(
        self, writer: EntityWriter, resource: Resource, newest: NewestIds, states: Mapping[str, EntityState]
    ) -> EntityState:
        run, walks = self._run, self._changes.get(resource.entity)
        before = run.state_before(resource.entity)
        if walks is not None and before is not None and not self._is_empty_now(resource, newest):
            return self._pull_changes(writer, resource, before, walks)
        wanted = replace(resource, required=resource.required and not self._lacks(resource))
        if resource.walk is not Walk.KEYSET or resource.watermark is None:
            return writer.write_whole(wanted, partial(self._pages, resource, newest, states))
        return self._pull_whole(writer, wanted, newest)

    def _pull_whole(self, writer: EntityWriter, resource: Resource, newest: NewestIds) -> EntityState:
        """Pull an entity that may be large, resuming an earlier pull that did not come to its end."""
        run = self._run
        journal = run.journal(resource, self._highest_id(resource, newest))
        state = writer.write_whole(resource, partial(self._resumed_walk, resource, journal), journal)
        if not journal.is_resumed or not is_incremental(resource, state):
            return state
        return self._pull_changes(
            writer, resource, state, change_walks(run.lists, resource, state, run.snapshots, run.server_time)
        )

    def _pull_changes(
        self, writer: EntityWriter, resource: Resource, state: EntityState, walks: Sequence[RangeWalk]
    ) -> EntityState:
        after = writer.write_changes(resource, state, lambda: as_pages(self._run.lists, walks))
        return with_touched(state, after, walks, self._run.server_time)

    def _highest_id(self, resource: Resource, newest: NewestIds) -> int:
        """The highest id; 0 where the portal does not give it: the walk finds the end, or why nothing is given."""
        try:
            return newest_known(self._run.lists, resource, newest[resource.entity])
        except PortalError:
            return 0

    def _resumed_walk(self, resource: Resource, journal: ResumeJournal) -> Pages:
        header = journal.header
        return whole_walk(self._run.lists, resource, header.newest, header.workers, journal.checkpoints)

    def _pages(self, resource: Resource, newest: NewestIds, states: Mapping[str, EntityState]) -> Pages:
        lists = self._run.lists
        if resource.walk is Walk.IDENTITY:
            return ShortList([[dict(self._run.identity_row)]])
        if resource.walk is Walk.FIELDS:
            return ShortList(field_list(lists, resource))
        if resource.walk is Walk.WHOLE:
            return ShortList(whole_list(lists, resource))
        if resource.walk is Walk.STATUSES:
            return ShortList(statuses(lists, resource, self._funnels(states), self._note_cut_dictionary))
        state = self._run.state_before(resource.entity)
        return self._walk_of(resource, self._guessed_highest_id(state) or self._highest_id(resource, newest))

    def _walk_of(self, resource: Resource, newest: int) -> KeysetWalk:
        return whole_walk(self._run.lists, resource, newest, self._run.settings.in_flight)

    def _guessed_highest_id(self, state: EntityState | None) -> int:
        """The highest id of an earlier pull, 0 without one: where to look for the end before the portal is asked."""
        return highest_id(self._run.snapshots, self._paths(state)) if state is not None and not self._run.full else 0

    def _counted(self) -> list[Resource]:
        """The entities of which only changes are pulled, so that what is gone has to be looked for."""
        return [self._by_entity[entity] for entity in self._changes if self._by_entity[entity].watched]

    def _paths(self, state: EntityState | None) -> list[Path]:
        """The files of a state; none where somebody took one away or cut it."""
        if state is None or not self._run.snapshots.holds(state.files):
            return []
        return [self._run.snapshots.directory / file.path for file in state.files]

    def _is_empty_now(self, resource: Resource, newest: NewestIds) -> bool:
        """Whether a table that held rows holds none now: asked twice, as a batch may be empty by trouble."""
        before = self._run.state_before(resource.entity)
        if newest[resource.entity] != 0 or before is None or not before.rows:
            return False
        doubt = StrangeAnswer("pull.no_rows", method=resource.method)
        return newest_known(self._run.lists, resource, doubt) == 0

    def _lacks(self, resource: Resource) -> bool:
        """Whether the portal works without such records at all."""
        return resource.entity == "leads" and str(self._run.identity_row["LEADS_MODE"]) == SIMPLE_MODE

    def _is_due(self) -> bool:
        run = self._run
        counted_at = run.before.counted_at if run.before else None
        return run.full or run.accept_deletions or deletions.is_due(counted_at, run.server_time)

    def _funnels(self, states: Mapping[str, EntityState]) -> list[int]:
        listed, deals, moves = (self._paths(states.get(name)) for name in ("funnels", "deals", "deal_stage_history"))
        return funnel_ids(self._run.snapshots, listed, [*deals, *moves])

    def _note_cut_dictionary(self, name: str) -> None:
        self._notes.append(Message("pull.cut_dictionary", name=name))

    def _notes_so_far(self) -> list[Message]:
        """The notes of this phase, and those of earlier pulls that still hold: on the rest of what only changes were
        pulled of, and on records given up within the month."""
        incremental = {BY_ENTITY[entity].method for entity in self._changes}
        before = self._run.before.notes if self._run.before else ()
        still_true = (note for note in before if note.key == "pull.fields_missing")
        still_true = (note for note in still_true if note.values["method"] in incremental)
        return [*self._notes, *still_true, *given_up_notes(self._run.before, self._run.server_time)]
