"""The cards of the overview: plan and pace, sales, leads, activity, the forgotten, each a link to its report."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui.blocks import figures
from ui.blocks.block import ErrorBoundary
from ui.blocks.notes import won_zero_sum
from ui.reports.forgotten import leads_of_all_funnels
from ui.reports.overview.card_parts import (
    Figure,
    card,
    draw_figure,
    draw_missing,
    draw_note,
    minor_figures,
    one_row,
)
from ui.reports.plan.notes import plan_untouched
from ui.state.page_context import PageContext, current

PLAN, SALES, LEADS = "pages/reports/plan.py", "pages/reports/sales.py", "pages/reports/marketing.py"
ACTIVITY, FORGOTTEN = "pages/reports/managers.py", "pages/reports/forgotten.py"


def overview_cards() -> None:
    """Draw the cards, and below them what their changes are against."""
    context = current()
    with st.container(key="overview_cards"):
        with card(context, "plan", PLAN, ":material/flag:"):
            _plan(context)
        with card(context, "sales", SALES, ":material/trending_up:"):
            _sales(context)
        with card(context, "leads", LEADS, ":material/campaign:"):
            _leads(context)
        with card(context, "activity", ACTIVITY, ":material/groups:"):
            _activity(context)
        with card(context, "forgotten", FORGOTTEN, ":material/notifications:"):
            _forgotten(context)
    with ErrorBoundary(context, "overview_compared"):
        draw_note(_compared_periods(context))


def _plan(context: PageContext) -> None:
    status = one_row(context, "overview_plan")
    if not status["has_plan"]:
        draw_missing(context, "plan")
        return
    summary = one_row(context, "plan_summary")
    by_sum = summary["completion"] is not None
    draw_figure(context, Figure("plan_summary", "completion" if by_sum else "count_completion"))
    if by_sum:
        _progress_bar(float(summary["completion"]), status["to_date_share"], on_pace=status["is_on_pace"])
    with minor_figures("plan"):
        names = ("fact_sum", "plan_sum", "remaining") if by_sum else ("won_count", "plan_count", "fact_sum")
        for name in names:
            draw_figure(context, Figure("plan_summary", name))
    draw_note(" ".join([*_pace_notes(context, status), plan_untouched(context) or ""]).strip())


def _progress_bar(done: float, due: float | None, *, on_pace: bool) -> None:
    """Draw the shares of the plan that are done, as a bar, and due by now, as a tick; hidden from screen readers."""
    tick = "" if due is None else f'<b style="--share: {due:.4f}"></b>'
    kind = "on" if on_pace else "behind"
    st.html(f'<div class="progress {kind}" aria-hidden="true"><i style="--share: {done:.4f}"></i>{tick}</div>')


def _pace_notes(context: PageContext, status: Mapping[str, Any]) -> list[str]:
    words, notes = context.words, list[str]()
    pace, months = one_row(context, "plan_pace_total"), one_row(context, "plan_pitfalls")
    due = status["to_date_share"]
    is_current = due is not None and due < 1  # of months that are over there is no pace
    if is_current:
        notes.append(words("pages.overview.pace.due", share=words.percent(due)))
    if is_current and pace["landing"] is not None:
        month, share = words.full_month(pace["month"]), words.percent(pace["landing"], 0)
        notes.append(words("pages.overview.pace.landing", month=month, share=share))
        if not pace["is_pace_reliable"]:
            notes.append(words("pages.overview.pace.unsteady"))
    if status["planned_months"] != status["touched_months"]:
        count, every = status["planned_months"], status["touched_months"]
        notes.append(words("pages.overview.pace.partial", count=count, all=every))
    if not months["is_whole"]:
        period = words("ui.period.text", start=months["plan_from"], end=months["plan_to"])
        notes.append(words("pages.overview.pace.whole", period=period))
    return notes


def _sales(context: PageContext) -> None:
    if not one_row(context, "overview_presence")["has_deals"]:
        draw_missing(context, "deals")
        return
    summary = "sales_deal_summary"
    earlier = figures.short_text(
        context.words, "money", one_row(context, "overview_year_ago")["year_ago_sum"], context.currency
    )
    against = context.words("pages.overview.year_ago", value=earlier)
    change = ("overview_change", "won_sum_year_change")
    draw_figure(context, Figure(summary, "won_sum", change, against=against, history="sales_dynamics"))
    with minor_figures("sales"):
        draw_figure(context, Figure(summary, "won_count", ("overview_change", "won_count_year_change")))
        draw_figure(context, Figure(summary, "conversion", ("overview_change", "conversion_year_change")))
        draw_figure(context, Figure(summary, "avg_check"))
    draw_note(won_zero_sum(context))


def _leads(context: PageContext) -> None:
    presence, words = one_row(context, "overview_presence"), context.words
    if not presence["has_leads"]:
        draw_missing(context, presence["reason_without_leads"])
        return
    if not presence["has_lead_events"]:
        draw_missing(context, "leads")
        return
    earlier = words.number(one_row(context, "overview_year_ago")["year_ago_received"])
    against = words("pages.overview.year_ago", value=earlier)
    change = ("overview_change", "received_year_change")
    draw_figure(context, Figure("lead_summary", "received", change, against=against, history="lead_total_dynamics"))
    with minor_figures("leads"):
        change = ("overview_change", "conversion_to_deal_year_change")
        draw_figure(context, Figure("lead_summary", "conversion_to_deal", change))
        draw_figure(context, Figure("lead_summary", "qualified"))
    draw_note(leads_of_all_funnels(context))


def _activity(context: PageContext) -> None:
    presence = one_row(context, "overview_presence")
    if one_row(context, "manager_total")["activities"]:
        against = context.words("pages.overview.against_previous")
        change = ("manager_total_change", "activities_change")
        history = "manager_total_dynamics"
        draw_figure(context, Figure("manager_total", "activities", change, against=against, history=history))
    else:
        draw_missing(context, "activities")
    with minor_figures("activity"):
        if presence["has_calls"]:
            draw_figure(context, Figure("manager_total", "call_minutes"))
        draw_figure(context, Figure("overview_presence", "idle_count"))
    if not presence["has_calls"]:
        draw_note(context.words("pages.overview.missing.calls"))


def _forgotten(context: PageContext) -> None:
    presence = one_row(context, "overview_presence")
    if not presence["has_created"]:
        draw_missing(context, "created")
        return
    draw_figure(context, Figure("forgotten_total", "deals_sum"))
    with minor_figures("forgotten"):
        draw_figure(context, Figure("forgotten_total", "deals_forgotten"))
        if presence["has_leads"]:
            draw_figure(context, Figure("forgotten_total", "leads_forgotten"))
    older = {row["entity"]: row["older_forgotten_count"] for row in context.table("forgotten_summary").records()}
    notes = [
        context.words(f"pages.forgotten.older_{kind}", count=older[kind]) for kind in ("deal", "lead") if older[kind]
    ]
    draw_note(" ".join([*notes, leads_of_all_funnels(context) or ""]).strip())


def _compared_periods(context: PageContext) -> str:
    """Which days the changes on the cards are against."""
    words, earlier = context.words, one_row(context, "overview_year_ago")
    notes = []
    if earlier["year_ago_from"] is not None:
        period = words("ui.period.text", start=earlier["year_ago_from"], end=earlier["year_ago_to"])
        nothing = not earlier["year_ago_count"] and not earlier["year_ago_received"]
        notes.append(words(f"pages.overview.{'no_year_ago' if nothing else 'compared'}", year_ago=period))
    before = one_row(context, "manager_total_change")
    if before["activities_change"] is not None:
        period = words("ui.period.text", start=before["previous_from"], end=before["previous_to"])
        notes.append(words("pages.overview.compared_previous", previous=period))
    return " ".join(notes)
