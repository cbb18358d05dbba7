"""What one run of `make speed` found."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.peers.comparison import Times
from benchmarks.scale.timings import Milliseconds
from benchmarks.serving.browser import Opening
from benchmarks.serving.changes import Changes
from benchmarks.serving.pages import Gesture
from benchmarks.serving.people import Waited


@dataclass(frozen=True)
class Company:
    """What a company's data cost: ``rows`` by entity, its views, the eight figures beside peers, and its served pages.

    ``openings`` begin with the bare page.
    """

    title: str
    rows: Mapping[str, int]
    views: Milliseconds
    times: tuple[Times, ...]
    gestures: tuple[Gesture, ...]
    changes: tuple[Changes, ...]
    openings: tuple[Opening, ...]
    waited: Waited

    @property
    def is_full_size(self) -> bool:
        """Whether it has the ten million activities that some marks are set for."""
        return self.rows.get("activities", 0) >= 10_000_000


@dataclass(frozen=True)
class Speed:
    """A whole run: the demo company, a company of a size, and what the machine and the run were, line by line."""

    demo: Company
    large: Company
    machine: tuple[str, ...]
    command: str
    trials: int
