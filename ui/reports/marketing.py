"""The marketing page: whether there are leads at all, and the line that reconciles sources with all sales."""

from collections.abc import Callable

import streamlit as st

from ui.blocks.block import ErrorBoundary
from ui.blocks.markdown import plain
from ui.state.page_context import PageContext, current


def has_leads() -> bool:
    """Whether the portal works with leads; where it does not, draw why the page shows deals."""
    context = current()
    records = context.table("lead_availability").records()
    if not records or records[0]["has_leads"]:
        return True
    row = records[0]
    last = context.words.date(row["last_lead_on"])
    reason = context.words(f"pages.marketing.without_leads.{row['reason_without_leads']}", last=last)
    with st.container(border=True, key="block_without_leads"):
        st.markdown(f":material/info: {plain(reason)}")
    return False


def previous_period(context: PageContext) -> str | None:
    """The note of a block which days the whole period is compared with; None where it is compared with none."""
    rows = context.table("lead_summary_change").records()
    if not rows or rows[0]["previous_from"] is None:
        return None
    period = context.words("ui.period.text", start=rows[0]["previous_from"], end=rows[0]["previous_to"])
    return context.words("pages.marketing.delta_period_note", period=period)


def sales_reconciliation(draw_content: Callable[[], None]) -> None:
    """Draw the line under the sources: sales with a lead and without, which add up to all sales of the plan.

    It expands to what ``draw_content`` draws. Like the table above it, it is not narrowed by the source picked.
    """
    context = current()
    with ErrorBoundary(context, "sales_by_lead_origin"):
        row = context.table("sales_by_lead_origin", without="sources").records()[0]
        words, currency = context.words, context.currency
        without = words(
            "pages.marketing.without_lead",
            count=row["without_lead_count"],
            sum=words.short_money(row["without_lead_sum"], currency),
        )
        rest = words(
            "pages.marketing.with_lead",
            with_count=row["sales_count"],
            with_sum=words.short_money(row["sales_sum"], currency),
            all_count=row["won_count"],
            all_sum=words.short_money(row["won_sum"], currency),
        )
        with st.expander(f"**{plain(without)}** {plain(rest)}", key="opening_deals_by_source"):
            draw_content()
