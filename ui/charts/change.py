"""More or fewer than before: of the whole period as bars with a tick, of each bucket as a map of pluses and minuses."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from language import Words
from ui import theme
from ui.blocks.block import Block, Note, draw_block
from ui.blocks.table import toggle_picked
from ui.blocks.value_labels import REST, disambiguated_names, with_value_labels
from ui.charts import frame
from ui.charts.grains import bucket_labels, fine_grain_switch
from ui.charts.ranked import LABELS, Click, Plane, rows_of

LINE = 34
MARGIN = 40
MOST_NUMBERS = 16  # more buckets than that leave no room for figures in cells
MORE, FEWER = {False: "#2FAF7D", True: "#2C8F69"}, {False: "#E8707C", True: "#B8505C"}  # by darkness of the page
GOOD, BAD = {False: "#11784F", True: "#5AD3A3"}, {False: "#B92C3B", True: "#FF8F9A"}


def period_change(
    view: str,
    *,
    named: str,
    identified: str,
    value: str,
    pick: str,
    title: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a view of (…, value, previous_value, delta): a bar now, a tick where it stood before, the difference."""

    def draw(block: Block) -> None:
        data = _rest_last(rows_of(block, named, identified, None, value), identified)
        before, dark = f"previous_{value}", theme.is_dark()
        data["picked"] = True
        data["ahead"] = data[[value, before]].max(axis=1)
        data["tone"] = [_tone(delta, dark) for delta in data["delta"]]
        data["written"] = [_signed(block.context.words, delta) for delta in data["delta"]]
        plane = Plane(block, data, named, identified, "ahead")
        tips = plane.tips([value, before, "delta"])
        bars = plane.clicked(plane.bars(0, value, tips=tips))
        ticks = plane.ticks(before, tips=tips)
        plane.show(alt.layer(bars, ticks, plane.figures("ahead", colour="tone")), _Source(pick), line=LINE)

    draw_block(view, draw, title=title, without=pick, notes=notes)


class _Source(Click):
    """A click on a source; all others together are no target."""

    def told(self, value: str) -> None:
        if value != REST:
            super().told(value)


def bucket_change(
    view: str,
    *,
    named: str,
    identified: str,
    value: str,
    pick: str,
    title: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a view of (bucket, …, value, previous_value, delta) as a map: rows by name, columns by bucket."""

    def draw(block: Block) -> None:
        data = with_value_labels(block.context.words, bucket_labels(block))
        data["named"] = disambiguated_names(data, named, identified)
        for column in (value, f"previous_{value}", "delta"):
            data[column] = pd.to_numeric(data[column]).astype("float64")
        data["written"] = [_signed(block.context.words, delta) for delta in data["delta"]]
        frame.show(
            _map(block, data, value, identified, named),
            block.context,
            key=f"chart_{block.name}",
            label=block.view.label(block.context.words.language),
            on_pick=lambda told: None if told == REST else toggle_picked(pick, told),
            fields=(identified,),
        )

    draw_block(view, draw, title=title, without=pick, controls=fine_grain_switch, own_grain=True, notes=notes)


def _map(block: Block, data: pd.DataFrame, value: str, identified: str, named: str) -> Any:
    dark, most = theme.is_dark(), float(data["delta"].abs().max()) or 1.0
    weights = data.groupby(["named", identified])[value].sum().reset_index()
    weights["rest"] = weights[identified] == REST
    names = list(weights.sort_values(["rest", value, "named"], ascending=[True, False, True])["named"])
    buckets = list(data["when"].drop_duplicates())
    x = alt.X(
        "when:N",
        sort=buckets,
        title=None,
        axis=alt.Axis(orient="top", labelAngle=0, labelOverlap=True, ticks=False, domain=False),
    )
    y = alt.Y(
        "named:N", sort=names, title=None, axis=alt.Axis(labelLimit=LABELS, ticks=False, domain=False, grid=False)
    )
    tips = [alt.Tooltip("named:N", title=block.label(named)), alt.Tooltip("when:N", title=block.label("bucket"))]
    for column, written in ((value, ",.0f"), (f"previous_{value}", ",.0f"), ("delta", "+,.0f")):
        tips.append(alt.Tooltip(f"{column}:Q", title=block.label(column), format=written))
    shades = alt.Scale(domain=[-most, 0, most], range=[FEWER[dark], frame.ink("card"), MORE[dark]], interpolate="rgb")
    cells = (
        alt.Chart(data)
        .mark_rect(cornerRadius=3, stroke=frame.ink("card"), strokeWidth=2, cursor="pointer")
        .encode(x=x, y=y, color=alt.Color("delta:Q", scale=shades, legend=None), tooltip=tips)
        .add_params(frame.pick_parameter(identified))
    )
    layers = [cells]
    if len(buckets) <= MOST_NUMBERS:
        figures = alt.Chart(data).mark_text(fontSize=12, color=frame.ink("text"))
        layers.append(figures.encode(x=x, y=y, text="written:N", tooltip=tips))
    return alt.layer(*layers).properties(height=LINE * len(names) + MARGIN)


def _rest_last(data: pd.DataFrame, identified: str) -> pd.DataFrame:
    return data.assign(rest=data[identified] == REST).sort_values("rest", kind="stable").reset_index(drop=True)


def _tone(delta: float, dark: bool) -> str:
    if delta == 0:
        return frame.ink("soft")
    return (GOOD if delta > 0 else BAD)[dark]


def _signed(words: Words, delta: float) -> str:
    return f"{'+' if delta > 0 else '−' if delta < 0 else ''}{words.number(abs(delta))}"
