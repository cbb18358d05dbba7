"""The plan of the demo company: what its director asks of each seller, set against what the story lets them reach.

Some are above it and some below; 27 had a plan raised on three good months, just before the pit; 17 sells many small
deals and is paid by count; contracts (funnel 3, sum 0) are planned by count alone; 43 sells and has no plan at all.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from crm.settings import Settings
from crm.snapshots.store import Snapshots
from demo.story.dictionaries import ABROAD, CONTRACTS, RUSSIA, STORAGE
from demo.story.people import (
    BUSY,
    BY_NUMBER,
    FALLEN,
    FEW_BIG,
    FORGETFUL,
    GONE,
    IDLE,
    MANY_SMALL,
    QUIET,
)
from inputs.plan.people import named
from inputs.plan.rows import NO_STEPS, STEPS, PlanKey, PlanRow, Step
from inputs.plan.store import PlanStore, plan_path

FIRST_MONTH = dt.date(2025, 1, 1)
ALWAYS = dt.date.max
YEARS = {2025: Decimal("0.85")}  # of what is asked from 2026 on
SEASONS = {1: Decimal("0.75"), 5: Decimal("0.9"), 12: Decimal("1.15")}  # months that are not like the others
ROUND = 10_000  # roubles


@dataclass(frozen=True)
class _Norm:
    """What is asked of somebody in a funnel each month of [``since``, ``until``): thousands of roubles, deals, steps of
    a bonus as (deals, roubles)."""

    employee: int
    funnel: int
    thousands: int | None = None
    deals: int | None = None
    steps: tuple[tuple[int, int], ...] = ()
    since: dt.date = FIRST_MONTH
    until: dt.date = ALWAYS


RAISED, NEWCOMER_FROM = dt.date(2026, 9, 1), dt.date(2026, 10, 1)

NORMS = (
    _Norm(5, RUSSIA, 400),
    _Norm(5, ABROAD, 700),
    _Norm(BUSY, RUSSIA, 150, 2, ((3, 5_000),)),
    _Norm(QUIET, RUSSIA, 3_300, 6, ((6, 15_000), (8, 30_000), (10, 60_000))),
    _Norm(QUIET, CONTRACTS, None, 2, ((3, 5_000), (4, 9_000))),
    _Norm(FORGETFUL, RUSSIA, 400, 2, ((3, 6_000),)),
    _Norm(15, RUSSIA, 650, 4, ((4, 10_000), (6, 20_000), (9, 40_000))),
    _Norm(15, CONTRACTS, None, 2, ((3, 4_000),)),
    _Norm(MANY_SMALL, RUSSIA, 300, 10, ((10, 8_000), (13, 15_000), (16, 25_000))),
    _Norm(MANY_SMALL, CONTRACTS, None, 4, ((5, 5_000), (7, 9_000))),
    _Norm(FEW_BIG, RUSSIA, 3_000, None, ((2, 30_000), (4, 70_000))),
    _Norm(21, RUSSIA, 800, 4, ((4, 10_000), (6, 18_000), (9, 36_000))),
    _Norm(21, CONTRACTS, None, 3, ((4, 5_000), (6, 9_000))),
    _Norm(GONE, RUSSIA, 500, 3, ((4, 8_000),), until=dt.date(2026, 9, 1)),
    _Norm(IDLE, RUSSIA, 500, 3, ((4, 8_000),)),
    _Norm(FALLEN, ABROAD, 1_600, None, ((3, 20_000), (6, 50_000)), until=RAISED),
    _Norm(FALLEN, ABROAD, 5_000, None, ((6, 50_000), (9, 90_000)), since=RAISED),
    _Norm(29, ABROAD, 2_300, 3, ((3, 15_000), (5, 35_000))),
    _Norm(29, CONTRACTS, None, 2),
    _Norm(31, ABROAD, 2_400, 4, ((4, 15_000), (6, 35_000), (9, 60_000))),
    _Norm(33, STORAGE, 900, 4, ((4, 8_000), (6, 16_000))),
    _Norm(35, STORAGE, 900, 3, ((3, 6_000), (5, 14_000))),
    _Norm(37, STORAGE, 850, 3, ((3, 6_000), (6, 16_000))),
    _Norm(39, RUSSIA, 1_200, 6, ((6, 9_000), (9, 20_000))),
    _Norm(39, ABROAD, 1_200, 2),
    _Norm(41, RUSSIA, 1_100, 5, ((6, 9_000), (9, 20_000))),
    _Norm(41, ABROAD, 1_300, 2),
    _Norm(41, STORAGE, 700),
    _Norm(53, RUSSIA, 150, 1, since=NEWCOMER_FROM),
)


def story_plan(last_year: int) -> tuple[PlanRow, ...]:
    """The plan of the story's company from January 2025 to December of ``last_year``, in the order of keys."""
    months = [dt.date(year, month, 1) for year in range(FIRST_MONTH.year, last_year + 1) for month in range(1, 13)]
    rows = [_row(norm, month) for norm in NORMS for month in months if norm.since <= month < norm.until]
    return tuple(sorted(rows, key=lambda row: row.key))


def give_plan(settings: Settings) -> None:
    """Store the story's plan to the end of next year, where there is none yet and the story's people were pulled.

    Raises:
        PlanError, SnapshotsError: it cannot be written, or what was pulled cannot be read.
    """
    store, manifest = PlanStore(plan_path(settings)), Snapshots(settings.snapshots_dir).manifest()
    if manifest is None or store.digest():
        return
    names = named(settings)
    known = {person.id for person in names.employees if _is_of_the_story(person.id, person.name)}
    year = dt.datetime.fromisoformat(manifest.as_of).year
    rows = [row for row in story_plan(year + 1) if row.key.employee_id in known]
    if rows:
        store.replace(rows, names=names)


def _row(norm: _Norm, month: dt.date) -> PlanRow:
    factor = YEARS.get(month.year, Decimal(1)) * SEASONS.get(month.month, Decimal(1))
    amount = None if norm.thousands is None else max(1, round(norm.thousands * 1000 * factor / ROUND)) * Decimal(ROUND)
    steps = tuple(Step(count, Decimal(bonus)) for count, bonus in norm.steps)
    return PlanRow(PlanKey(month, norm.employee, norm.funnel), amount, norm.deals, (*steps, *NO_STEPS)[:STEPS])


def _is_of_the_story(number: int, name: str) -> bool:
    person = BY_NUMBER.get(number)
    return person is not None and name == f"{person.last_name} {person.name}"
