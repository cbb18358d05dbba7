"""A pool of workers over one portal, and the batches of rows they pull."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol

from crm.paging.list_pages import RawRow

Checkpoint = Mapping[str, Any]


class RowBatch(list[RawRow]):
    """Rows that are certain, and the `checkpoints` (JSON) from which their walks can be resumed."""

    def __init__(self, rows: Iterable[RawRow] = (), checkpoints: Sequence[Checkpoint] = ()) -> None:
        super().__init__(rows)
        self.checkpoints = checkpoints


class Pages(Protocol):
    """Rows of an entity as they come, by whatever walk."""

    @property
    def share(self) -> float:
        """How much of the entity is behind, 0 to 1."""

    def __iter__(self) -> Iterator[RowBatch]: ...


@dataclass(frozen=True)
class ShortList:
    """Pages of an entity that is too short to say how much of it is behind."""

    pages: Iterable[list[RawRow]]
    share: float = 0.0

    def __iter__(self) -> Iterator[RowBatch]:
        return map(RowBatch, self.pages)


class Job(Protocol):
    """Work that goes on batch by batch. Only one thread at a time works on a job."""

    @property
    def done(self) -> bool:
        """Whether there is nothing left to ask."""

    def step(self) -> RowBatch:
        """Send one batch of commands; the rows that are certain after it."""


def run_jobs(jobs: Iterable[Job], workers: int) -> Iterator[RowBatch]:
    """The rows of all jobs as they come, up to ``workers`` batches of commands being on their way at any moment.

    The threads are daemons: an interrupted pull ends at once and waits for no answer.

    Raises:
        Exception: whatever a job's step raised; what is still on its way is forgotten.
    """
    fresh = iter(jobs)
    unfinished: deque[Job] = deque()
    finished: SimpleQueue[_Step] = SimpleQueue()
    running = 0
    while True:
        while running < workers and (job := unfinished.popleft() if unfinished else next(fresh, None)) is not None:
            threading.Thread(target=_Step(job, finished).run, daemon=True).start()
            running += 1
        if not running:
            return
        step = finished.get()
        running -= 1
        if step.error is not None:
            raise step.error
        if not step.job.done:
            unfinished.append(step.job)
        yield step.rows


class _Step:
    """One step of a job in a thread of its own. What it raises is handed over to the thread that waits."""

    def __init__(self, job: Job, finished: "SimpleQueue[_Step]") -> None:
        self.job = job
        self.rows = RowBatch()
        self.error: BaseException | None = None
        self._finished = finished

    def run(self) -> None:
        """Take the step; put itself among the finished ones whatever happens."""
        with self:
            self.rows = self.job.step()

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        self.error = error
        self._finished.put(self)
        return True
