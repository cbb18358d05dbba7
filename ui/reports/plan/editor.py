"""The editor of the plan: a month in a table to type in, its sums by department, copies, drafts, files."""

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
from ui.reports.plan import drafts, editor_state, editor_table, import_export, saving
from ui.state.page_context import PageContext, current
from ui.tree_table import Tree, TreeRow

TABLES = "plan.tables"  # in the session: how many tables were drawn
HEIGHT = 520
ROW_HEIGHT = 35
NAME_WIDTH, FIGURE_WIDTH, COUNT_WIDTH = 145, 125, 95  # pixels
MOST_ERRORS = 10


@dataclass(frozen=True)
class ShownTable:
    """The table in the browser, which keeps what is typed over ``frame`` until a table of another key is drawn.

    ``seen`` are the rows stored when the typing began.
    """

    month: dt.date
    key: str
    lines: Sequence[PlanLine]
    frame: pd.DataFrame
    seen: tuple[PlanRow, ...]


def editor() -> None:
    """Draw the editor, unless it is closed."""
    context = current()
    if not editor_state.is_open():
        return
    with st.container(border=True, key="block_plan_editor"), ErrorBoundary(context, "plan_editor"):
        stored = editor_state.plan_store(context).rows()
        offered = editor_state.selectable_months(context, stored)
        month = editor_state.chosen_month(context, offered)
        is_linked = bool(context.settings.plan_sheet_url)
        _draw_heading(context, offered, month)
        if is_linked:
            st.caption(plain(context.words("pages.plan.editor.linked")))
        shown = _shown_table(context, month, stored)
        edited = _draw_table(context, shown, is_linked=is_linked)
        rows, errors = editor_table.from_frame(edited, shown.lines)
        if not is_linked:
            drafts.keep_draft(month, rows, shown.seen)
            _draw_errors(context, errors)
            saving.draw_buttons(context, month, can_save=not errors, copy=lambda: _copy(context, month))
        _draw_departments(context, month, [*(row for row in stored if row.key.month != month), *rows])
        import_export.draw(context, stored, is_linked=is_linked)


def _draw_heading(context: PageContext, offered: Sequence[dt.date], month: dt.date) -> None:
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
            on_change=lambda: editor_state.choose_month(st.session_state["plan_month_box"]),
        )
        st.space("stretch")
        st.button(
            words("pages.plan.editor.close"),
            key="plan_close",
            type="tertiary",
            icon=":material/close:",
            on_click=editor_state.close_editor,
        )
    st.caption(plain(words("pages.plan.editor.about", currency=words.currency_sign(context.currency))))


def _shown_table(context: PageContext, month: dt.date, stored: Sequence[PlanRow]) -> ShownTable:
    """The table of the run before, or a new one where the month, the stored plan or the page was another."""
    seen = drafts.rows_of_month(stored, month)
    draft = drafts.draft_of(month)
    shown: ShownTable | None = st.session_state.get(drafts.TABLE)
    is_fresh = shown is not None and shown.month == month and shown.key in st.session_state
    if shown is not None and is_fresh and (draft or shown.seen == seen):
        return shown
    plan = [*(row for row in stored if row.key.month != month), *(draft.rows if draft else seen)]
    records = editor_state.preview(context, "plan_editor", month, plan).records()
    sales = {(row["employee_id"], row["funnel_id"]): row for row in records}
    lines = editor_table.sorted_lines(month_lines(plan, editor_state.plan_names(context), month), sales)
    number = st.session_state[TABLES] = st.session_state.get(TABLES, 0) + 1
    frame = editor_table.to_frame(lines, sales)
    shown = ShownTable(month, f"plan_table_{number}", lines, frame, draft.seen if draft else seen)
    st.session_state[drafts.TABLE] = shown
    return shown


def _draw_table(context: PageContext, shown: ShownTable, *, is_linked: bool) -> pd.DataFrame:
    edited: pd.DataFrame = st.data_editor(
        shown.frame,
        key=shown.key,
        hide_index=True,
        num_rows="fixed",
        height=min(HEIGHT, ROW_HEIGHT * (len(shown.frame) + 1) + 3),
        column_config=_column_config(context),
        disabled=True if is_linked else [*editor_table.NAMES, *editor_table.SOLD],
        placeholder="",
    )
    return edited


def _column_config(context: PageContext) -> Mapping[str, Any]:
    words, kinds = context.words, st.column_config
    sign, described = words.currency_sign(context.currency), catalog.view("plan_editor").columns
    config: dict[str, Any] = {}
    for name in editor_table.NAMES:
        heading = described[name].label(words.language)
        config[name] = kinds.TextColumn(heading, pinned=name == "employee", width=NAME_WIDTH)
    for name in editor_table.SOLD:
        heading = f"{words(f'pages.plan.editor.column.{name}')}, {sign}"
        meaning = plain(f"{described[name].label(words.language)}. {described[name].help(words.language)}")
        config[name] = kinds.NumberColumn(heading, help=meaning, format="localized", width=FIGURE_WIDTH)
    for name in FIGURES:
        is_amount = name in AMOUNTS
        short = words(f"pages.plan.editor.column.{name}")
        config[name] = kinds.NumberColumn(
            f"{short}, {sign}" if is_amount else short,
            help=plain(label(name, words.language)),
            format="localized",  # without limits: the browser would make "1,5" deals 15 and "-5" 5 without a word
            width=FIGURE_WIDTH if is_amount else COUNT_WIDTH,
        )
    return config


def _draw_errors(context: PageContext, errors: Sequence[editor_table.CellError]) -> None:
    words = context.words
    for error in errors[:MOST_ERRORS]:
        text = words(
            "pages.plan.editor.fault",
            column=label(error.column, words.language),
            employee=error.employee,
            funnel=error.funnel,
        )
        st.warning(plain(text), icon=":material/error:")


def _copy(context: PageContext, month: dt.date) -> None:
    """Fill the empty rows of the draft as the month before was."""
    stored = editor_state.plan_store(context).rows()
    draft = drafts.draft_of(month)
    seen = draft.seen if draft else drafts.rows_of_month(stored, month)
    plan = [*(row for row in stored if row.key.month != month), *(draft.rows if draft else seen)]
    lines = copy_previous_month(plan, editor_state.plan_names(context), month)
    drafts.keep_draft(month, [line.row for line in lines], seen)
    drafts.reset_table()


def _draw_departments(context: PageContext, month: dt.date, plan: Sequence[PlanRow]) -> None:
    """Draw the sums of the plan by department as typed."""
    table = editor_state.preview(context, "plan_editor_department", month, plan)
    if not table.rows:
        return
    total = editor_state.preview(context, "plan_editor_total", month, plan).records()[0]
    block = Block("plan_editor_department", catalog.view(table.view), table, context)
    columns = [column for column in block.view.columns.values() if column.format != "id"]
    records = sorted(table.records(), key=lambda row: str(row["department"]))
    scale = Scale.of(records, (), NOTHING_FULL)
    rows = [
        TreeRow(str(row["department_id"]), [cell(block, column, row, scale) for column in columns]) for row in records
    ]
    label_cell = tree_table.TreeCell(context.words("ui.table.total"))
    totals = [cell(block, column, total, scale) for column in columns[1:]]
    headings = [column_heading(block, column) for column in columns]
    tree = Tree(block.view.label(context.words.language), headings, rows, total=[label_cell, *totals])
    tree_table.draw(tree, context.words, key="table_plan_editor_department")
