"""What was aimed at, and what came of it: each target finds its own results and says its figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.pulling.conditions import (
    ACTIVITIES,
    COUNT_SECONDS,
    DEALS,
    FREE,
    LIMITS,
    PAGE_SECONDS,
    QUEUE,
    VITRINA,
    Conditions,
)
from benchmarks.pulling.figures import number, seconds
from benchmarks.pulling.run import Result

MOST_REQUESTS, MOST_LISTS, MOST_MEGABYTES = 42, 2_050, 200
RIVAL = "fast_bitrix24"


@dataclass(frozen=True)
class Verdict:
    """One target: what it asks, the figures that were measured, and whether they meet it."""

    asked: str
    measured: str
    met: bool


class Results:
    """Results by their case."""

    def __init__(self, results: Sequence[Result]) -> None:
        self._found = {result.case: result for result in results}

    def of(self, conditions: Conditions, table: str, rows: int, client: str) -> Result:
        """The result of a case.

        Raises:
            KeyError: it was not run.
        """
        return next(
            result
            for case, result in self._found.items()
            if (case.conditions, case.table, case.rows, case.client) == (conditions, table, rows, client)
        )


def verdicts(results: Sequence[Result]) -> list[Verdict]:
    """Every target, held against the results of a whole run."""
    of = Results(results).of
    return [judge(of) for judge in (_requests, _uncounted, _unrefused, _third, _memory, _million)]


Find = Callable[[Conditions, str, int, str], Result]


def _requests(of: Find) -> Verdict:
    portal = of(LIMITS, DEALS, 100_000, VITRINA).portal
    return Verdict(
        f"100 000 deals take at most {MOST_REQUESTS} HTTP requests and {number(MOST_LISTS)} list commands",
        f"{portal.requests} requests, {number(portal.lists)} list commands",
        portal.requests <= MOST_REQUESTS and portal.lists <= MOST_LISTS,
    )


def _uncounted(of: Find) -> Verdict:
    counted = of(LIMITS, DEALS, 100_000, VITRINA).portal.counted
    return Verdict("none of them counts", f"{counted} counted", counted == 0)


def _unrefused(of: Find) -> Verdict:
    refused = of(LIMITS, DEALS, 100_000, VITRINA).portal.refused
    return Verdict("Bitrix24's limits refuse nothing", f"{refused} refused", refused == 0)


def _third(of: Find) -> Verdict:
    ours, theirs = (of(QUEUE, DEALS, 100_000, client) for client in (VITRINA, RIVAL))
    return Verdict(
        f"where nothing is refused, at most a third of {RIVAL}'s seconds, and complete",
        f"{seconds(ours.seconds)} for {number(ours.different)} rows against {seconds(theirs.seconds)} for "
        f"{number(theirs.different)} (a page costs {PAGE_SECONDS:.2f} s, counted {PAGE_SECONDS + COUNT_SECONDS:.2f} s)",
        ours.complete and ours.seconds * 3 <= theirs.seconds,
    )


def _memory(of: Find) -> Verdict:
    ours = of(FREE, DEALS, 300_000, VITRINA)
    return Verdict(
        f"300 000 deals are written to parquet within {MOST_MEGABYTES} MB",
        f"{ours.peak_mb:.0f} MB",
        ours.complete and ours.peak_mb <= MOST_MEGABYTES,
    )


def _million(of: Find) -> Verdict:
    ours = of(FREE, ACTIVITIES, 1_000_000, VITRINA)
    return Verdict(
        "1 000 000 activities come complete",
        f"{number(ours.different)} rows, {ours.peak_mb:.0f} MB, {seconds(ours.seconds)}",
        ours.complete,
    )
