"""Many readers at once: what each of them waits for, what a click costs the server, and whether its memory grows."""

import random
import statistics
import threading
import time
from dataclasses import dataclass, field

from benchmarks.serving.pages import PAGES
from benchmarks.serving.server import Server
from benchmarks.serving.session import Session

PERIODS = ("this_month", "last_month", "this_quarter", "last_quarter", "this_year", "days_90", "months_12")
ANOTHER_PAGE, WITH_EMPLOYEE, WITH_FUNNEL = 0.5, 0.3, 0.3  # of all clicks
EMPLOYEES, FUNNELS = range(5, 25), (0, 7, 9)
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
    """What all readers saw, in the order it came: seconds and bytes of a click, and how many failed."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    clicks: list[tuple[float, float, int]] = field(default_factory=list)  # when, seconds, bytes
    failures: int = 0


def measure_people(server: Server, crowd: Crowd) -> str:
    """A line of what they waited for."""
    seen, stop = _Seen(), threading.Event()
    threads = [
        threading.Thread(target=_read, args=(server.address, crowd, number, seen, stop))
        for number in range(crowd.people)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    time.sleep(crowd.seconds * SETTLED)
    cpu, memory, settled = server.cpu(), server.megabytes(), time.monotonic()
    time.sleep(crowd.seconds * (1 - SETTLED))
    cpu, grown = server.cpu() - cpu, server.megabytes() - memory
    stop.set()
    for thread in threads:
        thread.join()
    clicks = [click for click in seen.clicks if click[0] >= settled]
    waits = sorted(seconds for _, seconds, _ in clicks)
    spent = time.monotonic() - began
    return (
        f"{crowd.people} people, a click every {crowd.pause:.0f} s each, {spent:.0f} s: {len(clicks)} clicks, "
        f"p50 {_quantile(waits, 0.5):.2f} s, p95 {_quantile(waits, 0.95):.2f} s, longest {waits[-1]:.2f} s; "
        f"{cpu / len(clicks):.3f} s of the server's CPU and {statistics.mean(b for _, _, b in clicks) / 1024:.0f} KB "
        f"a click; {seen.failures} failed; memory {memory:.0f} MB {grown:+.0f} MB"
    )


def _read(address: str, crowd: Crowd, number: int, seen: _Seen, stop: threading.Event) -> None:
    lot = random.Random(crowd.seed * 1000 + number)
    stop.wait(lot.random() * crowd.pause)
    reader = Session(address)
    page = lot.choice(PAGES)
    while not stop.is_set():
        if lot.random() < ANOTHER_PAGE:
            page = lot.choice(PAGES)
        chosen = {"period": lot.choice(PERIODS)}
        if lot.random() < WITH_EMPLOYEE:
            chosen["employee"] = str(lot.choice(EMPLOYEES))
        if lot.random() < WITH_FUNNEL:
            chosen["funnel"] = str(lot.choice(FUNNELS))
        when = time.monotonic()
        try:
            run = reader.open(page, chosen)
        except (OSError, TimeoutError):
            with seen.lock:
                seen.failures += 1
            return
        with seen.lock:
            seen.clicks.append((when, run.seconds, run.bytes))
            seen.failures += run.has_failed
        stop.wait(lot.expovariate(1 / crowd.pause))
    reader.close()


def _quantile(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
