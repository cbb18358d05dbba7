"""Failures on the way through a list: how often they came since the last progress, how long to wait after each."""

from collections import Counter

from crm.paging.prefetch import Lists
from crm.portal.client import PortalError
from crm.portal.rate_limits import patience


class Stumbles:
    """What has failed since the last `progress`, by its kind; a batch's command is waited for as a whole request is."""

    def __init__(self, portal: Lists) -> None:
        self._portal = portal
        self._failures: Counter[type[PortalError]] = Counter()

    @property
    def count(self) -> int:
        """Failures since the last progress."""
        return self._failures.total()

    def progress(self) -> None:
        """Something new came: what failed before is forgotten."""
        self._failures.clear()

    def over(self, fault: PortalError, method: str) -> None:
        """Wait before the next attempt.

        Raises:
            PortalError: ``fault`` itself, when another attempt is of no use (any more).
        """
        self._failures[type(fault)] += 1
        pause = patience(fault, self._failures[type(fault)])
        if pause is None:
            raise fault
        self._portal.pause(pause, "portal.trying_again", method=method)
