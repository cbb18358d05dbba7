"""When the next request may go: the portal's leaky bucket and its ten-minute budget a method."""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

ALLOWED = 480.0 * 0.85  # seconds of work a method may use in ten minutes, and the share of it we take
DEAREST = 60.0  # a portal cuts a request there
BLOCK_STEP = 60.0  # the budget is kept in buckets of a minute: sooner nothing can have changed
SHORTEST_BLOCK = 10.0
LONGEST_BLOCK = 660.0


class LeakyBucket:
    """The portal's own rule: each request is a drop, ``per_second`` leak away, ``burst`` fit in.

    A drop is counted before its request is sent, so a request that fails was counted too. A tenth of the bucket stays
    free: clocks differ by moments, and what another program or an earlier run has poured in is not known here.
    """

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = max(1, burst - -(-burst // 10))
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
    seconds: float = 0.0  # the portal's running sum
    reset_at: float | None = None  # on the portal's clock
    free_at: float = 0.0  # the same on ours
    cost: float = 0.0  # of one request, as the dearest of late


class OperatingBudget:
    """How much of its 480 s in 10 minutes each method has used, by the portal's own answers.

    A request is let go when its method stays under 85 % together with those under way. Resets are counted on the
    portal's own clock, so a wrong clock here does not matter.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._spent: dict[str, _Spent] = {}
        self._blocked: dict[str, float] = {}
        self._under_way: Counter[str] = Counter()
        self._lock = threading.Lock()

    def begin(self, methods: Collection[str]) -> tuple[float, str]:
        """Let a request go (0 seconds: it is counted as under way, `end` it), or say how long to wait for which."""
        with self._lock:
            now = self._clock()
            wait = max(((self._wait(method, now), method) for method in methods), default=(0.0, ""))
            if wait[0] <= 0:
                self._under_way.update(methods)
        return wait

    def end(self, methods: Collection[str]) -> None:
        """A request let go by `begin` is over."""
        with self._lock:
            self._under_way.subtract(methods)

    def charge(self, method: str, times: Collection[Mapping[str, Any]]) -> None:
        """Read what one request cost: the `time` of each of its commands of this method; members may be missing."""
        with self._lock:
            spent = self._spent.setdefault(method, _Spent())
            sums = [seconds for time in times if (seconds := _number(time.get("operating"))) is not None]
            worked = sum(_number(time.get("duration")) or 0.0 for time in times)
            # A portal's sum grows by what it charges, which need not be what it says the work took.
            grown = max(sums) - (spent.seconds if spent.free_at else min(sums)) if sums else 0.0
            spent.cost = min(max(worked, grown, spent.cost * 0.8), DEAREST)
            for time in times:
                self._read(spent, time)

    def block(self, method: str) -> None:
        """The portal refused the method for its budget: until the reset it last named, or a bucket's minute."""
        with self._lock:
            now = self._clock()
            known = self._spent.get(method)
            free_at = known.free_at if known and known.free_at > now else now + BLOCK_STEP
            self._blocked[method] = max(free_at, now + SHORTEST_BLOCK)

    def _read(self, spent: _Spent, time: Mapping[str, Any]) -> None:
        seconds, reset_at = _number(time.get("operating")), _number(time.get("operating_reset_at"))
        if seconds is None:
            return
        finish = _number(time.get("finish"))
        left = BLOCK_STEP if reset_at is None or finish is None else reset_at - finish
        # Answers overtake each other: until the same reset the larger sum is the later one.
        if reset_at is None or reset_at != spent.reset_at or seconds >= spent.seconds:
            spent.seconds, spent.reset_at = seconds, reset_at
            spent.free_at = self._clock() + min(max(left, 0.0) + 1, LONGEST_BLOCK)

    def _wait(self, method: str, now: float) -> float:
        blocked = self._blocked.get(method, 0.0) - now
        spent = self._spent.get(method)
        under_way = self._under_way[method]
        if spent is None or not spent.free_at or spent.seconds + spent.cost * (under_way + 1) < ALLOWED:
            return blocked
        if spent.free_at > now and spent.seconds + spent.cost >= ALLOWED:
            return max(blocked, spent.free_at - now)
        # Those under way fill it, or the reading is from before the reset: one after another, each with a new reading.
        return max(blocked, 1.0 if under_way else 0.0)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e12 else None
