"""The way to the plan above the report: the pencil, "Обновить", and what is unsaved, unfilled or wrong in it."""

import streamlit as st

from inputs.plan.people import read_names
from inputs.plan.sync import sync
from metrics.warehouse import publish
from ui.blocks.block import ErrorBoundary
from ui.blocks.markdown import plain
from ui.reports.plan import draft, known, saving
from ui.reports.plan.exchange import told_list
from ui.reports.plan.months import months_of
from ui.state.page_context import PageContext, current


def plan_bar() -> None:
    """The pencil and the button that reads the plan at once; below them what needs a look."""
    context = current()
    saving.say_once()
    with ErrorBoundary(context, "plan_bar"):
        _buttons(context)
        _unsaved(context)
        _wrong(context)
        _unfilled(context)


def _buttons(context: PageContext) -> None:
    words, sheet = context.words, context.settings.plan_sheet_url
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plan_bar"):
        if sheet:
            st.link_button(words("pages.plan.bar.sheet"), sheet, icon=":material/edit:")
        label = words("pages.plan.bar.table" if sheet else "pages.plan.bar.edit")
        st.button(
            label,
            key="plan_edit",
            icon=":material/table:" if sheet else ":material/edit:",
            on_click=known.close_editor if known.is_open() else known.open_editor,
        )
        if st.button(words("pages.plan.bar.refresh"), key="plan_refresh", icon=":material/refresh:"):
            _refresh(context)


def _refresh(context: PageContext) -> None:
    """Read the plan where it is kept, the linked sheet or the file beside the data, and publish it.

    Raises:
        PlanError: the sheet cannot be read; the plan that was read last stands.
    """
    with st.spinner(context.words("pages.plan.bar.reading")):
        names = read_names(context.settings)
        sync(context.settings, names.employees, names.funnels, language=context.words.language)
        publish.publish_plan(context.settings)
    saving.say_after_rerun(context.words("pages.plan.bar.refreshed"))


def _unsaved(context: PageContext) -> None:
    shown = (
        known.chosen_month(context, known.months(context, known.store_of(context).rows())) if known.is_open() else None
    )
    months = sorted(month for month in draft.drafts() if month != shown)
    if not months:
        return
    words = context.words
    listed = ", ".join(words.month(month) for month in months)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plan_unsaved"):
        st.markdown(f":material/edit_note: {plain(words('pages.plan.bar.unsaved', months=listed))}", width="content")
        for month in months:
            st.button(
                words.month(month),
                key=f"plan_unsaved_{month:%Y_%m}",
                type="tertiary",
                on_click=known.open_editor,
                args=(month,),
            )


def _wrong(context: PageContext) -> None:
    told = known.store_of(context).problems()
    if told:
        title = context.words("pages.plan.bar.problems", count=len(told))
        with st.expander(title, icon=":material/error:", key="plan_problems"):
            told_list(context, told)


def _unfilled(context: PageContext) -> None:
    """Where the months of the period have no plan: what to do."""
    records = context.table("plan_pitfalls").records()
    if not records or records[0]["plan_rows"] or known.is_open():
        return
    words, row = context.words, records[0]
    with st.container(border=True, key="block_plan_unfilled"):
        told = words("pages.plan.bar.unfilled", months=months_of(words, row["plan_from"], row["plan_to"]))
        st.markdown(f":material/flag: {plain(told)}")
        if context.settings.plan_sheet_url:
            return
        st.button(
            words("pages.plan.bar.fill"),
            key="plan_fill",
            type="primary",
            icon=":material/edit:",
            on_click=known.open_editor,
            args=(row["plan_to"].replace(day=1),),
        )
