"""Walking a range of ids until it is proven complete.

A range is asked for in batches of chained lists: each command begins above the last id of the one before it. What a
batch says is believed up to its first short page: behind it the references lead nowhere, and a portal answers them with
the beginning of the table. Whatever goes wrong, the walk goes on from the last id it is sure of. A short page is no
proof of an end: a range is done when a request finds nothing above its last id, and its highest id is that one.
The last range has no upper end: what a portal told of its newest id is only a guess where to look for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crm.paging.batch_size import LONGEST, Pace
from crm.paging.list_pages import (
    PAGE,
    ascending_rows,
    descends,
    last_id,
    newest_id,
    newest_page,
    page_above,
    rows_in,
)
from crm.paging.prefetch import Lists
from crm.paging.retries import Stumbles
from crm.paging.workers import Mark, RawRow
from crm.portal.client import Answer, Command, PortalContradicts, PortalError
from crm.portal.errors import RequestRejected
from crm.resources import NOTHING, Resource

DISAGREEMENTS = 3
PROOFS = 2  # commands that tell a chain whether it has come to the end

Outcomes = Mapping[str, Answer | PortalError]


class RangeWalk:
    """The walk of one range of ids, above ``low`` and up to ``high`` (None: no end, maybe ``newest``).

    Args:
        expected: about how many rows there are, where ids do not tell.
        peopled: the table is known to hold rows, so that a portal that gives none is in trouble.
    """

    def __init__(
        self,
        portal: Lists,
        resource: Resource,
        pace: Pace,
        *,
        low: int,
        high: int | None,
        newest: int = 0,
        expected: int = 0,
        peopled: bool = False,
    ) -> None:
        self.resource, self.pace = resource, pace
        self._table = replace(resource, conditions=NOTHING)
        self._low, self._high, self._newest = low, high, newest
        self._expected, self._peopled = expected, peopled or newest > 0
        self._upto = high  # what the method is told of it: nothing where it takes no upper limit
        self._cursor = low
        self._heard: dict[str, Answer] = {}  # what has been told of the end so far
        self._stumbles = Stumbles(portal)
        self._disagreements = 0
        self._doubted = False
        self.closing = False
        self.done = False

    @property
    def passed(self) -> int:
        """How many ids lie behind it."""
        end = self._high if self._high is not None else max(self._newest, self._cursor)
        return (end if self.done else min(self._cursor, end)) - self._low

    @property
    def reach(self) -> int:
        """The highest id that it knows of."""
        return max(self._high or 0, self._newest, self._cursor)

    @property
    def mark(self) -> Mark:
        """Where it stands, so that it can be gone on with by another process: see `resume`."""
        return {"low": self._low, "cursor": self._cursor, "done": self.done}

    def resume(self, mark: Mark) -> None:
        """Go on from where another walk of the same range stood."""
        self._cursor, self.done = int(mark["cursor"]), bool(mark["done"])

    def commands(self) -> dict[str, Command]:
        """What it has to ask next, in one batch."""
        return self._closing_commands() if self.closing else self._chain()

    def take(self, outcomes: Outcomes) -> list[RawRow]:
        """The rows that the answers to `commands` brought for certain.

        Raises:
            PortalRefused: the entity is not given.
            PortalContradicts: the portal's answers exclude each other, or make no sense again and again.
            PortalUnavailable: trying again did not help.
        """
        rows = self._closed(outcomes) if self.closing else self._walked(outcomes)
        if rows:
            self._stumbles.progress()
            self._disagreements, self._doubted = 0, False
        return rows

    def _chain(self) -> dict[str, Command]:
        wanted = -(-(self._end - self._cursor) // PAGE)
        if wanted <= 0:
            wanted = LONGEST  # past the newest id that was told of nobody knows how many more there are
        if self._cursor == self._low and (self._expected or self._end <= self._low):
            wanted = min(wanted, self._expected // PAGE + 1)
        above: Any = self._cursor
        commands: dict[str, Command] = {}
        # After a failure less is asked for: what fails by its length, or at a certain place, then gets through.
        length = max(1, min(self.pace.length, wanted) >> self._stumbles.count)
        for place in range(length):
            label = f"c{place:02d}"
            commands[label] = page_above(self.resource, above, self._upto)
            above = last_id(self.resource, label)
        if wanted <= length <= self.pace.length - PROOFS:
            commands |= self._proofs()
        return commands

    @property
    def _end(self) -> int:
        return self._newest if self._high is None else self._high

    def _walked(self, outcomes: Outcomes) -> list[RawRow]:
        rows: list[RawRow] = []
        before = self._cursor
        self._heard.clear()
        for label, outcome in outcomes.items():
            if not label.startswith("c"):
                continue
            try:
                page, whole = self._page(outcome)
            except PortalError as fault:
                if not rows:
                    self._stumble(fault)
                return rows
            rows += page
            if not whole and self._cursor != self._high:
                self._end_of_chain(outcome, outcomes)
                return rows
            if not whole:
                break
        self.done = self._cursor == self._high  # nothing lies between the last id and the upper end
        self.closing = not self.done and before < self._end <= self._cursor
        return rows

    def _end_of_chain(self, last: Answer | PortalError, outcomes: Outcomes) -> None:
        """A short page came: with what the same batch told of the end the range may be proven complete at once."""
        self.closing = True
        self._hear({label: outcome for label, outcome in outcomes.items() if not label.startswith("c")})
        if isinstance(last, Answer) and not rows_in(self.resource, last):
            self._heard["above"] = last
            if len(self._heard) > PROOFS:
                self._conclude()
        elif "newest" in self._heard:
            self.done = self._ends_here()

    def _page(self, outcome: Answer | PortalError) -> tuple[list[RawRow], bool]:
        """The rows of a page that belong to the range, and whether more may follow. Moves the cursor."""
        if isinstance(outcome, PortalError):
            raise outcome
        rows, ids = ascending_rows(self.resource, outcome, self._cursor)
        inside = len(ids) if self._high is None else sum(number <= self._high for number in ids)
        if inside:
            self._cursor = ids[inside - 1]
        return rows[:inside], inside == len(ids) and inside >= PAGE

    def _proofs(self) -> dict[str, Command]:
        return {
            "highest": newest_page(self.resource, self._low, self._upto),
            # A portal in trouble answers a whole batch with empty lists: this one cannot be empty if there were rows.
            "newest": newest_page(self._table),
        }

    def _closing_commands(self) -> dict[str, Command]:
        """What has to be heard before the range is believed to end here, without what has been heard already."""
        commands = {"above": page_above(self.resource, self._cursor, self._upto), **self._proofs()}
        return {label: command for label, command in commands.items() if label not in self._heard}

    def _closed(self, outcomes: Outcomes) -> list[RawRow]:
        fault = self._hear(outcomes)
        if "above" in self._heard:
            rows, whole = self._page(self._heard["above"])
            if rows:
                self.done = not whole and self._ends_here()
                self._heard.clear()
                self.closing = not whole
                return rows
        if fault is not None:
            self._stumble(fault)
            return []
        self._conclude()
        return []

    def _conclude(self) -> None:
        self.done = self._agreed()
        self._heard.clear()
        if not self.done and not self._doubted:
            self._disagreements += 1
            if self._disagreements >= DISAGREEMENTS:
                raise PortalContradicts("pull.disagrees", method=self.resource.method)

    def _hear(self, outcomes: Outcomes) -> PortalError | None:
        """Keep the answers that make sense; the fault of one that does not."""
        fault: PortalError | None = None
        for label, outcome in outcomes.items():
            try:
                if isinstance(outcome, PortalError):
                    raise outcome
                if label == "above":
                    ascending_rows(self.resource, outcome, self._cursor)
                else:
                    newest_id(self.resource, outcome)
                self._heard[label] = outcome
            except PortalError as error:
                fault = error
        return fault

    def _agreed(self) -> bool:
        """Whether the highest id of the range is our last one, or has been deleted since.

        A method that knows no upper limit has shown by rows above the range that nothing is left in it. One that gives
        its highest ids out of order does not tell where it ends: that nothing is above has to be heard twice.
        """
        if rows_in(self.resource, self._heard["above"]):
            return True
        newest = newest_id(self.resource, self._heard["newest"])
        if newest_id(self.resource, self._heard["highest"]) > self._cursor or (self._peopled and not newest):
            return False
        sure = self._doubted or descends(self.resource, self._heard["highest"])
        self._doubted = not sure
        return sure

    def _ends_here(self) -> bool:
        """Whether the last id that came with a closing batch is the highest, so that a busy table is not run after."""
        highest = self._heard.get("highest")
        if highest is None or not rows_in(self.resource, highest) or not descends(self.resource, highest):
            return False
        return newest_id(self.resource, highest) == self._cursor

    def _stumble(self, fault: PortalError) -> None:
        if isinstance(fault, RequestRejected) and self._upto is not None:
            self._upto = None  # it may be the upper limit that is not known here
            return
        self._stumbles.over(fault, self.resource.method)
