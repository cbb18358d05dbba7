"""How far a pull is: counted while it runs, and reported as a whole when it ends."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from language import Message

State = Literal["waiting", "running", "done", "absent"]
RECORD_PHASE = 2


@dataclass(frozen=True)
class Changes:
    """What a pull found changed in an entity: records that are new, that have changed, that are gone."""

    new: int = 0
    changed: int = 0
    gone: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(self.new + other.new, self.changed + other.changed, self.gone + other.gone)


@dataclass(frozen=True)
class EntityProgress:
    """One entity: rows and requests so far, seconds it took, the share of it that is behind (0 to 1).

    An absent one bears the reason; one of which only changes were pulled
    bears their counts.
    """

    entity: str
    state: State = "waiting"
    rows: int = 0
    requests: int = 0
    seconds: float = 0.0
    share: float = 0.0
    reason: Message | None = None
    changes: Changes | None = None


@dataclass(frozen=True)
class PullProgress:
    """A phase under way. `seconds_left` is a guess, None as long as there is nothing to guess from."""

    phase: int
    entities: tuple[EntityProgress, ...]
    seconds: float
    seconds_left: float | None

    @property
    def rows(self) -> int:
        """Rows of all its entities."""
        return sum(entity.rows for entity in self.entities)

    @property
    def requests(self) -> int:
        """Requests of all its entities."""
        return sum(entity.requests for entity in self.entities)

    @property
    def rows_per_second(self) -> float:
        """Rows a second since the phase began."""
        return self.rows / self.seconds if self.seconds > 0 else 0.0

    @property
    def running(self) -> EntityProgress | None:
        """The entity that is being pulled."""
        return next((entity for entity in self.entities if entity.state == "running"), None)


@dataclass(frozen=True)
class PullReport:
    """A pull that succeeded. `as_of` is the portal's clock when it began."""

    as_of: str
    entities: tuple[EntityProgress, ...]
    notes: tuple[Message, ...]
    requests: int
    seconds: float

    @property
    def rows(self) -> int:
        """Rows that were pulled."""
        return sum(entity.rows for entity in self.entities)


Listener = Callable[[PullProgress], None]


class Tracker:
    """Counts the progress of one phase and calls ``listener`` with it at every change.

    Args:
        expected: the entities and about how many rows each will have; of those pulled by record, how many records will
            be asked about. What is left is guessed from it.
        requests: how many requests the portal has been sent; those after ``requests_before`` that belong to no entity
            (its identity, the highest ids) are counted with the first one.
    """

    def __init__(
        self,
        phase: int,
        expected: Mapping[str, int],
        *,
        requests: Callable[[], int],
        requests_before: int,
        listener: Listener,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._phase = phase
        self._entities = {entity: EntityProgress(entity) for entity in expected}
        self._expected = dict(expected)
        self._requests, self._listener, self._clock = requests, listener, clock
        self._began = self._entity_began = clock()
        self._requests_before = self._requests_seen = requests_before

    @property
    def entities(self) -> tuple[EntityProgress, ...]:
        """The progress of every entity."""
        return tuple(self._entities.values())

    def expect(self, entity: str, count: int) -> None:
        """So many records, or about so many rows, will be asked of an entity, now that it is known better."""
        self._expected[entity] = count

    def start(self, entity: str) -> None:
        """An entity is begun, or taken up again: what it took before is counted too."""
        so_far = self._entities[entity]
        self._entity_began = self._clock() - so_far.seconds
        self._requests_before = self._requests_seen - so_far.requests
        self._change(entity, state="running")

    def advance(self, entity: str, rows: int, share: float) -> None:
        """More rows of the entity have come; ``share`` of it is behind."""
        self._change(entity, rows=self._entities[entity].rows + rows, share=share)

    def done(self, entity: str, changes: Changes | None = None) -> None:
        """The entity is complete; ``changes`` are known where only they were asked for, and add up."""
        known = self._entities[entity].changes
        changes = changes + known if changes and known else changes or known
        self._change(entity, state="done", share=1.0, changes=changes)

    def absent(self, entity: str, reason: Message) -> None:
        """The portal does not give the entity."""
        self._change(entity, state="absent", share=1.0, reason=reason)

    def _change(self, entity: str, **changes: Any) -> None:
        seconds = self._clock() - self._entity_began
        self._requests_seen = self._requests()
        requests = self._requests_seen - self._requests_before
        self._entities[entity] = replace(self._entities[entity], seconds=seconds, requests=requests, **changes)
        self._listener(PullProgress(self._phase, self.entities, self._clock() - self._began, self._seconds_left()))

    def _seconds_left(self) -> float | None:
        work = [(self._weight(entity), entity.share) for entity in self._entities.values()]
        behind = sum(weight * share for weight, share in work)
        ahead = sum(weight * (1 - share) for weight, share in work)
        return (self._clock() - self._began) * ahead / behind if behind > 0 else None

    def _weight(self, entity: EntityProgress) -> float:
        """How much work the entity seems to be.

        Rows that it will come to at this rate, else as many as were expected. Where each record costs a command,
        records: few of them have rows, and those that have come say nothing of the time.
        """
        expected = self._expected[entity.entity]
        if self._phase == RECORD_PHASE:
            return max(1, expected)
        if entity.share >= 1:
            return max(1, entity.rows)
        return max(1, entity.rows / entity.share if entity.share > 0.05 else expected)
