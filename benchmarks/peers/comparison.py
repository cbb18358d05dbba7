"""Ours beside each peer: first that the values are equal, then how long each takes, in one run."""

import importlib
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.peers.frames import FIGURES, Figure, Peer, Question, Rows
from benchmarks.peers.with_pandas import PANDAS
from metrics.query import query
from metrics.query.filters import Filters
from metrics.warehouse.connection import Warehouse

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / ".venv" / "clients" / "lib"  # what Vitrina is measured beside: see the Makefile
CLOSE = 1e-9
TRIALS = 5
OURS, PLANNING = "ours", "planning"


class Different(Exception):
    """A peer's values are not ours; the message names the figure, the row and the column."""


@dataclass(frozen=True)
class Times:
    """A figure: how many rows, and the milliseconds of ours and of each peer by its name, the middle one of some.

    ``planning`` is the part of ours in which the engine reads the SQL and plans, before it touches a row.
    """

    title: str
    view: str
    rows: int
    ours: float
    planning: float
    peers: Mapping[str, float]


def all_peers() -> list[Peer]:
    """Polars, of the clients' environment, and pandas, of our own.

    Raises:
        ModuleNotFoundError: there is no polars: ``make speed`` installs it.
    """
    sys.path += [str(path) for path in CLIENTS.glob("python*/site-packages") if str(path) not in sys.path]
    polars: Peer = importlib.import_module("benchmarks.peers.with_polars").POLARS
    return [polars, PANDAS]


def compare(warehouse: Warehouse, filters: Filters, peers: Sequence[Peer], trials: int = TRIALS) -> list[Times]:
    """The eight figures over a period of everybody, with the same values from each; ours past the cache.

    In each trial all of them take turns, so that what else the machine does falls on all.

    Raises:
        Different: a peer's values are not ours.
    """
    asked = Question.of(filters)
    frames = {peer.name: peer.read(warehouse) for peer in peers}
    found = []
    for figure in FIGURES:
        works: dict[str, Callable[[], Any]] = {
            peer.name: partial(peer.figures[figure.name], frames[peer.name], asked) for peer in peers
        }
        ours = query.ask(warehouse, figure.view, filters).records()
        for peer in peers:
            check(figure, peer.name, ours, peer.rows(works[peer.name]()))
        works[OURS] = partial(query.ask, warehouse, figure.view, filters)
        works[PLANNING] = partial(_plan, warehouse, figure.view, filters)
        spent = _spent(works, trials)
        found.append(Times(figure.title, figure.view, len(ours), spent.pop(OURS), spent.pop(PLANNING), spent))
    return found


def check(figure: Figure, peer: str, ours: Rows, theirs: Rows) -> None:
    """Hold a peer's rows against ours: texts and counts alike, money to kopecks, doubles to 1e-9.

    Raises:
        Different: they are not the same.
    """
    key = figure.key
    expected, got = (_by_key(rows, key) for rows in (ours, theirs))
    if len(theirs) != len(ours) or expected.keys() != got.keys():
        odd = sorted(expected.keys() ^ got.keys(), key=str)[:3]
        raise Different(f"{peer}, {figure.view}: {len(theirs)} rows, ours are {len(ours)}; for example {odd}")
    for place, row in expected.items():
        other = got[place]
        for column, value in row.items():
            if column not in other or not is_equal(value, other[column]):
                told = other.get(column, "no such column")
                raise Different(f"{peer}, {figure.view}, {place}, {column}: {told!r}, ours is {value!r}")


def is_equal(ours: object, theirs: Any) -> bool:
    """Whether a value is the same: a sum of money to the last place ours has, a double to a thousand millionth."""
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, Decimal):
        exponent = ours.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) else 0
        return Decimal(round(float(theirs) * 10**places)) == ours.scaleb(places)
    if isinstance(ours, float):
        return math.isclose(ours, float(theirs), rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(ours == theirs)


def table(times: Sequence[Times]) -> str:
    """The figures, a line each, and their sums; how many times ours each peer takes."""
    names = list(times[0].peers)
    head = "".join(f"{name:>16}{'×':>7}" for name in names)
    lines = [f"{'figure':<40}{'rows':>7}{'ours, ms':>10}{'planning':>10}{head}"]
    for told in [*times, total(times)]:
        peers = "".join(f"{told.peers[name]:>16.1f}{told.peers[name] / told.ours:>7.1f}" for name in names)
        lines.append(f"{told.title:<40}{told.rows:>7}{told.ours:>10.1f}{told.planning:>10.1f}{peers}")
    return "\n".join(lines)


def total(times: Sequence[Times]) -> Times:
    """All figures together."""
    peers = {name: sum(told.peers[name] for told in times) for name in times[0].peers}
    ours, planning = sum(told.ours for told in times), sum(told.planning for told in times)
    return Times("all of them", "", sum(told.rows for told in times), ours, planning, peers)


def _plan(warehouse: Warehouse, view: str, filters: Filters) -> None:
    cursor = warehouse.cursor()
    query.set_variables(cursor, filters)
    cursor.execute(f"prepare asked as from {view}")


def _by_key(rows: Rows, key: Iterable[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[name] for name in key): row for row in rows}


def _spent(works: Mapping[str, Callable[[], Any]], trials: int) -> dict[str, float]:
    spent: dict[str, list[float]] = {name: [] for name in works}
    for trial in range(trials + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if trial:  # the first one warms up
                spent[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(each) for name, each in spent.items()}
