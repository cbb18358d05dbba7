"""How long the views of a warehouse take, one by one and those of a page together."""

import datetime as dt
import re
import statistics
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from metrics.query import catalog, query
from metrics.query.filters import Filters
from metrics.warehouse.connection import Warehouse

ROOT = Path(__file__).resolve().parents[2]
LISTS = ("deal_list", "lead_list", "forgotten_leads", "forgotten_deals")  # thousands of rows: read by pages of rows
VIEW_LIMIT, PAGE_LIMIT = 60.0, 250.0  # milliseconds
BUSIEST = (
    "select employee_id from fact_work_day group by employee_id order by sum(activities) desc, employee_id limit 1"
)
LARGEST = "select funnel_id from fact_deal group by funnel_id order by count(*) desc, funnel_id limit 1"

Milliseconds = Mapping[str, Mapping[str, float]]  # view → filters' name → the middle one of some trials


def filter_sets(warehouse: Warehouse) -> dict[str, Filters]:
    """A year up to the day the data speak of: of everybody, of the employee who does most, of the largest funnel."""
    today = warehouse.as_of_day
    year = Filters(today - dt.timedelta(days=365), today)
    employees, funnels = _ids(warehouse, BUSIEST), _ids(warehouse, LARGEST)
    return {"year": year, "employee": replace(year, employees=employees), "funnel": replace(year, funnels=funnels)}


def time_views(
    warehouse: Warehouse, sets: Mapping[str, Filters], trials: int, names: Iterable[str] = ()
) -> Milliseconds:
    """Milliseconds of each view (of ``names`` alone, where there are any) past the cache; the first asking warms it."""
    asked = [view.name for view in catalog.views() if view.name in warehouse.views]
    chosen = [name for name in asked if not names or name in names]
    return {view: {name: _time(warehouse, view, filters, trials) for name, filters in sets.items()} for view in chosen}


def views_of_pages() -> dict[str, list[str]]:
    """The views that each page names, in its own file or in what it has of ui/reports; lists apart."""
    known = {view.name for view in catalog.views()} - set(LISTS)
    found = {}
    for page in sorted((ROOT / "pages" / "reports").glob("*.py")):
        own = [page, *(ROOT / "ui" / "reports").glob(f"{page.stem}*"), *(ROOT / "ui" / "reports" / page.stem).glob("*")]
        words = {
            word for path in own if path.suffix == ".py" for word in re.findall(r'"(\w+)"', path.read_text("utf-8"))
        }
        found[page.stem] = sorted(words & known)
    return found


def page_sums(spent: Milliseconds) -> dict[str, dict[str, float]]:
    """What the views of a page take together, one after another, by page and filters."""
    found: dict[str, dict[str, float]] = {}
    for page, views in views_of_pages().items():
        of_page = [spent[view] for view in views if view in spent]
        names = of_page[0] if of_page else ()
        found[page] = {name: sum(by_set[name] for by_set in of_page) for name in names}
    return found


def table(spent: Milliseconds) -> str:
    """The table of views, slowest first, those over the limit marked, and the sums of pages."""
    sets = list(next(iter(spent.values()), {}))
    lines = [f"{'view':<32}" + "".join(f"{name:>12}" for name in sets)]
    for view, by_set in sorted(spent.items(), key=lambda told: -max(told[1].values())):
        lines.append(f"{view:<32}" + "".join(_cell(by_set[name], VIEW_LIMIT) for name in sets))
    lines.append("")
    for page, sums in page_sums(spent).items():
        lines.append(f"{f'page {page}':<32}" + "".join(_cell(one, PAGE_LIMIT) for one in sums.values()))
    for name in sets:
        timed = [by_set[name] for view, by_set in spent.items() if view not in LISTS]
        over = sum(one > VIEW_LIMIT for one in timed)
        lines.append(
            f"{name}: {over} of {len(timed)} views without lists above {VIEW_LIMIT:.0f} ms, {sum(timed):.0f} ms in all"
        )
    return "\n".join(lines)


def _ids(warehouse: Warehouse, statement: str) -> tuple[int, ...]:
    return tuple(int(value) for (value,) in warehouse.cursor().execute(statement).fetchall())


def _cell(milliseconds: float, limit: float) -> str:
    return f"{milliseconds:>10.1f}" + (" !" if milliseconds > limit else "  ")


def _time(warehouse: Warehouse, view: str, filters: Filters, trials: int) -> float:
    query.ask(warehouse, view, filters)
    spent = []
    for _ in range(trials):
        began = time.perf_counter()
        query.ask(warehouse, view, filters)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent) * 1000
