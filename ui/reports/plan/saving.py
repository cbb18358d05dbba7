"""Saving what was typed of a plan: stored, published at once, and never over what somebody else has saved unseen."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence

import streamlit as st

from inputs.plan.errors import PlanChanged
from inputs.plan.rows import PlanRow
from language import Message
from metrics.warehouse import publish
from ui.blocks.markdown import plain
from ui.reports.plan import draft, known
from ui.state.page_context import PageContext

CONFLICT, SAID = "plan.conflict", "plan.said"


def buttons(context: PageContext, month: dt.date, *, can_save: bool, copy: Callable[[], None]) -> None:
    """Save, take back, copy the month before; and what to do where somebody else has saved."""
    words, typed = context.words, draft.draft_of(month)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plan_buttons"):
        wanted = st.button(
            words("pages.plan.editor.save"),
            key="plan_save",
            type="primary",
            icon=":material/save:",
            disabled=not (typed and can_save),
        )
        st.button(
            words("pages.plan.editor.undo"),
            key="plan_undo",
            icon=":material/undo:",
            disabled=typed is None,
            on_click=_undo,
            args=(month,),
        )
        st.button(words("pages.plan.editor.copy"), key="plan_copy", icon=":material/content_copy:", on_click=copy)
        if typed:
            st.caption(plain(words("pages.plan.editor.unsaved")), width="content")
    if wanted and typed:
        _save(context, month, typed)
    if st.session_state.get(CONFLICT) == month:
        _conflict(context, month)


def write(
    context: PageContext,
    months: Collection[dt.date],
    rows: Sequence[PlanRow],
    *,
    problems: Sequence[Message] = (),
    seen: Sequence[PlanRow] | None = None,
) -> None:
    """Store the rows of months and publish them; the page is to be drawn anew.

    Raises:
        PlanChanged: the months are not as they were ``seen``.
        PlanError, WarehouseError: the plan cannot be written or published.
    """
    known.store_of(context).replace_months(months, rows, problems=problems, names=known.names_of(context), seen=seen)
    for month in months:
        draft.forget(month)
    draft.lay_out_anew()
    st.session_state.pop(CONFLICT, None)
    with st.spinner(context.words("ui.refresh.building")):
        publish.publish_plan(context.settings)


def say_once() -> None:
    """What was said of a saving, once the page has been drawn anew."""
    if text := st.session_state.pop(SAID, None):
        st.toast(plain(text), icon=":material/check_circle:")


def say_after_rerun(text: str) -> None:
    """Say it on the page that is drawn anew now."""
    st.session_state[SAID] = text
    st.rerun()


def _save(context: PageContext, month: dt.date, typed: draft.Draft) -> None:
    try:
        write(context, [month], typed.rows, seen=typed.seen)
    except PlanChanged:
        st.session_state[CONFLICT] = month
        return
    say_after_rerun(context.words("pages.plan.editor.saved", month=context.words.full_month(month)))


def _conflict(context: PageContext, month: dt.date) -> None:
    words = context.words
    with st.container(border=True, key="plan_conflict"):
        st.warning(words("plan.store.changed"), icon=":material/group:")
        with st.container(horizontal=True, gap="small"):
            st.button(words("pages.plan.editor.take_theirs"), key="plan_take_theirs", on_click=_undo, args=(month,))
            mine = st.button(words("pages.plan.editor.write_mine"), key="plan_write_mine")
    typed = draft.draft_of(month)
    if mine and typed:
        write(context, [month], typed.rows)
        say_after_rerun(words("pages.plan.editor.saved", month=words.full_month(month)))


def _undo(month: dt.date) -> None:
    draft.forget(month)
    draft.lay_out_anew()
    st.session_state.pop(CONFLICT, None)
