"""The first phase of a pull: the entities. Whole ones at first, then what changed in them; once a day what is gone."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from crm.paging.field_list import field_list
from crm.paging.id_ranges import RangeWalk
from crm.paging.keyset import KeysetWalk, newest_known, survey, survey_commands, whole_walk
from crm.paging.list_pages import StrangeAnswer
from crm.paging.pages import Doubts, Pages, ShortList
from crm.paging.prefetch import Group
from crm.paging.short_lists import dictionaries_foreseen, pages_foreseen, statuses, whole_list
from crm.portal.client import Command, PortalError
from crm.pull import deletions
from crm.pull.changes import as_pages, changes_walks, is_followed
from crm.pull.entity_writer import EntityPull
from crm.pull.lookups import funnel_ids, highest_id
from crm.pull.progress import EntityProgress
from crm.pull.run import Run, coming
from crm.pull.schema_drift import drift
from crm.pull.user_fields import asked
from crm.resources import BY_ENTITY, RESOURCES, SIMPLE_MODE, Resource, Walk
from crm.snapshots import compaction
from crm.snapshots.manifest import EntityState, Note
from crm.snapshots.resume import Journal

FIRST = tuple(resource for resource in RESOURCES if resource.phase == 1)
SECOND = tuple(resource for resource in RESOURCES if resource.phase == 2)
KEYED = tuple(resource for resource in FIRST if resource.walk is Walk.KEYSET)

SHORT = 500  # ids: of what may have as few rows several entities are asked for in one batch

Told = Mapping[str, int | PortalError]


class FirstPhase:
    """Brings the entities and publishes them together.

    Args:
        any_name: the portal is the one pulled before, under whatever name.
    """

    def __init__(self, run: Run, *, any_name: bool) -> None:
        self._run, self._any_name = run, any_name
        self._first = tuple(asked(resource, run.settings) for resource in FIRST)
        self._by_entity = {resource.entity: resource for resource in self._first}
        self._changes: dict[str, list[RangeWalk]] = {}
        if not run.full:
            for resource in self._first:
                state = run.state_before(resource.entity)
                if state is not None and is_followed(resource, state) and run.snapshots.holds(state.files):
                    walks = changes_walks(run.foresight, resource, state, run.snapshots)
                    self._changes[resource.entity] = walks
        self._notes: list[Note] = []

    def pull(self) -> tuple[EntityProgress, ...]:
        """Bring and publish; how it went with each entity.

        Raises:
            EntityFailed: an entity failed, and the pull with it.
            ForeignPortal, PortalError, SnapshotsError: see `crm.pull.pull`.
        """
        run = self._run
        run.begin(list(self._foreseen()), any_name=self._any_name)
        told = survey(run.foresight, KEYED)
        run.foresight.foresee(self._short(told))
        tracker = run.tracker(1, FIRST, self._expected(told))
        with run.bringing(tracker) as bringing:
            states: dict[str, EntityState] = {}
            for resource in self._first:
                states[resource.entity] = self._state(bringing, resource, told, states)
            is_due = self._is_due()
            if is_due:
                states |= self._recounted(bringing, states)
            for entity in compaction.due(states):
                states[entity] = bringing.compact(BY_ENTITY[entity], states[entity])
            before = run.before.entities if run.before else {}
            waiting = {resource.entity: coming(before.get(resource.entity)) for resource in SECOND}
            strangers = {name: state for name, state in before.items() if name not in BY_ENTITY}  # such as a plan
            found = drift(run.snapshots, run.settings, run.before, states, run.server_time)
            run.publish(
                {**found.marked(states), **waiting, **strangers},
                [*run.notes, *self._notes, *self._still_true(), *bringing.notes, *found.notes],
                finished=[resource.entity for resource in FIRST],
                as_of=run.server_time,
                counted_at=run.server_time if is_due or run.before is None else run.before.counted_at,
            )
        return tracker.entities

    def _foreseen(self) -> Iterator[Group]:
        """What is sure to be asked."""
        yield survey_commands(KEYED)
        yield from (walk.commands() for walks in self._changes.values() for walk in walks)
        for resource in self._first:
            state = self._run.state_before(resource.entity)
            if resource.walk is Walk.KEYSET and resource.entity not in self._changes and state and state.files:
                yield self._walk_of(resource, self._guessed(state)).commands()
            elif resource.walk is Walk.FIELDS:
                yield {"fields": Command(resource.method)}
            elif resource.walk in (Walk.WHOLE, Walk.STATUSES):
                pages = pages_foreseen(resource, state.rows if state else 0)
                yield from ({label: command} for label, command in pages.items())
            if resource.walk is Walk.STATUSES:
                before = self._run.before
                yield dictionaries_foreseen(resource, self._funnels(before.entities if before else {}))

    def _short(self, told: Told) -> Iterator[Group]:
        """What is sure to be asked of entities that are to be brought as a whole and seem to be short."""
        for resource in KEYED:
            newest = told[resource.entity]
            guess = self._guessed(self._run.state_before(resource.entity))
            if resource.entity not in self._changes and not guess and isinstance(newest, int) and newest <= SHORT:
                yield self._walk_of(resource, newest).commands()

    def _expected(self, told: Told) -> dict[str, int]:
        expected = {name: count for name, count in told.items() if isinstance(count, int) and count}
        for resource in FIRST:
            state = self._run.state_before(resource.entity)
            if state is not None and state.rows:
                expected[resource.entity] = state.rows
        return {name: 1 if name in self._changes else rows for name, rows in expected.items()}

    def _state(
        self, bringing: EntityPull, resource: Resource, told: Told, states: Mapping[str, EntityState]
    ) -> EntityState:
        run, walks = self._run, self._changes.get(resource.entity)
        before = run.state_before(resource.entity)
        if walks is not None and before is not None and not self._is_empty_now(resource, told):
            return bringing.follow(resource, before, lambda: as_pages(run.foresight, walks))
        wanted = replace(resource, required=resource.required and not self._lacks(resource))
        if resource.walk is not Walk.KEYSET or resource.watermark is None:
            return bringing.bring(wanted, partial(self._pages, resource, told, states))
        return self._whole(bringing, wanted, told)

    def _whole(self, bringing: EntityPull, resource: Resource, told: Told) -> EntityState:
        """An entity that may be large: what an earlier pull did not come to the end of is gone on with."""
        run = self._run
        journal = run.journal(resource, self._newest(resource, told))
        state = bringing.bring(resource, partial(self._gone_on, resource, journal), journal)
        if not journal.is_continued or not is_followed(resource, state):
            return state
        walks = changes_walks(run.foresight, resource, state, run.snapshots)
        return bringing.follow(resource, state, lambda: as_pages(run.foresight, walks))

    def _newest(self, resource: Resource, told: Told) -> int:
        """The highest id; 0 where it is not told: the walk will find the end, or hear why nothing is given."""
        try:
            return newest_known(self._run.foresight, resource, told[resource.entity])
        except PortalError:
            return 0

    def _gone_on(self, resource: Resource, journal: Journal) -> Pages:
        begun = journal.begun
        return whole_walk(self._run.foresight, resource, begun.newest, begun.workers, journal.marks)

    def _pages(self, resource: Resource, told: Told, states: Mapping[str, EntityState]) -> Pages:
        lists = self._run.foresight
        if resource.walk is Walk.IDENTITY:
            return ShortList([[dict(self._run.identity_row)]])
        if resource.walk is Walk.FIELDS:
            return ShortList(field_list(lists, resource))
        if resource.walk is Walk.WHOLE:
            return ShortList(whole_list(lists, resource))
        if resource.walk is Walk.STATUSES:
            return ShortList(statuses(lists, resource, self._funnels(states), self._cut_dictionary))
        state = self._run.state_before(resource.entity)
        return self._walk_of(resource, self._guessed(state) or self._newest(resource, told))

    def _walk_of(self, resource: Resource, newest: int) -> KeysetWalk:
        return whole_walk(self._run.foresight, resource, newest, self._run.settings.in_flight)

    def _guessed(self, state: EntityState | None) -> int:
        """The highest id of an earlier pull, 0 without one: where to look for the end before the portal is asked."""
        return highest_id(self._run.snapshots, self._paths(state)) if state is not None and not self._run.full else 0

    def _recounted(self, bringing: EntityPull, states: Mapping[str, EntityState]) -> dict[str, EntityState]:
        """The entities that were followed, without what is gone."""
        run = self._run
        counted = [self._by_entity[entity] for entity in self._changes if states[entity].status == "complete"]
        known = {r.entity: run.snapshots.standing(states[r.entity].files) for r in counted if r.watched}
        run.foresight.foresee(deletions.first_question(self._by_entity[entity], ids) for entity, ids in known.items())
        found: dict[str, EntityState] = {}
        for entity, ids in known.items():
            count = partial(self._doubts, self._by_entity[entity], ids)
            found[entity] = bringing.recount(self._by_entity[entity], states[entity], count)
        return found

    def _doubts(self, resource: Resource, known: "array[int]") -> Doubts | None:
        run = self._run
        accepts, in_flight = run.accept_deletions, run.settings.in_flight
        return deletions.doubts(run.foresight, resource, known, in_flight, accept_deletions=accepts)

    def _paths(self, state: EntityState | None) -> list[Path]:
        """The files of a state; none where somebody took one away or cut it."""
        if state is None or not self._run.snapshots.holds(state.files):
            return []
        return [self._run.snapshots.directory / file.path for file in state.files]

    def _is_empty_now(self, resource: Resource, told: Told) -> bool:
        """Whether a table that held rows is said to hold none: asked twice, as a batch may be empty by trouble."""
        before = self._run.state_before(resource.entity)
        if told[resource.entity] != 0 or before is None or not before.rows:
            return False
        doubted = StrangeAnswer("pull.no_rows", method=resource.method)
        return newest_known(self._run.foresight, resource, doubted) == 0

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

    def _cut_dictionary(self, name: str) -> None:
        self._notes.append(Note("pull.cut_dictionary", {"name": name}))

    def _still_true(self) -> list[Note]:
        """Notes of an earlier pull on entities that were followed only: what they say of them has not changed."""
        followed = {BY_ENTITY[entity].method for entity in self._changes}
        before = self._run.before.notes if self._run.before else ()
        return [note for note in before if note.key == "pull.fields_missing" and note.values["method"] in followed]
