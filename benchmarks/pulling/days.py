"""Two days of a company at work, followed by a pull every ten minutes.

The portal's seconds of work are counted, not waited for, and the clocks of both sides are those of the story: what
takes two days there takes minutes here.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.pulling.conditions import COUNT_SECONDS, PAGE_SECONDS
from benchmarks.pulling.work import STEP_MINUTES, Work
from benchmarks.working_company import WorkingCompany
from crm.portal.client import Portal, ignore
from crm.pull import pull
from crm.resources import BY_ENTITY, SWEPT
from crm.settings import Settings, load_settings
from crm.snapshots.spool import json_line
from crm.snapshots.statements import NEWEST_FIRST
from crm.snapshots.store import Snapshots
from demo import DemoPortal, Faults, Span

DEALS, DAYS, BEGINS = 100_000, 2, 6  # the first and the last hour: each re-linking has a night behind it
SEED = 20_261_128
BINDINGS = "crm.activity.binding.list"
NO_HISTORY = ("calls", "lead_stage_history", "deal_stage_history")  # what is not swept costs a first pull alone


@dataclass
class Cost:
    """What some pulls cost a portal: how many they were, their HTTP requests, commands, and its seconds of work."""

    pulls: int = 0
    requests: int = 0
    commands: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))

    def of_one(self, whole: int) -> "Cost":
        """A ``whole``'th part of it."""
        pulls, requests, commands = (round(value / whole) for value in (self.pulls, self.requests, self.commands))
        return Cost(pulls, requests, commands, self.seconds / whole)


@dataclass
class Days:
    """Days of following: the cost of pulls that brought ``nothing``, of those that brought ``something``, and of those
    with a piece of the ``sweep`` or the daily look at all bindings; the dearest pull of the first kind.

    `rows` are there in the four swept tables at the end, of which `different` are not as the portal has them; `done`
    says what people did.
    """

    days: int
    nothing: Cost = field(default_factory=Cost)
    something: Cost = field(default_factory=Cost)
    sweep: Cost = field(default_factory=Cost)
    most_quiet_requests: int = 0
    rows: int = 0
    different: int = 0
    done: dict[str, int] = field(default_factory=dict)

    @property
    def a_day(self) -> Cost:
        """All of it, a day."""
        return (self.nothing + self.something + self.sweep).of_one(self.days)


class StoryClock:
    """The seconds of both sides: they pass by waiting, and from pull to pull."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let seconds pass."""
        self.seconds += seconds


def measure(
    deals: int = DEALS, days: int = DAYS, tell: Callable[[str], None] = ignore, steps: int | None = None
) -> Days:
    """Follow a company of so many deals, leads and activities, and a third as many companies, over some days; or over
    the first ``steps`` of them alone."""
    company, clock = WorkingCompany(deals, empty=NO_HISTORY), StoryClock()
    company.moment = (company.moment + timedelta(days=1)).replace(hour=BEGINS, minute=0, second=0)
    work, found = Work(company, SEED), Days(days)
    faults = Faults(page_work=PAGE_SECONDS, count_work=COUNT_SECONDS)
    with (
        tempfile.TemporaryDirectory() as folder,
        DemoPortal(company, faults=faults, clock=clock, sleep=lambda _: None) as served,
    ):
        settings = load_settings(webhook_url=served.webhook, data_dir=Path(folder), language="en")
        assert settings.webhook_url is not None
        portal = Portal(settings.webhook_url, clock=clock, sleep=clock.sleep)
        pull(settings, portal=portal)
        for step in range(steps or days * 24 * 60 // STEP_MINUTES):
            company.moment += timedelta(minutes=STEP_MINUTES)
            clock.sleep(STEP_MINUTES * 60)
            work.step()
            _follow(settings, portal, served, found)
            if (step + 1) % (60 // STEP_MINUTES) == 0:
                tell(f"{company.moment:%a %H:%M}: {found}")
        found.done = work.done
        found.rows, found.different = _compared(settings, served)
    return found


def _follow(settings: Settings, portal: Portal, served: DemoPortal, found: Days) -> None:
    """One pull, its cost added where it belongs."""
    before = Snapshots(settings.snapshots_dir).manifest()
    with _cost(served) as cost:
        pull(settings, portal=portal)
    after = Snapshots(settings.snapshots_dir).manifest()
    assert before is not None
    assert after is not None
    if after.sweep != before.sweep:
        found.sweep += cost
    elif after.listed() != before.listed():
        found.something += cost
    else:
        found.nothing += cost
        found.most_quiet_requests = max(found.most_quiet_requests, cost.requests)


@contextmanager
def _cost(served: DemoPortal) -> Iterator[Cost]:
    """What the portal counts meanwhile. Bindings of an activity, which it counts as no list, cost as much as a page."""
    counters = served.counters
    before = (counters.hits, counters.commands.total(), counters.work, counters.commands[BINDINGS])
    cost = Cost(pulls=1)
    yield cost
    cost.requests = counters.hits - before[0]
    cost.commands = counters.commands.total() - before[1]
    cost.seconds = counters.work - before[2] + PAGE_SECONDS * (counters.commands[BINDINGS] - before[3])


_CURRENT = f"""
select * exclude (pull_id, pulled_at, is_deleted, file_row_number)
from (
    select * from read_parquet($files, file_row_number = true, union_by_name = true)
    qualify row_number() over (partition by ID order by {NEWEST_FIRST}) = 1
)
where not is_deleted
"""


def _compared(settings: Settings, served: DemoPortal) -> tuple[int, int]:
    """How many rows of the swept tables there are, and how many of them differ from the portal's in any field, are
    lacking, or are not there any more."""
    snapshots = Snapshots(settings.snapshots_dir)
    manifest = snapshots.manifest()
    assert manifest is not None
    rows = different = 0
    for entity in SWEPT:
        columns = BY_ENTITY[entity].columns
        found = snapshots.select(_CURRENT, manifest.files(entity))
        here = {json_line(dict(zip(columns, row, strict=True)), columns) for row in found}
        there = {json_line(row, columns) for row in _served(served, entity)}
        rows += len(there)
        different += len(here ^ there)
    return rows, different


def _served(served: DemoPortal, entity: str) -> Iterator[dict[str, Any]]:
    constants = {"CONTACT_ID": None} if entity == "deals" else {"RESULT_STATUS": "0"} if entity == "activities" else {}
    return ({**constants, **row} for row in served.company.rows(entity, Span()))
