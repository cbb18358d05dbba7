"""The sweep: all fields of all leads, deals, companies and activities, compared with the portal's, piece by piece.

A portal changes records without touching their moment of change: who merges or deletes a company re-links its deals, an
administrator's import may write anything. No watermark shows that, so each record is asked for once a day. A pull that
meets the sweep due goes on with it for a while; what differs is written, and counted for people to see.
"""

import datetime as dt
import time
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from crm.paging.batch_size import BatchSize
from crm.paging.id_ranges import RangeWalk
from crm.paging.keyset import KeysetWalk
from crm.paging.list_pages import PAGE
from crm.paging.workers import RowBatch
from crm.pull.entity_writer import EntityWriter
from crm.pull.progress import EntityProgress
from crm.pull.run import Run
from crm.pull.user_fields import with_named_fields
from crm.resources import BY_ENTITY, SWEPT, Resource
from crm.snapshots.manifest import EntityState, SweepState

EVERY = dt.timedelta(hours=20)  # by day: an office machine sleeps at night
BY_NIGHT = dt.timedelta(hours=12)  # one a night
NIGHT = range(6)  # hours of the portal's clock
PIECE_SECONDS = 120.0  # of one pull
DAY_SHARE = 0.1  # of the allowed rate
RANGE_ROWS = 47 * PAGE  # known rows of a range: with the proofs of its end it is one batch


def is_due(state: SweepState, now: str) -> bool:
    """Whether a pull at a moment ``now`` (ISO, the portal's clock) has to begin a sweep, or go on with it."""
    if state.ended_at is None:
        return True
    passed = dt.datetime.fromisoformat(now) - dt.datetime.fromisoformat(state.ended_at)
    if is_night(now) and (state.is_under_way or passed >= BY_NIGHT):
        return True
    return passed >= EVERY or passed < dt.timedelta()  # a clock that was put back tells nothing


def is_night(now: str) -> bool:
    """Whether it is night on the portal's clock (ISO)."""
    return dt.datetime.fromisoformat(now).hour in NIGHT


@dataclass
class SweptRanges:
    """The rows of an entity above ``cursor``, a range after the other, until they are `enough` or it is through.

    ``known`` are the ids that are here (ascending). A range is walked to its proven end, then `cursor` moves there.
    ``rest`` is called after each batch.
    """

    run: Run
    resource: Resource
    known: "array[int]"
    cursor: int
    enough: Callable[[], bool]
    rest: Callable[[], None]
    batch_size: BatchSize = field(default_factory=BatchSize)

    def __post_init__(self) -> None:
        self._first = bisect_right(self.known, self.cursor)

    @property
    def share(self) -> float:
        """How much of the entity is behind, 0 to 1."""
        return bisect_right(self.known, self.cursor) / len(self.known) if self.known else 1.0

    @property
    def is_through(self) -> bool:
        """Whether all ids that are here are behind."""
        return not self.known or self.cursor >= self.known[-1]

    @property
    def swept(self) -> "array[int]":
        """The known ids of the ranges behind."""
        return self.known[self._first : bisect_right(self.known, self.cursor)]

    def __iter__(self) -> Iterator[RowBatch]:
        while not self.is_through:
            place = bisect_right(self.known, self.cursor)
            ids = self.known[place : place + RANGE_ROWS]
            for batch in self._walk(ids[-1], len(ids)):
                yield batch
                self.rest()
            self.cursor = ids[-1]
            if self.enough():
                return

    def _walk(self, high: int, expected: int) -> KeysetWalk:
        lists = self.run.lists
        walk = RangeWalk(
            lists, self.resource, self.batch_size, low=self.cursor, high=high, expected=expected, has_rows=True
        )
        return KeysetWalk(lists, self.resource, [walk], self.batch_size, 1)


class Sweep:
    """Sweeps a piece, and publishes what it found otherwise than it was here.

    Args:
        at_once: all that is left, at the full rate, whatever the hour.
        clock: seconds; for the length of a piece.
    """

    def __init__(self, run: Run, *, at_once: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._run, self._at_once, self._clock = run, at_once, clock
        self._until = clock() + PIECE_SECONDS

    def go_on(self) -> tuple[EntityProgress, ...]:
        """Sweep on from where the last piece ended; how it went with each entity.

        Raises:
            EntityFailed: an entity failed, or too much of it is gone; what was published stands.
            PullError: there was no pull yet.
            PortalError, SnapshotsError: see `crm.pull.pull`.
        """
        run = self._run
        state = run.current.sweep
        left = SWEPT[SWEPT.index(state.entity) if state.entity in SWEPT else 0 :]
        resources = [self._resource(entity) for entity in left if self._is_here(entity)]
        tracker = run.tracker(3, resources, {r.entity: run.current.entities[r.entity].rows for r in resources})
        with run.pulling(tracker) as writer:
            states: dict[str, EntityState] = {}
            for resource in resources:
                state = self._sweep_entity(writer, resource, state, states)
                if self._is_enough():
                    break
            self._publish(writer, states, state, is_through=not state.entity or not resources)
        return tracker.entities

    def _sweep_entity(
        self, writer: EntityWriter, resource: Resource, state: SweepState, states: dict[str, EntityState]
    ) -> SweepState:
        """Sweep an entity on and put its new state into ``states``; how far the sweep is then."""
        run, entity = self._run, resource.entity
        before = run.current.entities[entity]
        cursor = state.cursor if state.entity == entity else 0
        known = run.snapshots.current_ids(before.files)
        ranges = SweptRanges(run, resource, known, cursor, self._is_enough, self._rest)
        states[entity], changes = writer.write_swept(resource, before, ranges)
        number = changes.new + changes.changed + changes.gone
        found = {**state.found, entity: state.found.get(entity, 0) + number}
        state = replace(state, entity=entity, cursor=ranges.cursor, found=found)
        if not ranges.is_through:
            return state
        later = [each for each in SWEPT[SWEPT.index(entity) + 1 :] if self._is_here(each)]
        return replace(state, entity=later[0] if later else "", cursor=0)

    def _publish(
        self, writer: EntityWriter, states: dict[str, EntityState], state: SweepState, *, is_through: bool
    ) -> None:
        run, current = self._run, self._run.current
        if is_through:
            state = SweepState(ended_at=run.server_time, last_found=state.found)
        run.publish(
            {**current.entities, **states},
            [*current.notes, *run.notes, *writer.notes],
            finished=[],
            as_of=current.as_of,
            counted_at=current.counted_at,
            sweep=state,
            is_newer=bool(writer.files),
        )

    def _resource(self, entity: str) -> Resource:
        return with_named_fields(BY_ENTITY[entity], self._run.settings)

    def _is_here(self, entity: str) -> bool:
        """Whether an entity is here, and with the fields of today: else the next pull asks for all of it anyway."""
        state = self._run.current.state(entity)
        if state is None or state.status != "complete" or not state.files:
            return False
        return state.fields == self._resource(entity).fingerprint

    def _is_enough(self) -> bool:
        return not self._at_once and self._clock() >= self._until

    def _rest(self) -> None:
        """By day a tenth of the rate is ours."""
        if not self._at_once and not is_night(self._run.server_time):
            self._run.portal.rest(1 / (self._run.settings.requests_per_second * DAY_SHARE))
