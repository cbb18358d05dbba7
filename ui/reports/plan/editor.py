"""The plan of a month in a table: typed, summed by department while typing, copied from the month before, saved."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from inputs.plan.columns import AMOUNTS, FIGURES, label
from inputs.plan.editing import PlanLine, copy_previous_month, month_lines
from inputs.plan.rows import PlanRow
from metrics.query import catalog
from ui import tree_table
from ui.blocks.block import Block, ErrorBoundary
from ui.blocks.markdown import plain
from ui.blocks.table import NOTHING_FULL, Scale, cell, column_heading
from ui.reports.plan import draft, exchange, grid, known, saving
from ui.state.page_context import PageContext, current
from ui.tree_table import Tree, TreeRow

TURN = "plan.turn"
HEIGHT = 520
LINE = 35
NAME_WIDTH, FIGURE_WIDTH, COUNT_WIDTH = 145, 125, 95  # pixels
MOST_FAULTS = 10


@dataclass(frozen=True)
class Laid:
    """The table as it was laid out last: the browser keeps what is typed over it until it is laid out anew."""

    month: dt.date
    key: str
    lines: Sequence[PlanLine]
    frame: pd.DataFrame
    seen: tuple[PlanRow, ...]


def editor() -> None:
    """Draw the editor where it is open."""
    context = current()
    if not known.is_open():
        return
    with st.container(border=True, key="block_plan_editor"), ErrorBoundary(context, "plan_editor"):
        stored = known.store_of(context).rows()
        offered = known.months(context, stored)
        month = known.chosen_month(context, offered)
        is_linked = bool(context.settings.plan_sheet_url)
        _head(context, offered, month)
        if is_linked:
            st.caption(plain(context.words("pages.plan.editor.linked")))
        laid = _laid(context, month, stored)
        typed = _table(context, laid, is_linked=is_linked)
        rows, faults = grid.rows_of(typed, laid.lines)
        if not is_linked:
            draft.keep(month, rows, laid.seen)
            _faults(context, faults)
            saving.buttons(context, month, can_save=not faults, copy=lambda: _copy(context, month))
        _departments(context, month, [*(row for row in stored if row.key.month != month), *rows])
        exchange.draw(context, stored, is_linked=is_linked)


def _head(context: PageContext, offered: Sequence[dt.date], month: dt.date) -> None:
    words = context.words
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="head_plan_editor"):
        st.markdown(f"#### {plain(words('pages.plan.editor.title'))}", anchors=False, width="content")
        st.session_state["plan_month_box"] = month
        st.selectbox(
            words("pages.plan.editor.month"),
            offered,
            key="plan_month_box",
            format_func=words.full_month,
            label_visibility="collapsed",
            width=200,
            on_change=lambda: known.choose_month(st.session_state["plan_month_box"]),
        )
        st.space("stretch")
        st.button(
            words("pages.plan.editor.close"),
            key="plan_close",
            type="tertiary",
            icon=":material/close:",
            on_click=known.close_editor,
        )
    st.caption(plain(words("pages.plan.editor.about", currency=words.currency_sign(context.currency))))


def _laid(context: PageContext, month: dt.date, stored: Sequence[PlanRow]) -> Laid:
    """The table of the run before, or a new one: of another month, of another plan, or after another page."""
    seen = draft.of_month(stored, month)
    typed = draft.draft_of(month)
    laid: Laid | None = st.session_state.get(draft.GRID)
    is_fresh = laid is not None and laid.month == month and laid.key in st.session_state
    if laid is not None and is_fresh and (typed or laid.seen == seen):
        return laid
    near = [*(row for row in stored if row.key.month != month), *(typed.rows if typed else seen)]
    records = known.asked(context, "plan_editor", month, near).records()
    sold = {(row["employee_id"], row["funnel_id"]): row for row in records}
    lines = grid.in_order(month_lines(near, known.names_of(context), month), sold)
    turn = st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    laid = Laid(month, f"plan_table_{turn}", lines, grid.frame_of(lines, sold), typed.seen if typed else seen)
    st.session_state[draft.GRID] = laid
    return laid


def _table(context: PageContext, laid: Laid, *, is_linked: bool) -> pd.DataFrame:
    typed: pd.DataFrame = st.data_editor(
        laid.frame,
        key=laid.key,
        hide_index=True,
        num_rows="fixed",
        height=min(HEIGHT, LINE * (len(laid.frame) + 1) + 3),
        column_config=_configured(context),
        disabled=True if is_linked else [*grid.NAMES, *grid.SOLD],
        placeholder="",
    )
    return typed


def _configured(context: PageContext) -> Mapping[str, Any]:
    words, made = context.words, st.column_config
    sign, before = words.currency_sign(context.currency), catalog.view("plan_editor").columns
    told: dict[str, Any] = {}
    for name in grid.NAMES:
        told[name] = made.TextColumn(before[name].label(words.language), pinned=name == "employee", width=NAME_WIDTH)
    for name in grid.SOLD:
        heading = f"{words(f'pages.plan.editor.column.{name}')}, {sign}"
        meaning = plain(f"{before[name].label(words.language)}. {before[name].help(words.language)}")
        told[name] = made.NumberColumn(heading, help=meaning, format="localized", width=FIGURE_WIDTH)
    for name in FIGURES:
        is_amount = name in AMOUNTS
        short = words(f"pages.plan.editor.column.{name}")
        told[name] = made.NumberColumn(
            f"{short}, {sign}" if is_amount else short,
            help=plain(label(name, words.language)),
            format="localized",  # without limits: the browser would make "1,5" deals 15 and "-5" 5 without a word
            width=FIGURE_WIDTH if is_amount else COUNT_WIDTH,
        )
    return told


def _faults(context: PageContext, faults: Sequence[grid.Fault]) -> None:
    words = context.words
    for fault in faults[:MOST_FAULTS]:
        told = words(
            "pages.plan.editor.fault",
            column=label(fault.column, words.language),
            employee=fault.employee,
            funnel=fault.funnel,
        )
        st.warning(plain(told), icon=":material/error:")


def _copy(context: PageContext, month: dt.date) -> None:
    """Fill the empty rows as the month before was."""
    stored = known.store_of(context).rows()
    typed = draft.draft_of(month)
    seen = typed.seen if typed else draft.of_month(stored, month)
    now = [*(row for row in stored if row.key.month != month), *(typed.rows if typed else seen)]
    lines = copy_previous_month(now, known.names_of(context), month)
    draft.keep(month, [line.row for line in lines], seen)
    draft.lay_out_anew()


def _departments(context: PageContext, month: dt.date, plan: Sequence[PlanRow]) -> None:
    """What the plan comes to in each department, as typed."""
    table = known.asked(context, "plan_editor_department", month, plan)
    if not table.rows:
        return
    total = known.asked(context, "plan_editor_total", month, plan).records()[0]
    block = Block("plan_editor_department", catalog.view(table.view), table, context)
    columns = [column for column in block.view.columns.values() if column.format != "id"]
    records = sorted(table.records(), key=lambda row: str(row["department"]))
    scale = Scale.of(records, (), NOTHING_FULL)
    rows = [
        TreeRow(str(row["department_id"]), [cell(block, column, row, scale) for column in columns]) for row in records
    ]
    named = tree_table.TreeCell(context.words("ui.table.total"))
    summed = [cell(block, column, total, scale) for column in columns[1:]]
    headings = [column_heading(block, column) for column in columns]
    drawn = Tree(block.view.label(context.words.language), headings, rows, total=[named, *summed])
    tree_table.draw(drawn, context.words, key="table_plan_editor_department")
