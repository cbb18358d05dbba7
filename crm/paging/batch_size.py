"""How many commands to put into a batch, by how long the portal works at it."""

import threading
from collections.abc import Collection, Iterable

from crm.portal.client import Answer, PortalError
from crm.portal.errors import BatchTooLong

MOST_COMMANDS = 50
SLOW_SECONDS = 20.0  # a portal cuts a request at 60
QUICK_SECONDS = 8.0


class BatchSize:
    """How many lists to chain in a batch: fewer when the portal is slow or takes no more. Shared by the ranges of an
    entity."""

    def __init__(self) -> None:
        self._commands = self._most = MOST_COMMANDS
        self._lock = threading.Lock()

    @property
    def commands(self) -> int:
        """Commands for the next batch."""
        return self._commands

    def adapt(self, commands: int, seconds: float) -> None:
        """Take into account that the portal worked ``seconds`` at a batch of so many ``commands``."""
        with self._lock:
            if seconds > SLOW_SECONDS:
                self._commands = min(self._commands, max(1, commands // 2))
            elif seconds < QUICK_SECONDS and commands >= self._commands:
                self._commands = min(self._most, self._commands * 2)

    def heed(self, outcomes: Collection[Answer | PortalError]) -> None:
        """Never again ask for more than the portal took of a batch, where it refused the rest for its length."""
        refused = sum(isinstance(outcome, BatchTooLong) for outcome in outcomes)
        if refused:
            with self._lock:
                self._most = max(1, min(self._most, len(outcomes) - refused))
                self._commands = min(self._commands, self._most)

    def shrink(self) -> bool:
        """Ask for much less, as a batch failed as a whole. False when less cannot be asked."""
        with self._lock:
            can_shrink, self._commands = self._commands > 1, max(1, self._commands // 4)
        return can_shrink


def worked_seconds(outcomes: Iterable[Answer | PortalError]) -> float:
    """How long the portal says it worked at a batch: our own waiting for its limits is not its slowness."""
    durations = (outcome.time.get("duration") for outcome in outcomes if isinstance(outcome, Answer))
    return sum(float(seconds) for seconds in durations if isinstance(seconds, int | float))
