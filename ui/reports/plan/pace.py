"""The pace of the current month: in words for all under the filters, and by employee."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from language import Words
from ui.blocks import figures
from ui.blocks.block import Block, Note, draw_block
from ui.blocks.markdown import plain
from ui.blocks.table import table
from ui.state.page_context import PageContext, current

CARDS = ("plan_to_date", "fact_sum", "completion_to_date", "landing_sum")
FULL = {"landing": 1.0}  # its bar is full where the plan will be met


def pace(*, notes: tuple[Note, ...] = ()) -> None:
    """Draw what part of the plan is due by today's working days, where the month will land, and doubts of it."""

    def draw(block: Block) -> None:
        context, row = block.context, block.table.records()[0]
        if not row["plan_sum"]:
            no_plan = context.words("pages.plan.pace.none", month=context.words.full_month(row["month"]))
            st.caption(plain(no_plan))
            return
        _draw_landing(context, row)
        st.markdown(plain(_today_text(context, row)))
        columns = st.columns(len(CARDS))
        for column, name in zip(columns, CARDS, strict=True):
            described = block.view.columns[name]
            column.metric(
                plain(described.label(context.words.language)),
                figures.short_text(context.words, described.format, row[name], context.currency),
                help=plain(described.help(context.words.language)),
            )
        if doubt := _doubt_text(context.words, row):
            with st.container(key="plan_doubt"):
                st.markdown(f":material/warning: {plain(doubt)}")

    draw_block("plan_pace_total", draw, notes=notes)


def pace_by_employee(*, notes: tuple[Note, ...] = ()) -> None:
    """Draw the pace of each employee as a table; with a badge where it is a poor guide."""

    def unreliable_badge(row: Mapping[str, Any]) -> str | None:
        is_doubtful = row["plan_sum"] and not row["is_pace_reliable"]
        return current().words("pages.plan.pace.badge") if is_doubtful else None

    table(
        "plan_pace",
        total="plan_pace_total",
        pick="employees",
        sort="plan_sum",
        full=FULL,
        hide=["is_pace_reliable", "completion", "completion_to_date"],
        badge=unreliable_badge,
        notes=notes,
    )


def _draw_landing(context: PageContext, row: Mapping[str, Any]) -> None:
    """ "При таком темпе: 87 % плана", with the month and the amounts behind it."""
    words = context.words
    if row["landing"] is None:
        st.caption(plain(words("pages.plan.pace.no_days", month=words.full_month(row["month"]))))
        return
    landing = words("pages.plan.pace.landing", percent=words.percent(row["landing"], 0))
    amounts = words(
        "pages.plan.pace.amounts",
        month=words.full_month(row["month"]),
        landing=words.short_money(row["landing_sum"], context.currency),
        plan=words.short_money(row["plan_sum"], context.currency),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="plan_landing"):
        st.markdown(f"### {plain(landing)}", anchors=False, width="content")
        st.caption(plain(amounts), width="content")


def _today_text(context: PageContext, row: Mapping[str, Any]) -> str:
    """How many working days have passed, what is due and done, and the gap."""
    words, gap = context.words, row["pace_gap"]
    key = "behind" if gap < 0 else "ahead"
    return words(
        f"pages.plan.pace.{key}",
        count=row["come_days"],
        all=row["working_days"],
        plan=words.short_money(row["plan_to_date"], context.currency),
        fact=words.short_money(row["fact_sum"], context.currency),
        gap=words.short_money(abs(gap), context.currency),
    )


def _doubt_text(words: Words, row: Mapping[str, Any]) -> str | None:
    """Why the pace is a poor guide; None where it is a good one."""
    if row["planned_people"] == 1 and row["unsteady_people"]:
        return words("pages.plan.pace.poor_guide")
    if not row["is_pace_reliable"]:
        return words("pages.plan.pace.poor_guide_all")
    if row["unsteady_people"]:
        return words("pages.plan.pace.poor_guide_some", count=row["unsteady_people"], all=row["planned_people"])
    return None
