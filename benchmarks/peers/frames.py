"""What the peers are given: the facts of a warehouse that have one row a thing, with the columns that they need.

Money is whole kopecks and points are whole ten-thousandths, which frames add up exactly and fast. Texts that repeat are
categories. What Vitrina has added up at its build (work by day) is its own means and not given to others; that stages
are stays with a beginning and an end, and a deal has its state, is given.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from metrics.query.filters import Filters
from metrics.warehouse.connection import Warehouse

TABLES = {
    "work": "select day, employee_id, kind, seconds, cast(points * 10000 as bigint) as points from fact_activity",
    "leads": "select created_on, closed_on, employee_id, source_id, state, is_open, cycle_days, silent_seconds"
    " from fact_lead",
    "deals": "select created_on, closed_on, employee_id, funnel_id, source_id, lead_id, state, is_open, is_new,"
    " is_repeat, cycle_days, silent_seconds, furthest_sort, cast(amount * 100 as bigint) as kopecks from fact_deal",
    "reach": "select created_on, funnel_id, stage_id, goes_further from fact_deal_stage_reach",
    "stays": "select started_on, ended_on, funnel_id, employee_id, stage_id, days from fact_deal_stage_visit",
    "employees": "select employee_id, employee, department_id, department, is_active from dim_employee",
    "funnels": "select funnel_id, funnel from dim_funnel",
    "stages": "select funnel_id, stage_id, stage, stage_sort, state, in_dictionary from dim_deal_stage",
    "sources": "select source_id, source from dim_source",
}
CATEGORIES = {
    "work": ("kind",),
    "leads": ("source_id", "state"),
    "deals": ("source_id", "state"),
    "reach": ("stage_id",),
    "stays": ("stage_id",),
}
KINDS = {
    "meeting": "meetings",
    "call": "calls",
    "email": "emails",
    "task": "tasks",
    "comment": "comments",
    "other": "other",
}
DAYS_BEFORE = 90  # in which who did anything is looked for among the active of the period
DAY_SECONDS = 86_400
SHOWN_SOURCES = 5
OTHERS = ("*", "Остальные")

Frames = Mapping[str, Any]  # by the names of TABLES
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Question:
    """A period, both ends included, of everybody; and after how many days a lead and a deal are forgotten."""

    first: dt.date
    last: dt.date
    lead_days: int
    deal_days: int

    @classmethod
    def of(cls, filters: Filters) -> "Question":
        """What the filters ask; peers know the period alone, so that nothing else may be set."""
        return cls(filters.period_from, filters.period_to, filters.lead_days, filters.deal_days)


@dataclass(frozen=True)
class Peer:
    """A library of frames: how it reads ``TABLES``, computes a figure of `FIGURES` by its name, and tells its rows."""

    name: str
    read: Callable[[Warehouse], Frames]
    figures: Mapping[str, Callable[[Frames, Question], Any]]
    rows: Callable[[Any], Rows]


@dataclass(frozen=True)
class Figure:
    """One of the eight: its name among the peers', what it is called, our view of it, and what makes a row its own."""

    name: str
    title: str
    view: str
    key: tuple[str, ...]


FIGURES = (
    Figure("activity", "activity index by employee", "manager_activity", ("employee_id",)),
    Figure("sales", "sales by employee", "sales_by_employee", ("employee_id",)),
    Figure("conversion", "stage conversion of deals", "deal_stage_conversion", ("funnel_id", "stage_id")),
    Figure(
        "stays",
        "time on stages by employee and stage",
        "deal_stage_duration",
        ("funnel_id", "employee_id", "stage_id"),
    ),
    Figure("forgotten", "forgotten deals and leads by employee", "forgotten_by_employee", ("employee_id",)),
    Figure("sources", "leads by source and month", "lead_source_month_stats", ("bucket", "source_id")),
    Figure("purchases", "new and repeat sales", "sales_new_repeat", ()),
    Figure("leading", "the leading sources by day", "lead_top_sources_dynamics", ("day", "source_id")),
)
