"""Running cases: a portal's process and a client's process for each, what both say put together."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.pulling.conditions import IN_FLIGHT, PEERS, Case
from benchmarks.pulling.portal import METHODS, Counted
from crm.resources import BY_ENTITY

ROOT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = ROOT / ".venv" / "clients" / "bin" / "python"
PATIENCE = 1000.0  # seconds a client may take


@dataclass(frozen=True)
class Result:
    """A case with what the client got and said, and what the portal counted. ``rows`` is 0 where nothing came."""

    case: Case
    client: str
    python: str
    rows: int
    different: int
    in_order: bool
    seconds: float
    cpu: float
    peak_mb: float
    said: str
    portal: Counted

    @property
    def complete(self) -> bool:
        """Whether every row came, once."""
        return self.rows == self.different == self.case.rows


def run_all(cases: Iterable[Case], at_once: int, tell: Callable[[Result], None]) -> list[Result]:
    """Run the cases and give their results in the same order.

    Most of a case is waiting for the portal's stated seconds, so ``at_once`` of them run beside each other; those that
    need a core run alone, first.
    """
    cases = list(cases)
    found: dict[Case, Result] = {}

    def one(case: Case) -> None:
        found[case] = run(case)
        tell(found[case])

    for case in cases:
        if case.alone:
            one(case)
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, sorted((case for case in cases if not case.alone), key=lambda case: -case.rows)))
    return [found[case] for case in cases]


def run(case: Case) -> Result:
    """Run one case.

    Raises:
        RuntimeError: the portal or the client's driver did not come up.
    """
    with tempfile.TemporaryDirectory() as folder, _child("benchmarks.pulling.portal", folder) as portal:
        job = {
            "webhook": _exchange(portal, _order(case))["webhook"],
            "method": METHODS[case.table],
            "fields": list(BY_ENTITY[case.table].columns),
            "folder": folder,
            "in_flight": IN_FLIGHT.get(case.client, 1),
        }
        outcome = _outcome(case, job, folder)
        return Result(case, **outcome, portal=Counted(**_exchange(portal, {})))


def _order(case: Case) -> dict[str, Any]:
    told = {name: value for name, value in vars(case.conditions).items() if name not in ("name", "title", "text")}
    return {"table": case.table, "rows": case.rows, **told}


def _outcome(case: Case, job: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """What the client's process says, or what stands for it when it does not end."""
    is_peer = case.client in PEERS
    module = f"benchmarks.pulling.clients.with_{case.client if is_peer else 'vitrina'}"
    with _child(module, folder, PEERS_PYTHON if is_peer else Path(sys.executable), quiet=True) as client:
        try:
            told, _ = client.communicate(json.dumps(job) + "\n", timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            nothing = {"rows": 0, "different": 0, "in_order": False, "cpu": 0.0, "peak_mb": 0.0}
            said = f"(stopped after {PATIENCE:.0f} s)"
            return {"client": case.client, "python": "", **nothing, "seconds": PATIENCE, "said": said}
    return _read(told, module)


@contextmanager
def _child(
    module: str, folder: str, python: Path = Path(sys.executable), *, quiet: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """A process that speaks lines of JSON and does not outlive the block; no setting of this machine reaches it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VITRINA_", "BITRIX24_"))}
    child = subprocess.Popen(
        [str(python), "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.DEVNULL if quiet else None,
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
    )
    with child:
        try:
            yield child
        finally:
            child.kill()


def _exchange(child: subprocess.Popen[str], told: Mapping[str, Any]) -> dict[str, Any]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(told) + "\n")
    child.stdin.flush()
    return _read(child.stdout.readline(), "the portal")


def _read(line: str, who: str) -> dict[str, Any]:
    if not line:
        raise RuntimeError(f"{who} did not come up")
    return dict(json.loads(line))
