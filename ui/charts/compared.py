"""Sales by bucket, new and repeat ones stacked, against the bucket before and the same one a year ago."""

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from ui.blocks.block import Block, Note, draw_block
from ui.blocks.switches import chosen_measure, measure_switch
from ui.charts import frame
from ui.charts.grains import bucket_labels, grain_switch

HEIGHT = 340
BANDS = ((3, 0.24), (6, 0.4))  # up to so many buckets, what a bar takes of its bucket's place
BAND = 0.62
OVERHANG = 0.08  # how far the mark of the bucket before reaches beyond the bar


def compared(view: str, *, notes: tuple[Note, ...] = ()) -> None:
    """Draw a view of (bucket, won_*, new_*, repeat_*, previous_*, year_ago_*), each of them a count and a sum.

    What was won stands behind in grey: sales that are neither new nor repeat are seen there.
    """

    def controls(block: str) -> None:
        measure_switch(block)
        grain_switch(block)

    def draw(block: Block) -> None:
        measure = chosen_measure(block.name)
        data = bucket_labels(block)
        for column in block.view.columns.values():
            if column.name != "bucket":
                data[column.name] = pd.to_numeric(data[column.name], errors="coerce").astype("float64")
        chart = _Compared(block, data, measure)
        frame.show(
            chart.drawn(),
            block.context,
            key=f"chart_{block.name}",
            label=block.view.label(block.context.words.language),
        )

    draw_block(view, draw, controls=controls, own_grain=True, notes=notes)


@dataclass(frozen=True)
class _Compared:
    """The chart of one measure."""

    block: Block
    data: pd.DataFrame
    measure: str

    def drawn(self) -> Any:
        bars = alt.layer(self._whole(), self._parts()).resolve_scale(color="shared")
        layers = [bars, self._before(), self._year_ago()]
        return alt.layer(*layers).resolve_scale(color="independent").properties(height=HEIGHT)

    def _column(self, part: str) -> str:
        return f"{part}_{self.measure}"

    def _word(self, name: str) -> str:
        return self.block.context.words(f"ui.compared.{name}")

    @property
    def _band(self) -> float:
        return next((band for most, band in BANDS if len(self.data) <= most), BAND)

    @property
    def _x(self) -> alt.X:
        axis = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, grid=False)
        return alt.X("when:N", sort=list(self.data["when"]), title=None, axis=axis)

    def _y(self, column: str) -> alt.Y:
        tops = [self._column(part) for part in ("won", "previous", "year_ago")]
        most = float(self.data[tops].max().max() or 0)
        kind = self.block.view.columns[self._column("won")].format
        return alt.Y(f"{column}:Q", stack=None, title=None, axis=frame.value_axis(self.block.context.words, kind, most))

    def _tips(self) -> list[alt.Tooltip]:
        block = self.block
        found = [alt.Tooltip("when:N", title=block.label("bucket"))]
        for part in ("won", "new", "repeat", "previous", "year_ago"):
            column = self._column(part)
            written = frame.tooltip_format(block.view.columns[column].format)
            found.append(alt.Tooltip(f"{column}:Q", title=block.label(column), format=written))
        return found

    def _whole(self) -> Any:
        mark = alt.Chart(self.data).mark_bar(
            cornerRadius=3, width=alt.RelativeBandSize(self._band), color=frame.ink("faint")
        )
        return mark.encode(x=self._x, y=self._y(self._column("won")), tooltip=self._tips())

    def _parts(self) -> Any:
        parts = ("new", "repeat")
        named = {self._column(part): self._word(part) for part in parts}
        long = self.data.melt(
            id_vars=[name for name in self.data.columns if name not in named],
            value_vars=list(named),
            var_name="part",
            value_name="amount",
        )
        beside = self.data.set_index("when")[list(named)]
        long = long.join(beside, on="when")
        long["kind"] = long["part"].map(named)
        long["place"] = long["part"].map({column: place for place, column in enumerate(named)})
        mark = alt.Chart(long).mark_bar(cornerRadius=2, width=alt.RelativeBandSize(self._band))
        colour = alt.Color(
            "kind:N",
            scale=alt.Scale(domain=list(named.values()), range=list(frame.colours()[:2])),
            legend=alt.Legend(title=None, orient="top", symbolType="circle"),
        )
        y = self._y("amount")
        y.stack = "zero"
        return mark.encode(x=self._x, y=y, color=colour, order=alt.Order("place:Q"), tooltip=self._tips())

    def _before(self) -> Any:
        reach = self._band / 2 + OVERHANG
        ends = {
            "x": alt.X("when:N", sort=list(self.data["when"]), bandPosition=0.5 - reach),
            "x2": alt.X2("when", bandPosition=0.5 + reach),
        }
        mark = alt.Chart(self.data.assign(kind=self._word("previous"))).mark_rule(strokeWidth=2.5)
        colour = self._legend("previous", frame.ink("text"), "stroke")
        return mark.encode(**ends, y=self._y(self._column("previous")), color=colour, tooltip=self._tips())

    def _year_ago(self) -> Any:
        mark = alt.Chart(self.data.assign(kind=self._word("year_ago"))).mark_point(
            shape="diamond", size=95, filled=True, opacity=1, stroke=frame.ink("card"), strokeWidth=1
        )
        colour = self._legend("year_ago", frame.colours()[2], "diamond")
        return mark.encode(x=self._x, y=self._y(self._column("year_ago")), color=colour, tooltip=self._tips())

    def _legend(self, name: str, shade: str, symbol: str) -> alt.Color:
        legend = alt.Legend(title=None, orient="top", symbolType=symbol, symbolStrokeWidth=2.5, symbolSize=110)
        return alt.Color("kind:N", scale=alt.Scale(domain=[self._word(name)], range=[shade]), legend=legend)
