"""Sales by bucket of time, new and repeat ones stacked, against the bucket before and the same one a year ago."""

from dataclasses import dataclass
from typing import Literal

import altair as alt
import pandas as pd

from ui.blocks.block import Block, Note, draw_block
from ui.blocks.switches import chosen_measure, measure_switch
from ui.charts import style
from ui.charts.drawing import draw_chart
from ui.charts.finished import Drawing
from ui.charts.grains import grain_switch, labelled_buckets
from ui.charts.layers import Chart, Layers, named_rows

PARTS = named_rows("parts")  # a row for the new and one for the repeat sales of each bucket
HEIGHT = 340
OVERHANG = 0.08  # how far the mark of the bucket before reaches beyond the bar, in bands


def sales_comparison(view: str, *, notes: tuple[Note, ...] = ()) -> None:
    """Draw a view of (bucket, won_*, new_*, repeat_*, previous_*, year_ago_*), each of them a count and a sum.

    What was won stands behind in grey: sales that are neither new nor repeat are seen there.
    """

    def controls(block: str) -> None:
        measure_switch(block)
        grain_switch(block)

    def make(block: Block) -> Drawing:
        figures = [name for name in block.view.columns if name != "bucket"]
        data = style.to_floats(labelled_buckets(block), figures)
        return _Comparison(block, data, chosen_measure(block.name)).drawing()

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block)

    draw_block(view, draw, controls=controls, own_grain=True, notes=notes)


@dataclass(frozen=True)
class _Comparison:
    """The layers of the chart; ``measure`` is "sum" or "count"."""

    block: Block
    data: pd.DataFrame
    measure: str

    def drawing(self) -> Drawing:
        bars = Layers([self._won(), self._new_and_repeat()], scales={"color": "shared"})
        layers: list[Chart] = [bars, self._previous(), self._year_ago()]
        chart = Layers(layers, height=HEIGHT, scales={"color": "independent"})
        kinds = {f"{part}_kind": self._name(part) for part in ("previous", "year_ago")}
        return Drawing(chart, {"rows": self.data.assign(**kinds), "parts": self._parts()})

    def _column(self, part: str) -> str:
        return f"{part}_{self.measure}"

    def _name(self, part: str) -> str:
        return self.block.context.words(f"ui.compared.{part}")

    @property
    def _width(self) -> float:
        return style.bar_width(len(self.data))

    @property
    def _x(self) -> alt.X:
        return style.bucket_axis()

    def _y(self, column: str, *, is_stacked: bool = False) -> alt.Y:
        highest = [self._column(part) for part in ("won", "previous", "year_ago")]
        largest = float(self.data[highest].max().max() or 0)
        kind = self.block.view.columns[self._column("won")].format
        axis = style.value_axis(self.block.context.words, kind, largest)
        stack: Literal["zero"] | None = "zero" if is_stacked else None
        return alt.Y(field=column, type="quantitative", stack=stack, title=None, axis=axis)

    def _tooltips(self) -> list[alt.Tooltip]:
        columns = [self._column(part) for part in ("won", "new", "repeat", "previous", "year_ago")]
        return [style.bucket_tooltip(self.block), *style.value_tooltips(self.block, columns)]

    def _won(self) -> alt.Chart:
        mark: alt.Chart = alt.Chart(named_rows()).mark_bar(
            cornerRadius=3, width=alt.RelativeBandSize(self._width), color=style.ink("faint")
        )
        return mark.encode(x=self._x, y=self._y(self._column("won")), tooltip=self._tooltips())

    def _parts(self) -> pd.DataFrame:
        """A row for each part of each bar, with the figures of its tooltip."""
        names = {self._column(part): self._name(part) for part in ("new", "repeat")}
        long = self.data.melt(
            id_vars=[name for name in self.data.columns if name not in names],
            value_vars=list(names),
            var_name="part",
            value_name="amount",
        )
        tooltip_columns = self.data.set_index("when")[list(names)]
        long = long.join(tooltip_columns, on="when")
        long["kind"] = long["part"].map(names)
        long["place"] = long["part"].map({column: place for place, column in enumerate(names)})
        return long

    def _new_and_repeat(self) -> alt.Chart:
        mark: alt.Chart = alt.Chart(PARTS).mark_bar(cornerRadius=2, width=alt.RelativeBandSize(self._width))
        names = [self._name(part) for part in ("new", "repeat")]
        colour = alt.Color(
            field="kind",
            type="nominal",
            scale=alt.Scale(domain=names, range=list(style.colours()[:2])),
            legend=alt.Legend(title=None, orient="top", symbolType="circle"),
        )
        y = self._y("amount", is_stacked=True)
        return mark.encode(
            x=self._x, y=y, color=colour, order=alt.Order(field="place", type="quantitative"), tooltip=self._tooltips()
        )

    def _previous(self) -> alt.Chart:
        """A rule across each bar and a little beyond it."""
        reach = self._width / 2 + OVERHANG
        x = alt.X(field="when", type="nominal", sort=style.in_order("at"), bandPosition=0.5 - reach)
        x2 = alt.X2(field="when", bandPosition=0.5 + reach)
        mark: alt.Chart = alt.Chart(named_rows()).mark_rule(strokeWidth=2.5)
        colour = self._colour("previous", style.ink("text"), "stroke")
        y = self._y(self._column("previous"))
        return mark.encode(x=x, x2=x2, y=y, color=colour, tooltip=self._tooltips())

    def _year_ago(self) -> alt.Chart:
        mark: alt.Chart = alt.Chart(named_rows()).mark_point(
            shape="diamond", size=95, filled=True, opacity=1, stroke=style.ink("card"), strokeWidth=1
        )
        colour = self._colour("year_ago", style.colours()[2], "diamond")
        return mark.encode(x=self._x, y=self._y(self._column("year_ago")), color=colour, tooltip=self._tooltips())

    def _colour(self, part: str, colour: str, symbol: str) -> alt.Color:
        """One colour for all marks of a layer, and its entry of the legend."""
        legend = alt.Legend(title=None, orient="top", symbolType=symbol, symbolStrokeWidth=2.5, symbolSize=110)
        scale = alt.Scale(domain=[self._name(part)], range=[colour])
        return alt.Color(field=f"{part}_kind", type="nominal", scale=scale, legend=legend)
