"""Walking a range of ids until it is proven complete.

A range is asked for in batches of chained lists: each command begins above the last id of the one before it. A batch
is believed up to its first short page: behind it the references lead nowhere, and a portal answers them with the
beginning of the table. Whatever goes wrong, the walk goes on from its cursor, the last id it is sure of.

A portal in trouble answers with pages that are empty, cut, or another command's, and calls that success. A chain whose
pages are all full and ascend can only be what was asked for. A short page is no proof of an end, nor of its own rows,
nor of those of the page before it: these two, the tail, are held back until the range is proven to end with them (see
`crm.paging.range_end`). Answers that exclude each other are forgotten together and asked again.

The last range has no upper end: the newest id that a portal gave is only a guess where to look for it.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from crm.paging.batch_size import MOST_COMMANDS, BatchSize
from crm.paging.list_pages import (
    PAGE,
    RawRow,
    StrangeAnswer,
    is_bare,
    last_id,
    newest_page,
    page_above,
    row_ids,
)
from crm.paging.prefetch import Lists
from crm.paging.range_end import Hearing, RangeEnd, Verdict
from crm.paging.range_pages import Chain, Outcome, Page, read_chain
from crm.paging.workers import Checkpoint
from crm.portal.client import Answer, Command, PortalError
from crm.portal.errors import RequestRejected
from crm.portal.retries import Retries
from crm.resources import NOTHING, Resource

PROOFS = 2  # commands that prove whether a chain has come to the end
BARE_PAGES = 2  # answers of ids alone that are not believed, where more was asked for
TAIL = ("above", "after")  # labels of the commands that read the tail again

Outcomes = Mapping[str, Outcome]


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
        self._read_from = low  # above it all ids up to the cursor were read by this walk itself
        self._recent: deque[int] = deque(maxlen=PAGE)  # the last of them
        self._tail: Sequence[Page] = ()
        told = newest if high is None and not resource.conditions else 0
        self._range_end = RangeEnd(low, high, told, is_expected=expected > 0)
        self._is_table_seen = False  # an answer of this walk has shown that the table holds rows
        self._bare_pages = 0
        self._answered: dict[str, Outcome] = {}  # closing commands that need not be asked again
        self._portal, self._retries = portal, Retries()
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
        self._read_from = self._cursor

    def commands(self) -> dict[str, Command]:
        """The commands to ask next, in one batch; hand their answers to `take`."""
        return self._closing_commands() if self.closing else self._chain()

    def commands_again(self) -> dict[str, Command]:
        """The commands that `commands` will give when a first batch has found no rows in the range: they have to be
        asked in a request of their own. None where rows are expected."""
        if self._expected or self._newest:
            return {}
        again = {"above": page_above(self.resource, self._cursor, self._upto), **self._proofs()}
        return {label: command for label, command in again.items() if label != "newest" or not self._has_rows}

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

    def _proofs(self) -> dict[str, Command]:
        return {
            "highest": newest_page(self.resource, self._low, self._upto),
            # A portal in trouble answers a whole batch with empty lists: this one cannot be empty if there were rows.
            "newest": newest_page(self._table),
        }

    def _closing_commands(self) -> dict[str, Command]:
        """The commands that read the tail again, and show whether the range ends with it."""
        commands = {"above": page_above(self.resource, self._cursor, self._upto)}
        if len(self._tail) > 1:
            commands["after"] = page_above(self.resource, last_id(self.resource, "above"), self._upto)
        if self._high is not None and self._tail_ids[-1:] == (self._high,):
            return commands  # above that id nothing belongs to the range: what the tail lacks may be within it alone
        commands |= self._proofs()
        if self._is_table_seen and self._cursor == self._low and not self._tail_ids:
            del commands["newest"]  # known to hold rows, and none of them is asked about
        return {label: command for label, command in commands.items() if label not in self._answered}

    def _take_chain(self, outcomes: Outcomes) -> list[RawRow]:
        chain = self._read([outcome for label, outcome in outcomes.items() if label.startswith("c")])
        if chain.fault is not None:
            # Who does not get on with a page may have been led astray by the page before it.
            rows = self._advance([] if chain.is_contradicted else chain.pages[:-1])
            if not rows:
                self._retry(chain.fault)
                self.closing = chain.is_contradicted and not chain.pages  # the first page by itself, with proofs
            return rows
        if chain.is_ended:
            rows = self._advance(chain.pages[:-2])
            self.closing = True
            self._tail = chain.pages[-2:]
            return rows + (self._hear(outcomes) if "highest" in outcomes else [])
        before = self._cursor
        rows = self._advance(chain.pages)
        self.done = self._cursor == self._high  # nothing lies between the last id and the upper end
        self.closing = not self.done and before < self._end <= self._cursor
        return rows

    def _take_closing(self, outcomes: Outcomes) -> list[RawRow]:
        outcomes = {**self._answered, **outcomes}
        fault = next((outcome for outcome in outcomes.values() if isinstance(outcome, PortalError)), None)
        if fault is not None:
            self._keep_answered(outcomes)
            self._retry(fault)
            return []
        self._answered = {}
        chain = self._read([outcomes[label] for label in TAIL if label in outcomes])
        if chain.fault is not None:
            self._retry(chain.fault)
            return []
        if not chain.is_ended:
            self.closing = False
            return self._advance(chain.pages)
        heard, self._tail = self._tail_ids, chain.pages
        if "highest" in outcomes:
            return self._hear(outcomes)
        if self._tail_ids != heard:
            self._retry(self._disagreement())
            return []
        self.done = True
        return self._advance(self._tail)

    def _keep_answered(self, outcomes: Outcomes) -> None:
        """Keep what came of the closing commands, of which others failed; the tail comes as a whole or not at all."""
        whole = all(isinstance(outcomes[label], Answer) for label in TAIL if label in outcomes)
        self._answered = {
            label: outcome
            for label, outcome in outcomes.items()
            if isinstance(outcome, Answer) and (whole or label not in TAIL)
        }

    def _read(self, outcomes: Sequence[Outcome]) -> Chain:
        chain = read_chain(self.resource, outcomes, self._cursor, self._high)
        if not any(is_bare(self.resource, page.rows) for page in chain.pages):
            self._bare_pages = 0
        elif self._bare_pages < BARE_PAGES:
            self._bare_pages += 1
            return Chain([], StrangeAnswer("pull.other_list", method=self.resource.method))
        return chain

    def _hear(self, outcomes: Outcomes) -> list[RawRow]:
        """Judge the tail by the proofs of the request it came with; its rows, when they are certain."""
        try:
            highest = self._highest(outcomes)
        except PortalError as fault:
            self._retry(fault)
            return []
        match self._range_end.hear(Hearing(self._tail_ids, highest), self._cursor, list(self._recent), self._read_from):
            case Verdict.PROVEN:
                self.done = True
                return self._advance(self._tail)
            case Verdict.CUT:
                self.closing = False
                return self._advance(self._tail)
            case Verdict.CONTRADICTED:
                self._retry(self._disagreement())
        return []

    @property
    def _tail_ids(self) -> tuple[int, ...]:
        return tuple(number for page in self._tail for number in page.ids)

    def _highest(self, outcomes: Outcomes) -> list[int]:
        """The ids that the portal calls the highest of the range.

        Raises:
            PortalError: they or the newest ones of the table did not come, make no sense, or cannot be none.
        """
        highest = row_ids(self.resource, outcomes["highest"])
        if "newest" in outcomes:
            newest = row_ids(self._table, outcomes["newest"])
            if not newest and (self._has_rows or highest or self._cursor > self._low or self._tail_ids):
                raise self._disagreement()
            self._is_table_seen = bool(newest)
            if self._range_end.told and newest:
                self._range_end.told = max(self._range_end.told, *newest)
        return highest

    def _advance(self, pages: Sequence[Page]) -> list[RawRow]:
        """The rows of pages that are certain. Moves the cursor behind them; forgets the tail, if they are any."""
        rows = [row for page in pages for row in page.rows]
        if rows:
            ids = [number for page in pages for number in page.ids]
            self._cursor = ids[-1]
            self._recent.extend(ids)
            self._tail = ()
            self._range_end.forget()
        return rows

    def _disagreement(self) -> StrangeAnswer:
        return StrangeAnswer("pull.disagrees", method=self.resource.method)

    def _retry(self, fault: PortalError) -> None:
        if isinstance(fault, RequestRejected) and self._upto is not None:
            self._answered = {}
            self._upto = None  # it may be the upper limit that is not known here
            return
        seconds = self._retries.wait_after(fault)
        self._portal.pause(seconds, "portal.trying_again", method=self.resource.method)
