"""Keyset walks: an entity cut into ranges of ids, several of them walked at once, their ends proven together."""

import threading
from collections.abc import Iterator, Sequence

from crm.paging.batch_size import BatchSize, worked_seconds
from crm.paging.id_ranges import RangeWalk
from crm.paging.list_pages import StrangeAnswer, newest_id, newest_page
from crm.paging.prefetch import Lists
from crm.paging.workers import Checkpoint, RowBatch, run_jobs
from crm.portal.client import Answer, Command, PortalError
from crm.portal.errors import BatchTooLong, BrokenAnswer, ServerFailed, TimedOut
from crm.resources import Resource

TRIES = 5  # for the newest id
BATCH_OF_IDS = 2_500  # as many as a batch of lists gives where no id is missing: ranges are whole batches
RANGES_A_WORKER = 4
COMMANDS_AN_END = 4

Part = tuple[str, RangeWalk]  # a range and the prefix of its labels in a batch


class KeysetWalk:
    """The rows of some ranges of one entity, up to ``workers`` batches at once.

    Args:
        ranges: those of a whole entity, see `whole_walk`; or some, of what is doubtful or has changed.
        batch_size: the one that the ranges share.
    """

    def __init__(
        self, portal: Lists, resource: Resource, ranges: Sequence[RangeWalk], batch_size: BatchSize, workers: int
    ) -> None:
        self.portal, self.resource, self.batch_size = portal, resource, batch_size
        self._ranges, self._workers = ranges, workers
        self._taken: set[RangeWalk] = set()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[RowBatch]:
        return run_jobs((_Worker(self) for _ in range(self._workers)), self._workers)

    @property
    def share(self) -> float:
        """How much of the ids is behind it, 0 to 1."""
        if all(walk.done for walk in self._ranges):
            return 1.0
        passed = sum(walk.passed for walk in self._ranges)
        return min(1.0, passed / max(1, passed, *(walk.reach for walk in self._ranges)))

    def commands(self) -> dict[str, Command]:
        """The commands it is sure to ask first."""
        return self._ranges[0].commands()

    def commands_again(self) -> dict[str, Command]:
        """The commands it asks next where the first ones find nothing; see `RangeWalk.commands_again`."""
        return self._ranges[0].commands_again()

    def next_parts(self) -> list[Part]:
        """The ranges a worker is to ask about now: one that is still walked, or all that have come to their ends."""
        with self._lock:
            free = [walk for walk in self._ranges if not walk.done and walk not in self._taken]
            walking = [walk for walk in free if not walk.closing]
            others_walk = any(not walk.closing for walk in self._taken)
            chosen = walking[:1] or ([] if others_walk else free[: max(1, self.batch_size.commands // COMMANDS_AN_END)])
            self._taken.update(chosen)
        return [("" if len(chosen) == 1 else f"r{place}_", walk) for place, walk in enumerate(chosen)]

    def give_back(self, parts: Sequence[Part]) -> bool:
        """Let go of the ranges a worker has asked about; whether there is anything left for it."""
        with self._lock:
            self._taken.difference_update(walk for _, walk in parts)
            return any(not walk.done and walk not in self._taken for walk in self._ranges)


class _Worker:
    """Asks a batch at a time, of whatever range needs it."""

    def __init__(self, walk: KeysetWalk) -> None:
        self._walk = walk
        self.done = False

    def step(self) -> RowBatch:
        """Send one batch; the rows that are certain after it.

        Raises:
            PortalError: see `RangeWalk.take`.
        """
        parts = self._walk.next_parts()
        rows = RowBatch(self._ask(parts) if parts else ())
        rows.checkpoints = [walk.checkpoint for _, walk in parts]
        self.done = not self._walk.give_back(parts) or not parts
        return rows

    def _ask(self, parts: Sequence[Part]) -> RowBatch:
        batch_size = self._walk.batch_size
        commands = {
            f"{prefix}{label}": command.with_labels(prefix) if prefix else command
            for prefix, walk in parts
            for label, command in walk.commands().items()
        }
        try:
            outcomes = self._walk.portal.batch(commands)
        except (TimedOut, BrokenAnswer, ServerFailed, BatchTooLong):
            if batch_size.shrink():
                return RowBatch()
            raise
        batch_size.heed(outcomes.values())
        batch_size.adapt(len(commands), worked_seconds(outcomes.values()))
        rows = RowBatch()
        for prefix, walk in parts:
            own = {k.removeprefix(prefix): outcome for k, outcome in outcomes.items() if k.startswith(prefix)}
            rows += walk.take(own)
        return rows


def whole_walk(
    portal: Lists, resource: Resource, newest: int, workers: int, checkpoints: Sequence[Checkpoint] = ()
) -> KeysetWalk:
    """The walk of all ranges that make up an entity.

    Args:
        newest: the highest id there was when the pull began (see `survey`), 0 for an empty table.
        workers: how many batches are on their way at once.
        checkpoints: where an earlier process stood in ranges of the same ``newest`` and ``workers``, oldest first.
    """
    batch_size = BatchSize()
    ends = _cuts(newest, workers) if resource.bounded else [None]
    lows = [0, *(end for end in ends[:-1] if end is not None)]
    walks = {
        low: RangeWalk(portal, resource, batch_size, low=low, high=high, newest=newest)
        for low, high in zip(lows, ends, strict=True)
    }
    for checkpoint in checkpoints:
        walks[checkpoint["low"]].resume(checkpoint)
    return KeysetWalk(portal, resource, list(walks.values()), batch_size, workers)


def survey_commands(resources: Sequence[Resource]) -> dict[str, Command]:
    """The commands of `survey`, by entity."""
    return {resource.entity: newest_page(resource) for resource in resources}


def survey(portal: Lists, resources: Sequence[Resource]) -> dict[str, int | PortalError]:
    """The highest id of each entity, asked in one batch; 0 for an empty table, the error where there is none."""
    outcomes = portal.batch(survey_commands(resources))
    found: dict[str, int | PortalError] = {}
    for resource in resources:
        outcome = outcomes[resource.entity]
        try:
            found[resource.entity] = newest_id(resource, outcome) if isinstance(outcome, Answer) else outcome
        except StrangeAnswer as strange:
            found[resource.entity] = strange
    return found


def newest_known(portal: Lists, resource: Resource, surveyed: int | PortalError) -> int:
    """The highest id as the `survey` found it, or asked for anew where it got an error that a retry may mend.

    Raises:
        PortalError: it is refused, or makes no sense again and again.
    """
    for _ in range(TRIES):
        if isinstance(surveyed, int):
            return surveyed
        if not surveyed.retriable:
            raise surveyed
        command = newest_page(resource)
        try:
            surveyed = newest_id(resource, portal.call(command.method, command.params))
        except StrangeAnswer as strange:
            surveyed = strange
    if isinstance(surveyed, int):
        return surveyed
    raise surveyed


def _cuts(newest: int, workers: int) -> list[int | None]:
    """The upper ends of the ranges that ids up to ``newest`` are cut into; the last one has none."""
    batches = max(1, -(-newest // (workers * RANGES_A_WORKER * BATCH_OF_IDS)))
    length = batches * BATCH_OF_IDS
    return [*range(length, newest, length), None]
