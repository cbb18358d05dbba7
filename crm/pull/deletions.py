"""Records that are gone: found by counts over ranges of ids, which are cut further only where they differ.

A list simply stops giving a record that was deleted, or hidden from the webhook's owner. So each pull asks for one
total an entity, where that costs the portal little, and compares it with ours. A count alone is never believed: the
ranges that differ are walked anew to their proven ends, and a record that is not found there is gone. What equal counts
hide, the sweep finds (sweep.py).
"""

import datetime as dt
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crm.paging.batch_size import BatchSize, worked_seconds
from crm.paging.id_ranges import RangeWalk
from crm.paging.keyset import KeysetWalk
from crm.paging.list_pages import StrangeAnswer, counted_page
from crm.paging.prefetch import Lists
from crm.paging.workers import Pages
from crm.portal.client import Answer, Command, PortalError
from crm.portal.retries import Retries
from crm.pull.errors import Narrowed, refuse_narrowed
from crm.resources import Resource
from crm.snapshots.manifest import EntityState

EVERY = dt.timedelta(hours=20)  # every total, however dear: a pull that is made once a day asks for it each time
CHEAP_SECONDS = 0.5  # of a portal's work at a total that is asked by each pull
DEAR_SHARE = 0.01  # of the time that the portal may work at dearer ones, all together
PARTS = 16
SHORT = 1_000  # known rows: a range that is not worth counting in parts
AT_ONCE = 24  # ranges counted in one batch; a count takes the portal longer than a page


@dataclass(frozen=True)
class Span:
    """Ids above `low` and up to `high`; where they begin and end among those known."""

    low: int
    high: int
    first: int
    last: int

    @property
    def known(self) -> int:
        """How many ids are known in it."""
        return self.last - self.first


@dataclass(frozen=True)
class DoubtfulRanges:
    """Ranges whose counts differ here and on the portal: `pages` walk them anew, `known` are our ids in them."""

    pages: Pages
    known: Sequence[int]


@dataclass(frozen=True)
class Total:
    """How many records of an entity the portal has, and how many seconds it worked at the answer."""

    records: int
    seconds: float


def is_due(counted_at: str | None, now: str) -> bool:
    """Whether every entity has to be counted again; moments are ISO, of the portal's clock."""
    return _has_passed(EVERY, counted_at, now)


def is_cheap(state: EntityState) -> bool:
    """Whether each pull asks for an entity's total: it costs the portal little, or nobody knows yet what it costs."""
    return state.count_seconds is None or state.count_seconds < CHEAP_SECONDS


def is_total_due(state: EntityState, states: Iterable[EntityState], now: str) -> bool:
    """Whether an entity's total may be asked for: the dear ones of all ``states`` take turns within their share."""
    if is_cheap(state):
        return True
    dear = sum(each.count_seconds or 0.0 for each in states if not is_cheap(each))
    return _has_passed(dt.timedelta(seconds=dear / DEAR_SHARE), state.counted_at, now)


def _has_passed(interval: dt.timedelta, since: str | None, now: str) -> bool:
    """Whether so much time has passed, or nobody can tell: a clock may have been put back."""
    if since is None:
        return True
    passed = dt.datetime.fromisoformat(now) - dt.datetime.fromisoformat(since)
    return passed >= interval or passed < dt.timedelta()


def total_commands(resource: Resource) -> dict[str, Command]:
    """The command of `fetch_total`."""
    return {"total": counted_page(resource, 0)}


def fetch_total(portal: Lists, resource: Resource) -> Total | None:
    """The total of an entity; None where the portal does not give it at once: then it is to be counted in earnest."""
    [answer] = portal.batch(total_commands(resource)).values()
    if not isinstance(answer, Answer) or answer.total is None:
        return None
    return Total(answer.total, worked_seconds([answer]))


