"""How a client is driven: a job in on stdin, its rows counted, what it took and what it said out on stdout.

Only the standard library is used here: the clients' environment has nothing of the product.
"""

import json
import platform
import resource
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

_SAID_AT_MOST = 160


@dataclass(frozen=True)
class Job:
    """What to pull: all rows of ``method`` with ``fields``. ``folder``: for those that write files."""

    webhook: str
    method: str
    fields: list[str]
    folder: str
    in_flight: int


@dataclass(frozen=True)
class Tally:
    """Rows by their ids: how many, how many of them different, and whether each id is above the one before."""

    rows: int = 0
    different: int = 0
    in_order: bool = True


@dataclass(frozen=True)
class Outcome:
    """How it went: ``seconds`` by the wall, ``cpu`` of the client's process, ``peak_mb`` of its memory, ``said``."""

    client: str
    python: str
    rows: int
    different: int
    in_order: bool
    seconds: float
    cpu: float
    peak_mb: float
    said: str


def tally(rows: Iterable[Mapping[str, Any]]) -> Tally:
    """Count rows held in memory."""
    ids = [int(row["ID"]) for row in rows]
    return Tally(len(ids), len(set(ids)), all(first < second for first, second in pairwise(ids)))


def drive(client: str, pull: Callable[[Job], Any], count: Callable[[Any], Tally] = tally) -> None:
    """Run ``pull`` on the job that stands on stdin and print its `Outcome`. Counting is not measured."""
    job = Job(**json.loads(sys.stdin.readline()))
    pulled = None
    began, worked = time.monotonic(), time.process_time()
    with warnings.catch_warnings(record=True) as warned, _Heard() as heard:
        warnings.simplefilter("always")
        pulled = pull(job)
    seconds, cpu, peak_mb = time.monotonic() - began, time.process_time() - worked, peak_megabytes()
    said = heard.said or next((f"{note.category.__name__}: {note.message}" for note in warned if _is_told(note)), "")
    found = Tally() if pulled is None else count(pulled)
    outcome = Outcome(
        client=client,
        python=platform.python_version(),
        **asdict(found),
        seconds=round(seconds, 2),
        cpu=round(cpu, 2),
        peak_mb=round(peak_mb, 1),
        said=" ".join(said.split())[:_SAID_AT_MOST],
    )
    print(json.dumps(asdict(outcome)), flush=True)


def peak_megabytes() -> float:
    """The most memory this process has held; not what the process it was started from held."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    told = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return told / 1024 / 1024 if sys.platform == "darwin" else told / 1024


class _Heard:
    """Whatever a client raises is part of the measurement."""

    said = ""

    def __enter__(self) -> "_Heard":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is not None:
            traceback.print_exception(error, file=sys.stderr)
            self.said = f"{type(error).__name__}: {error}"
        return True


def _is_told(note: warnings.WarningMessage) -> bool:
    """A warning about what was pulled, not about the code of a library."""
    return issubclass(note.category, RuntimeWarning)
