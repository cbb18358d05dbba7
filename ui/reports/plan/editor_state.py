"""The state of the plan editor: whether it is open, its month; and what it reads: the plan, names, unsaved previews."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from crm.settings import Settings
from inputs.plan.editing import month_before
from inputs.plan.people import Names, read_names
from inputs.plan.rows import PlanRow
from inputs.plan.store import PlanStore, plan_path
from metrics.query import query
from metrics.query.filters import LIST_FILTERS
from metrics.query.query import Table
from ui.state import url_state
from ui.state.page_context import PageContext

MONTH, EDITOR = "plan_month", "plan_editor"
BACK, AHEAD = 12, 13  # months before and after the one of the data
CLOSED, OPEN = "closed", "open"  # options of the switch EDITOR


def plan_store(context: PageContext) -> PlanStore:
    """The plan of this installation."""
    return PlanStore(plan_path(context.settings))


def plan_names(context: PageContext) -> Names:
    """Employees and funnels a plan can be made for; read once a build of the warehouse."""
    return _names(context.warehouse.build_id, context.settings)


@st.cache_resource(show_spinner=False, max_entries=4)
def _names(_build: str, _settings: Settings) -> Names:
    return read_names(_settings)


def is_open() -> bool:
    """Whether the editor is on the page."""
    return url_state.switch(EDITOR, (CLOSED, OPEN)) == OPEN


def open_editor(month: dt.date | None = None) -> None:
    """Put the editor on the page, at the month of a day, or at the one it was at."""
    url_state.set_switch(EDITOR, OPEN, CLOSED)
    if month:
        choose_month(month)


def close_editor() -> None:
    """Take the editor off the page; drafts stay."""
    url_state.set_switch(EDITOR, CLOSED, CLOSED)


def selectable_months(context: PageContext, stored: Sequence[PlanRow]) -> list[dt.date]:
    """The months a plan can be made for, oldest first: those around the data's, and those that have one."""
    today = context.warehouse.as_of_day.replace(day=1)
    around = {today}
    before = after = today
    for _ in range(BACK):
        around.add(before := month_before(before))
    for _ in range(AHEAD):
        around.add(after := (after + dt.timedelta(days=31)).replace(day=1))
    return sorted(around | {row.key.month for row in stored})


def chosen_month(context: PageContext, offered: Sequence[dt.date]) -> dt.date:
    """The month of the editor: the one chosen, else that of the period's end, else that of the data."""
    mark = url_state.mark(MONTH)
    chosen = next((month for month in offered if _mark(month) == mark), None)
    ending = context.filters().period_to.replace(day=1)
    return chosen or (ending if ending in offered else context.warehouse.as_of_day.replace(day=1))


def choose_month(month: dt.date) -> None:
    """Turn the editor to a month."""
    url_state.set_mark(MONTH, _mark(month))


def preview(context: PageContext, view: str, month: dt.date, plan: Sequence[PlanRow]) -> Table:
    """A view for one month as if ``plan`` were saved, under no filter of the page."""
    last = (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    emptied: dict[str, Any] = dict.fromkeys(LIST_FILTERS, ())
    filters = replace(context.filters(), **emptied, period_from=month, period_to=last)
    near = [row for row in plan if row.key.month in (month, month_before(month))]
    return query.rows(context.warehouse, view, filters, plan=near)


def _mark(month: dt.date) -> str:
    """A month as the address holds it: "m2026_11"."""
    return f"m{month:%Y_%m}"
