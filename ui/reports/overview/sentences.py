"""What to look at: sentences chosen and ordered by the views, each a link to the block where its figure stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from metrics.query import catalog
from ui.blocks import figures
from ui.blocks.block import ErrorBoundary, draw_empty, draw_help
from ui.blocks.links import page_link, page_title
from ui.blocks.markdown import plain
from ui.blocks.value_labels import value_label
from ui.reports.overview.cards import ACTIVITY, FORGOTTEN, LEADS, PLAN, SALES
from ui.reports.overview.frame import first
from ui.state.page_context import PageContext, current

VIEW = "overview_attention"
Row = Mapping[str, Any]
Told = Mapping[str, object]
SILENCE = {"lead": "lead_days", "deal": "deal_days"}


@dataclass(frozen=True)
class Sentence:
    """A kind of sentence: the view that holds its row, the block it leads to, what it says and under which filters.

    ``says`` gives the values of its texts, "tail" among them where there is more than one; ``filters`` what the link
    changes of the filters in force. ``entity`` picks the row of a view that has one for leads and one for deals.
    """

    view: str
    page: str
    at: str
    icon: str
    says: Callable[[PageContext, Row], Told]
    filters: Callable[[Row], Told] = field(default=lambda _: {})
    entity: str | None = None


def attention() -> None:
    """Draw the sentences, the weightiest first; where none stands, say that all is quiet."""
    context, meaning = current(), catalog.view(VIEW)
    with st.container(border=True, key=f"block_{VIEW}"), ErrorBoundary(context, VIEW):
        kinds = sorted(context.table(VIEW).records(), key=lambda row: row["place"])
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"head_{VIEW}"):
            st.markdown(f"#### {plain(context.words('pages.overview.attention'))}", anchors=False, width="content")
            draw_help(context, meaning, VIEW)
            if kinds:
                st.caption(plain(context.words("pages.overview.attention_note")), width="content")
        if not kinds:
            _quiet(context)
        with st.container(key="sentences", gap=None):
            for row in kinds:
                with ErrorBoundary(context, row["kind"]):
                    _draw(context, row["kind"])


def _quiet(context: PageContext) -> None:
    """No sentence stands: because nothing asks for a look, or because there is nothing to look at."""
    presence = first(context, "overview_presence")
    if presence["has_deals"] or presence["has_lead_events"]:
        st.markdown(f":material/check_circle: {plain(context.words('pages.overview.quiet'))}")
    else:
        draw_empty(context)


def _draw(context: PageContext, kind: str) -> None:
    sentence = SENTENCES[kind]
    row = row_of(context, sentence)
    head, tail = spoken(context, kind, row)
    title = page_title(sentence.page)
    with st.container(horizontal=True, vertical_alignment="center", key=f"sentence_{kind}"):
        page_link(
            sentence.page,
            f"**{plain(head)}** {plain(tail)}",
            at=sentence.at,
            icon=sentence.icon,
            width="stretch",
            **sentence.filters(row),
        )
        if title:
            st.caption(plain(context.words(title)), width="content")


def row_of(context: PageContext, sentence: Sentence) -> Row:
    """The figures of a sentence that stands."""
    records = context.table(sentence.view).records()
    return next(row for row in records if sentence.entity in (None, row.get("entity")))


def spoken(context: PageContext, kind: str, row: Row) -> tuple[str, str]:
    """What a sentence says: the matter, and what there is to add."""
    told = dict(SENTENCES[kind].says(context, row))
    tail = told.pop("tail", "tail")
    key = f"pages.overview.said.{kind}"
    return context.words(f"{key}.head", **told), context.words(f"{key}.{tail}", **told)


def _money(context: PageContext, value: Any) -> str:
    return figures.short_text(context.words, "money", value, context.currency)


def _name(context: PageContext, column: str, row: Row) -> str:
    return value_label(context.words, column, row) or str(row[column])


def _plan_behind(context: PageContext, row: Row) -> Told:
    return {
        "employee": _name(context, "employee", row),
        "sum": _money(context, row["behind_sum"]),
        "share": context.words.percent(row["completion_to_date"]),
        "month": context.words.full_month(context.warehouse.as_of_day),
    }


def _source_fall(context: PageContext, row: Row) -> Told:
    share = context.words.percent(abs(row["received_change"]))
    return {"source": _name(context, "source", row), "share": share, "count": row["received"]}


def _slow_stage(context: PageContext, row: Row) -> Told:
    share, days = (
        context.words.percent(row["days_share"]),
        figures.short_text(context.words, "days", row["avg_days"], ""),
    )
    return {"stage": row["stage"], "funnel": row["funnel"], "share": share, "days": days}


def _forgotten(context: PageContext, row: Row) -> Told:
    days = getattr(context.filters(), SILENCE[row["entity"]])
    silent = "pages.forgotten.silent" if days else "pages.forgotten.all_in_work"
    return {
        "sum": _money(context, row["forgotten_sum"]),
        "deals": context.words("pages.overview.deals_count", count=row["forgotten_count"]),
        "count": row["forgotten_count"],
        "share": context.words.percent(row["forgotten_share"]),
        "silent": context.words(silent, count=days),
    }


def _forgetful(context: PageContext, row: Row) -> Told:
    return {
        "employee": _name(context, "employee", row),
        "deals": row["deals_forgotten"],
        "all_deals": row["deals_created"],
        "leads": row["leads_forgotten"],
        "all_leads": row["leads_created"],
        "sum": _money(context, row["deals_sum"]),
        "tail": "tail" if row["leads_created"] else "tail_of_deals",
    }


def _unplanned(context: PageContext, row: Row) -> Told:
    return {"count": row["unplanned_count"], "share": context.words.percent(row["concern"])}


def _idle(context: PageContext, row: Row) -> Told:
    tails = {(True, True): "tail", (True, False): "tail_of_deals", (False, True): "tail_of_leads"}
    return {
        "employee": _name(context, "employee", row),
        "deals": context.words("pages.overview.deals_count", count=row["in_work_count"]),
        "leads": context.words("pages.overview.leads_count", count=row["leads_in_work"]),
        "sum": _money(context, row["in_work_sum"]),
        "tail": tails[bool(row["in_work_count"]), bool(row["leads_in_work"])],
    }


def _of_employee(row: Row) -> Told:
    return {"employees": (row["employee_id"],)}


def _of_source(row: Row) -> Told:
    return {"sources": (row["source_id"],)}


def _without_activities(_: Row) -> Told:
    return {"without_activities": True, "all_open": False}


SENTENCES: Mapping[str, Sentence] = {
    "plan_behind": Sentence("overview_plan_behind", PLAN, "plan_pace", ":material/flag:", _plan_behind, _of_employee),
    "source_fall": Sentence(
        "overview_source_fall", LEADS, "lead_summary", ":material/trending_down:", _source_fall, _of_source
    ),
    "slow_stage": Sentence(
        "overview_slow_stage", SALES, "deal_funnel_duration", ":material/hourglass_top:", _slow_stage
    ),
    "forgotten_deal": Sentence(
        "overview_forgotten", FORGOTTEN, "forgotten_summary", ":material/payments:", _forgotten, entity="deal"
    ),
    "forgotten_lead": Sentence(
        "overview_forgotten", FORGOTTEN, "forgotten_summary", ":material/contact_phone:", _forgotten, entity="lead"
    ),
    "forgetful": Sentence(
        "overview_forgetful", FORGOTTEN, "forgotten_by_employee", ":material/person_search:", _forgetful, _of_employee
    ),
    "unplanned_lead": Sentence(
        "overview_unplanned",
        LEADS,
        "lead_list",
        ":material/event_busy:",
        _unplanned,
        _without_activities,
        entity="lead",
    ),
    "unplanned_deal": Sentence(
        "overview_unplanned",
        SALES,
        "deal_list",
        ":material/event_busy:",
        _unplanned,
        _without_activities,
        entity="deal",
    ),
    "idle": Sentence("overview_idle", ACTIVITY, "manager_results", ":material/person_off:", _idle, _of_employee),
}
