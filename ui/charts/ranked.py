"""Horizontal bars, one a row, each with its figures written behind it: shares of sources, stages, states."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from ui.blocks import figures
from ui.blocks.block import Block, Control, Note, draw_block
from ui.blocks.table import resolve_pick, toggle_picked
from ui.blocks.value_labels import disambiguated_names, with_value_labels
from ui.charts import frame
from ui.state import url_state

LINE = 27  # pixels of a row
MARGIN = 12
LABELS = 210  # pixels names may take
ROOM = 1.32  # the plane is longer than the longest bar, for the figures behind it
Narrowed = Callable[[Block, pd.DataFrame], pd.DataFrame]
STATES = {"new": 5, "in_work": 0, "qualified": 1, "won": 1, "junk": 4, "lost": 4}  # state → place in the palette


def state_colour(state: str) -> str:
    """The colour of a state, the same on every chart."""
    return frame.colours()[STATES.get(state, len(frame.colours()) - 1)]


@dataclass(frozen=True)
class Click:
    """What a click on a bar sets: a filter, and what stands before the id in it (stages are ``lead:NEW``)."""

    pick: str
    prefix: str = ""

    def told(self, value: str) -> None:
        """Filter by the bar, or release it."""
        toggle_picked(self.pick, f"{self.prefix}{value}")

    def picked(self, values: Sequence[Any]) -> list[bool]:
        """Which of the bars are in the filter; all of them when it is empty."""
        chosen = {str(value) for value in getattr(url_state.selection(), self.pick)}
        return [not chosen or f"{self.prefix}{value}" in chosen for value in values]


def ranked(
    view: str,
    *,
    named: str,
    identified: str,
    value: str,
    share: str | None = None,
    order: str | Sequence[str] | None = None,
    told: Sequence[str] = (),
    narrowed: Narrowed | None = None,
    click: Click | None = None,
    title: str | None = None,
    name: str | None = None,
    controls: Control | None = None,
    notes: Sequence[Note] = (),
    line: int = LINE,
) -> None:
    """Draw ``value`` of each row as a bar with its figure and its ``share`` behind it.

    Rows stand by ``order`` (a column that grows downwards, or the ids in their order) or by the value, the largest
    first; ``line`` is the height of one. ``told`` are further columns of the tooltip; ``narrowed`` leaves a part of
    the rows. Where the view has a state, the bars have its colour. A click filters; the block is not narrowed by that
    filter.
    """

    def draw(block: Block) -> None:
        data = rows_of(block, named, identified, order, value, narrowed=narrowed)
        data["written"] = [_written(block, row, value, share) for row in data.to_dict("records")]
        data["picked"] = click.picked(list(data[identified])) if click else True
        plane = Plane(block, data, named, identified, value)
        bars = plane.bars(0, value, tips=plane.tips([value, *([share] if share else []), *told]))
        chart = alt.layer(plane.clicked(bars) if click else bars, plane.figures(value))
        plane.show(chart, click, line=line)

    draw_block(
        view,
        draw,
        title=title,
        name=name,
        controls=controls,
        notes=notes,
        without=resolve_pick(click.pick) if click else None,
    )


def rows_of(
    block: Block,
    named: str,
    identified: str,
    order: str | Sequence[str] | None,
    value: str,
    *,
    narrowed: Narrowed | None = None,
) -> pd.DataFrame:
    """The block's rows in the order of the chart, figures as numbers, every name told apart."""
    data = block.table.frame()
    if narrowed:
        data = narrowed(block, data)
    data["shade"] = [state_colour(state) for state in data["state"]] if "state" in data else frame.colours()[0]
    if order and not isinstance(order, str):
        data["place"] = data[identified].map({each: place for place, each in enumerate(order)})
        order = "place"
    data = with_value_labels(block.context.words, data)
    by, growing = ([order, named], [True, True]) if order else ([value, named], [False, True])
    data = data.sort_values(by, ascending=growing, kind="stable").reset_index(drop=True)
    for column in block.view.columns.values():
        if column.format in figures.RIGHT_ALIGNED:
            data[column.name] = pd.to_numeric(data[column.name], errors="coerce").astype("float64")
    data[named] = disambiguated_names(data, named, identified)
    return data


