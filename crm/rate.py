"""When the next request may go: the portal's leaky bucket, its ten-minute budget a method, and patience."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crm.errors import BrokenAnswer, OperatingLimit, PortalError, RateExceeded, TimedOut

OPERATING_LIMIT = 480.0  # seconds of work a method may use in ten minutes
OPERATING_SHARE = 0.85  # we stop here, the rest is for requests already on their way
BLOCK_STEP = 60.0  # the budget is kept in buckets of a minute: sooner nothing can have changed
SHORTEST_BLOCK = 10.0
LONGEST_BLOCK = 660.0


class LeakyBucket:
    """The portal's own rule: each request is a drop, ``per_second`` leak away, ``burst`` fit in.

    A drop is counted before its request is sent, so a request that fails was counted too.
    """

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = max(1, burst)
        self._clock = clock
        self._level = 0.0
        self._seen = clock()
        self._lock = threading.Lock()

    def take(self) -> float:
        """Count one request; how many seconds it has to wait before it is sent."""
        with self._lock:
            self._leak()
            self._level += 1
            return max(0.0, (self._level - self._burst) / self._per_second)

    def overflow(self) -> None:
        """The portal says it is full (other programs drip too): so it is."""
        with self._lock:
            self._leak()
            self._level = max(self._level, float(self._burst))

    def _leak(self) -> None:
        now = self._clock()
        self._level = max(0.0, self._level - (now - self._seen) * self._per_second)
        self._seen = now


@dataclass
class _Spent:
    seconds: float = 0.0
    reset_at: float = 0.0  # on the portal's clock
    free_at: float = 0.0  # on ours


class OperatingBudget:
    """How much of its 480 s in 10 minutes each method has used, as the portal's answers tell.

    Times come from the portal's own clock, so a wrong clock here does not matter.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._spent: dict[str, _Spent] = {}
        self._blocked: dict[str, float] = {}
        self._lock = threading.Lock()

    def charge(self, method: str, time: Mapping[str, Any]) -> None:
        """Read ``operating`` and ``operating_reset_at`` of one answer; both may be missing."""
        seconds, reset_at = _number(time.get("operating")), _number(time.get("operating_reset_at"))
        if seconds is None:
            return
        finish = _number(time.get("finish"))
        left = BLOCK_STEP if reset_at is None or finish is None else reset_at - finish
        free_at = self._clock() + min(max(left, 0.0) + 1, LONGEST_BLOCK)
        with self._lock:
            known = self._spent.setdefault(method, _Spent())
            # Answers overtake each other: within one bucket the larger sum is the later one.
            if reset_at is None or reset_at > known.reset_at:
                self._spent[method] = _Spent(seconds, reset_at or 0.0, free_at)
            elif reset_at == known.reset_at and seconds > known.seconds:
                known.seconds, known.free_at = seconds, free_at

    def block(self, method: str) -> None:
        """The portal refused the method for its budget: until the reset it last told of, or a bucket's minute."""
        now = self._clock()
        with self._lock:
            known = self._spent.get(method)
            free_at = known.free_at if known and known.free_at > now else now + BLOCK_STEP
            self._blocked[method] = max(free_at, now + SHORTEST_BLOCK)

    def wait(self, methods: Iterable[str]) -> tuple[float, str]:
        """Seconds until all of ``methods`` may be called, and the method that is waited for."""
        now = self._clock()
        with self._lock:
            waits = [(self._free_at(method) - now, method) for method in methods]
        return max(waits, default=(0.0, ""))

    def _free_at(self, method: str) -> float:
        spent = self._spent.get(method)
        heavy = spent is not None and spent.seconds >= OPERATING_LIMIT * OPERATING_SHARE
        return max(self._blocked.get(method, 0.0), spent.free_at if spent and heavy else 0.0)


def patience(error: PortalError, times: int) -> float | None:
    """Seconds to wait after the ``times``-th error of this kind, or None: trying again is no use any more.

    A limit is waited out for minutes; a failing server is asked six times within half a minute.
    """
    if not error.retriable:
        return None
    if isinstance(error, OperatingLimit):
        return 0.0 if times <= 15 else None  # the budget itself knows how long
    if isinstance(error, RateExceeded):
        return min(2.0**times, 30.0) if times <= 14 else None
    if isinstance(error, TimedOut):
        return 2.0**times if times < 4 else None
    if isinstance(error, BrokenAnswer):
        return 2.0**times if times < 5 else None
    return 2.0 ** (times - 1) if times < 6 else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None
