"""Horizontal bars of a few rows, side by side for each colour: reasons, bands, states."""

from collections.abc import Sequence

import altair as alt

from ui.blocks.block import Block, draw_block
from ui.blocks.value_labels import value_label
from ui.charts import style
from ui.charts.drawing import draw_chart
from ui.charts.finished import Drawing
from ui.charts.layers import Layers, named_rows

BAR_HEIGHT = 22  # pixels
MARGIN = 90


def grouped_bars(
    view: str,
    *,
    name_column: str,
    value: str,
    colour_column: str,
    tooltip: Sequence[str] = (),
    title: str | None = None,
) -> None:
    """Draw the column ``value`` by ``name_column``, a bar for each value of ``colour_column``.

    Rows stand by the sum of their bars, the largest first; ``tooltip`` names further columns of the tooltip.
    """

    def make(block: Block) -> Drawing:
        words, columns = block.context.words, block.view.columns
        data = style.to_floats(block.table.frame(), (value, *tooltip))
        for column in (name_column, colour_column):
            rows = [{column: each} for each in data[column]]
            data[column] = [value_label(words, column, row) or row[column] for row in rows]
        order = list(data.groupby(name_column)[value].sum().sort_values(ascending=False).index)
        data["place"] = data[name_column].map({name: place for place, name in enumerate(order)})
        series = sorted(set(data[colour_column]))
        data["series"] = data[colour_column].map({name: place for place, name in enumerate(series)})
        y_axis = alt.Axis(labelLimit=300, ticks=False, domain=False)
        x_axis = style.value_axis(words, columns[value].format, float(data[value].max()))
        position = {
            "y": alt.Y(field=name_column, type="nominal", sort=style.in_order("place"), title=None, axis=y_axis),
            "yOffset": alt.YOffset(field=colour_column, type="nominal", sort=style.in_order("series")),
            "x": alt.X(field=value, type="quantitative", title=None, axis=x_axis),
            "tooltip": [
                *(style.text_tooltip(block, column) for column in (name_column, colour_column)),
                *style.value_tooltips(block, (value, *tooltip)),
            ],
        }
        colour = alt.Color(
            field=colour_column,
            type="nominal",
            scale=alt.Scale(domain=series, range=list(style.colours()[: len(series)])),
            legend=alt.Legend(title=None, orient="top", symbolType="circle"),
        )
        bars = alt.Chart(named_rows()).mark_bar(cornerRadius=3).encode(**position, color=colour)
        labels = (
            alt.Chart(named_rows())
            .mark_text(align="left", dx=5, color=style.ink("text"))
            .encode(**position, text=alt.Text(field=value, type="quantitative", format=",.0f"))
        )
        height = BAR_HEIGHT * len(order) * len(series) + MARGIN
        return Drawing(Layers([bars, labels], height=height), {"rows": data})

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block)

    draw_block(view, draw, title=title)
