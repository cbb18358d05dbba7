"""The plan over time: bars of the amount before the outline of the plan, and the percent as a line on its own axis."""

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from ui.blocks.block import Block, Note, draw_block
from ui.charts import frame
from ui.charts.edge import cut, edged_scale, numbers_at_edge
from ui.charts.grains import bucket_labels, grain_switch

HEIGHT = 320
BANDS = ((3, 0.24), (6, 0.4))  # up to so many buckets, what a bar takes of its bucket's place
BAND = 0.62


def plan_course(view: str, *, notes: tuple[Note, ...] = ()) -> None:
    """Draw a view of (bucket, plan_sum, fact_sum, completion, won_count, plan_count)."""

    def draw(block: Block) -> None:
        data = bucket_labels(block)
        for column in ("plan_sum", "fact_sum", "won_count", "plan_count"):
            data[column] = pd.to_numeric(data[column], errors="coerce").astype("float64")
        chart = _Course(block, cut(block.context.words, data, "completion"))
        label = block.view.label(block.context.words.language)
        frame.show(chart.drawn(), block.context, key=f"chart_{block.name}", label=label)

    draw_block(view, draw, controls=grain_switch, own_grain=True, notes=notes)


@dataclass(frozen=True)
class _Course:
    block: Block
    data: pd.DataFrame

    def drawn(self) -> Any:
        amounts = alt.layer(
            self._bars("plan_sum", frame.ink("faint"), 1.0),
            self._bars("fact_sum", frame.colours()[0], 0.62),
        ).resolve_scale(color="independent")
        percent = alt.layer(*self._percent())
        return alt.layer(amounts, percent).resolve_scale(y="independent", color="independent").properties(height=HEIGHT)

    @property
    def _x(self) -> alt.X:
        axis = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, grid=False)
        return alt.X("when:N", sort=list(self.data["when"]), title=None, axis=axis)

    def _bars(self, column: str, shade: str, part: float) -> alt.Chart:
        """Bars of an amount; the fact stands slimmer, so that the plan is seen behind it."""
        words = self.block.context.words
        band = next((band for most, band in BANDS if len(self.data) <= most), BAND) * part
        most = float(self.data[["plan_sum", "fact_sum"]].max().max() or 0)
        scale = alt.Scale(domainMin=0)
        name = self.block.label(column)
        return (
            alt.Chart(self.data.assign(kind=name))
            .mark_bar(cornerRadius=3, width=alt.RelativeBandSize(band))
            .encode(
                x=self._x,
                y=alt.Y(f"{column}:Q", title=None, scale=scale, axis=frame.value_axis(words, "money", most)),
                color=_legend(name, shade, "square"),
                tooltip=self._tips(),
            )
        )

    def _percent(self) -> list[Any]:
        axis = alt.Axis(orient="right", format=".0%", tickCount=5, grid=False)
        y = alt.Y("drawn:Q", title=None, axis=axis, scale=edged_scale(self.data, "completion"))
        name, shade = self.block.label("completion"), frame.colours()[2]
        known = alt.Chart(self.data.dropna(subset=["drawn"]).assign(kind=name))
        colour = _legend(name, shade, "circle")
        line = known.mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=60)).encode(
            x=self._x, y=y, color=colour, tooltip=self._tips()
        )
        return [line, *numbers_at_edge(self.data, self._x, y)]

    def _tips(self) -> list[alt.Tooltip]:
        columns = self.block.view.columns
        found = [alt.Tooltip("when:N", title=self.block.label("bucket"))]
        for column in ("plan_sum", "fact_sum", "completion", "won_count", "plan_count"):
            written = frame.tooltip_format(columns[column].format)
            found.append(alt.Tooltip(f"{column}:Q", title=self.block.label(column), format=written))
        return found


def _legend(name: str, shade: str, symbol: str) -> alt.Color:
    legend = alt.Legend(title=None, orient="top", symbolType=symbol, symbolSize=110, labelLimit=260)
    return alt.Color("kind:N", scale=alt.Scale(domain=[name], range=[shade]), legend=legend)
