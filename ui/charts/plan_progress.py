"""The plan over time: bars of the fact before wider ones of the plan, and the percent as a line on its own axis."""

from dataclasses import dataclass

import altair as alt
import pandas as pd

from ui.blocks.block import Block, Note, draw_block
from ui.charts import style
from ui.charts.capped_axis import above_cap, cap_label_layers, capped_scale, with_capped
from ui.charts.drawing import draw_chart
from ui.charts.finished import Drawing
from ui.charts.grains import grain_switch, labelled_buckets
from ui.charts.layers import Layers, named_rows

HEIGHT = 320
PERCENTS = named_rows("percents")  # the rows that have one: a line goes on over those without
FACT_WIDTH = 0.62  # of the bar of the plan, so that the plan is seen behind it


def plan_progress(view: str, *, notes: tuple[Note, ...] = ()) -> None:
    """Draw a view of (bucket, plan_sum, fact_sum, completion, won_count, plan_count)."""

    def make(block: Block) -> Drawing:
        data = style.to_floats(labelled_buckets(block), ("plan_sum", "fact_sum", "won_count", "plan_count"))
        return _Progress(block, with_capped(block.context.words, data, "completion")).drawing()

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block)

    draw_block(view, draw, controls=grain_switch, own_grain=True, notes=notes)


@dataclass(frozen=True)
class _Progress:
    """The layers of the chart."""

    block: Block
    data: pd.DataFrame

    def drawing(self) -> Drawing:
        above = above_cap(self.data)
        bars = [
            self._bars("plan_sum", style.ink("faint"), 1.0),
            self._bars("fact_sum", style.colours()[0], FACT_WIDTH),
        ]
        amounts = Layers(bars, scales={"color": "independent"})
        percents = Layers(self._percents(above))
        chart = Layers([amounts, percents], height=HEIGHT, scales={"y": "independent", "color": "independent"})
        kinds = {f"{column}_kind": self.block.label(column) for column in ("plan_sum", "fact_sum", "completion")}
        data = self.data.assign(**kinds)
        return Drawing(chart, {"rows": data, "percents": data.dropna(subset=["capped"]), "above": above})

    @property
    def _x(self) -> alt.X:
        return style.bucket_axis()

    def _bars(self, column: str, colour: str, part: float) -> alt.Chart:
        """Bars of an amount that take ``part`` of the ordinary width."""
        width = style.bar_width(len(self.data)) * part
        largest = float(self.data[["plan_sum", "fact_sum"]].max().max() or 0)
        axis = style.value_axis(self.block.context.words, "money", largest)
        mark: alt.Chart = alt.Chart(named_rows()).mark_bar(cornerRadius=3, width=alt.RelativeBandSize(width))
        return mark.encode(
            x=self._x,
            y=alt.Y(field=column, type="quantitative", title=None, scale=alt.Scale(domainMin=0), axis=axis),
            color=self._colour(column, colour, "square"),
            tooltip=self._tooltips(),
        )

    def _percents(self, above: pd.DataFrame) -> list[alt.Chart]:
        axis = alt.Axis(orient="right", format=".0%", tickCount=5, grid=False)
        y = alt.Y(
            field="capped", type="quantitative", title=None, axis=axis, scale=capped_scale(self.data, "completion")
        )
        mark: alt.Chart = alt.Chart(PERCENTS).mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=60))
        colour = self._colour("completion", style.colours()[2], "circle")
        line = mark.encode(x=self._x, y=y, color=colour, tooltip=self._tooltips())
        return [line, *cap_label_layers(above, self._x, y)]

    def _tooltips(self) -> list[alt.Tooltip]:
        columns = ("plan_sum", "fact_sum", "completion", "won_count", "plan_count")
        return [style.bucket_tooltip(self.block), *style.value_tooltips(self.block, columns)]

    def _colour(self, column: str, colour: str, symbol: str) -> alt.Color:
        """One colour for all marks of a layer, and its entry of the legend."""
        legend = alt.Legend(title=None, orient="top", symbolType=symbol, symbolSize=110, labelLimit=260)
        scale = alt.Scale(domain=[self.block.label(column)], range=[colour])
        return alt.Color(field=f"{column}_kind", type="nominal", scale=scale, legend=legend)
