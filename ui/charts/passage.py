"""Through the stages: how many were on each, drawn solid, and how many skipped it on their way, drawn hollow."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from ui import choices
from ui.block import Block, Note, framed
from ui.charts.ranked import Click, Plane, rows_of
from ui.visit import current

ROOM = 1.85  # of the longest bar: three figures stand behind it


def passage(
    view: str,
    *,
    counted: str,
    prefix: str,
    title: str | None = None,
    name: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw stage conversion: ``counted`` is the column of those that were on the stage; ``prefix`` spells its filter.

    A view of several funnels shows one of them, chosen in the head.
    """
    block_name = name or view
    click = Click("stages", prefix)

    def draw(block: Block) -> None:
        data = rows_of(block, "stage", "stage_id", "stage_sort", counted)
        if "funnel_id" in data:
            data = data[data["funnel_id"] == _funnel(block.name, block.table.records())].reset_index(drop=True)
        data["written"] = [_written(block, row, counted) for row in data.to_dict("records")]
        data["picked"] = click.picked(list(data["stage_id"]))
        data["end"] = data[[counted, "reached_count"]].max(axis=1)
        most = float(data["end"].max() or 0) or 1.0
        plane = Plane(block, data, "stage", "stage_id", "end", ROOM, most)
        tips = plane.tips([counted, "conversion", "reached_count", "skipped_count"])
        hollow = Plane(block, data[data["skipped_count"] > 0], "stage", "stage_id", "end", ROOM, most)
        layers = [hollow.bars(counted, "end", hollow=True, tips=tips)] if len(hollow.data) else []
        chart = alt.layer(plane.clicked(plane.bars(0, counted, tips=tips)), *layers, plane.figures("end"))
        plane.show(chart, click)

    def controls(_: str) -> None:
        _funnel_switch(view, block_name)

    framed(view, draw, title=title, name=name, without="stages", controls=controls, notes=notes)


def _written(block: Block, row: Mapping[Any, Any], counted: str) -> str:
    words = block.visit.words
    share = None if pd.isna(row["conversion"]) else row["conversion"]
    text = f"{words.number(row[counted])} · {words.percent(share)}"
    if row["skipped_count"] > 0:
        text = f"{text} · {words('ui.chart.skipped', count=int(row['skipped_count']))}"
    return text


def _funnels(records: list[dict[str, Any]]) -> dict[int, str]:
    return {row["funnel_id"]: row["funnel"] for row in sorted(records, key=lambda row: row["funnel_id"])}


def _option(funnel: int) -> str:
    return f"funnel_{funnel}"


def _funnel(block: str, records: list[dict[str, Any]]) -> int:
    """The funnel that is looked at: the one chosen, else the one with the most deals at their beginning."""
    known = _funnels(records)
    turned = choices.switch(f"{block}_funnel", [_option(funnel) for funnel in known])
    return next(funnel for funnel in known if _option(funnel) == turned)


def _funnel_switch(view: str, block: str) -> None:
    visit = current()
    records = visit.table(view, without="stages").records()
    if not records or "funnel_id" not in records[0] or len(known := _funnels(records)) < 2:
        return
    name, key = f"{block}_funnel", f"switch_{block}_funnel"
    st.session_state[key] = _funnel(block, records)
    first = _option(next(iter(known)))
    st.selectbox(
        visit.words("ui.filter_one.funnels"),
        list(known),
        key=key,
        format_func=lambda funnel: known[funnel],
        label_visibility="collapsed",
        width=240,
        on_change=lambda: choices.set_switch(name, _option(st.session_state[key]), first),
    )
