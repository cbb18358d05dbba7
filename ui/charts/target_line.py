"""A share over time as a line, and the target it should reach as a dashed line across."""

import altair as alt
import pandas as pd

from ui.blocks.block import Block, Note, draw_block
from ui.charts import style
from ui.charts.drawing import draw_chart
from ui.charts.finished import Drawing
from ui.charts.grains import grain_switch, labelled_buckets
from ui.charts.layers import Layers, named_rows

TARGET = named_rows("target")  # one row: the share and its label
HEIGHT = 260


def target_line(
    view: str, *, value: str, target: str, tooltip: tuple[str, ...] = (), notes: tuple[Note, ...] = ()
) -> None:
    """Draw the share ``value`` by bucket as a line, and ``target``, the same in every bucket, as a dashed one.

    ``tooltip`` names further columns of the tooltip.
    """

    def make(block: Block) -> Drawing:
        data = style.to_floats(labelled_buckets(block), (value, target, *tooltip))
        rows = {"rows": data}
        layers = [_value_layer(block, value, tooltip)]
        if not pd.isna(share := data[target].max()):
            label = f"{block.label(target)} {block.context.words.percent(share, 0)}"
            rows["target"] = pd.DataFrame({target: [float(share)], "label": [label]})
            layers += _target_layers(target)
        return Drawing(Layers(layers, height=HEIGHT), rows)

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block)

    draw_block(view, draw, controls=grain_switch, own_grain=True, notes=notes)


def _value_layer(block: Block, value: str, tooltip: tuple[str, ...]) -> alt.Chart:
    colour = style.colours()[0]
    line: alt.Chart = alt.Chart(named_rows()).mark_line(
        strokeWidth=2.5, color=colour, point=alt.OverlayMarkDef(size=60, color=colour)
    )
    axis = style.value_axis(block.context.words, "share", 1.0)
    return line.encode(
        x=style.bucket_axis(),
        y=alt.Y(field=value, type="quantitative", title=None, axis=axis, scale=_from_zero()),
        tooltip=[style.bucket_tooltip(block), *style.value_tooltips(block, (value, *tooltip))],
    )


def _target_layers(target: str) -> list[alt.Chart]:
    """The dashed line and its label; they draw the row ``target``."""
    colour, chart = style.colours()[4], alt.Chart(TARGET)
    y = alt.Y(field=target, type="quantitative", scale=_from_zero())
    return [
        chart.mark_rule(strokeDash=[6, 4], strokeWidth=1.8, color=colour).encode(y=y),
        chart.mark_text(align="right", dy=-8, fontSize=12, color=colour).encode(
            x=alt.XValue("width"), y=y, text=alt.Text(field="label", type="nominal")
        ),
    ]


def _from_zero() -> alt.Scale:
    return alt.Scale(domainMin=0)
