"""Walking a range of ids until it is proven complete.

A range is asked for in batches of chained lists: each command begins above the last id of the one before it. A batch
is believed up to its first short page: behind it the references lead nowhere, and a portal answers them with the
beginning of the table. Whatever goes wrong, the walk goes on from its cursor, the last id it is sure of. A short page
is no proof of an end: a range is done when a request finds nothing above its cursor, and its highest id is the cursor.
The last range has no upper end: the newest id that a portal gave is only a guess where to look for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crm.paging.batch_size import MOST_COMMANDS, BatchSize
from crm.paging.list_pages import (
    PAGE,
    RawRow,
    ascending_rows,
    descends,
    last_id,
    newest_id,
    newest_page,
    page_above,
    rows_in,
)
from crm.paging.prefetch import Lists
from crm.paging.workers import Checkpoint
from crm.portal.client import Answer, Command, PortalContradicts, PortalError
from crm.portal.errors import RequestRejected
from crm.portal.retries import Retries
from crm.resources import NOTHING, Resource

DISAGREEMENTS = 3
PROOFS = 2  # commands that prove whether a chain has come to the end

Outcomes = Mapping[str, Answer | PortalError]


class RangeWalk:
    """The walk of one range of ids, above ``low`` and up to ``high`` (None: no end, maybe ``newest``).

    Args:
        expected: about how many rows there are, where the ids do not show it.
        has_rows: the table is known to hold rows, so that a portal that gives none is in trouble.
    """

    def __init__(
        self,
        portal: Lists,
        resource: Resource,
        batch_size: BatchSize,
        *,
        low: int,
        high: int | None,
        newest: int = 0,
        expected: int = 0,
        has_rows: bool = False,
    ) -> None:
        self.resource, self.batch_size = resource, batch_size
        self._table = replace(resource, conditions=NOTHING)
        self._low, self._high, self._newest = low, high, newest
        self._expected, self._has_rows = expected, has_rows or newest > 0
        self._upto = high  # as the method is asked for it; None where it takes no upper limit
        self._cursor = low
        self._end_answers: dict[str, Answer] = {}  # to the closing commands, by their labels
        self._portal, self._retries = portal, Retries()
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
    def checkpoint(self) -> Checkpoint:
        """Where it stands, so that another process can `resume` it."""
        return {"low": self._low, "cursor": self._cursor, "done": self.done}

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on from where another walk of the same range stood."""
        self._cursor, self.done = int(checkpoint["cursor"]), bool(checkpoint["done"])

    def commands(self) -> dict[str, Command]:
        """The commands to ask next, in one batch; hand their answers to `take`."""
        return self._closing_commands() if self.closing else self._chain()

    def take(self, outcomes: Outcomes) -> list[RawRow]:
        """The rows that are certain by the answers to `commands`; moves the walk on.

        Raises:
            PortalRefused: the entity is not given.
            PortalContradicts: the portal's answers exclude each other, or make no sense again and again.
            PortalUnavailable: trying again did not help.
        """
        rows = self._take_closing(outcomes) if self.closing else self._take_chain(outcomes)
        if rows:
            self._retries.reset()
            self._disagreements, self._doubted = 0, False
        return rows

    def _chain(self) -> dict[str, Command]:
        wanted = -(-(self._end - self._cursor) // PAGE)
        if wanted <= 0:
            wanted = MOST_COMMANDS  # nobody knows how many rows lie past the newest id that the portal gave
        if self._cursor == self._low and (self._expected or self._end <= self._low):
            wanted = min(wanted, self._expected // PAGE + 1)
        above: Any = self._cursor
        commands: dict[str, Command] = {}
        # After a failure less is asked for: what fails by its length, or at a certain place, then gets through.
        length = max(1, min(self.batch_size.commands, wanted) >> self._retries.count)
        for place in range(length):
            label = f"c{place:02d}"
            commands[label] = page_above(self.resource, above, self._upto)
            above = last_id(self.resource, label)
        if wanted <= length <= self.batch_size.commands - PROOFS:
            commands |= self._proofs()
        return commands

    @property
    def _end(self) -> int:
        return self._newest if self._high is None else self._high

    def _take_chain(self, outcomes: Outcomes) -> list[RawRow]:
        rows: list[RawRow] = []
        before = self._cursor
        self._end_answers.clear()
        for label, outcome in outcomes.items():
            if not label.startswith("c"):
                continue
            try:
                page, whole = self._page(outcome)
            except PortalError as fault:
                if not rows:
                    self._retry(fault)
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
        """Begin to close after a short page; the proofs in the same batch may complete the range at once."""
        self.closing = True
        self._keep_end_answers({label: outcome for label, outcome in outcomes.items() if not label.startswith("c")})
        if isinstance(last, Answer) and not rows_in(self.resource, last):
            self._end_answers["above"] = last
            if len(self._end_answers) > PROOFS:
                self._conclude()
        elif "newest" in self._end_answers:
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
        """The commands whose answers prove that the range ends here, without those that are answered already."""
        commands = {"above": page_above(self.resource, self._cursor, self._upto), **self._proofs()}
        return {label: command for label, command in commands.items() if label not in self._end_answers}

    def _take_closing(self, outcomes: Outcomes) -> list[RawRow]:
        fault = self._keep_end_answers(outcomes)
        if "above" in self._end_answers:
            rows, whole = self._page(self._end_answers["above"])
            if rows:
                self.done = not whole and self._ends_here()
                self._end_answers.clear()
                self.closing = not whole
                return rows
        if fault is not None:
            self._retry(fault)
            return []
        self._conclude()
        return []

    def _conclude(self) -> None:
        self.done = self._is_end_proven()
        self._end_answers.clear()
        if not self.done and not self._doubted:
            self._disagreements += 1
            if self._disagreements >= DISAGREEMENTS:
                raise PortalContradicts("pull.disagrees", method=self.resource.method)

    def _keep_end_answers(self, outcomes: Outcomes) -> PortalError | None:
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
                self._end_answers[label] = outcome
            except PortalError as error:
                fault = error
        return fault

    def _is_end_proven(self) -> bool:
        """Whether the highest id of the range is the cursor, or has been deleted since.

        A method that knows no upper limit has shown by rows above the range that nothing is left in it. One that gives
        its highest ids out of order does not show where it ends: it has to say twice that nothing is above the cursor.
        """
        if rows_in(self.resource, self._end_answers["above"]):
            return True
        newest = newest_id(self.resource, self._end_answers["newest"])
        if newest_id(self.resource, self._end_answers["highest"]) > self._cursor or (self._has_rows and not newest):
            return False
        sure = self._doubted or descends(self.resource, self._end_answers["highest"])
        self._doubted = not sure
        return sure

    def _ends_here(self) -> bool:
        """Whether the last id of a closing batch is the highest, so that a growing table is not followed for ever."""
        highest = self._end_answers.get("highest")
        if highest is None or not rows_in(self.resource, highest) or not descends(self.resource, highest):
            return False
        return newest_id(self.resource, highest) == self._cursor

    def _retry(self, fault: PortalError) -> None:
        if isinstance(fault, RequestRejected) and self._upto is not None:
            self._upto = None  # it may be the upper limit that is not known here
            return
        seconds = self._retries.wait_after(fault)
        self._portal.pause(seconds, "portal.trying_again", method=self.resource.method)
