"""More or fewer than before: of the whole period as bars with a tick, of each bucket as a map of pluses and minuses."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from language import Words
from ui import theme
from ui.blocks.block import Block, Note, draw_block
from ui.blocks.value_labels import REST, disambiguated_names, with_value_labels
from ui.charts import style
from ui.charts.drawing import ClickFilter, draw_chart, pick_parameter
from ui.charts.finished import Drawing
from ui.charts.grains import fine_grain_switch, labelled_buckets
from ui.charts.layers import Layers, named_rows
from ui.charts.ranked_bars import LABEL_WIDTH, RankedRows, ordered_rows

ROW_HEIGHT = 34
MARGIN = 40
MOST_NUMBERS = 16  # more buckets than that leave no room for figures in cells
MORE, FEWER = {False: "#2FAF7D", True: "#2C8F69"}, {False: "#E8707C", True: "#B8505C"}  # by darkness of the page
GOOD, BAD = {False: "#11784F", True: "#5AD3A3"}, {False: "#B92C3B", True: "#FF8F9A"}


def period_change(
    view: str,
    *,
    name_column: str,
    id_column: str,
    value: str,
    pick: str,
    title: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a view of (…, value, previous_value, delta): a bar of now, a tick where it was before, the difference.

    A click filters by ``pick``; on the rest of all it does nothing.
    """

    click = ClickFilter(pick)

    def make(block: Block) -> Drawing:
        data = ordered_rows(block, name_column, id_column, value)
        data = data.assign(rest=data[id_column] == REST).sort_values("rest", kind="stable").reset_index(drop=True)
        data["place"] = range(len(data))
        previous = f"previous_{value}"
        data["picked"] = True
        data["end"] = data[[value, previous]].max(axis=1)
        data["label_colour"] = [_label_colour(delta) for delta in data["delta"]]
        data["label"] = [_signed(block.context.words, delta) for delta in data["delta"]]
        rows = RankedRows(block, data, name_column, id_column, "end")
        tooltips = rows.tooltips([value, previous, "delta"])
        layers = [
            rows.clickable(rows.bars(value, tooltips=tooltips)),
            rows.ticks(previous, tooltips=tooltips),
            rows.labels("end", colour_column="label_colour"),
        ]
        return rows.drawing(layers, row_height=ROW_HEIGHT)

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block, click=click, id_column=id_column)

    draw_block(view, draw, title=title, without=pick, notes=notes)


def bucket_change(
    view: str,
    *,
    name_column: str,
    id_column: str,
    value: str,
    pick: str,
    title: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a view of (bucket, …, value, previous_value, delta) as a map: rows by name, columns by bucket.

    A click filters by ``pick``; on the rest of all it does nothing.
    """

    click = ClickFilter(pick)

    def make(block: Block) -> Drawing:
        data = with_value_labels(block.context.words, labelled_buckets(block))
        data["name"] = disambiguated_names(data, name_column, id_column)
        data = style.to_floats(data, (value, f"previous_{value}", "delta"))
        data["label"] = [_signed(block.context.words, delta) for delta in data["delta"]]
        data["place"] = data["name"].map(_places(data, value, id_column))
        name_tooltip = alt.Tooltip(field="name", type="nominal", title=block.label(name_column))
        return Drawing(_map(block, data, value, id_column, name_tooltip), {"rows": data})

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block, click=click, id_column=id_column)

    draw_block(view, draw, title=title, without=pick, controls=fine_grain_switch, own_grain=True, notes=notes)


def _places(data: pd.DataFrame, value: str, id_column: str) -> dict[str, int]:
    """The place of each name: those with the largest ``value`` of all buckets on top, the rest last."""
    weights = data.groupby(["name", id_column])[value].sum().reset_index()
    weights["rest"] = weights[id_column] == REST
    names = weights.sort_values(["rest", value, "name"], ascending=[True, False, True])["name"]
    return {name: place for place, name in enumerate(names)}


def _map(block: Block, data: pd.DataFrame, value: str, id_column: str, name_tooltip: alt.Tooltip) -> Layers:
    """Cells shaded by their difference."""
    dark, largest = theme.is_dark(), float(data["delta"].abs().max()) or 1.0
    x_axis = alt.Axis(orient="top", labelAngle=0, labelOverlap=True, ticks=False, domain=False)
    y_axis = alt.Axis(labelLimit=LABEL_WIDTH, ticks=False, domain=False, grid=False)
    counts = [
        alt.Tooltip(field=column, type="quantitative", title=block.label(column), format=number_format)
        for column, number_format in ((value, ",.0f"), (f"previous_{value}", ",.0f"), ("delta", "+,.0f"))
    ]
    x = alt.X(field="when", type="nominal", sort=style.in_order("at"), title=None, axis=x_axis)
    y = alt.Y(field="name", type="nominal", sort=style.in_order("place"), title=None, axis=y_axis)
    tooltips = [name_tooltip, style.bucket_tooltip(block), *counts]
    shades = alt.Scale(
        domain=[-largest, 0, largest], range=[FEWER[dark], style.ink("card"), MORE[dark]], interpolate="rgb"
    )
    cells: alt.Chart = alt.Chart(named_rows()).mark_rect(
        cornerRadius=3, stroke=style.ink("card"), strokeWidth=2, cursor="pointer"
    )
    colour = alt.Color(field="delta", type="quantitative", scale=shades, legend=None)
    cells = cells.encode(x=x, y=y, tooltip=tooltips, color=colour)
    layers = [cells.add_params(pick_parameter(id_column))]
    if data["when"].nunique() <= MOST_NUMBERS:
        labels = alt.Chart(named_rows()).mark_text(fontSize=12, color=style.ink("text"))
        text = alt.Text(field="label", type="nominal")
        layers.append(labels.encode(x=x, y=y, tooltip=tooltips, text=text))
    return Layers(layers, height=ROW_HEIGHT * data["name"].nunique() + MARGIN)


def _label_colour(delta: float) -> str:
    if delta == 0:
        return style.ink("soft")
    return (GOOD if delta > 0 else BAD)[theme.is_dark()]


def _signed(words: Words, delta: float) -> str:
    return f"{'+' if delta > 0 else '−' if delta < 0 else ''}{words.number(abs(delta))}"
