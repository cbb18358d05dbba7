"""Walking a table by its ids until every range of them is proven complete.

A range is asked for in batches of chained lists: each command begins above the last id of the one before it. What a
batch says is believed up to its first short page: behind it the references lead nowhere, and a portal answers them with
the beginning of the table. Whatever goes wrong, the walk goes on from the last id it is sure of. A short page is no
proof of an end: a range is done when a closing batch finds nothing above its last id, and its highest id is that one.
The last range has no upper end: what a portal told of its newest id is only a guess where to look for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crm.client import Answer, Command, Portal, PortalContradicts, PortalError
from crm.errors import BrokenAnswer, RequestRejected, ServerFailed, TimedOut
from crm.inflight import in_flight
from crm.listing import (
    PAGE,
    RawRow,
    StrangeAnswer,
    ascending_rows,
    descends,
    last_id,
    newest_id,
    newest_page,
    page_above,
    rows_in,
)
from crm.pace import LONGEST, Pace, worked_seconds
from crm.resources import Resource
from crm.stumbles import Stumbles

TRIES = 5  # for the newest id
DISAGREEMENTS = 3
SHORTEST_RANGE = 10_000  # ids
RANGES_A_WORKER = 4

Outcomes = Mapping[str, Answer | PortalError]


class RangeWalk:
    """The walk of one range of ids, above ``low`` and up to ``high`` (None: no end, maybe ``newest``)."""

    def __init__(
        self, portal: Portal, resource: Resource, pace: Pace, *, low: int, high: int | None, newest: int
    ) -> None:
        self._portal, self._resource, self._pace = portal, resource, pace
        self._low, self._high, self._newest = low, high, newest
        self._upto = high  # what the method is told of it: nothing where it takes no upper limit
        self._cursor = low
        self._closing = False
        self._heard: dict[str, Answer] = {}  # what a closing batch has told so far
        self._stumbles = Stumbles(portal)
        self._disagreements = 0
        self._doubted = False
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
            self._stumbles.progress()
            self._disagreements, self._doubted = 0, False
        return rows

    def _chain(self) -> dict[str, Command]:
        pages = -(-(self._end - self._cursor) // PAGE)
        if pages <= 0 and self._cursor > self._low:
            pages = LONGEST  # past the newest id that was told of: nobody knows how many more there are
        above: Any = self._cursor
        commands: dict[str, Command] = {}
        # After a failure less is asked for: what fails by its length, or at a certain place, then gets through.
        for place in range(max(1, min(self._pace.length, pages) >> self._stumbles.count)):
            label = f"c{place:02d}"
            commands[label] = page_above(self._resource, above, self._upto)
            above = last_id(self._resource, label)
        return commands

    @property
    def _end(self) -> int:
        return self._newest if self._high is None else self._high

    def _walked(self, outcomes: Sequence[Answer | PortalError]) -> list[RawRow]:
        rows: list[RawRow] = []
        before = self._cursor
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
        self._closing = before < self._end <= self._cursor
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
            "above": page_above(self._resource, self._cursor, self._upto),
            "highest": newest_page(self._resource, self._low, self._upto),
            # A portal in trouble answers a whole batch with empty lists: this one cannot be empty if there were rows.
            "newest": newest_page(self._resource),
        }
        return {label: command for label, command in commands.items() if label not in self._heard}

    def _closed(self, outcomes: Outcomes) -> list[RawRow]:
        fault = self._hear(outcomes)
        if "above" in self._heard:
            rows, whole = self._page(self._heard["above"])
            if rows:
                self.done = not whole and self._ends_here()
                self._heard.clear()
                self._closing = not whole
                return rows
        if fault is not None:
            self._stumble(fault)
            return []
        self.done = self._agreed()
        self._heard.clear()
        if not self.done and not self._doubted:
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

        A method that knows no upper limit has shown by rows above the range that nothing is left in it. One that gives
        its highest ids out of order does not tell where it ends: that nothing is above has to be heard twice.
        """
        if rows_in(self._resource, self._heard["above"]):
            return True
        newest = newest_id(self._resource, self._heard["newest"])
        if newest_id(self._resource, self._heard["highest"]) > self._cursor or (self._newest and not newest):
            return False
        sure = self._doubted or descends(self._resource, self._heard["highest"])
        self._doubted = not sure
        return sure

    def _ends_here(self) -> bool:
        """Whether the last id that came with a closing batch is the highest, so that a busy table is not run after."""
        highest = self._heard.get("highest")
        if highest is None or len(rows_in(self._resource, highest)) < 2 or not descends(self._resource, highest):
            return False
        return newest_id(self._resource, highest) == self._cursor

    def _stumble(self, fault: PortalError) -> None:
        if isinstance(fault, RequestRejected) and self._upto is not None:
            self._upto = None  # it may be the upper limit that is not known here
            return
        self._stumbles.over(fault, self._resource.method)


class KeysetWalk:
    """The whole of an entity: its ranges, several of them at once.

    Args:
        newest: the highest id there was when the pull began (see `survey`), 0 for an empty table.
    """

    def __init__(self, portal: Portal, resource: Resource, newest: int, in_flight: int) -> None:
        pace = Pace()
        ends = _cuts(newest, in_flight) if resource.bounded else [None]
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
    """The upper ends of the ranges that ids up to ``newest`` are cut into; the last one has none."""
    length = max(SHORTEST_RANGE, -(-newest // (workers * RANGES_A_WORKER)))
    return [*range(length, newest, length), None]
