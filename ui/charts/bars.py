"""Horizontal bars of a few rows, side by side for each colour: reasons, bands, states."""

from collections.abc import Sequence

import altair as alt

from ui.blocks.block import Block, draw_block
from ui.blocks.value_labels import value_label
from ui.charts import frame

LINE = 22  # pixels of one bar
MARGIN = 90


def grouped_bars(
    view: str, *, named: str, value: str, coloured: str, told: Sequence[str] = (), title: str | None = None
) -> None:
    """Draw ``value`` by ``named``, a bar for each ``coloured``; ``told`` are further columns of the tooltip."""

    def draw(block: Block) -> None:
        words, columns = block.context.words, block.view.columns
        data = block.table.frame()
        for column in (named, coloured):
            rows = [{column: each} for each in data[column]]
            data[column] = [value_label(words, column, row) or row[column] for row in rows]
        for column in (value, *told):
            data[column] = data[column].astype("float64")
        order = list(data.groupby(named)[value].sum().sort_values(ascending=False).index)
        series = sorted(set(data[coloured]))
        place = {
            "y": alt.Y(f"{named}:N", sort=order, title=None, axis=alt.Axis(labelLimit=300, ticks=False, domain=False)),
            "yOffset": alt.YOffset(f"{coloured}:N", sort=series),
            "x": alt.X(
                f"{value}:Q",
                title=None,
                axis=frame.value_axis(words, columns[value].format, float(data[value].max())),
            ),
        }
        tips = [alt.Tooltip(f"{column}:N", title=block.label(column)) for column in (named, coloured)]
        for column in (value, *told):
            written = frame.tooltip_format(columns[column].format)
            tips.append(alt.Tooltip(f"{column}:Q", title=block.label(column), format=written))
        colour = alt.Color(
            f"{coloured}:N",
            scale=alt.Scale(domain=series, range=list(frame.colours()[: len(series)])),
            legend=alt.Legend(title=None, orient="top", symbolType="circle"),
        )
        bars = alt.Chart(data).mark_bar(cornerRadius=3).encode(**place, color=colour, tooltip=tips)
        figures = (
            alt.Chart(data)
            .mark_text(align="left", dx=5, color=frame.ink("text"))
            .encode(**place, text=alt.Text(f"{value}:Q", format=",.0f"), tooltip=tips)
        )
        height = LINE * len(order) * len(series) + MARGIN
        chart = alt.layer(bars, figures).properties(height=height)
        frame.show(chart, block.context, key=f"chart_{block.name}", label=block.view.label(words.language))

    draw_block(view, draw, title=title)
