"""A funnel of steps: bars around one middle, each with its number and its shares."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from ui.blocks.block import Block, draw_block
from ui.charts import frame

LINE = 74  # pixels of a step
FADE = (1.0, 0.78, 0.58)


def steps(view: str, *, title: str | None = None) -> None:
    """Draw a view of (step, step_count, share_of_first, share_of_previous), in the view's order."""

    def draw(block: Block) -> None:
        words = block.context.words
        records = block.table.records()
        data = pd.DataFrame(records)
        data["named"] = [words(f"said.step.{row['step']}") for row in records]
        data["written"] = [_written(block, row) for row in records]
        data["left"], data["right"] = -data["step_count"] / 2, data["step_count"] / 2
        data["fade"] = [FADE[min(place, len(FADE) - 1)] for place in range(len(records))]
        most = float(data["step_count"].max()) or 1.0
        y = alt.Y("named:N", sort=list(data["named"]), title=None, axis=None)
        x = alt.Scale(domain=[-most / 2, most / 2], nice=False)
        tips = [alt.Tooltip("named:N", title=block.label("step"))]
        for column in ("step_count", "share_of_first", "share_of_previous"):
            written = frame.tooltip_format(block.view.columns[column].format)
            tips.append(alt.Tooltip(f"{column}:Q", title=block.label(column), format=written))
            data[column] = pd.to_numeric(data[column], errors="coerce").astype("float64")
        rows = alt.Chart(data)
        bars = rows.mark_bar(
            cornerRadius=5, color=frame.colours()[0], height=alt.RelativeBandSize(0.5), yOffset=14
        ).encode(
            x=alt.X("left:Q", title=None, axis=None, scale=x),
            x2="right",
            y=y,
            opacity=alt.Opacity("fade:Q", scale=None),
            tooltip=tips,
        )
        middle = {"x": alt.XDatum(0), "y": y}
        names = rows.mark_text(dy=-16, fontSize=13, color=frame.ink("text")).encode(**middle, text="written:N")
        label = block.view.label(words.language)
        chart = alt.layer(bars, names).properties(height=LINE * len(records))
        frame.show(chart, block.context, key=f"chart_{block.name}", label=label)

    draw_block(view, draw, title=title)


def _written(block: Block, row: Mapping[Any, Any]) -> str:
    words = block.context.words
    step = row["step"]
    text = f"{words(f'said.step.{step}')}: {words.number(row['step_count'])}"
    if row["share_of_previous"] is None:
        return text
    if row["share_of_previous"] == row["share_of_first"]:
        return words("ui.chart.second_step", step=text, first=words.percent(row["share_of_first"]))
    return words(
        "ui.chart.step",
        step=text,
        first=words.percent(row["share_of_first"]),
        previous=words.percent(row["share_of_previous"]),
    )
