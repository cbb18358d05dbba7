"""The other side: the same nasty rows as snapshots, built into a warehouse and asked through metrics."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from itertools import starmap
from pathlib import Path

from crm.pull import pull
from crm.settings import Settings, load_settings
from demo import DemoPortal
from demo.story import StoryCompany
from inputs.plan.export import xlsx_bytes
from inputs.plan.people import NOBODY
from inputs.plan.rows import NO_STEPS, STEPS, PlanKey, PlanRow, Step
from inputs.plan.store import plan_path
from metrics.query import query
from metrics.query.filters import Filters
from metrics.warehouse.connection import Warehouse
from metrics.warehouse.publish import build, open_current
from refresh.demo_settings import for_demo
from refresh.plan_step import import_demo_plan
from tests.oracle.answers import BESIDE, CONTRACT, Oracle, disagreements
from tests.oracle.compare import Mismatch
from tests.oracle.nasty import NastyPortal, nasty_portal
from tests.oracle.nasty.asked import Asker
from tests.oracle.planned import Planned
from tests.oracle.pulled import oracle_of
from tests.snapshot_rows import write_snapshots


def settings_of(portal: NastyPortal, folder: Path) -> Settings:
    rules = portal.rules
    weights = {f"weight_{kind}": points for kind, points in rules.weights.items()}
    return load_settings(
        data_dir=folder,
        timezone=rules.timezone,
        sales_funnels=rules.sales_funnels,
        holidays=rules.holidays,
        **weights,
    )


def warehouse_of(portal: NastyPortal, folder: Path) -> Warehouse:
    """A warehouse built of the portal's rows in a folder; one built there before gives way."""
    settings = settings_of(portal, folder)
    shutil.rmtree(settings.snapshots_dir, ignore_errors=True)
    as_of = portal.tables["portal"][0]["SERVER_TIME"]
    tables = {name: rows for name, rows in portal.tables.items() if name != "seen_rates"}
    seen = portal.tables["seen_rates"]
    write_snapshots(settings.snapshots_dir, tables, as_of=as_of, origin=portal.rules.origin, seen_rates=seen)
    write_plan(settings, portal.plan)
    build(settings)
    return open_current(settings.warehouse_dir)


def write_plan(settings: Settings, plan: Iterable[Planned]) -> None:
    """The rows as a workbook somebody has filled in by hand: a place may stand in it twice."""
    rows = [
        PlanRow(PlanKey(*row.place), row.plan_sum, row.plan_count, (*starmap(Step, row.steps), *NO_STEPS)[:STEPS])
        for row in plan
    ]
    path = plan_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(xlsx_bytes(rows, NOBODY))


def story_of(day: date, folder: Path) -> Settings:
    """The demo company as it stands on a day, pulled over HTTP, given its plan and built in a folder."""
    with DemoPortal(StoryCompany(day)) as portal:
        settings = for_demo(load_settings(data_dir=folder), portal.webhook)
        pull(settings)
        import_demo_plan(settings)
        build(settings)
    return settings


Answers = Iterator[tuple[Filters, list[Mismatch]]]


def soak(seed: int, questions: range, folder: Path, views: Iterable[str] = (), turns: int = 1) -> Answers:
    """What the warehouse of a seed's portal and the oracle disagree on, for each set of filters numbered so.

    With more than one turn each question is asked of a part of the views alone, and the parts take turns.
    """
    portal = nasty_portal(seed)
    oracle = Oracle(portal.tables, portal.rules, portal.plan)
    return compared(oracle, warehouse_of(portal, folder), Asker(oracle.model, seed).numbered(questions), views, turns)


def soak_story(day: date, questions: range, folder: Path, views: Iterable[str] = (), turns: int = 1) -> Answers:
    """The same for the demo company."""
    settings = story_of(day, folder)
    oracle = oracle_of(settings)
    asked = Asker(oracle.model, day.toordinal()).numbered(questions)
    return compared(oracle, open_current(settings.warehouse_dir), asked, views, turns)


def compared(
    oracle: Oracle, warehouse: Warehouse, asked: Iterable[Filters], views: Iterable[str], turns: int = 1
) -> Answers:
    """The answers of both sides, question by question: of the views named, or of all the oracle knows."""
    names = list(views) or [*CONTRACT, *BESIDE]
    for number, filters in enumerate(asked):
        part = names[number % turns :: turns]
        yield filters, disagreements(oracle, partial(query.ask, warehouse), filters, part)
