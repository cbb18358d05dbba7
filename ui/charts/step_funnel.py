"""A funnel of steps: bars around one middle, each with its number and its shares."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from ui.blocks.block import Block, draw_block
from ui.charts import style
from ui.charts.drawing import draw_chart
from ui.charts.finished import Drawing
from ui.charts.layers import Layers, named_rows

STEP_HEIGHT = 74  # pixels
OPACITIES = (1.0, 0.78, 0.58)  # of the first step, the second, and all others
FIGURES = ("step_count", "share_of_first", "share_of_previous")


def step_funnel(view: str, *, title: str | None = None) -> None:
    """Draw a view of (step, step_count, share_of_first, share_of_previous), in the view's order."""

    def make(block: Block) -> Drawing:
        words, records = block.context.words, block.table.records()
        data = pd.DataFrame(records)
        data["step_name"] = [words(f"said.step.{row['step']}") for row in records]
        data["label"] = [_label(block, row) for row in records]
        data["left"], data["right"] = -data["step_count"] / 2, data["step_count"] / 2
        data["opacity"] = [OPACITIES[min(place, len(OPACITIES) - 1)] for place in range(len(records))]
        data = style.to_floats(data, FIGURES).assign(place=range(len(records)))
        largest = float(data["step_count"].max()) or 1.0
        x = alt.Scale(domain=[-largest / 2, largest / 2], nice=False)
        y = alt.Y(field="step_name", type="nominal", sort=style.in_order("place"), title=None, axis=None)
        step = alt.Tooltip(field="step_name", type="nominal", title=block.label("step"))
        chart = alt.Chart(named_rows())
        bars = chart.mark_bar(
            cornerRadius=5, color=style.colours()[0], height=alt.RelativeBandSize(0.5), yOffset=14
        ).encode(
            x=alt.X(field="left", type="quantitative", title=None, axis=None, scale=x),
            x2=alt.X2(field="right"),
            y=y,
            opacity=alt.Opacity(field="opacity", type="quantitative", scale=None),
            tooltip=[step, *style.value_tooltips(block, FIGURES)],
        )
        labels = chart.mark_text(dy=-16, fontSize=13, color=style.ink("text")).encode(
            x=alt.XDatum(0), y=y, text=alt.Text(field="label", type="nominal")
        )
        layers = Layers([bars, labels], height=STEP_HEIGHT * len(records))
        return Drawing(layers, {"rows": data})

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block)

    draw_block(view, draw, title=title)


def _label(block: Block, row: Mapping[str, Any]) -> str:
    """ "Сделки: 12", and of each step but the first its share of the first and of the one before."""
    words = block.context.words
    step = f"{words('said.step.' + row['step'])}: {words.number(row['step_count'])}"
    if row["share_of_previous"] is None:
        return step
    first = words.percent(row["share_of_first"])
    if row["share_of_previous"] == row["share_of_first"]:
        return words("ui.chart.second_step", step=step, first=first)
    return words("ui.chart.step", step=step, first=first, previous=words.percent(row["share_of_previous"]))
