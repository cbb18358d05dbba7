"""The cards of the overview: plan and pace, sales, leads, activity, the forgotten — each a link to its report."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui.blocks import figures
from ui.blocks.block import ErrorBoundary
from ui.blocks.notes import won_zero_sum
from ui.reports.forgotten import leads_of_all_funnels
from ui.reports.overview.frame import Figure, card, first, main_figure, minor_figure, minor_figures, missing, note
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
        note(_compared(context))


def _plan(context: PageContext) -> None:
    stands = first(context, "overview_plan")
    if not stands["has_plan"]:
        missing(context, "plan")
        return
    summary = first(context, "plan_summary")
    by_sum = summary["completion"] is not None
    main_figure(context, Figure("plan_summary", "completion" if by_sum else "count_completion"))
    if by_sum:
        _bar(float(summary["completion"]), stands["to_date_share"], on_pace=stands["is_on_pace"])
    with minor_figures("plan"):
        names = ("fact_sum", "plan_sum", "remaining") if by_sum else ("won_count", "plan_count", "fact_sum")
        for name in names:
            minor_figure(context, Figure("plan_summary", name))
    note(" ".join([*_pace(context, stands), plan_untouched(context) or ""]).strip())


def _bar(done: float, due: float | None, *, on_pace: bool) -> None:
    """The plan as a bar: what is done of it, and a tick where it should be by now; figures beside it speak."""
    tick = "" if due is None else f'<b style="--share: {due:.4f}"></b>'
    kind = "on" if on_pace else "behind"
    st.html(f'<div class="progress {kind}" aria-hidden="true"><i style="--share: {done:.4f}"></i>{tick}</div>')


def _pace(context: PageContext, stands: Mapping[str, Any]) -> list[str]:
    words, told = context.words, list[str]()
    pace, months = first(context, "plan_pace_total"), first(context, "plan_pitfalls")
    due = stands["to_date_share"]
    goes_on = due is not None and due < 1  # of months that are over there is no pace
    if goes_on:
        told.append(words("pages.overview.pace.due", share=words.percent(due)))
    if goes_on and pace["landing"] is not None:
        month, share = words.full_month(pace["month"]), words.percent(pace["landing"], 0)
        told.append(words("pages.overview.pace.landing", month=month, share=share))
        if not pace["is_pace_reliable"]:
            told.append(words("pages.overview.pace.unsteady"))
    if stands["planned_months"] != stands["touched_months"]:
        count, every = stands["planned_months"], stands["touched_months"]
        told.append(words("pages.overview.pace.partial", count=count, all=every))
    if not months["is_whole"]:
        period = words("ui.period.text", start=months["plan_from"], end=months["plan_to"])
        told.append(words("pages.overview.pace.whole", period=period))
    return told


def _sales(context: PageContext) -> None:
    if not first(context, "overview_presence")["has_deals"]:
        missing(context, "deals")
        return
    summary = "sales_deal_summary"
    earlier = figures.short_text(
        context.words, "money", first(context, "overview_year_ago")["year_ago_sum"], context.currency
    )
    against = context.words("pages.overview.year_ago", value=earlier)
    change = ("overview_change", "won_sum_year_change")
    main_figure(context, Figure(summary, "won_sum", change, against=against, course="sales_dynamics"))
    with minor_figures("sales"):
        minor_figure(context, Figure(summary, "won_count", ("overview_change", "won_count_year_change")))
        minor_figure(context, Figure(summary, "conversion", ("overview_change", "conversion_year_change")))
        minor_figure(context, Figure(summary, "avg_check"))
    note(won_zero_sum(context))


def _leads(context: PageContext) -> None:
    presence, words = first(context, "overview_presence"), context.words
    if not presence["has_leads"]:
        missing(context, presence["reason_without_leads"])
        return
    if not presence["has_lead_events"]:
        missing(context, "leads")
        return
    earlier = words.number(first(context, "overview_year_ago")["year_ago_received"])
    against = words("pages.overview.year_ago", value=earlier)
    change = ("overview_change", "received_year_change")
    main_figure(context, Figure("lead_summary", "received", change, against=against, course="lead_total_dynamics"))
    with minor_figures("leads"):
        change = ("overview_change", "conversion_to_deal_year_change")
        minor_figure(context, Figure("lead_summary", "conversion_to_deal", change))
        minor_figure(context, Figure("lead_summary", "qualified"))
    note(leads_of_all_funnels(context))


def _activity(context: PageContext) -> None:
    presence = first(context, "overview_presence")
    if first(context, "manager_total")["activities"]:
        against = context.words("pages.overview.against_previous")
        change = ("manager_total_change", "activities_change")
        course = "manager_total_dynamics"
        main_figure(context, Figure("manager_total", "activities", change, against=against, course=course))
    else:
        missing(context, "activities")
    with minor_figures("activity"):
        if presence["has_calls"]:
            minor_figure(context, Figure("manager_total", "call_minutes"))
        minor_figure(context, Figure("overview_presence", "idle_count"))
    if not presence["has_calls"]:
        note(context.words("pages.overview.missing.calls"))


def _forgotten(context: PageContext) -> None:
    presence = first(context, "overview_presence")
    if not presence["has_created"]:
        missing(context, "created")
        return
    main_figure(context, Figure("forgotten_total", "deals_sum"))
    with minor_figures("forgotten"):
        minor_figure(context, Figure("forgotten_total", "deals_forgotten"))
        if presence["has_leads"]:
            minor_figure(context, Figure("forgotten_total", "leads_forgotten"))
    older = {row["entity"]: row["older_forgotten_count"] for row in context.table("forgotten_summary").records()}
    told = [
        context.words(f"pages.forgotten.older_{kind}", count=older[kind]) for kind in ("deal", "lead") if older[kind]
    ]
    note(" ".join([*told, leads_of_all_funnels(context) or ""]).strip())


def _compared(context: PageContext) -> str:
    words, earlier = context.words, first(context, "overview_year_ago")
    told = []
    if earlier["year_ago_from"] is not None:
        period = words("ui.period.text", start=earlier["year_ago_from"], end=earlier["year_ago_to"])
        nothing = not earlier["year_ago_count"] and not earlier["year_ago_received"]
        told.append(words(f"pages.overview.{'no_year_ago' if nothing else 'compared'}", year_ago=period))
    before = first(context, "manager_total_change")
    if before["activities_change"] is not None:
        period = words("ui.period.text", start=before["previous_from"], end=before["previous_to"])
        told.append(words("pages.overview.compared_previous", previous=period))
    return " ".join(told)
