"""A month of the plan that one reader has typed and not saved yet: it outlives filters, other months, other pages."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from inputs.plan.rows import PlanRow

DRAFTS = "plan.drafts"
GRID = "plan.grid"  # the table as it was laid out last


@dataclass(frozen=True)
class Draft:
    """The month's rows as typed, and as they were stored when the typing began: whoever saves meanwhile is seen."""

    rows: tuple[PlanRow, ...]
    seen: tuple[PlanRow, ...]


def drafts() -> dict[dt.date, Draft]:
    """Every unsaved month of this session, by its first day."""
    kept: dict[dt.date, Draft] = st.session_state.setdefault(DRAFTS, {})
    return kept


def draft_of(month: dt.date) -> Draft | None:
    """What was typed of a month; None where nothing is unsaved."""
    return drafts().get(month)


def keep(month: dt.date, rows: Iterable[PlanRow], seen: tuple[PlanRow, ...]) -> None:
    """Remember what is typed; a month that is again as stored is no draft."""
    typed = filled(rows)
    if typed == seen:
        forget(month)
    else:
        drafts()[month] = Draft(typed, seen)


def forget(month: dt.date) -> None:
    """Let go of what was typed."""
    drafts().pop(month, None)


def filled(rows: Iterable[PlanRow]) -> tuple[PlanRow, ...]:
    """The rows something stands in, in the order of keys, as the store keeps them."""
    return tuple(sorted((row for row in rows if not row.is_empty), key=lambda row: row.key))


def of_month(rows: Iterable[PlanRow], month: dt.date) -> tuple[PlanRow, ...]:
    """The rows of one month."""
    return tuple(row for row in rows if row.key.month == month)


def lay_out_anew() -> None:
    """Forget the table as the browser holds it: the next one shows the draft, or what is stored."""
    st.session_state.pop(GRID, None)
