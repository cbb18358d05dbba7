"""Measuring one company from its views to the people who look at it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.comparison import all_peers, compare
from benchmarks.scale.timings import filter_sets, time_views
from benchmarks.serving.browser import measure_browser
from benchmarks.serving.changes import measure_changes
from benchmarks.serving.choices import choices_of, warehouse_of
from benchmarks.serving.pages import measure_pages
from benchmarks.serving.people import Crowd, measure_people
from benchmarks.serving.server import serving
from benchmarks.speed.results import Company
from metrics.warehouse.connection import Warehouse

FACTS = {
    "activities": "select count(*) from fact_activity",
    "leads": "select count(*) from fact_lead",
    "deals": "select count(*) from fact_deal",
    "employees": "select count(*) from dim_employee",
}


@dataclass(frozen=True)
class Effort:
    """How much is measured: trials of a view and of a figure, openings of a page in a browser, changes a page."""

    trials: int
    openings: int
    changes: int


def measure_company(
    title: str, folder: Path, crowd: Crowd, effort: Effort, tell: Callable[[str], object], activities: int = 0
) -> Company:
    """Measure the company of a data folder; ``activities``: how many it was made with, where that is known.

    Raises:
        Different: a peer's figures are not ours.
    """
    warehouse = warehouse_of(folder)
    sets, choices = filter_sets(warehouse), choices_of(warehouse)
    tell(f"{title}: every view")
    views = time_views(warehouse, sets, effort.trials)
    tell(f"{title}: beside polars and pandas")
    times = compare(warehouse, sets["year"], all_peers(), effort.trials)
    tell(f"{title}: one reader")
    with serving(folder) as server:
        gestures = measure_pages(server, choices)
        tell(f"{title}: changes of filters")
        changes = measure_changes(server, choices, crowd.seed, effort.changes)
        tell(f"{title}: a browser")
        openings = measure_browser(server, effort.openings)
    tell(f"{title}: people")
    with serving(folder) as server:
        waited = measure_people(server, crowd, choices)
    rows = _rows(warehouse)
    rows["activities"] = activities or rows["activities"]
    return Company(title, rows, views, tuple(times), tuple(gestures), tuple(changes), tuple(openings), waited)


def _rows(warehouse: Warehouse) -> dict[str, int]:
    cursor = warehouse.cursor()
    found = {}
    for name, statement in FACTS.items():
        [(number,)] = cursor.execute(statement).fetchall()
        found[name] = int(number)
    return found
