"""Points: two figures of each row against each other, with lines of their averages and names of two corners."""

from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd

from ui import theme
from ui.blocks.block import Block, draw_block
from ui.charts import style
from ui.charts.drawing import ClickFilter, draw_chart, pick_parameter
from ui.charts.finished import Drawing
from ui.charts.layers import Layers, named_rows
from ui.charts.point_labels import NARROW_WIDTH, PHONE_WIDTH, Point, place_labels, short_name

AVERAGES, CORNERS = named_rows("averages"), named_rows("corners")  # one row each
OPACITY = alt.Opacity(field="opacity", type="quantitative", scale=None, legend=None)
HEIGHT = 400
ROOM = 1.1  # the plane is a little larger than the largest point, for names and corners
BELOW = 0.05  # and begins a little below zero, so that points on an axis are seen whole
STRONG, PALE = 0.95, 0.3  # opacity of the rows picked and of the others
ABOVE, UNDER = -12, 40  # pixels by which the names of the corners stand off the plane
AXIS_HEIGHT = 45  # pixels that the axis below takes


def scatter(
    view: str,
    *,
    x: str,
    y: str,
    name_column: str,
    id_column: str,
    pick: str,
    averages: tuple[str, str, str],
    corners: tuple[str, str],
    title: str | None = None,
) -> None:
    """Draw a view's rows as points; a click filters by ``pick``.

    ``averages`` is a view of one row and its two columns with the averages of x and y; ``corners`` are the catalogue
    keys of the lower right and the upper left corner.
    """

    click = ClickFilter(pick)

    def make(block: Block) -> Drawing:
        words = block.context.words
        plane = _Plane.of(block, x, y, name_column, id_column, click)
        averages_view, x_average, y_average = averages
        records = block.context.table(averages_view, without=pick).records()
        average = {x: records[0][x_average], y: records[0][y_average]} if records else {}
        average = {column: float(value) for column, value in average.items() if value is not None}
        names = plane.names()
        layers = [
            *(plane.average_line(column) for column in average),
            _corner("lower", alt.XValue("width"), alt.YValue("height"), "right", UNDER),
            _corner("upper", alt.XValue(0), alt.YValue(0), "left", ABOVE),
            plane.points(),
            *(layer for layer, _ in names),
        ]
        chart = Layers(layers, height=HEIGHT)
        rows = {
            "rows": plane.data,
            "averages": pd.DataFrame([average]),
            "corners": pd.DataFrame([{"lower": f"{words(corners[0])} ↘", "upper": f"↖ {words(corners[1])}"}]),
            **{f"names_{place}": named for place, (_, named) in enumerate(names)},
        }
        return Drawing(chart, rows)

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block, click=click, id_column=id_column)

    draw_block(view, draw, title=title, without=pick)


