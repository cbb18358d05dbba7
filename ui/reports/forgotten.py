"""Forgotten leads and deals: the two controls of days, the cards that offer to look further back, labels and notes."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from ui.blocks import figures
from ui.blocks.block import Block, draw_block
from ui.blocks.markdown import plain
from ui.state import url_state
from ui.state.page_context import PageContext, current

DAYS_FILTERS = {"lead": "lead_days", "deal": "deal_days"}  # entity → the filter of days without an action
MOST_DAYS = 3650
ALL_TIME = "all_time"  # the preset of the period
FIGURES = (("forgotten_count", "forgotten_share"), ("forgotten_sum", "created_count"))  # two lines of a card


def days_controls() -> None:
    """Draw the controls of how many days without an action make a lead, and a deal, a forgotten one.

    They are filters, kept in the address.
    """
    context = current()
    filters = context.filters()
    with st.container(horizontal=True, gap="medium", key="days_controls"):
        for name in DAYS_FILTERS.values():
            key = f"control_{name}"
            st.session_state[key] = getattr(filters, name)
            st.number_input(
                context.words(f"pages.forgotten.{name}"),
                min_value=0,
                max_value=MOST_DAYS,
                step=1,
                key=key,
                width=260,
                on_change=lambda name=name, key=key: url_state.choose(**{name: st.session_state[key]}),
            )


def forgotten_cards(view: str) -> None:
    """Draw figures of forgotten leads and of deals; under each, how many older ones lie outside the period."""

    def draw(block: Block) -> None:
        columns = st.columns(len(block.table.rows))
        records = sorted(block.table.records(), key=lambda row: row["entity"], reverse=True)
        for column, row in zip(columns, records, strict=True):
            with column:
                _draw_figures(block, row)
                _draw_older(block, row)

    draw_block(view, draw, notes=[leads_of_all_funnels])


def forgotten_label(setting: str) -> Callable[[PageContext], str]:
    """The label of a card of the forgotten with the days of the filter ``setting``: "Забытые, 3 дня и больше"."""

    def label(context: PageContext) -> str:
        return context.words("pages.sales.forgotten", count=getattr(context.filters(), setting))

    return label


def leads_of_all_funnels(context: PageContext) -> str | None:
    """The note that a filter of funnels narrows deals and not leads, which have no funnel; None without that filter."""
    return context.words("pages.forgotten.all_funnels") if context.filters().funnels else None


def _draw_figures(block: Block, row: Mapping[str, Any]) -> None:
    words, context = block.context.words, block.context
    days = getattr(context.filters(), DAYS_FILTERS[row["entity"]])
    silent = words("pages.forgotten.silent", count=days) if days else words("pages.forgotten.all_in_work")
    st.markdown(f"##### {plain(words('pages.forgotten.' + row['entity'], silent=silent))}", anchors=False)
    for names in FIGURES:
        for column, name in zip(st.columns(len(names)), names, strict=True):
            described = block.view.columns[name]
            column.metric(
                plain(described.label(words.language)),
                figures.short_text(words, described.format, row[name], context.currency),
                help=plain(described.help(words.language)),
            )


def _draw_older(block: Block, row: Mapping[str, Any]) -> None:
    """Draw how many older ones there are, with a button that sets the period to all time."""
    words, older = block.context.words, row["older_forgotten_count"]
    if not older:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"older_{row['entity']}"):
        st.caption(plain(words(f"pages.forgotten.older_{row['entity']}", count=older)), width="content")
        st.button(
            words("pages.forgotten.widen"),
            key=f"widen_{row['entity']}",
            type="tertiary",
            icon=":material/date_range:",
            on_click=lambda: url_state.choose(preset=ALL_TIME, period_from=None, period_to=None),
        )
