"""What to look at first: sentences that a view chooses and orders, each a link to the block its figure comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from metrics.query import catalog
from ui.blocks import figures
from ui.blocks.block import ErrorBoundary, draw_empty, draw_help
from ui.blocks.deferred import deferred
from ui.blocks.links import page_link, page_title
from ui.blocks.markdown import plain
from ui.blocks.value_labels import value_label
from ui.reports.forgotten import DAYS_FILTERS
from ui.reports.overview.card_parts import one_row
from ui.reports.overview.cards import ACTIVITY, FORGOTTEN, LEADS, PLAN, SALES
from ui.state.page_context import PageContext, current

VIEW = "overview_attention"
SENTENCES_HEIGHT = 420  # pixels, about
Row = Mapping[str, Any]
Values = Mapping[str, object]


@dataclass(frozen=True)
class Sentence:
    """A kind of sentence: the view that holds its row, and the page and the block it links to.

    ``values`` returns the values of its texts, "tail" among them where it has more than one tail; ``filters`` what the
    link changes of the filters in force. ``entity`` picks the row of a view that has one of leads and one of deals.
    """

    view: str
    page: str
    at: str
    icon: str
    values: Callable[[PageContext, Row], Values]
    filters: Callable[[Row], Values] = field(default=lambda _: {})
    entity: str | None = None


def attention() -> None:
    """Draw the sentences, the weightiest first; where there is none, draw that all is quiet."""
    deferred(VIEW, _draw_sentences, height=SENTENCES_HEIGHT)


def _draw_sentences() -> None:
    context, view = current(), catalog.view(VIEW)
    with st.container(border=True, key=f"block_{VIEW}"), ErrorBoundary(context, VIEW):
        kinds = sorted(context.table(VIEW).records(), key=lambda row: row["place"])
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"head_{VIEW}"):
            st.markdown(f"#### {plain(context.words('pages.overview.attention'))}", anchors=False, width="content")
            draw_help(context, view, VIEW)
            if kinds:
                st.caption(plain(context.words("pages.overview.attention_note")), width="content")
        if not kinds:
            _draw_quiet(context)
        with st.container(key="sentences", gap=None):
            for row in kinds:
                with ErrorBoundary(context, row["kind"]):
                    _draw(context, row["kind"])


def _draw_quiet(context: PageContext) -> None:
    """Draw why there is no sentence: nothing asks for a look, or there is nothing to look at."""
    presence = one_row(context, "overview_presence")
    if presence["has_deals"] or presence["has_lead_events"]:
        st.markdown(f":material/check_circle: {plain(context.words('pages.overview.quiet'))}")
    else:
        draw_empty(context)


def _draw(context: PageContext, kind: str) -> None:
    sentence = SENTENCES[kind]
    row = _row(context, sentence)
    head, tail = _texts(context, kind, row)
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


def _row(context: PageContext, sentence: Sentence) -> Row:
    """The row of figures of a sentence that its view has chosen."""
    records = context.table(sentence.view).records()
    return next(row for row in records if sentence.entity in (None, row.get("entity")))


def _texts(context: PageContext, kind: str, row: Row) -> tuple[str, str]:
    """The two texts of a sentence: the matter, and what there is to add."""
    values = dict(SENTENCES[kind].values(context, row))
    tail = values.pop("tail", "tail")
    key = f"pages.overview.said.{kind}"
    return context.words(f"{key}.head", **values), context.words(f"{key}.{tail}", **values)


def _money(context: PageContext, value: Any) -> str:
    return figures.short_text(context.words, "money", value, context.currency)


def _name(context: PageContext, column: str, row: Row) -> str:
    return value_label(context.words, column, row) or str(row[column])


def _plan_behind(context: PageContext, row: Row) -> Values:
    return {
        "employee": _name(context, "employee", row),
        "sum": _money(context, row["behind_sum"]),
        "share": context.words.percent(row["completion_to_date"]),
        "month": context.words.full_month(context.warehouse.as_of_day),
    }


def _source_fall(context: PageContext, row: Row) -> Values:
    share = context.words.percent(abs(row["received_change"]))
    return {"source": _name(context, "source", row), "share": share, "count": row["received"]}


def _slow_stage(context: PageContext, row: Row) -> Values:
    share, days = (
        context.words.percent(row["days_share"]),
        figures.short_text(context.words, "days", row["avg_days"], ""),
    )
    return {"stage": row["stage"], "funnel": row["funnel"], "share": share, "days": days}


def _forgotten(context: PageContext, row: Row) -> Values:
    days = getattr(context.filters(), DAYS_FILTERS[row["entity"]])
    silent = "pages.forgotten.silent" if days else "pages.forgotten.all_in_work"
    return {
        "sum": _money(context, row["forgotten_sum"]),
        "deals": context.words("pages.overview.deals_count", count=row["forgotten_count"]),
        "count": row["forgotten_count"],
        "share": context.words.percent(row["forgotten_share"]),
        "silent": context.words(silent, count=days),
    }


def _forgetful(context: PageContext, row: Row) -> Values:
    return {
        "employee": _name(context, "employee", row),
        "deals": row["deals_forgotten"],
        "all_deals": row["deals_created"],
        "leads": row["leads_forgotten"],
        "all_leads": row["leads_created"],
        "sum": _money(context, row["deals_sum"]),
        "tail": "tail" if row["leads_created"] else "tail_of_deals",
    }


def _unplanned(context: PageContext, row: Row) -> Values:
    return {"count": row["unplanned_count"], "share": context.words.percent(row["concern"])}


def _idle(context: PageContext, row: Row) -> Values:
    tails = {(True, True): "tail", (True, False): "tail_of_deals", (False, True): "tail_of_leads"}
    return {
        "employee": _name(context, "employee", row),
        "deals": context.words("pages.overview.deals_count", count=row["in_work_count"]),
        "leads": context.words("pages.overview.leads_count", count=row["leads_in_work"]),
        "sum": _money(context, row["in_work_sum"]),
        "tail": tails[bool(row["in_work_count"]), bool(row["leads_in_work"])],
    }


def _of_employee(row: Row) -> Values:
    return {"employees": (row["employee_id"],)}


def _of_source(row: Row) -> Values:
    return {"sources": (row["source_id"],)}


def _without_activities(_: Row) -> Values:
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
