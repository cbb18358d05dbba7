"""Points: two figures of each row against each other, the averages crossed, the corners named."""

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from ui import theme
from ui.blocks.block import Block, draw_block
from ui.charts import frame
from ui.charts.labels import NARROW_WIDTH, PHONE_WIDTH, Spot, placed, short_name
from ui.state import url_state

HEIGHT = 400
ROOM = 1.1  # the plane is a little larger than the largest point, for names and corners
BELOW = 0.05  # and begins a little below zero, so that points on an axis are seen whole
STRONG, PALE = 0.95, 0.3  # opacity of those picked and of the others
ABOVE, UNDER = -12, 40  # pixels by which the names of the corners stand off the plane
AXIS = 45  # pixels of the height that the axis below takes


def scatter(
    view: str,
    *,
    x: str,
    y: str,
    named: str,
    identified: str,
    pick: str,
    averages: tuple[str, str, str],
    corners: tuple[str, str],
    title: str | None = None,
) -> None:
    """Draw a view's rows as points.

    ``named`` and ``identified`` are the columns of the name and the id; ``averages`` the view and its two columns of
    the averages of x and y; ``corners`` the catalogue keys of the lower right and the upper left corner.
    """

    def draw(block: Block) -> None:
        words = block.context.words
        plane = _Plane.of(block, (x, y), (named, identified), getattr(url_state.selection(), pick))
        view, *means = averages
        records = block.context.table(view, without=pick).records()
        layers = [
            *(plane.average(channel, records[0][mean]) for channel, mean in zip("xy", means, strict=True) if records),
            _corner(f"{words(corners[0])} ↘", "width", "height", "right", UNDER),
            _corner(f"↖ {words(corners[1])}", 0, 0, "left", ABOVE),
            plane.dots(),
            *plane.names(),
        ]
        chart = alt.layer(*(layer for layer in layers if layer is not None)).properties(height=HEIGHT)
        frame.show(
            chart,
            block.context,
            key=f"chart_{block.name}",
            label=block.view.label(words.language),
            on_pick=lambda value: url_state.toggle(pick, int(value)),
            fields=(identified,),
        )

    draw_block(view, draw, title=title, without=pick)


@dataclass(frozen=True)
class _Plane:
    """The points and what they are placed by."""

    block: Block
    data: pd.DataFrame
    columns: tuple[str, str]
    identified: str
    named: str
    ends: tuple[float, float]

    @classmethod
    def of(
        cls, block: Block, columns: tuple[str, str], people: tuple[str, str], picked: tuple[int | str, ...]
    ) -> "_Plane":
        named, identified = people
        data = block.table.frame().dropna(subset=list(columns))
        data["strength"] = data[identified].isin(picked).map({True: STRONG, False: PALE}) if picked else STRONG
        data["short"] = data[named].map(short_name)
        data = data.sort_values(list(reversed(columns)), ascending=False).reset_index(drop=True)
        ends = tuple(float(data[column].max() * ROOM) or 1.0 if len(data) else 1.0 for column in columns)
        return cls(block, data, columns, identified, named, (ends[0], ends[1]))

    def axes(self) -> dict[str, Any]:
        return {"x": alt.X(**self._axis(0)), "y": alt.Y(**self._axis(1))}

    def dots(self) -> alt.Chart:
        listed = ["department", *self.columns] if "department" in self.block.view.columns else list(self.columns)
        tips = [alt.Tooltip(f"{self.named}:N", title=self.block.label(self.named))]
        tips += [self._tip(column) for column in listed]
        mark = alt.Chart(self.data).mark_circle(size=110, stroke=frame.ink("card"), strokeWidth=1.5, cursor="pointer")
        return mark.encode(
            **self.axes(),
            color=alt.value(frame.colours()[0]),
            opacity=alt.Opacity("strength:Q", scale=None, legend=None),
            tooltip=tips,
        ).add_params(frame.pick_parameter(self.identified))

    def names(self) -> list[alt.Chart]:
        x, y = self.columns
        spots = [
            Spot(_share(row[x], self.ends[0]), _share(row[y], self.ends[1]), row["short"])
            for _, row in self.data.iterrows()
        ]
        width = PHONE_WIDTH if theme.is_narrow() else NARROW_WIDTH
        places = placed(spots, HEIGHT - AXIS, width)
        layers = []
        for align, dx, dy in sorted({(place.align, place.dx, place.dy) for place in places if place.text}):
            here = [i for i, p in enumerate(places) if p.text and (p.align, p.dx, p.dy) == (align, dx, dy)]
            mark = alt.Chart(self.data.iloc[here]).mark_text(
                align=align, dx=dx, dy=dy, baseline="middle", fontSize=12, color=frame.ink("text")
            )
            strength = alt.Opacity("strength:Q", scale=None, legend=None)
            layers.append(mark.encode(**self.axes(), text=alt.Text("short:N"), opacity=strength))
        return layers

    def average(self, channel: str, value: Any) -> alt.Chart | None:
        """The line of an average across the plane; None where there is none."""
        if value is None:
            return None
        column = self.columns["xy".index(channel)]
        title = self.block.context.words("ui.chart.average")
        kind = self.block.view.columns[column].format
        rule = alt.Chart(pd.DataFrame({column: [float(value)]})).mark_rule(
            strokeDash=[4, 4], color=frame.ink("soft"), opacity=0.8
        )
        tip = alt.Tooltip(f"{column}:Q", title=title, format=frame.tooltip_format(kind))
        place = {channel: alt.X(f"{column}:Q") if channel == "x" else alt.Y(f"{column}:Q")}
        return rule.encode(**place, tooltip=[tip])

    def _axis(self, at: int) -> dict[str, Any]:
        column, end = self.columns[at], self.ends[at]
        kind = self.block.view.columns[column].format
        return {
            "shorthand": f"{column}:Q",
            "title": self.block.label(column),
            "scale": alt.Scale(domain=[-end * BELOW, end], nice=False),
            "axis": frame.value_axis(self.block.context.words, kind, end, gridOpacity=0.6),
        }

    def _tip(self, column: str) -> alt.Tooltip:
        kind = self.block.view.columns[column].format
        if kind == "text":
            return alt.Tooltip(f"{column}:N", title=self.block.label(column))
        return alt.Tooltip(f"{column}:Q", title=self.block.label(column), format=frame.tooltip_format(kind))


def _share(value: float, end: float) -> float:
    return (value + end * BELOW) / (end * (1 + BELOW))


def _corner(text: str, x: Any, y: Any, align: str, away: int) -> alt.Chart:
    """The name of a corner, outside of the plane: no point is hidden by it."""
    mark = alt.Chart(pd.DataFrame({"text": [text]})).mark_text(
        align=align,
        baseline="middle",
        dy=away,
        color=frame.ink("soft"),
        fontSize=12.5,
        fontStyle="italic",
    )
    return mark.encode(x=alt.value(x), y=alt.value(y), text="text:N")
