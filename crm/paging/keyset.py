"""The whole of an entity by its ids: cut into ranges, several of them walked at once, their ends proven together."""

import threading
from collections.abc import Iterator, Sequence

from crm.paging.batch_size import Pace, worked_seconds
from crm.paging.id_ranges import RangeWalk
from crm.paging.list_pages import StrangeAnswer, newest_id, newest_page
from crm.paging.prefetch import Lists
from crm.paging.workers import Mark, Piece, in_flight
from crm.portal.client import Answer, Command, PortalError
from crm.portal.errors import BrokenAnswer, ServerFailed, TimedOut
from crm.resources import Resource

TRIES = 5  # for the newest id
BATCH_OF_IDS = 2_500  # as many as a batch of lists gives where no id is missing: ranges are whole batches
RANGES_A_WORKER = 4
COMMANDS_AN_END = 3

Part = tuple[str, RangeWalk]  # a range and the prefix of its labels in a batch


class KeysetWalk:
    """Ranges of one entity, ``limit`` batches in flight.

    Args:
        ranges: those of a whole entity, see `whole_walk`; or some, of what is doubtful or has changed.
    """

    def __init__(self, portal: Lists, resource: Resource, ranges: Sequence[RangeWalk], pace: Pace, limit: int) -> None:
        self.portal, self.resource, self.pace = portal, resource, pace
        self._ranges, self._limit = ranges, limit
        self._taken: set[RangeWalk] = set()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Piece]:
        return in_flight((_Worker(self) for _ in range(self._limit)), self._limit)

    @property
    def share(self) -> float:
        """How much of the ids is behind it, 0 to 1."""
        if all(walk.done for walk in self._ranges):
            return 1.0
        passed = sum(walk.passed for walk in self._ranges)
        return min(1.0, passed / max(1, passed, *(walk.reach for walk in self._ranges)))

    def commands(self) -> dict[str, Command]:
        """What it is sure to ask first."""
        return self._ranges[0].commands()

    def next_parts(self) -> list[Part]:
        """What a worker is to ask about now: the next stretch of a range, or the ends of all that have come to one."""
        with self._lock:
            free = [walk for walk in self._ranges if not walk.done and walk not in self._taken]
            walking = [walk for walk in free if not walk.closing]
            others_walk = any(not walk.closing for walk in self._taken)
            chosen = walking[:1] or ([] if others_walk else free[: max(1, self.pace.length // COMMANDS_AN_END)])
            self._taken.update(chosen)
        return [("" if len(chosen) == 1 else f"r{place}_", walk) for place, walk in enumerate(chosen)]

    def give_back(self, parts: Sequence[Part]) -> bool:
        """A worker has heard the answers; whether there is anything left for it."""
        with self._lock:
            self._taken.difference_update(walk for _, walk in parts)
            return any(not walk.done and walk not in self._taken for walk in self._ranges)


class _Worker:
    """Asks a batch at a time, of whatever range needs it."""

    def __init__(self, walk: KeysetWalk) -> None:
        self._walk = walk
        self.done = False

    def step(self) -> Piece:
        """Send one batch; the rows it brought for certain.

        Raises:
            PortalError: see `RangeWalk.take`.
        """
        parts = self._walk.next_parts()
        rows = Piece(self._asked(parts) if parts else ())
        rows.marks = [walk.mark for _, walk in parts]
        self.done = not self._walk.give_back(parts) or not parts
        return rows

    def _asked(self, parts: Sequence[Part]) -> Piece:
        pace = self._walk.pace
        commands = {f"{prefix}{label}": command for prefix, walk in parts for label, command in walk.commands().items()}
        try:
            outcomes = self._walk.portal.batch(commands)
        except (TimedOut, BrokenAnswer, ServerFailed):
            if pace.shorten():
                return Piece()
            raise
        pace.learn(len(commands), worked_seconds(outcomes.values()))
        rows = Piece()
        for prefix, walk in parts:
            own = {k.removeprefix(prefix): outcome for k, outcome in outcomes.items() if k.startswith(prefix)}
            rows += walk.take(own)
        return rows


def whole_walk(
    portal: Lists, resource: Resource, newest: int, in_flight: int, marks: Sequence[Mark] = ()
) -> KeysetWalk:
    """The walk of all ranges that make up an entity.

    Args:
        newest: the highest id there was when the pull began (see `survey`), 0 for an empty table.
        marks: where an earlier process stood in ranges of the same ``newest`` and ``in_flight``, oldest first.
    """
    pace = Pace()
    ends = _cuts(newest, in_flight) if resource.bounded else [None]
    lows = [0, *(end for end in ends[:-1] if end is not None)]
    walks = {
        low: RangeWalk(portal, resource, pace, low=low, high=high, newest=newest)
        for low, high in zip(lows, ends, strict=True)
    }
    for mark in marks:
        walks[mark["low"]].resume(mark)
    return KeysetWalk(portal, resource, list(walks.values()), pace, in_flight)


def survey_commands(resources: Sequence[Resource]) -> dict[str, Command]:
    """What `survey` asks."""
    return {resource.entity: newest_page(resource) for resource in resources}


def survey(portal: Lists, resources: Sequence[Resource]) -> dict[str, int | PortalError]:
    """The highest id of each entity, asked in one batch; 0 for an empty table, an error where it was not told."""
    outcomes = portal.batch(survey_commands(resources))
    found: dict[str, int | PortalError] = {}
    for resource in resources:
        outcome = outcomes[resource.entity]
        try:
            found[resource.entity] = newest_id(resource, outcome) if isinstance(outcome, Answer) else outcome
        except StrangeAnswer as strange:
            found[resource.entity] = strange
    return found


def newest_known(portal: Lists, resource: Resource, told: int | PortalError) -> int:
    """The highest id that the `survey` told of, or asked for anew where its answer got lost.

    Raises:
        PortalError: it is refused, or makes no sense again and again.
    """
    for _ in range(TRIES):
        if isinstance(told, int):
            return told
        if not told.retriable:
            raise told
        command = newest_page(resource)
        try:
            told = newest_id(resource, portal.call(command.method, command.params))
        except StrangeAnswer as strange:
            told = strange
    if isinstance(told, int):
        return told
    raise told


def _cuts(newest: int, workers: int) -> list[int | None]:
    """The upper ends of the ranges that ids up to ``newest`` are cut into; the last one has none."""
    batches = max(1, -(-newest // (workers * RANGES_A_WORKER * BATCH_OF_IDS)))
    length = batches * BATCH_OF_IDS
    return [*range(length, newest, length), None]
