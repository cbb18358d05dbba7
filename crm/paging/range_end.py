"""Whether a range of ids ends where its walk has come to: what the requests made to prove it say, held together.

A request that looks for the end reads the last pages (the tail) and asks for the highest ids of the range. Both are
given by one portal that may lie, so an end is agreed with only where they say the same, id by id, and nothing that is
known speaks against it. Where they cannot show the same (nothing was read at all, the highest known row was deleted
meanwhile, a method does not know a descending order), requests of their own have to say it again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from crm.paging.list_pages import PAGE

TIMES_EMPTY = 2  # requests that find nothing, before nothing is believed where nothing was to be expected
TIMES = 3  # requests that say the same, before it is believed against what is known or without a second witness


class Verdict(Enum):
    """What the requests so far make of the end."""

    PROVEN = "proven"  # the tail is all there is
    UNSURE = "unsure"  # it may be: ask again
    CONTRADICTED = "contradicted"  # what this request says excludes itself
    CUT = "cut"  # not the end, but the same page as ever: the portal gives no more at a time


@dataclass(frozen=True)
class Hearing:
    """What one request says of the end of a range.

    `tail` holds the ids read above the cursor, `highest` those that the portal calls the highest of the range, as it
    orders them.
    """

    tail: tuple[int, ...]
    highest: Sequence[int]


class RangeEnd:
    """Hears what requests say of the end of a range above ``low`` and up to ``high`` (None: no end).

    Args:
        told: the highest id there was when the walk began; 0 where it is not known, or only a part is walked.
        is_expected: the range is known to have had rows.
    """

    def __init__(self, low: int, high: int | None, told: int, *, is_expected: bool) -> None:
        self._low, self._high, self.told, self._is_expected = low, high, told, is_expected
        self._tails: Counter[tuple[int, ...]] = Counter()
        self._claims: Counter[tuple[int, ...]] = Counter()

    def forget(self) -> None:
        """The walk got on: what was heard was not of its end."""
        self._tails.clear()
        self._claims.clear()

    def hear(self, hearing: Hearing, cursor: int, recent: Sequence[int], whole_from: int) -> Verdict:
        """Judge by one more request.

        Args:
            cursor: the last id that is certain.
            recent: the last certain ids, ascending: a page of them, or all above ``whole_from``.
            whole_from: above it this walk has read everything itself.
        """
        self._tails[hearing.tail] += 1
        end = max([cursor, *hearing.tail])
        if self._is_more(hearing, end, cursor, {*recent, *hearing.tail}):
            self._claims.clear()
            is_cut = bool(hearing.tail) and self._tails[hearing.tail] >= TIMES
            return Verdict.CUT if is_cut else Verdict.CONTRADICTED
        if end >= self.told and _is_witnessed(hearing, [*recent, *hearing.tail], whole_from):
            return Verdict.PROVEN
        self._claims[hearing.tail] += 1
        is_quiet = not (hearing.tail or hearing.highest or self._is_expected or end > self._low or self.told > end)
        return Verdict.PROVEN if self._claims[hearing.tail] >= (TIMES_EMPTY if is_quiet else TIMES) else Verdict.UNSURE

    def _is_more(self, hearing: Hearing, end: int, cursor: int, known: set[int]) -> bool:
        """Whether the highest ids show rows of the range that the tail lacks."""
        inside = [number for number in hearing.highest if self._high is None or number <= self._high]
        return any(number > end or (number > cursor and number not in known) for number in inside)


def _is_witnessed(hearing: Hearing, known: Sequence[int], whole_from: int) -> bool:
    """Whether the highest ids are those that were read last: none is missing between them, none before them."""
    expected = list(reversed(known[-PAGE:]))
    given, below = list(hearing.highest[: len(expected)]), hearing.highest[len(expected) :]
    return bool(expected) and given == expected and all(number <= whole_from for number in below)
