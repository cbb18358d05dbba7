"""Times every view on the demo company: ``python benchmarks/views.py [folder of a warehouse]``.

For each view and two periods: milliseconds to ask it anew (the middle one of three), and to be told again from
memory.
"""

import datetime as dt
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crm.settings import load_settings
from demo import DemoPortal
from demo.story import StoryCompany
from metrics.query import catalog, query
from metrics.query.filters import Filters
from metrics.query.periods import default_period, preset_period
from metrics.warehouse.connection import Warehouse
from metrics.warehouse.publish import NoWarehouse, open_current
from refresh.demo_settings import for_demo
from refresh.refresh import refresh

STORY_DAY = dt.date(2026, 11, 23)
TRIALS = 3


def main() -> None:
    """Print the table."""
    warehouse = _warehouse()
    periods = {
        "first opening": default_period(warehouse.as_of_day),
        "all time": preset_period("all_time", warehouse.as_of_day, warehouse.first_day),
    }
    print(f"{'view':<32}" + "".join(f"{name:>16}{'rows':>9}" for name in periods) + f"{'from memory':>14}")
    totals = dict.fromkeys(periods, 0.0)
    for view in [view for view in catalog.views() if view.name in warehouse.views]:
        line = f"{view.name:<32}"
        for name, period in periods.items():
            filters = Filters(*period)
            spent = _milliseconds(partial(query.ask, warehouse, view.name, filters))
            totals[name] += spent
            line += f"{spent:>13.1f} ms{len(query.rows(warehouse, view.name, filters).rows):>9}"
        again = _milliseconds(partial(query.rows, warehouse, view.name, filters))
        print(f"{line}{again:>11.2f} ms")
    print(f"{'all of them':<32}" + "".join(f"{spent:>13.1f} ms{'':>9}" for spent in totals.values()))


def _milliseconds(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(TRIALS):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent) * 1000


def _warehouse() -> Warehouse:
    """The warehouse of the folder named, of the demo that was refreshed last, or one made for this run."""
    settings = load_settings(webhook_url=None)
    folders = [Path(name) for name in sys.argv[1:2]] or [for_demo(settings).warehouse_dir]
    try:
        return open_current(folders[0])
    except NoWarehouse:
        pass
    with DemoPortal(StoryCompany(STORY_DAY)) as portal, tempfile.TemporaryDirectory() as folder:
        demo = for_demo(load_settings(webhook_url=None, data_dir=Path(folder)), portal.webhook)
        began = time.perf_counter()
        refresh(demo)
        print(f"the demo company was pulled and built in {time.perf_counter() - began:.0f} s\n")
        return open_current(demo.warehouse_dir)


if __name__ == "__main__":
    main()
