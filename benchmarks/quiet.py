"""What following a portal costs where nothing happens: ``python -m benchmarks.quiet [--deals 60000]``.

A bulk company is pulled once, with its ten rows a deal, and its figures are built. Then the commands that the schedule
and a person run are run again, while nothing changes: the requests each makes, and the seconds of CPU of its process
beyond those of one that only imports what it imports. The least of some runs counts: a machine shared with others only
adds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.working_company import WorkingCompany
from crm.settings import load_settings
from crm.snapshots.store import Snapshots
from demo import DemoPortal

ROOT = Path(__file__).resolve().parents[1]
DEALS = 60_000
RUNS = 5
MOST_REQUESTS, MOST_SECONDS = 2, 0.5
COMMANDS = {"python -m crm pull": ("crm", "pull"), "python -m metrics refresh": ("metrics", "refresh")}


@dataclass(frozen=True)
class Quiet:
    """A command that found nothing: its requests, and its seconds of CPU beyond its imports, the least of its runs."""

    command: str
    requests: int
    seconds: float
    built: bool


def measure(folder: Path, deals: int, runs: int = RUNS) -> Iterator[str | Quiet]:
    """Pull a company of so many deals into a folder, say how much that is, and measure the commands one by one."""
    with DemoPortal(WorkingCompany(deals, per_deal=3)) as portal, _environment(portal.webhook, folder) as environment:
        _cpu_of(("-m", "metrics", "refresh"), environment)
        yield _told(folder)
        for title, (module, command) in COMMANDS.items():
            imports = min(_cpu_of(("-c", f"import {module}.__main__"), environment) for _ in range(runs))
            yield _measured(title, ("-m", module, command), imports, portal, environment, runs)


def _measured(
    title: str,
    arguments: tuple[str, ...],
    imports: float,
    portal: DemoPortal,
    environment: Mapping[str, str],
    runs: int,
) -> Quiet:
    current = Path(environment["VITRINA_DATA_DIR"]) / "warehouse" / "current"
    before, hits = current.read_text(), portal.counters.hits
    seconds = min(_cpu_of(arguments, environment) for _ in range(runs)) - imports
    requests = -(-(portal.counters.hits - hits) // runs)
    return Quiet(title, requests, seconds, current.read_text() != before)


def _cpu_of(arguments: tuple[str, ...], environment: Mapping[str, str]) -> float:
    """The seconds of CPU of a Python process.

    Raises:
        RuntimeError: it fails.
    """
    folder, quiet = environment["VITRINA_DATA_DIR"], subprocess.DEVNULL
    with subprocess.Popen(
        [sys.executable, *arguments], env=environment, cwd=folder, stdout=quiet, stderr=quiet
    ) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: exit {child.returncode}")
    return used.ru_utime + used.ru_stime


@contextmanager
def _environment(webhook: str, folder: Path) -> Iterator[dict[str, str]]:
    """The environment of the children: the folder's data, the portal, its rate not counted."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("VITRINA_")}
    yield own | {
        "PYTHONPATH": str(ROOT),
        "VITRINA_WEBHOOK_URL": webhook,
        "VITRINA_DATA_DIR": str(folder),
        "VITRINA_REQUESTS_PER_SECOND": "1000",
        "VITRINA_REQUEST_BURST": "10000",
    }


def _told(folder: Path) -> str:
    settings = load_settings(data_dir=folder, webhook_url=None)
    manifest = Snapshots(settings.snapshots_dir).manifest()
    records = [record for state in manifest.entities.values() for record in state.files] if manifest else []
    rows, size = sum(record.rows for record in records), sum(record.bytes for record in records)
    return f"{rows:,} rows, {size / 1e6:.0f} MB".replace(",", " ")


def main() -> None:
    """Print a line a command, and whether it keeps what was aimed at."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quiet", description=__doc__)
    parser.add_argument("--deals", type=int, default=DEALS)
    deals = parser.parse_args().deals
    with tempfile.TemporaryDirectory() as folder:
        for told in measure(Path(folder), deals):
            print(told if isinstance(told, str) else line(told), flush=True)


def line(quiet: Quiet) -> str:
    """A command and what it took: "Met: python -m crm pull: 2 requests, 0.31 s of CPU beyond its imports"."""
    is_met = quiet.requests <= MOST_REQUESTS and quiet.seconds <= MOST_SECONDS and not quiet.built
    built = ", and built figures" if quiet.built else ""
    seconds = f"{quiet.seconds:.2f} s of CPU beyond its imports"
    return f"{'Met' if is_met else 'Missed'}: {quiet.command}: {quiet.requests} requests, {seconds}{built}"


if __name__ == "__main__":
    main()
