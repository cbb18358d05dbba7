"""Fact against plan, row by row: bars with a tick where the plan stands, or percents of the plan up to an edge."""

import altair as alt
import pandas as pd

from ui import theme
from ui.blocks.block import Block, draw_block
from ui.blocks.switches import switch
from ui.charts import frame
from ui.charts.edge import EDGE, cut
from ui.charts.ranked import Click, Plane, rows_of
from ui.state import url_state
from ui.state.page_context import PageContext, current

MODES = ("sum", "percent")
MOST = 30  # rows of a chart; a table beside it holds all
LINE = 30
ROOM, PHONE_ROOM = 1.8, 2.8  # the plane is longer than the longest bar, for an amount and a percent behind it
MET, UNMET, NO_PLAN = 1, 0, 8  # places in the palette


def goal_bars(view: str, *, named: str, identified: str, pick: str, title: str, name: str) -> None:
    """Draw ``fact_sum`` of each row against its ``plan_sum``, or its ``completion``; a click filters by ``pick``."""

    def controls(block: str) -> None:
        switch(f"{block}_mode", MODES, lambda mode: current().words(f"ui.goal.{mode}"))

    def cut_short(context: PageContext) -> str | None:
        known = len(context.table(view, without=pick).rows)
        return context.words("ui.goal.first", count=MOST) if known > MOST else None

    def draw(block: Block) -> None:
        is_percent = url_state.switch(f"{block.name}_mode", MODES) == "percent"
        click = Click(pick)
        main = "completion" if is_percent else "fact_sum"
        data = rows_of(block, named, identified, None, main, narrowed=_with_something).head(MOST)
        data = cut(block.context.words, data, "completion")
        data["shade"] = [_shade(share) for share in data["completion"]]
        data["picked"] = click.picked(list(data[identified]))
        plane = _percents(block, data, (named, identified)) if is_percent else _sums(block, data, (named, identified))
        ends, goal = ("drawn", "whole") if is_percent else ("fact_sum", "plan_sum")
        tips = plane.tips(["plan_sum", "fact_sum", "completion", "won_count"])
        bars = plane.clicked(plane.bars(0, ends, tips=tips))
        layers = alt.layer(bars, plane.ticks(goal, tips=tips), plane.figures("ahead"))
        plane.show(layers, click, line=LINE)

    draw_block(view, draw, name=name, title=title, without=pick, controls=controls, notes=["ui.goal.note", cut_short])


def _with_something(_: Block, data: pd.DataFrame) -> pd.DataFrame:
    """Those with a plan or a fact: deals in work alone draw nothing."""
    return data[(data["fact_sum"] != 0) | (data["plan_sum"] != 0)].copy()


def _sums(block: Block, data: pd.DataFrame, keys: tuple[str, str]) -> Plane:
    words, currency = block.context.words, block.context.currency
    written = [
        f"{words.short_money(row['fact_sum'], currency)} · {words.percent(_known(row['completion']), 0)}"
        for row in data.to_dict("records")
    ]
    drawn = data.assign(ahead=data[["fact_sum", "plan_sum"]].max(axis=1), written=written)
    return Plane(block, drawn, *keys, "ahead", room=PHONE_ROOM if theme.is_narrow() else ROOM)


def _percents(block: Block, data: pd.DataFrame, keys: tuple[str, str]) -> Plane:
    words = block.context.words
    drawn = data.assign(
        whole=1.0,
        ahead=data["drawn"].fillna(0.0).clip(lower=1.0),
        written=[words.percent(_known(share), 0) for share in data["completion"]],
    )
    return Plane(block, drawn.assign(drawn=drawn["drawn"].fillna(0.0)), *keys, "ahead", most=EDGE, room=1.15)


def _known(value: float) -> float | None:
    return None if pd.isna(value) else value


def _shade(completion: float) -> str:
    place = NO_PLAN if pd.isna(completion) else MET if completion >= 1 else UNMET
    return frame.colours()[place]
