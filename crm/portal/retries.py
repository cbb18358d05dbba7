"""Whether a request that failed is sent again, and after how long. Every retry of the product is decided here."""

from collections import Counter

from crm.portal.errors import (
    BatchTooLong,
    BrokenAnswer,
    OperatingLimit,
    PortalContradicts,
    PortalError,
    RateExceeded,
    TimedOut,
)


def retry_wait(error: PortalError, failures: int) -> float | None:
    """Seconds to wait after so many ``failures`` of this kind, or None: trying again is no use (any more).

    A limit is waited out for minutes; a failing server is asked six times within half a minute. What cannot be true
    is first asked again at once.
    """
    if not error.retriable:
        return None
    if isinstance(error, BatchTooLong):
        return 0.0 if failures <= 15 else None  # it is asked in a shorter batch each time
    if isinstance(error, OperatingLimit):
        return 0.0 if failures <= 15 else None  # the budget itself knows how long
    if isinstance(error, RateExceeded):
        return min(2.0**failures, 30.0) if failures <= 14 else None
    if isinstance(error, TimedOut):
        return 2.0**failures if failures < 4 else None
    if isinstance(error, BrokenAnswer):
        return 2.0**failures if failures < 5 else None
    if isinstance(error, PortalContradicts):
        return 2.0 ** (failures - 2) if 1 < failures < 6 else 0.0 if failures == 1 else None
    return 2.0 ** (failures - 1) if failures < 6 else None


class Retries:
    """Counts the failures of one piece of work, by their kind, since it last got on."""

    def __init__(self) -> None:
        self._failures: Counter[type[PortalError]] = Counter()

    @property
    def count(self) -> int:
        """Failures since the last `reset`."""
        return self._failures.total()

    def reset(self) -> None:
        """The work got on: what failed before is forgotten."""
        self._failures.clear()

    def wait_after(self, error: PortalError) -> float:
        """Count a failure; the seconds to wait before the next attempt.

        Raises:
            PortalError: ``error`` itself, when another attempt is of no use (any more).
        """
        self._failures[type(error)] += 1
        seconds = retry_wait(error, self._failures[type(error)])
        if seconds is None:
            raise error
        return seconds
