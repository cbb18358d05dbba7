"""Horizontal bars, one a row, with their figures behind them: shares of sources, stages, states."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from ui.blocks import figures
from ui.blocks.block import Block, Control, Note, draw_block
from ui.blocks.value_labels import disambiguated_names, with_value_labels
from ui.charts import style
from ui.charts.drawing import ClickFilter, draw_chart, pick_parameter
from ui.charts.finished import Drawing
from ui.charts.layers import ROWS, Layers, named_rows

ROW_HEIGHT = 27  # pixels
MARGIN = 12
LABEL_WIDTH = 210  # pixels names may take
ROOM = 1.32  # the axis is longer than the longest bar by this, for the figures behind it
BAR_RADIUS = 3
BAR_HEIGHT = alt.RelativeBandSize(0.62)
STATES = {"new": 5, "in_work": 0, "qualified": 1, "won": 1, "junk": 4, "lost": 4}  # state → place in the palette

RowFilter = Callable[[Block, pd.DataFrame], pd.DataFrame]


def state_colour(state: str) -> str:
    """The colour of a state, the same on every chart."""
    return style.colours()[STATES.get(state, len(style.colours()) - 1)]


def ranked_bars(
    view: str,
    *,
    name_column: str,
    id_column: str,
    value: str,
    share: str | None = None,
    order: str | Sequence[str] | None = None,
    tooltip: Sequence[str] = (),
    row_filter: RowFilter | None = None,
    click: ClickFilter | None = None,
    title: str | None = None,
    name: str | None = None,
    controls: Control | None = None,
    notes: Sequence[Note] = (),
    row_height: int = ROW_HEIGHT,
) -> None:
    """Draw ``value`` of each row as a bar with its figure and its ``share`` behind it.

    Rows stand by ``order`` (a column that grows downwards, or the ids in their order) or by the value, the largest
    first; ``row_height`` is in pixels. ``tooltip`` names further columns of the tooltip; ``row_filter`` leaves a part
    of the rows. Where the view has a state, the bars have its colour. A click filters; the block is not narrowed by
    that filter.
    """

    def make(block: Block) -> Drawing:
        data = ordered_rows(block, name_column, id_column, value, order=order, row_filter=row_filter)
        data["label"] = [_label(block, row, value, share) for row in data.to_dict("records")]
        data["picked"] = click.picked(list(data[id_column])) if click else True
        rows = RankedRows(block, data, name_column, id_column, value)
        bars = rows.bars(value, tooltips=rows.tooltips([value, *([share] if share else []), *tooltip]))
        return rows.drawing([rows.clickable(bars) if click else bars, rows.labels(value)], row_height=row_height)

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block, click=click, id_column=id_column)

    draw_block(
        view,
        draw,
        title=title,
        name=name,
        controls=controls,
        notes=notes,
        without=click.pick if click else None,
    )


def ordered_rows(
    block: Block,
    name_column: str,
    id_column: str,
    value: str,
    *,
    order: str | Sequence[str] | None = None,
    row_filter: RowFilter | None = None,
) -> pd.DataFrame:
    """The block's rows in the order of the chart, figures as floats, no two rows of one name.

    ``shade`` is the colour of a row's bar, ``place`` its place, 0 for the first. Order and filter are those of
    `ranked_bars`.
    """
    data = block.table.frame()
    if row_filter:
        data = row_filter(block, data)
    data["shade"] = [state_colour(state) for state in data["state"]] if "state" in data else style.colours()[0]
    by, ascending = [value, name_column], [False, True]
    if isinstance(order, str):
        by, ascending = [order, name_column], [True, True]
    elif order:
        data["place"] = data[id_column].map({each: place for place, each in enumerate(order)})
        by, ascending = ["place", name_column], [True, True]
    data = with_value_labels(block.context.words, data)
    data = data.sort_values(by, ascending=ascending, kind="stable").reset_index(drop=True)
    data = style.to_floats(data, [c.name for c in block.view.columns.values() if c.format in figures.RIGHT_ALIGNED])
    data[name_column] = disambiguated_names(data, name_column, id_column)
    data["place"] = range(len(data))
    return data


@dataclass(frozen=True)
class RankedRows:
    """The layers of a chart of rows by name against figures from 0, with room for labels behind the longest bar.

    ``data`` has ``place``, ``shade``, ``picked`` and ``label`` (the figures behind a bar); ``end_column`` is the column
    of the farthest mark of each row. The layers draw the rows named ``source``. Where these rows are a part of the
    chart's, ``largest`` is the largest end of all.
    """

    block: Block
    data: pd.DataFrame
    name_column: str
    id_column: str
    end_column: str
    room: float = ROOM
    largest: float | None = None
    source: str = ROWS

    @property
    def _y(self) -> alt.Y:
        axis = alt.Axis(labelLimit=LABEL_WIDTH, ticks=False, domain=False, labelPadding=8, minExtent=60)
        return alt.Y(field=self.name_column, type="nominal", sort=style.in_order("place"), title=None, axis=axis)

    def _x(self, column: str) -> alt.X:
        largest = self.largest or float(self.data[self.end_column].max() or 0) or 1.0
        scale = alt.Scale(domain=[0, largest * self.room], nice=False)
        return alt.X(field=column, type="quantitative", title=None, axis=None, scale=scale)

    def bars(self, end: str, *, tooltips: Sequence[alt.Tooltip] = ()) -> alt.Chart:
        """Bars from 0 to the column ``end``."""
        mark: alt.Chart = alt.Chart(named_rows(self.source)).mark_bar(
            cornerRadius=BAR_RADIUS, height=BAR_HEIGHT, cursor="pointer"
        )
        return self._encode(mark, "start", end, alt.Color(field="shade", type="nominal", scale=None), tooltips)

    def outlines(self, start: str, end: str, *, tooltips: Sequence[alt.Tooltip] = ()) -> alt.Chart:
        """Dashed outlines of bars from the column ``start`` to the column ``end``."""
        mark: alt.Chart = alt.Chart(named_rows(self.source)).mark_bar(
            cornerRadius=BAR_RADIUS, height=BAR_HEIGHT, fillOpacity=0.001, strokeWidth=1.2, strokeDash=[3, 2]
        )
        return self._encode(mark, start, end, alt.Stroke(field="shade", type="nominal", scale=None), tooltips)

    def _encode(
        self, mark: alt.Chart, start: str, end: str, shade: alt.Color | alt.Stroke, tooltips: Sequence[alt.Tooltip]
    ) -> alt.Chart:
        opacity = style.faded_unless_picked()
        return mark.encode(self._x(start), self._y, shade, alt.X2(field=end), opacity=opacity, tooltip=list(tooltips))

    def clickable(self, bars: alt.Chart) -> alt.Chart:
        """The same bars with the click selection."""
        return bars.add_params(pick_parameter(self.id_column))

    def ticks(self, column: str, *, tooltips: Sequence[alt.Tooltip] = ()) -> alt.Chart:
        """A line across each row at the value of a column."""
        mark: alt.Chart = alt.Chart(named_rows(self.source)).mark_tick(
            color=style.ink("text"), thickness=2, size=ROW_HEIGHT * 0.8
        )
        return mark.encode(self._x(column), self._y, tooltip=list(tooltips))

    def labels(self, end: str, *, colour_column: str | None = None) -> alt.Chart:
        """The column ``label`` behind the end of each bar, in ordinary ink or in the colours of a column."""
        mark: alt.Chart = alt.Chart(named_rows(self.source)).mark_text(
            align="left", dx=8, fontSize=12, color=style.ink("text")
        )
        labels = mark.encode(self._x(end), self._y, text=alt.Text(field="label", type="nominal"))
        if not colour_column:
            return labels
        return labels.encode(color=alt.Color(field=colour_column, type="nominal", scale=None))

    def tooltips(self, columns: Sequence[str]) -> list[alt.Tooltip]:
        """The tooltip of a bar: its name, its state where the view has one, and columns of figures."""
        names = [self.name_column]
        if "state" in self.block.view.columns and self.name_column != "state":
            names.append("state")
        return [
            *(style.text_tooltip(self.block, column) for column in names),
            *style.value_tooltips(self.block, columns),
        ]

    def drawing(self, layers: Sequence[alt.Chart], *, row_height: int = ROW_HEIGHT, **further: pd.DataFrame) -> Drawing:
        """The layers as one chart; a row is ``row_height`` pixels high, ``further`` are rows of other names."""
        chart = Layers(layers, height=row_height * len(self.data) + MARGIN)
        return Drawing(chart, {"rows": self.data.assign(start=0), **further})


def _label(block: Block, row: Mapping[Any, Any], value: str, share: str | None) -> str:
    """ "12 · 40,0 %": the figure and its share."""
    words, currency, columns = block.context.words, block.context.currency, block.view.columns
    names = [value, share] if share else [value]
    return " · ".join(figures.short_text(words, columns[name].format, row[name], currency) for name in names)
