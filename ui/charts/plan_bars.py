"""Fact against plan, row by row: bars with a tick where the plan stands, or percents of the plan up to a cap."""

import pandas as pd

from ui import theme
from ui.blocks.block import Block, draw_block
from ui.blocks.switches import switch
from ui.charts import style
from ui.charts.capped_axis import CAP, with_capped
from ui.charts.drawing import ClickFilter, draw_chart
from ui.charts.finished import Drawing
from ui.charts.ranked_bars import RankedRows, ordered_rows
from ui.state import url_state
from ui.state.page_context import PageContext, current

MODES = ("sum", "percent")
MOST = 30  # rows of a chart; a table beside it holds all
ROW_HEIGHT = 30
ROOM, PHONE_ROOM = 1.8, 2.8  # the axis is longer than the longest bar, for an amount and a percent behind it
MET, UNMET, NO_PLAN = 1, 0, 8  # places in the palette
TOOLTIP = ("plan_sum", "fact_sum", "completion", "won_count")


def plan_bars(view: str, *, name_column: str, id_column: str, pick: str, title: str, name: str) -> None:
    """Draw ``fact_sum`` of each row against its ``plan_sum``, or its ``completion``; a click filters by ``pick``."""

    def controls(block: str) -> None:
        switch(f"{block}_mode", MODES, lambda mode: current().words(f"ui.goal.{mode}"))

    click = ClickFilter(pick)

    def note_of_omitted(context: PageContext) -> str | None:
        count = len(context.table(view, without=pick).rows)
        return context.words("ui.goal.first", count=MOST) if count > MOST else None

    def make(block: Block) -> Drawing:
        is_percent = url_state.switch(f"{block.name}_mode", MODES) == "percent"
        value = "completion" if is_percent else "fact_sum"
        data = ordered_rows(block, name_column, id_column, value, row_filter=_with_plan_or_fact).head(MOST)
        data = with_capped(block.context.words, data, "completion")
        data["shade"] = [_colour(share) for share in data["completion"]]
        data["picked"] = click.picked(list(data[id_column]))
        if is_percent:
            rows, bar_end, tick = _percent_rows(block, data, name_column, id_column), "capped", "whole"
        else:
            rows, bar_end, tick = _amount_rows(block, data, name_column, id_column), "fact_sum", "plan_sum"
        tooltips = rows.tooltips(TOOLTIP)
        bars = rows.clickable(rows.bars(bar_end, tooltips=tooltips))
        layers = [bars, rows.ticks(tick, tooltips=tooltips), rows.labels("end")]
        return rows.drawing(layers, row_height=ROW_HEIGHT)

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block, click=click, id_column=id_column)

    draw_block(
        view,
        draw,
        name=name,
        title=title,
        without=pick,
        controls=controls,
        notes=["ui.goal.note", note_of_omitted],
    )


def _with_plan_or_fact(_: Block, data: pd.DataFrame) -> pd.DataFrame:
    """The rows with a plan or a fact: deals in work alone draw nothing."""
    return data[(data["fact_sum"] != 0) | (data["plan_sum"] != 0)].copy()


def _amount_rows(block: Block, data: pd.DataFrame, name_column: str, id_column: str) -> RankedRows:
    words, currency = block.context.words, block.context.currency
    labels = [
        f"{words.short_money(row['fact_sum'], currency)} · {words.percent(_share(row['completion']), 0)}"
        for row in data.to_dict("records")
    ]
    data = data.assign(end=data[["fact_sum", "plan_sum"]].max(axis=1), label=labels)
    return RankedRows(block, data, name_column, id_column, "end", room=PHONE_ROOM if theme.is_narrow() else ROOM)


def _percent_rows(block: Block, data: pd.DataFrame, name_column: str, id_column: str) -> RankedRows:
    labels = [block.context.words.percent(_share(share), 0) for share in data["completion"]]
    capped = data["capped"].fillna(0.0)
    data = data.assign(whole=1.0, capped=capped, end=capped.clip(lower=1.0), label=labels)
    return RankedRows(block, data, name_column, id_column, "end", largest=CAP, room=1.15)


def _share(value: float) -> float | None:
    return None if pd.isna(value) else value


def _colour(completion: float) -> str:
    place = NO_PLAN if pd.isna(completion) else MET if completion >= 1 else UNMET
    return style.colours()[place]
