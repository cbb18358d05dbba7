"""A share over time as a line, and the target it should reach as a dashed line across."""

import altair as alt
import pandas as pd

from ui.blocks.block import Block, Note, draw_block
from ui.charts import style
from ui.charts.drawing import draw_chart
from ui.charts.grains import grain_switch, labelled_buckets

HEIGHT = 260


def target_line(
    view: str, *, value: str, target: str, tooltip: tuple[str, ...] = (), notes: tuple[Note, ...] = ()
) -> None:
    """Draw the share ``value`` by bucket as a line, and ``target``, the same in every bucket, as a dashed one.

    ``tooltip`` names further columns of the tooltip.
    """

    def draw(block: Block) -> None:
        data = style.to_floats(labelled_buckets(block), (value, target, *tooltip))
        layers = [_value_layer(block, data, value, tooltip), *_target_layers(block, data, target)]
        draw_chart(alt.LayerChart(layer=layers).properties(height=HEIGHT), block)

    draw_block(view, draw, controls=grain_switch, own_grain=True, notes=notes)


def _value_layer(block: Block, data: pd.DataFrame, value: str, tooltip: tuple[str, ...]) -> alt.Chart:
    colour = style.colours()[0]
    line: alt.Chart = alt.Chart(data).mark_line(
        strokeWidth=2.5, color=colour, point=alt.OverlayMarkDef(size=60, color=colour)
    )
    axis = style.value_axis(block.context.words, "share", 1.0)
    return line.encode(
        x=style.bucket_axis(data["when"]),
        y=alt.Y(f"{value}:Q", title=None, axis=axis, scale=_from_zero()),
        tooltip=[style.bucket_tooltip(block), *style.value_tooltips(block, (value, *tooltip))],
    )


def _target_layers(block: Block, data: pd.DataFrame, target: str) -> list[alt.Chart]:
    """The dashed line and its label; nothing where there is no target."""
    share, colour = data[target].max(), style.colours()[4]
    if pd.isna(share):
        return []
    label = f"{block.label(target)} {block.context.words.percent(share, 0)}"
    chart = alt.Chart(pd.DataFrame({target: [float(share)], "label": [label]}))
    y = alt.Y(f"{target}:Q", scale=_from_zero())
    return [
        chart.mark_rule(strokeDash=[6, 4], strokeWidth=1.8, color=colour).encode(y=y),
        chart.mark_text(align="right", dy=-8, fontSize=12, color=colour).encode(
            x=alt.value("width"), y=y, text="label:N"
        ),
    ]


def _from_zero() -> alt.Scale:
    return alt.Scale(domainMin=0)