@dataclass(frozen=True)
class Plane:
    """Rows by name against figures from 0, with room for words behind the longest bar."""

    block: Block
    data: pd.DataFrame
    named: str
    identified: str
    longest: str
    room: float = ROOM
    most: float | None = None  # the longest bar of the chart, where these rows are a part of it
    names: Sequence[str] = ()  # and the names of all its rows in their order

    @property
    def _y(self) -> alt.Y:
        axis = alt.Axis(labelLimit=LABELS, ticks=False, domain=False, labelPadding=8, minExtent=60)
        return alt.Y(f"{self.named}:N", sort=list(self.names or self.data[self.named]), title=None, axis=axis)

    def _x(self, column: str) -> alt.X:
        most = self.most or float(self.data[self.longest].max() or 0) or 1.0
        return alt.X(f"{column}:Q", title=None, axis=None, scale=alt.Scale(domain=[0, most * self.room], nice=False))

    def bars(self, start: int | str, end: str, *, hollow: bool = False, tips: Sequence[alt.Tooltip] = ()) -> Any:
        """Bars from ``start`` (0 or a column) to the column ``end``, solid or drawn as an outline."""
        data = self.data.assign(start=self.data[start] if isinstance(start, str) else float(start))
        look: dict[str, Any] = {"cornerRadius": 3, "height": alt.RelativeBandSize(0.62)}
        if hollow:
            mark = alt.Chart(data).mark_bar(**look, fillOpacity=0.001, strokeWidth=1.2, strokeDash=[3, 2])
        else:
            mark = alt.Chart(data).mark_bar(**look, cursor="pointer")
        channel = alt.Stroke("shade:N", scale=None) if hollow else alt.Color("shade:N", scale=None)
        dimmed = alt.condition("datum.picked", alt.value(1), alt.value(0.3))
        return mark.encode(self._x("start"), self._y, channel, x2=end, opacity=dimmed, tooltip=list(tips))

    def clicked(self, bars: Any) -> Any:
        """The same bars listening to a click."""
        return bars.add_params(frame.pick_parameter(self.identified))

    def ticks(self, at: str, *, tips: Sequence[alt.Tooltip] = ()) -> Any:
        """A line across each row at the column ``at``."""
        mark = alt.Chart(self.data).mark_tick(color=frame.ink("text"), thickness=2, size=LINE * 0.8)
        return mark.encode(self._x(at), self._y, tooltip=list(tips))

    def figures(self, end: str, *, colour: str | None = None) -> Any:
        """The column ``written`` behind the end of each bar; ``colour`` is a column of colours."""
        mark = alt.Chart(self.data).mark_text(align="left", dx=8, fontSize=12, color=frame.ink("text"))
        written = mark.encode(self._x(end), self._y, text="written:N")
        return written.encode(color=alt.Color(f"{colour}:N", scale=None)) if colour else written

    def tips(self, columns: Sequence[str]) -> list[alt.Tooltip]:
        """What is told of a bar under the pointer."""
        known = self.block.view.columns
        found = [alt.Tooltip(f"{self.named}:N", title=self.block.label(self.named))]
        if "state" in known and self.named != "state":
            found.append(alt.Tooltip("state:N", title=self.block.label("state")))
        for column in columns:
            written = frame.tooltip_format(known[column].format)
            found.append(alt.Tooltip(f"{column}:Q", title=self.block.label(column), format=written))
        return found

    def show(self, chart: Any, click: Click | None, *, line: int = LINE) -> None:
        """Put it on the page."""
        frame.show(
            chart.properties(height=line * len(self.data) + MARGIN),
            self.block.context,
            key=f"chart_{self.block.name}",
            label=self.block.view.label(self.block.context.words.language),
            on_pick=click.told if click else None,
            fields=(self.identified,),
        )


def _written(block: Block, row: Mapping[Any, Any], value: str, share: str | None) -> str:
    words, currency, columns = block.context.words, block.context.currency, block.view.columns
    parts = [
        figures.short_text(words, columns[column].format, row[column], currency) for column in (value, share) if column
    ]
    return " · ".join(parts)
