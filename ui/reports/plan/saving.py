"""Saving a draft of the plan: stored and published at once, and never over what others have saved unseen."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence

import streamlit as st

from inputs.plan.errors import PlanChanged
from inputs.plan.rows import PlanRow
from language import Message
from metrics.warehouse import publish
from ui.blocks.markdown import plain
from ui.reports.plan import drafts, editor_state
from ui.state.page_context import PageContext

CONFLICT, TOAST = "plan.conflict", "plan.toast"


def draw_buttons(context: PageContext, month: dt.date, *, can_save: bool, copy: Callable[[], None]) -> None:
    """Draw the buttons that save, undo and copy the month before; and what to do where others have saved.

    ``copy`` is called by the button of the month before, ``can_save`` is whether no cell is in error.
    """
    words, draft = context.words, drafts.draft_of(month)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plan_buttons"):
        is_saving = st.button(
            words("pages.plan.editor.save"),
            key="plan_save",
            type="primary",
            icon=":material/save:",
            disabled=not (draft and can_save),
        )
        st.button(
            words("pages.plan.editor.undo"),
            key="plan_undo",
            icon=":material/undo:",
            disabled=draft is None,
            on_click=_undo,
            args=(month,),
        )
        st.button(words("pages.plan.editor.copy"), key="plan_copy", icon=":material/content_copy:", on_click=copy)
        if draft:
            st.caption(plain(words("pages.plan.editor.unsaved")), width="content")
    if is_saving and draft:
        _save(context, month, draft)
    if st.session_state.get(CONFLICT) == month:
        _draw_conflict(context, month)


def save_months(
    context: PageContext,
    months: Collection[dt.date],
    rows: Sequence[PlanRow],
    *,
    problems: Sequence[Message] = (),
    seen: Sequence[PlanRow] | None = None,
) -> None:
    """Store the rows of months, publish them and discard the drafts; the caller reruns the page.

    ``seen`` are the rows the months are expected to have now, None for any; ``problems`` what was wrong in the file the
    rows come from.

    Raises:
        PlanChanged: the months are not as they were ``seen``.
        PlanError, WarehouseError: the plan cannot be written or published.
    """
    names = editor_state.plan_names(context)
    editor_state.plan_store(context).replace_months(months, rows, problems=problems, names=names, seen=seen)
    for month in months:
        drafts.discard_draft(month)
    drafts.reset_table()
    st.session_state.pop(CONFLICT, None)
    with st.spinner(context.words("ui.refresh.building")):
        publish.publish_plan(context.settings)


def show_toast() -> None:
    """Show the toast of the run before, once."""
    if text := st.session_state.pop(TOAST, None):
        st.toast(plain(text), icon=":material/check_circle:")


def toast_after_rerun(text: str) -> None:
    """Rerun the page and show a toast on it."""
    st.session_state[TOAST] = text
    st.rerun()


def _save(context: PageContext, month: dt.date, draft: drafts.Draft) -> None:
    try:
        save_months(context, [month], draft.rows, seen=draft.seen)
    except PlanChanged:
        st.session_state[CONFLICT] = month
        return
    toast_after_rerun(context.words("pages.plan.editor.saved", month=context.words.full_month(month)))


def _draw_conflict(context: PageContext, month: dt.date) -> None:
    words = context.words
    with st.container(border=True, key="plan_conflict"):
        st.warning(words("plan.store.changed"), icon=":material/group:")
        with st.container(horizontal=True, gap="small"):
            st.button(words("pages.plan.editor.take_theirs"), key="plan_take_theirs", on_click=_undo, args=(month,))
            is_overwriting = st.button(words("pages.plan.editor.write_mine"), key="plan_write_mine")
    draft = drafts.draft_of(month)
    if is_overwriting and draft:
        save_months(context, [month], draft.rows)
        toast_after_rerun(words("pages.plan.editor.saved", month=words.full_month(month)))


def _undo(month: dt.date) -> None:
    drafts.discard_draft(month)
    drafts.reset_table()
    st.session_state.pop(CONFLICT, None)
