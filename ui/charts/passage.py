"""Through the stages: how many were on each, drawn solid, and how many skipped it on their way, drawn hollow."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from metrics.query import catalog
from ui.blocks.block import Block, Note, draw_block
from ui.blocks.switches import funnel_picker, rows_of_chosen_funnel
from ui.charts.ranked import Click, Plane, rows_of

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
    click = Click("stages", prefix)

    def draw(block: Block) -> None:
        data = rows_of(block, "stage", "stage_id", "stage_sort", counted, narrowed=rows_of_chosen_funnel)
        data["written"] = [_written(block, row, counted) for row in data.to_dict("records")]
        data["picked"] = click.picked(list(data["stage_id"]))
        data["end"] = data[[counted, "reached_count"]].max(axis=1)
        most = float(data["end"].max() or 0) or 1.0
        plane = Plane(block, data, "stage", "stage_id", "end", ROOM, most)
        tips = plane.tips([counted, "conversion", "reached_count", "skipped_count"])
        hollow = Plane(
            block, data[data["skipped_count"] > 0], "stage", "stage_id", "end", ROOM, most, list(data["stage"])
        )
        layers = [hollow.bars(counted, "end", hollow=True, tips=tips)] if len(hollow.data) else []
        chart = alt.layer(plane.clicked(plane.bars(0, counted, tips=tips)), *layers, plane.figures("end"))
        plane.show(chart, click)

    def controls(block: str) -> None:
        if "funnel_id" in catalog.view(view).columns:
            funnel_picker(view, block, without="stages")

    draw_block(view, draw, title=title, name=name, without="stages", controls=controls, notes=notes)


def _written(block: Block, row: Mapping[Any, Any], counted: str) -> str:
    words = block.context.words
    share = None if pd.isna(row["conversion"]) else row["conversion"]
    text = f"{words.number(row[counted])} · {words.percent(share)}"
    if row["skipped_count"] > 0:
        text = f"{text} · {words('ui.chart.skipped', count=int(row['skipped_count']))}"
    return text
