"""The way through the stages: how many were on each, as bars, and how many skipped it, as dashed outlines behind."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from metrics.query import catalog
from ui.blocks.block import Block, Note, draw_block
from ui.blocks.switches import funnel_picker, rows_of_chosen_funnel
from ui.charts.drawing import ClickFilter, draw_chart
from ui.charts.finished import Drawing
from ui.charts.ranked_bars import RankedRows, ordered_rows

SKIPPED = "skipped"  # the stages that somebody skipped
ROOM = 1.85  # of the longest bar: three figures stand behind it


def stage_funnel(
    view: str,
    *,
    count_column: str,
    prefix: str,
    title: str | None = None,
    name: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw the conversion of stages: ``count_column`` is the number of those that were on a stage.

    ``prefix`` precedes the id of a stage in the filter a click sets ("deal:"). A view of several funnels shows one of
    them, chosen in the head.
    """
    click = ClickFilter("stages", prefix)

    def make(block: Block) -> Drawing:
        data = ordered_rows(
            block, "stage", "stage_id", count_column, order="stage_sort", row_filter=rows_of_chosen_funnel
        )
        data["label"] = [_label(block, row, count_column) for row in data.to_dict("records")]
        data["picked"] = click.picked(list(data["stage_id"]))
        data["end"] = data[[count_column, "reached_count"]].max(axis=1)
        largest = float(data["end"].max() or 0) or 1.0
        rows = RankedRows(block, data, "stage", "stage_id", "end", ROOM, largest)
        tooltips = rows.tooltips([count_column, "conversion", "reached_count", "skipped_count"])
        skipped = data[data["skipped_count"] > 0]
        part = RankedRows(block, skipped, "stage", "stage_id", "end", ROOM, largest, SKIPPED)
        outlines = [part.outlines(count_column, "end", tooltips=tooltips)] if len(skipped) else []
        bars = rows.clickable(rows.bars(count_column, tooltips=tooltips))
        return rows.drawing([bars, *outlines, rows.labels("end")], skipped=skipped)

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block, click=click, id_column="stage_id")

    def controls(block: str) -> None:
        if "funnel_id" in catalog.view(view).columns:
            funnel_picker(view, block, without="stages")

    draw_block(view, draw, title=title, name=name, without="stages", controls=controls, notes=notes)


def _label(block: Block, row: Mapping[Any, Any], count_column: str) -> str:
    """ "12 · 40,0 % · мимо 3": how many were on the stage, their share, and how many skipped it."""
    words = block.context.words
    share = None if pd.isna(row["conversion"]) else row["conversion"]
    text = f"{words.number(row[count_column])} · {words.percent(share)}"
    if row["skipped_count"] > 0:
        text = f"{text} · {words('ui.chart.skipped', count=int(row['skipped_count']))}"
    return text