@dataclass(frozen=True)
class _Plane:
    """The layers of the chart: rows without nulls, the highest first, and how far each axis reaches.

    ``data`` has ``opacity`` and ``short_name`` beside the columns of the view.
    """

    block: Block
    data: pd.DataFrame
    x: str
    y: str
    name_column: str
    id_column: str
    x_end: float
    y_end: float

    @classmethod
    def of(cls, block: Block, x: str, y: str, name_column: str, id_column: str, click: ClickFilter) -> "_Plane":
        data = block.table.frame().dropna(subset=[x, y])
        data["opacity"] = [STRONG if picked else PALE for picked in click.picked(list(data[id_column]))]
        data["short_name"] = data[name_column].map(short_name)
        data = data.sort_values([y, x], ascending=False).reset_index(drop=True)
        x_end, y_end = (float(data[column].max() * ROOM) or 1.0 if len(data) else 1.0 for column in (x, y))
        return cls(block, data, x, y, name_column, id_column, x_end, y_end)

    def points(self) -> alt.Chart:
        columns = self.block.view.columns
        names = [self.name_column, *(["department"] if "department" in columns else [])]
        mark: alt.Chart = alt.Chart(named_rows()).mark_circle(
            size=110, stroke=style.ink("card"), strokeWidth=1.5, cursor="pointer"
        )
        return mark.encode(
            x=self._x(),
            y=self._y(),
            color=alt.ColorValue(style.colours()[0]),
            opacity=OPACITY,
            tooltip=[
                *(style.text_tooltip(self.block, column) for column in names),
                *style.value_tooltips(self.block, [self.x, self.y]),
            ],
        ).add_params(pick_parameter(self.id_column))

    def names(self) -> list[tuple[alt.Chart, pd.DataFrame]]:
        """Names beside the points: for each way they are aligned and shifted a layer and its rows.

        The layers draw the rows ``names_0``, ``names_1`` … in turn.
        """
        points = [
            Point(_part(row[self.x], self.x_end), _part(row[self.y], self.y_end), row["short_name"])
            for _, row in self.data.iterrows()
        ]
        width = PHONE_WIDTH if theme.is_narrow() else NARROW_WIDTH
        labels = place_labels(points, HEIGHT - AXIS_HEIGHT, width)
        layers = []
        ways = sorted({(label.align, label.dx, label.dy) for label in labels if label.text})
        for place, (align, dx, dy) in enumerate(ways):
            rows = [i for i, p in enumerate(labels) if p.text and (p.align, p.dx, p.dy) == (align, dx, dy)]
            mark: alt.Chart = alt.Chart(named_rows(f"names_{place}")).mark_text(
                align=align, dx=dx, dy=dy, baseline="middle", fontSize=12, color=style.ink("text")
            )
            text = alt.Text(field="short_name", type="nominal")
            layer = mark.encode(x=self._x(), y=self._y(), text=text, opacity=OPACITY)
            layers.append((layer, self.data.iloc[rows]))
        return layers

    def average_line(self, column: str) -> alt.Chart:
        """The dashed line of the average of a column across the plane; it draws the rows ``averages``."""
        title = self.block.context.words("ui.chart.average")
        number_format = style.tooltip_format(self.block.view.columns[column].format)
        rule: alt.Chart = alt.Chart(AVERAGES).mark_rule(strokeDash=[4, 4], color=style.ink("soft"), opacity=0.8)
        tooltip = alt.Tooltip(field=column, type="quantitative", title=title, format=number_format)
        channel = alt.X if column == self.x else alt.Y
        return rule.encode(channel(field=column, type="quantitative"), tooltip=[tooltip])

    def _x(self) -> alt.X:
        return alt.X(**self._channel(self.x, self.x_end))

    def _y(self) -> alt.Y:
        return alt.Y(**self._channel(self.y, self.y_end))

    def _channel(self, column: str, end: float) -> dict[str, Any]:
        kind = self.block.view.columns[column].format
        return {
            "field": column,
            "type": "quantitative",
            "title": self.block.label(column),
            "scale": alt.Scale(domain=[-end * BELOW, end], nice=False),
            "axis": style.value_axis(self.block.context.words, kind, end, gridOpacity=0.6),
        }


def _part(value: float, end: float) -> float:
    """Where a value stands on its axis, 0 … 1."""
    return (value + end * BELOW) / (end * (1 + BELOW))


def _corner(name: str, x: alt.XValue, y: alt.YValue, align: Literal["left", "right"], dy: int) -> alt.Chart:
    """The text of the corner ``name`` at ``x`` and ``y``, ``dy`` pixels outside of the plane: it hides no point.

    It draws the row ``corners``.
    """
    mark: alt.Chart = alt.Chart(CORNERS).mark_text(
        align=align,
        baseline="middle",
        dy=dy,
        color=style.ink("soft"),
        fontSize=12.5,
        fontStyle="italic",
    )
    return mark.encode(x=x, y=y, text=alt.Text(field=name, type="nominal"))
