"""Several pieces of work at a portal at once: each sends a batch at a time until it is done."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol

RawRow = dict[str, Any]
Mark = Mapping[str, Any]


class Piece(list[RawRow]):
    """Rows that are certain; `marks` (JSON) say where those who brought them stand after them."""

    def __init__(self, rows: Iterable[RawRow] = (), marks: Sequence[Mark] = ()) -> None:
        super().__init__(rows)
        self.marks = marks


class Job(Protocol):
    """Work that goes on batch by batch. Only one thread at a time works on a job."""

    @property
    def done(self) -> bool:
        """Whether there is nothing left to ask."""

    def step(self) -> Piece:
        """Send one batch; the rows that are certain after it."""


def in_flight(jobs: Iterable[Job], limit: int) -> Iterator[Piece]:
    """The rows of all jobs as they come, up to ``limit`` batches being on their way at any moment.

    The threads are daemons: an interrupted pull ends at once and waits for no answer.

    Raises:
        Exception: whatever a job's step raised; what is still on its way is forgotten.
    """
    fresh = iter(jobs)
    unfinished: deque[Job] = deque()
    finished: SimpleQueue[_Step] = SimpleQueue()
    running = 0
    while True:
        while running < limit and (job := unfinished.popleft() if unfinished else next(fresh, None)) is not None:
            threading.Thread(target=_Step(job, finished).take, daemon=True).start()
            running += 1
        if not running:
            return
        step = finished.get()
        running -= 1
        if step.error is not None:
            raise step.error
        if not step.job.done:
            unfinished.append(step.job)
        yield step.piece


class _Step:
    """One step of a job in a thread of its own. What it raises is handed over to the thread that waits."""

    def __init__(self, job: Job, finished: "SimpleQueue[_Step]") -> None:
        self.job = job
        self.piece = Piece()
        self.error: BaseException | None = None
        self._finished = finished

    def take(self) -> None:
        with self:
            self.piece = self.job.step()

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        self.error = error
        self._finished.put(self)
        return True
