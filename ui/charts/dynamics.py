"""Dynamics of many: a few lines in colour over the pale rest, or every row as a heat map."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from ui import choices
from ui.block import Block, framed
from ui.charts import frame
from ui.charts.grains import bucket_labels, grain_switch
from ui.charts.heat import heat_map
from ui.visit import current

HEIGHT = 340
TOPS = {"top_5": 5, "top_10": 10}
MODES = (*TOPS, "heat")


def dynamics(
    view: str,
    *,
    metrics: Sequence[str],
    named: str,
    identified: str,
    ranked_by: str,
    pick: str,
    title: str | None = None,
) -> None:
    """Draw a dense dynamics view by metric, grain and mode, all three switched in its head.

    ``ranked_by`` is the view of the whole period whose same column says who comes first; a click on a mark filters
    by ``pick``.
    """

    def controls(block: str) -> None:
        _switch(f"{block}_mode", MODES, "ui.chart.mode")
        grain_switch(block)

    def draw(block: Block) -> None:
        metric = _metric(block, metrics)
        data = bucket_labels(block).dropna(subset=[metric])
        ranks = _ranks(block, ranked_by, metric, identified)
        data["place"] = data[identified].map(ranks).fillna(len(ranks)).astype("int64")
        data[named] = _unique_names(data, named, identified)
        mode = choices.switch(f"{block.name}_mode", MODES)
        drawing = heat_map if mode == "heat" else _lines
        chart = drawing(block, data, metric, named, identified, TOPS.get(mode, 0))
        frame.show(
            chart,
            block.visit,
            key=f"chart_{block.name}_{mode}",
            label=block.view.label(block.visit.words.language),
            on_pick=lambda value: choices.toggle(pick, int(value)),
            fields=(identified,),
        )

    framed(view, draw, title=title, controls=controls, own_grain=True)


def _metric(block: Block, metrics: Sequence[str]) -> str:
    name = f"{block.name}_metric"
    _switch(name, metrics, None, lambda column: block.label(column))
    return choices.switch(name, metrics)


def _switch(name: str, options: Sequence[str], prefix: str | None, label: Any = None) -> None:
    words, key = current().words, f"switch_{name}"
    st.session_state[key] = choices.switch(name, options)
    st.segmented_control(
        words("ui.chart.show"),
        options,
        key=key,
        required=True,
        format_func=label or (lambda option: words(f"{prefix}.{option}")),
        label_visibility="collapsed",
        on_change=lambda: choices.set_switch(name, st.session_state[key], options[0]),
    )


def _ranks(block: Block, ranked_by: str, metric: str, identified: str) -> dict[int, int]:
    records = [row for row in block.visit.table(ranked_by).records() if row[metric] is not None]
    ordered = sorted(records, key=lambda row: (-float(row[metric]), row[identified]))
    return {row[identified]: place for place, row in enumerate(ordered)}


def _unique_names(data: pd.DataFrame, named: str, identified: str) -> pd.Series:
    same = data.groupby(named)[identified].transform("nunique") > 1
    return data[named].where(~same, data[named] + " (" + data[identified].astype(str) + ")")


def _lines(block: Block, data: pd.DataFrame, metric: str, named: str, identified: str, most: int) -> Any:
    words, kind = block.visit.words, block.view.columns[metric].format
    leading = sorted(data["place"].unique())[:most]
    data["leads"] = data["place"].isin(leading)
    names = list(data[data["leads"]].sort_values("place")[named].drop_duplicates())
    order = list(data["when"].drop_duplicates())
    top = float(data[metric].max()) if len(data) else 0.0
    x = alt.X("when:N", sort=order, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, grid=False))
    y = alt.Y(f"{metric}:Q", title=None, axis=frame.value_axis(words, kind, top), scale=alt.Scale(zero=True))
    tips = [
        alt.Tooltip(f"{named}:N", title=block.label(named)),
        alt.Tooltip("when:N", title=block.label("bucket")),
        alt.Tooltip(f"{metric}:Q", title=block.label(metric), format=frame.tooltip_format(kind)),
    ]
    colour = alt.Color(
        f"{named}:N",
        scale=alt.Scale(domain=names, range=list(frame.colours()[: len(names)])),
        legend=alt.Legend(title=None, orient="right", symbolType="circle", labelLimit=170, offset=12),
    )
    rest, leaders = data[~data["leads"]], data[data["leads"]]
    pale = alt.Chart(rest).mark_line(color=frame.ink("faint"), strokeWidth=1, opacity=0.75)
    seen = alt.selection_point(name="legend", fields=[named], bind="legend")
    strong = alt.Chart(leaders).mark_line(strokeWidth=2.5, interpolate="monotone")
    dots = alt.Chart(leaders).mark_circle(size=46, cursor="pointer", opacity=1)
    ghosts = alt.Chart(rest).mark_circle(size=60, cursor="pointer", opacity=0)
    dim = alt.condition(seen, alt.value(1), alt.value(0.15))
    layers = [
        pale.encode(x=x, y=y, detail=f"{identified}:N"),
        ghosts.encode(x=x, y=y, tooltip=tips),
        strong.encode(x=x, y=y, color=colour, opacity=dim).add_params(seen),
        dots.encode(x=x, y=y, color=colour, opacity=dim, tooltip=tips, detail=f"{identified}:N").add_params(
            frame.pick_parameter(identified)
        ),
    ]
    return alt.layer(*layers).properties(height=HEIGHT)
