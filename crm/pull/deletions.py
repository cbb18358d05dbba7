"""Records that are gone: found by counts over ranges of ids, which are halved only where they differ.

A list simply stops giving a record that was deleted, or hidden from the webhook's owner. So once a day each entity is
counted, here and there. A count alone is never believed: the ranges that differ are walked anew to their proven ends,
and what is not met there is gone.
"""

import datetime as dt
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crm.paging.batch_size import Pace
from crm.paging.id_ranges import RangeWalk
from crm.paging.keyset import KeysetWalk
from crm.paging.list_pages import StrangeAnswer, counted_page
from crm.paging.pages import Doubts
from crm.paging.prefetch import Lists
from crm.paging.retries import Stumbles
from crm.portal.client import Answer, Command, PortalError
from crm.pull.errors import refuse_narrowed
from crm.resources import Resource

EVERY = dt.timedelta(hours=20)  # a pull that is made once a day finds them each time
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


def is_due(counted_at: str | None, now: str) -> bool:
    """Whether records have to be counted again; moments are ISO, of the portal's clock."""
    if counted_at is None:
        return True
    return dt.datetime.fromisoformat(now) - dt.datetime.fromisoformat(counted_at) >= EVERY


def doubts(
    portal: Lists, resource: Resource, known: "array[int]", in_flight: int, *, accept_deletions: bool
) -> Doubts | None:
    """The ranges of an entity in which the portal has not the ids ``known`` (ascending); None when there are none.

    Raises:
        Narrowed: it has far fewer, which is not accepted.
        PortalError: it cannot be counted.
    """
    if not known:
        return None
    whole = _whole(known)
    count = _Counting(portal, resource)
    [there] = count.of([whole])
    if not accept_deletions:
        refuse_narrowed(len(known), there)
    spans = list(_joined(_differing(count, [whole] if there != whole.known else [], known)))
    if not spans:
        return None
    pace = Pace()
    walks = [
        RangeWalk(portal, resource, pace, low=span.low, high=span.high, expected=span.known, peopled=True)
        for span in spans
    ]
    pages = KeysetWalk(portal, resource, walks, pace, in_flight)
    return Doubts(pages, [number for span in spans for number in known[span.first : span.last]])


def first_question(resource: Resource, known: "array[int]") -> dict[str, Command]:
    """What `doubts` asks first."""
    return _commands(resource, [_whole(known)]) if known else {}


def _whole(known: "array[int]") -> Span:
    return Span(0, known[-1], 0, len(known))


def _differing(count: "_Counting", spans: list[Span], known: "array[int]") -> list[Span]:
    """Short spans within ``spans``, whose counts differ, that differ themselves."""
    found: list[Span] = []
    while spans:
        found += [span for span in spans if span.known <= SHORT]
        parts = [part for span in spans if span.known > SHORT for part in _parts(span, known)]
        spans = [part for part, there in zip(parts, count.of(parts), strict=True) if there != part.known]
    return sorted(found, key=lambda span: span.low)


def _parts(span: Span, known: "array[int]") -> list[Span]:
    """A span cut where the known ids are cut into equal parts."""
    step = -(-span.known // PARTS)
    ends = [known[place - 1] for place in range(span.first + step, span.last, step)]
    borders = [span.low, *ends, span.high]
    return [Span(low, high, bisect_right(known, low), bisect_right(known, high)) for low, high in pairwise(borders)]


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
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


class _Counting:
    """Asks how many records there are in spans of ids."""

    def __init__(self, portal: Lists, resource: Resource) -> None:
        self._portal, self._resource = portal, resource
        self._stumbles = Stumbles(portal)

    def of(self, spans: Sequence[Span]) -> list[int]:
        """The portal's count of each span."""
        batches = (spans[first : first + AT_ONCE] for first in range(0, len(spans), AT_ONCE))
        return [number for some in batches for number in self._asked(some)]

    def _asked(self, spans: Sequence[Span]) -> list[int]:
        commands = _commands(self._resource, spans)
        totals: dict[str, int] = {}
        while commands:
            fault = self._hear(commands, totals)
            commands = {label: command for label, command in commands.items() if label not in totals}
            if fault is not None:
                self._stumbles.over(fault, self._resource.method)
        return [totals[f"n{place}"] - totals.get(f"m{place}", 0) for place in range(len(spans))]

    def _hear(self, commands: dict[str, Command], totals: dict[str, int]) -> PortalError | None:
        """Note the totals that were told; why one was not."""
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
