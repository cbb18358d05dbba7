"""The plan of the demo company: what its director asks of each seller, set against what the story lets them reach.

Some are above it and some below; 27 had a plan raised on three good months, just before the pit; 17 sells many small
deals and is paid by count; contracts (funnel 3, sum 0) are planned by count alone; 43 sells and has no plan at all.

It is written as a file like one that a person fills in, and imported like it.
"""

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

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

FIRST_MONTH = dt.date(2025, 1, 1)
ALWAYS = dt.date.max
YEARS = {2025: Decimal("0.85")}  # of what is asked from 2026 on
SEASONS = {1: Decimal("0.75"), 5: Decimal("0.9"), 12: Decimal("1.15")}  # months that are not like the others
ROUND = 10_000  # roubles
STEPS = 3  # of a bonus
HEADS = (
    *("month", "employee_id", "employee", "funnel_id", "plan_sum", "plan_count"),
    *(f"step{number}_{part}" for number in range(1, STEPS + 1) for part in ("count", "bonus")),
)


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


def write_plan(path: Path, last_year: int, people: Mapping[int, str]) -> int:
    """Write the plan as a CSV file of `HEADS`, from January 2025 to December of ``last_year``; how many rows it has.

    ``people`` are those whom a portal knows, "Last First" by id: only who is of the story is planned for, since another
    company's people may have the same ids.
    """
    months = [dt.date(year, month, 1) for year in range(FIRST_MONTH.year, last_year + 1) for month in range(1, 13)]
    norms = sorted(NORMS, key=lambda norm: (norm.employee, norm.funnel))
    rows = [
        [f"{month:%Y-%m}", norm.employee, people[norm.employee], norm.funnel, *_figures(norm, month)]
        for month in months
        for norm in norms
        if norm.since <= month < norm.until and people.get(norm.employee) == _name(norm.employee)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADS, *rows])
    return len(rows)


def _figures(norm: _Norm, month: dt.date) -> list[int | None]:
    """The amount in roubles, the deals, and each step as its deals and its bonus; None is an empty cell."""
    factor = YEARS.get(month.year, Decimal(1)) * SEASONS.get(month.month, Decimal(1))
    amount = None if norm.thousands is None else max(1, round(norm.thousands * 1000 * factor / ROUND)) * ROUND
    return [amount, norm.deals, *(figure for step in norm.steps for figure in step)]


def _name(number: int) -> str:
    return f"{BY_NUMBER[number].last_name} {BY_NUMBER[number].name}"
