"""The toolbar of the plan above the report: edit and refresh, and what is unsaved, missing or wrong in the plan."""

import streamlit as st

from inputs.plan.people import read_names
from inputs.plan.sync import sync
from metrics.warehouse import publish
from ui.blocks.block import ErrorBoundary
from ui.blocks.markdown import plain
from ui.reports.plan import drafts, editor_state, saving
from ui.reports.plan.import_export import draw_problems
from ui.reports.plan.months import month_range
from ui.state.page_context import PageContext, current


def plan_toolbar() -> None:
    """Draw the buttons that open the editor and read the plan anew, and below them what needs attention."""
    context = current()
    saving.show_toast()
    with ErrorBoundary(context, "plan_bar"):
        _draw_buttons(context)
        _draw_unsaved(context)
        _draw_problems(context)
        _draw_missing(context)


def _draw_buttons(context: PageContext) -> None:
    words, sheet = context.words, context.settings.plan_sheet_url
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plan_bar"):
        if sheet:
            st.link_button(words("pages.plan.bar.sheet"), sheet, icon=":material/edit:")
        label = words("pages.plan.bar.table" if sheet else "pages.plan.bar.edit")
        st.button(
            label,
            key="plan_edit",
            icon=":material/table:" if sheet else ":material/edit:",
            on_click=editor_state.close_editor if editor_state.is_open() else editor_state.open_editor,
        )
        if st.button(words("pages.plan.bar.refresh"), key="plan_refresh", icon=":material/refresh:"):
            _refresh(context)


def _refresh(context: PageContext) -> None:
    """Read the plan where it is kept, the linked sheet or the file beside the data, and publish it.

    Raises:
        PlanError: the sheet cannot be read; the plan that was read last stays.
    """
    with st.spinner(context.words("pages.plan.bar.reading")):
        names = read_names(context.settings)
        sync(context.settings, names.employees, names.funnels, language=context.words.language)
        publish.publish_plan(context.settings)
    saving.toast_after_rerun(context.words("pages.plan.bar.refreshed"))


def _draw_unsaved(context: PageContext) -> None:
    """Draw the months with unsaved changes that are not on the page, each a button that opens it."""
    shown = None
    if editor_state.is_open():
        stored = editor_state.plan_store(context).rows()
        shown = editor_state.chosen_month(context, editor_state.selectable_months(context, stored))
    months = sorted(month for month in drafts.all_drafts() if month != shown)
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
                on_click=editor_state.open_editor,
                args=(month,),
            )


def _draw_problems(context: PageContext) -> None:
    problems = editor_state.plan_store(context).problems()
    if problems:
        title = context.words("pages.plan.bar.problems", count=len(problems))
        with st.expander(title, icon=":material/error:", key="plan_problems"):
            draw_problems(context, problems)


def _draw_missing(context: PageContext) -> None:
    """Draw, where the months of the period have no plan, how to fill it."""
    records = context.table("plan_pitfalls").records()
    if not records or records[0]["plan_rows"] or editor_state.is_open():
        return
    words, row = context.words, records[0]
    with st.container(border=True, key="block_plan_unfilled"):
        text = words("pages.plan.bar.unfilled", months=month_range(words, row["plan_from"], row["plan_to"]))
        st.markdown(f":material/flag: {plain(text)}")
        if context.settings.plan_sheet_url:
            return
        st.button(
            words("pages.plan.bar.fill"),
            key="plan_fill",
            type="primary",
            icon=":material/edit:",
            on_click=editor_state.open_editor,
            args=(row["plan_to"].replace(day=1),),
        )
