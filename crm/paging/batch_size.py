"""How much to ask for in a batch, by how long a portal works at it."""

import threading
from collections.abc import Iterable

from crm.portal.client import Answer, PortalError

LONGEST = 50  # commands a batch
SLOW_SECONDS = 20.0  # a portal cuts a request at 60
QUICK_SECONDS = 8.0


class Pace:
    """How many lists to chain in a batch: fewer when the portal is slow. Shared by the ranges of an entity."""

    def __init__(self) -> None:
        self._length = LONGEST
        self._lock = threading.Lock()

    @property
    def length(self) -> int:
        """Commands for the next batch."""
        return self._length

    def learn(self, commands: int, seconds: float) -> None:
        """A batch of so many commands took the portal so long."""
        with self._lock:
            if seconds > SLOW_SECONDS:
                self._length = min(self._length, max(1, commands // 2))
            elif seconds < QUICK_SECONDS and commands >= self._length:
                self._length = min(LONGEST, self._length * 2)

    def shorten(self) -> bool:
        """A batch failed as a whole: ask for much less. False when less cannot be asked."""
        with self._lock:
            shorter, self._length = self._length > 1, max(1, self._length // 4)
        return shorter


def worked_seconds(outcomes: Iterable[Answer | PortalError]) -> float:
    """How long a portal says it worked: our own waiting for its limits is not its slowness."""
    told = (outcome.time.get("duration") for outcome in outcomes if isinstance(outcome, Answer))
    return sum(float(seconds) for seconds in told if isinstance(seconds, int | float))
