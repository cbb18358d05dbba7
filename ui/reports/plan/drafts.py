"""Unsaved changes of the plan: what one reader has typed of a month stays in the session until saved or discarded."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from inputs.plan.rows import PlanRow

DRAFTS = "plan.drafts"
TABLE = "plan.table"  # the table of the editor as the browser shows it


@dataclass(frozen=True)
class Draft:
    """The month's rows as typed, and as they were stored when the typing began: it shows whether others saved since."""

    rows: tuple[PlanRow, ...]
    seen: tuple[PlanRow, ...]


def all_drafts() -> dict[dt.date, Draft]:
    """Every unsaved month of this session, by its first day."""
    drafts: dict[dt.date, Draft] = st.session_state.setdefault(DRAFTS, {})
    return drafts


def draft_of(month: dt.date) -> Draft | None:
    """What was typed of a month; None where nothing is unsaved."""
    return all_drafts().get(month)


def keep_draft(month: dt.date, rows: Iterable[PlanRow], seen: tuple[PlanRow, ...]) -> None:
    """Keep the rows typed of a month; a month that is as it was stored (``seen``) is no draft."""
    typed = _without_empty(rows)
    if typed == seen:
        discard_draft(month)
    else:
        all_drafts()[month] = Draft(typed, seen)


def discard_draft(month: dt.date) -> None:
    """Forget what was typed of a month."""
    all_drafts().pop(month, None)


def rows_of_month(rows: Iterable[PlanRow], month: dt.date) -> tuple[PlanRow, ...]:
    """The rows of one month."""
    return tuple(row for row in rows if row.key.month == month)


def reset_table() -> None:
    """Make the next run draw a new table, of the draft or of what is stored, instead of the one in the browser."""
    st.session_state.pop(TABLE, None)


def _without_empty(rows: Iterable[PlanRow]) -> tuple[PlanRow, ...]:
    """The rows that hold a figure, in the order of keys, as the store keeps them."""
    return tuple(sorted((row for row in rows if not row.is_empty), key=lambda row: row.key))
