"""Many readers at once: what each of them waits for, what a click costs the server, and whether its memory grows."""

import random
import statistics
import threading
import time
from dataclasses import dataclass, field

from benchmarks.serving.choices import PERIODS, Choices
from benchmarks.serving.pages import PAGES
from benchmarks.serving.quantiles import quantile
from benchmarks.serving.server import Server
from benchmarks.serving.session import Run, Session

ANOTHER_PAGE, WITH_EMPLOYEE, WITH_FUNNEL = 0.5, 0.3, 0.3  # of all clicks
SETTLED = 0.2  # of the time: what comes before is not in the percentiles


@dataclass(frozen=True)
class Crowd:
    """How many people click for how many seconds, and how long each of them looks at a page between two clicks."""

    people: int
    seconds: float
    pause: float
    seed: int


@dataclass
class _Seen:
    """What all readers saw, in the order it came: the clicks, and how many failed."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    clicks: list[tuple[float, Run]] = field(default_factory=list)  # when, and what came of it
    failures: int = 0


@dataclass(frozen=True)
class Waited:
    """What a crowd waited for after it had settled: seconds of all clicks in order; what they cost the server a click.

    ``kilobytes`` are those of messages, ``sent`` those that travelled; ``cores`` is how many of them the server kept
    busy; ``memory`` is in megabytes, and ``grown`` by how much it grew.
    """

    crowd: Crowd
    seconds: tuple[float, ...]
    cpu: float
    cores: float
    kilobytes: float
    sent: float
    failures: int
    memory: float
    grown: float

    @property
    def p50(self) -> float:
        """Half of the clicks took at most so many seconds."""
        return quantile(self.seconds, 0.5)

    @property
    def p95(self) -> float:
        """Nineteen of twenty clicks took at most so many seconds."""
        return quantile(self.seconds, 0.95)


def measure_people(server: Server, crowd: Crowd, choices: Choices) -> Waited:
    """Let a crowd click.

    Raises:
        RuntimeError: nobody got an answer.
    """
    seen, stop = _Seen(), threading.Event()
    threads = [
        threading.Thread(target=_read, args=(server.address, crowd, number, seen, stop, choices))
        for number in range(crowd.people)
    ]
    for thread in threads:
        thread.start()
    time.sleep(crowd.seconds * SETTLED)
    cpu, memory, settled = server.cpu(), server.megabytes(), time.monotonic()
    time.sleep(crowd.seconds * (1 - SETTLED))
    cpu, grown, until = server.cpu() - cpu, server.megabytes() - memory, time.monotonic()
    stop.set()
    for thread in threads:
        thread.join()
    runs = [run for when, run in seen.clicks if when >= settled]
    if not runs:
        raise RuntimeError("nobody got an answer")
    return Waited(
        crowd,
        tuple(sorted(run.seconds for run in runs)),
        cpu / len(runs),
        cpu / (until - settled),
        statistics.mean(run.bytes for run in runs) / 1024,
        statistics.mean(run.travelled for run in runs) / 1024,
        seen.failures,
        memory,
        grown,
    )


def line(waited: Waited) -> str:
    """A line of what they waited for."""
    crowd = waited.crowd
    return (
        f"{crowd.people} people, a click every {crowd.pause:.0f} s each, {crowd.seconds:.0f} s: "
        f"{len(waited.seconds)} clicks, p50 {waited.p50:.2f} s, p95 {waited.p95:.2f} s, "
        f"longest {waited.seconds[-1]:.2f} s; {waited.cpu:.3f} s of the server's CPU and {waited.kilobytes:.0f} KB "
        f"({waited.sent:.0f} sent) a click; {waited.failures} failed; memory {waited.memory:.0f} MB "
        f"{waited.grown:+.0f} MB"
    )


def _read(address: str, crowd: Crowd, number: int, seen: _Seen, stop: threading.Event, choices: Choices) -> None:
    lot = random.Random(crowd.seed * 1000 + number)
    stop.wait(lot.random() * crowd.pause)
    reader = Session(address)
    page = lot.choice(PAGES)
    while not stop.is_set():
        if lot.random() < ANOTHER_PAGE:
            page = lot.choice(PAGES)
        chosen = {"period": lot.choice(PERIODS)}
        if choices.employees and lot.random() < WITH_EMPLOYEE:
            chosen["employee"] = lot.choice(choices.employees)
        if choices.funnels and lot.random() < WITH_FUNNEL:
            chosen["funnel"] = lot.choice(choices.funnels)
        when = time.monotonic()
        try:
            run = reader.open(page, chosen)
        except (OSError, TimeoutError):
            with seen.lock:
                seen.failures += 1
            return
        with seen.lock:
            seen.clicks.append((when, run))
            seen.failures += run.has_failed
        stop.wait(lot.expovariate(1 / crowd.pause))
    reader.close()