def find_doubtful_ranges(
    portal: Lists, resource: Resource, known: "array[int]", newest: int, workers: int, *, accept_deletions: bool
) -> DoubtfulRanges | None:
    """The ranges of an entity in which the portal has other records than the ids ``known`` here (ascending).

    They are looked for up to the ``newest`` id that the portal has told of. None when there are none. ``workers``
    batches walk them at once.

    Raises:
        Narrowed: it has far fewer, which is not accepted.
        PortalError: it cannot be counted.
    """
    whole = Span(0, max(newest, known[-1] if known else 0), 0, len(known))
    if not whole.high:
        return None
    count = _Count(portal, resource)
    [total] = count.of([whole])
    if not accept_deletions:
        try:
            refuse_narrowed(len(known), total)
        except Narrowed:  # or an answer that lies: it has to say so twice
            [total] = count.of([whole])
            refuse_narrowed(len(known), total)
    spans = list(_join(_differing(count, [whole] if total != whole.known else [], known)))
    if not spans:
        return None
    batch_size = BatchSize()
    walks = [
        RangeWalk(portal, resource, batch_size, low=span.low, high=span.high, expected=span.known, has_rows=True)
        for span in spans
    ]
    pages = KeysetWalk(portal, resource, walks, batch_size, workers)
    return DoubtfulRanges(pages, [number for span in spans for number in known[span.first : span.last]])


def _differing(count: "_Count", spans: list[Span], known: "array[int]") -> list[Span]:
    """Short spans within ``spans``, whose counts differ, that differ themselves."""
    found: list[Span] = []
    while spans:
        found += [span for span in spans if span.known <= SHORT]
        parts = [part for span in spans if span.known > SHORT for part in _parts(span, known)]
        spans = [part for part, total in zip(parts, count.of(parts), strict=True) if total != part.known]
    return sorted(found, key=lambda span: span.low)


def _parts(span: Span, known: "array[int]") -> list[Span]:
    """A span cut where the known ids are cut into equal parts."""
    step = -(-span.known // PARTS)
    ends = [known[place - 1] for place in range(span.first + step, span.last, step)]
    borders = [span.low, *ends, span.high]
    return [Span(low, high, bisect_right(known, low), bisect_right(known, high)) for low, high in pairwise(borders)]


def _join(spans: Sequence[Span]) -> Iterator[Span]:
    """Neighbouring spans as one: each has an end to be proven."""
    joined: Span | None = None
    for span in spans:
        if joined is not None and joined.high == span.low:
            joined = Span(joined.low, span.high, joined.first, span.last)
            continue
        if joined is not None:
            yield joined
        joined = span
    if joined is not None:
        yield joined


class _Count:
    """Asks how many records there are in spans of ids."""

    def __init__(self, portal: Lists, resource: Resource) -> None:
        self._portal, self._resource = portal, resource
        self._retries = Retries()

    def of(self, spans: Sequence[Span]) -> list[int]:
        """The portal's count of each span."""
        batches = (spans[first : first + AT_ONCE] for first in range(0, len(spans), AT_ONCE))
        return [number for some in batches for number in self._count(some)]

    def _count(self, spans: Sequence[Span]) -> list[int]:
        commands = _commands(self._resource, spans)
        totals: dict[str, int] = {}
        while commands:
            fault = self._ask(commands, totals)
            commands = {label: command for label, command in commands.items() if label not in totals}
            if fault is not None:
                seconds = self._retries.wait_after(fault)
                self._portal.pause(seconds, "portal.trying_again", method=self._resource.method)
        return [totals[f"n{place}"] - totals.get(f"m{place}", 0) for place in range(len(spans))]

    def _ask(self, commands: dict[str, Command], totals: dict[str, int]) -> PortalError | None:
        """Put the totals that come into ``totals``; the fault of one that does not come."""
        fault: PortalError | None = None
        for label, outcome in self._portal.batch(commands).items():
            if not isinstance(outcome, Answer):
                fault = outcome
            elif outcome.total is None:
                fault = StrangeAnswer("pull.not_counted", method=self._resource.method)
            else:
                totals[label] = outcome.total
        return fault


def _commands(resource: Resource, spans: Sequence[Span]) -> dict[str, Command]:
    commands: dict[str, Command] = {}
    for place, span in enumerate(spans):
        if resource.bounded:
            commands[f"n{place}"] = counted_page(resource, span.low, span.high)
        else:  # a method without an upper limit counts all that lies above one
            commands[f"n{place}"] = counted_page(resource, span.low)
            commands[f"m{place}"] = counted_page(resource, span.high)
    return commands
