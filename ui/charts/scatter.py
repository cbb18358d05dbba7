"""Points: two figures of each row against each other, the averages crossed, the corners named."""

from typing import Any

import altair as alt
import pandas as pd

from ui import choices
from ui.block import Block, framed
from ui.charts import frame
from ui.charts.labels import Spot, placed, short_name
from ui.visit import current

HEIGHT = 400
ROOM = 1.12  # the plane is a little larger than the largest point, for names and corners


def scatter(
    view: str,
    *,
    x: str,
    y: str,
    named: str,
    identified: str,
    pick: str,
    lines: tuple[str, str, str],
    corners: tuple[str, str],
    title: str,
) -> None:
    """Draw a view's rows as points.

    ``named`` and ``identified`` are the columns of the name and the id; ``lines`` the view and its two columns of the
    averages of x and y; ``corners`` the catalogue keys of the lower right and the upper left corner.
    """

    def draw(block: Block) -> None:
        data = _points(block, x, y, named, identified, pick)
        across = float(data[x].max() * ROOM) or 1.0
        up = float(data[y].max() * ROOM) or 1.0
        words = block.visit.words
        axes = {
            "x": alt.X(
                f"{x}:Q",
                title=block.label(x),
                scale=alt.Scale(domain=[0, across], nice=False),
                axis=_axis(block, x, across),
            ),
            "y": alt.Y(
                f"{y}:Q", title=block.label(y), scale=alt.Scale(domain=[0, up], nice=False), axis=_axis(block, y, up)
            ),
        }
        layers = [
            *_averages(block, lines, x, y),
            _corner(words(corners[0]), "width", "height", "right", "bottom"),
            _corner(words(corners[1]), 0, 0, "left", "top"),
            _dots(block, data, axes, x, y, named, identified),
            *_names(data, axes, across, up, x, y),
        ]
        chart = alt.layer(*layers).properties(height=HEIGHT)
        frame.show(
            chart,
            block.visit,
            key=f"chart_{block.name}",
            label=words(title),
            on_pick=lambda value: choices.toggle(pick, int(value)),
            fields=(identified,),
        )

    framed(view, draw, name=f"{view}_points", title=title, without=pick)


def _points(block: Block, x: str, y: str, named: str, identified: str, pick: str) -> pd.DataFrame:
    data = block.table.frame().dropna(subset=[x, y])
    picked = getattr(choices.selection(), pick)
    data["picked"] = data[identified].isin(picked) if picked else True
    data["short"] = data[named].map(short_name)
    return data.sort_values([y, x], ascending=False).reset_index(drop=True)


def _axis(block: Block, column: str, most: float) -> alt.Axis:
    kind = block.view.columns[column].format
    return frame.value_axis(block.visit.words, kind, most, grid=True, gridOpacity=0.5)


def _averages(block: Block, lines: tuple[str, str, str], x: str, y: str) -> list[Any]:
    view, mean_x, mean_y = lines
    records = current().table(view, without="employees").records()
    if not records:
        return []
    words = block.visit.words
    layers = []
    for channel, column, mean in (("x", x, mean_x), ("y", y, mean_y)):
        value = records[0][mean]
        if value is None:
            continue
        kind = block.view.columns[column].format
        data = pd.DataFrame({column: [float(value)], "text": [words("ui.chart.average")]})
        rule = alt.Chart(data).mark_rule(strokeDash=[4, 4], color=frame.ink("soft"), opacity=0.8)
        tip = [alt.Tooltip(f"{column}:Q", title=words("ui.chart.average"), format=frame.tooltip_format(kind))]
        layers.append(rule.encode(**{channel: f"{column}:Q"}, tooltip=tip))
    return layers


def _corner(text: str, x: Any, y: Any, align: str, baseline: str) -> alt.Chart:
    shift = {"left": 8, "right": -8, "top": 8, "bottom": -8}
    mark = alt.Chart(pd.DataFrame({"text": [text]})).mark_text(
        align=align,
        baseline=baseline,
        dx=shift[align],
        dy=shift[baseline],
        color=frame.ink("soft"),
        fontSize=12,
        fontStyle="italic",
    )
    return mark.encode(x=alt.value(x), y=alt.value(y), text="text:N")


def _dots(block: Block, data: pd.DataFrame, axes: dict[str, Any], x: str, y: str, named: str, identified: str) -> Any:
    columns = block.view.columns
    tips = [alt.Tooltip(f"{named}:N", title=block.label(named))]
    if "department" in columns:
        tips.append(alt.Tooltip("department:N", title=block.label("department")))
    tips += [
        alt.Tooltip(f"{c}:Q", title=block.label(c), format=frame.tooltip_format(columns[c].format)) for c in (x, y)
    ]
    return (
        alt.Chart(data)
        .mark_circle(size=110, stroke=frame.ink("card"), strokeWidth=1.5, cursor="pointer")
        .encode(
            **axes,
            color=alt.value(frame.colours()[0]),
            opacity=alt.condition("datum.picked", alt.value(0.92), alt.value(0.25)),
            tooltip=tips,
        )
        .add_params(frame.pick_parameter(identified))
    )


def _names(data: pd.DataFrame, axes: dict[str, Any], across: float, up: float, x: str, y: str) -> list[Any]:
    spots = [Spot(row[x] / across, row[y] / up, row["short"]) for _, row in data.iterrows()]
    places = placed(spots, HEIGHT)
    layers = []
    for place in sorted({(p.align, p.dx, p.dy) for p in places if p.text}):
        rows = [i for i, p in enumerate(places) if p.text and (p.align, p.dx, p.dy) == place]
        align, dx, dy = place
        mark = alt.Chart(data.iloc[rows]).mark_text(
            align=align, dx=dx, dy=dy, baseline="middle", fontSize=12, color=frame.ink("text")
        )
        dimmed = alt.condition("datum.picked", alt.value(1), alt.value(0.35))
        layers.append(mark.encode(**axes, text="short:N", opacity=dimmed))
    return layers
