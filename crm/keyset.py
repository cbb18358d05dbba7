"""Walking a table by its ids until every range of them is proven complete.

A range is asked for in batches of chained lists: each command begins above the last id of the one before it. What a
batch says is believed up to its first short page: behind it the references lead nowhere, and a portal answers them with
the beginning of the table. Whatever goes wrong, the walk goes on from the last id it is sure of. A short page is no
proof of an end: a range is done when a closing batch finds nothing above its last id, and its highest id is that one.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from crm.client import Answer, Command, Portal, PortalContradicts, PortalError
from crm.errors import BrokenAnswer, OperatingLimit, RateExceeded, ServerFailed, TimedOut
from crm.inflight import in_flight
from crm.listing import (
    PAGE,
    RawRow,
    StrangeAnswer,
    ascending_rows,
    last_id,
    newest_id,
    newest_page,
    page_above,
    rows_in,
)
from crm.resources import Resource

LONGEST = 50  # commands a batch
SLOW_SECONDS = 20.0  # a portal cuts a request at 60
QUICK_SECONDS = 8.0
TRIES = 5  # without a new row
PATIENT_TRIES = 15  # while a limit is waited out
DISAGREEMENTS = 3
SHORTEST_RANGE = 10_000  # ids
RANGES_A_WORKER = 4

Outcomes = Mapping[str, Answer | PortalError]


class Pace:
    """How many lists to chain in a batch: fewer when the portal is slow. Shared by the ranges of an entity."""

    def __init__(self) -> None:
        self._length = LONGEST
        self._lock = threading.Lock()

    @property
    def length(self) -> int:
        """Commands for the next batch."""
        return self._length

    def learn(self, commands: int, seconds: float) -> None:
        """A batch of so many commands took the portal so long."""
        with self._lock:
            if seconds > SLOW_SECONDS:
                self._length = min(self._length, max(1, commands // 2))
            elif seconds < QUICK_SECONDS and commands >= self._length:
                self._length = min(LONGEST, self._length * 2)

    def shorten(self) -> bool:
        """A batch failed as a whole: ask for much less. False when less cannot be asked."""
        with self._lock:
            shorter, self._length = self._length > 1, max(1, self._length // 4)
        return shorter


class RangeWalk:
    """The walk of one range of ids, above ``low`` and up to ``high`` (None: without an end)."""

    def __init__(
        self, portal: Portal, resource: Resource, pace: Pace, *, low: int, high: int | None, newest: int
    ) -> None:
        self._portal, self._resource, self._pace = portal, resource, pace
        self._low, self._high, self._newest = low, high, newest
        self._cursor = low
        self._closing = False
        self._heard: dict[str, Answer] = {}  # what a closing batch has told so far
        self._tries = 0
        self._disagreements = 0
        self.done = False

    @property
    def passed(self) -> int:
        """How many ids lie behind it."""
        end = self._high if self._high is not None else max(self._newest, self._cursor)
        return (end if self.done else min(self._cursor, end)) - self._low

    def step(self) -> list[RawRow]:
        """Send one batch; the rows it brought for certain.

        Raises:
            PortalRefused: the entity is not given.
            PortalContradicts: the portal's answers exclude each other, or make no sense again and again.
            PortalUnavailable: trying again did not help.
        """
        commands = self._closing_commands() if self._closing else self._chain()
        try:
            outcomes = self._portal.batch(commands)
        except (TimedOut, BrokenAnswer, ServerFailed):
            if self._pace.shorten():
                return []
            raise
        self._pace.learn(len(commands), worked_seconds(outcomes.values()))
        rows = self._closed(outcomes) if self._closing else self._walked([outcomes[label] for label in commands])
        if rows:
            self._tries = self._disagreements = 0
        return rows

    def _chain(self) -> dict[str, Command]:
        end = self._newest if self._high is None else self._high
        pages = -(-(end - self._cursor) // PAGE)
        above: Any = self._cursor
        commands: dict[str, Command] = {}
        # After a failure less is asked for: what fails by its length, or at a certain place, then gets through.
        for place in range(max(1, min(self._pace.length, pages) >> self._tries)):
            label = f"c{place:02d}"
            commands[label] = page_above(self._resource, above, self._high)
            above = last_id(self._resource, label)
        return commands

    def _walked(self, outcomes: Sequence[Answer | PortalError]) -> list[RawRow]:
        rows: list[RawRow] = []
        for outcome in outcomes:
            try:
                page, whole = self._page(outcome)
            except PortalError as fault:
                if not rows:
                    self._stumble(fault)
                return rows
            rows += page
            if not whole:
                self._closing = True
                return rows
        self._closing = self._high is not None and self._cursor >= self._high
        return rows

    def _page(self, outcome: Answer | PortalError) -> tuple[list[RawRow], bool]:
        """The rows of a page that belong to the range, and whether more may follow. Moves the cursor."""
        if isinstance(outcome, PortalError):
            raise outcome
        rows, ids = ascending_rows(self._resource, outcome, self._cursor)
        inside = len(ids) if self._high is None else sum(number <= self._high for number in ids)
        if inside:
            self._cursor = ids[inside - 1]
        return rows[:inside], inside == len(ids) and inside >= PAGE

    def _closing_commands(self) -> dict[str, Command]:
        """What has to be heard before the range is believed to end here, without what has been heard already."""
        commands = {
            "above": page_above(self._resource, self._cursor, self._high),
            "highest": newest_page(self._resource, self._low, self._high),
            # A portal in trouble answers a whole batch with empty lists: this one cannot be empty if there were rows.
            "newest": newest_page(self._resource),
        }
        return {label: command for label, command in commands.items() if label not in self._heard}

    def _closed(self, outcomes: Outcomes) -> list[RawRow]:
        fault = self._hear(outcomes)
        if "above" in self._heard:
            rows, whole = self._page(self._heard["above"])
            if rows:
                self._heard.clear()
                self._closing = not whole
                return rows
        if fault is not None:
            self._stumble(fault)
            return []
        self.done = self._agreed()
        self._heard.clear()
        if not self.done:
            self._disagreements += 1
            if self._disagreements >= DISAGREEMENTS:
                raise PortalContradicts("pull.disagrees", method=self._resource.method)
        return []

    def _hear(self, outcomes: Outcomes) -> PortalError | None:
        """Keep the answers that make sense; the fault of one that does not."""
        fault: PortalError | None = None
        for label, outcome in outcomes.items():
            try:
                if isinstance(outcome, PortalError):
                    raise outcome
                if label == "above":
                    ascending_rows(self._resource, outcome, self._cursor)
                else:
                    newest_id(self._resource, outcome)
                self._heard[label] = outcome
            except PortalError as error:
                fault = error
        return fault

    def _agreed(self) -> bool:
        """Whether the highest id of the range is our last one, or has been deleted since.

        A method that knows no upper limit has shown by rows above the range that nothing is left in it.
        """
        if rows_in(self._resource, self._heard["above"]):
            return True
        highest, newest = (newest_id(self._resource, self._heard[label]) for label in ("highest", "newest"))
        return highest <= self._cursor and (newest > 0 or not self._newest)

    def _stumble(self, fault: PortalError) -> None:
        self._tries += 1
        patient = isinstance(fault, OperatingLimit | RateExceeded)
        if not fault.retriable or self._tries >= (PATIENT_TRIES if patient else TRIES):
            raise fault


class KeysetWalk:
    """The whole of an entity: its ranges, several of them at once.

    Args:
        newest: the highest id there was when the pull began (see `survey`), 0 for an empty table.
    """

    def __init__(self, portal: Portal, resource: Resource, newest: int, in_flight: int) -> None:
        pace = Pace()
        ends = _cuts(newest, in_flight) if resource.bounded and newest else [None]
        lows = [0, *(end for end in ends[:-1] if end is not None)]
        self._ranges = [
            RangeWalk(portal, resource, pace, low=low, high=high, newest=newest)
            for low, high in zip(lows, ends, strict=True)
        ]
        self._newest = newest
        self._limit = in_flight

    def __iter__(self) -> Iterator[list[RawRow]]:
        return in_flight(self._ranges, self._limit)

    @property
    def share(self) -> float:
        """How much of the ids is behind it, 0 to 1."""
        if all(walk.done for walk in self._ranges):
            return 1.0
        return min(1.0, sum(walk.passed for walk in self._ranges) / max(1, self._newest))


def survey(portal: Portal, resources: Sequence[Resource]) -> dict[str, int | PortalError]:
    """The highest id of each entity, asked in one batch; 0 for an empty table, an error where it was not told."""
    outcomes = portal.batch({resource.entity: newest_page(resource) for resource in resources})
    found: dict[str, int | PortalError] = {}
    for resource in resources:
        outcome = outcomes[resource.entity]
        try:
            found[resource.entity] = newest_id(resource, outcome) if isinstance(outcome, Answer) else outcome
        except StrangeAnswer as strange:
            found[resource.entity] = strange
    return found


def newest_known(portal: Portal, resource: Resource, told: int | PortalError) -> int:
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
    """The upper ends of the ranges that ids up to ``newest`` are cut into."""
    length = max(SHORTEST_RANGE, -(-newest // (workers * RANGES_A_WORKER)))
    return [*range(length, newest, length), newest]


def worked_seconds(outcomes: Iterable[Answer | PortalError]) -> float:
    """How long a portal says it worked: our own waiting for its limits is not its slowness."""
    told = (outcome.time.get("duration") for outcome in outcomes if isinstance(outcome, Answer))
    return sum(float(seconds) for seconds in told if isinstance(seconds, int | float))
