"""Dynamics of many: a few lines in colour over the pale rest, or every row as a heat map."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from ui.blocks.block import Block, Note, draw_block
from ui.blocks.switches import switch
from ui.blocks.table import toggle_picked
from ui.blocks.value_labels import disambiguated_names, with_value_labels
from ui.charts import frame
from ui.charts.edge import cut, edged_scale, numbers_at_edge
from ui.charts.grains import bucket_labels, grain_switch
from ui.charts.heat import heat_map
from ui.charts.many import Many
from ui.charts.struck import struck_out
from ui.state import url_state
from ui.state.page_context import current

HEIGHT = 340
TOPS = {"top_5": 5, "top_10": 10}
MODES = (*TOPS, "heat")
TO_EDGE = ("completion", "count_completion")  # percents that may be of any size


def dynamics(
    view: str,
    *,
    metrics: Sequence[str],
    named: str,
    identified: str,
    ranked_by: str,
    pick: str,
    title: str | None = None,
    striking: bool = False,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a dense dynamics view by metric, grain and mode, all three switched in its head.

    ``ranked_by`` is the view of the whole period whose same column says who comes first; a click on a mark filters
    by ``pick``; with ``striking`` a reader strikes rows out of the chart and puts them back.
    """

    def controls(block: str) -> None:
        switch(f"{block}_mode", MODES, lambda mode: current().words(f"ui.chart.mode.{mode}"))
        grain_switch(block)

    def draw(block: Block) -> None:
        turned = f"{block.name}_metric"
        switch(turned, metrics, block.label)
        metric = url_state.switch(turned, metrics)
        data = with_value_labels(block.context.words, bucket_labels(block)).dropna(subset=[metric])
        ranks = _ranks(block, ranked_by, metric, identified)
        data["place"] = data[identified].map(ranks).fillna(len(ranks)).astype("int64")
        data[named] = disambiguated_names(data, named, identified)
        mode = url_state.switch(f"{block.name}_mode", MODES)
        if striking:
            data = struck_out(block, data, named, identified, TOPS.get(mode))
        many = Many(block, data, metric, named, identified)
        frame.show(
            heat_map(many) if mode == "heat" else _lines(many, TOPS[mode]),
            block.context,
            key=f"chart_{block.name}_{mode}",
            label=block.view.label(block.context.words.language),
            on_pick=lambda value: toggle_picked(pick, value),
            fields=(identified,),
        )

    draw_block(view, draw, title=title, controls=controls, own_grain=True, notes=notes)


def _ranks(block: Block, ranked_by: str, metric: str, identified: str) -> dict[int, int]:
    records = [row for row in block.context.table(ranked_by).records() if row[metric] is not None]
    ordered = sorted(records, key=lambda row: (-float(row[metric]), row[identified]))
    return {row[identified]: place for place, row in enumerate(ordered)}


def _lines(many: Many, most: int) -> Any:
    words, names = many.block.context.words, many.names(most)
    is_percent = many.metric in TO_EDGE
    data = cut(words, many.data, many.metric) if is_percent else many.data.assign(drawn=many.data[many.metric])
    leading = data[many.named].isin(names)
    leaders, rest = data[leading], data[~leading]
    axis = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, grid=False)
    place = {
        "x": alt.X("when:N", sort=many.buckets, title=None, axis=axis, scale=alt.Scale(padding=0.25)),
        "y": alt.Y(
            "drawn:Q",
            title=None,
            axis=frame.value_axis(words, many.kind, many.most),
            scale=edged_scale(data, many.metric) if is_percent else alt.Undefined,
        ),
    }
    colour = alt.Color(
        f"{many.named}:N",
        scale=alt.Scale(domain=names, range=list(frame.colours()[: len(names)])),
        legend=frame.legend(),
    )
    each = f"{many.identified}:N"
    seen = alt.selection_point(name="legend", fields=[many.named], bind="legend")
    dim = alt.condition(seen, alt.value(1), alt.value(0.15))
    pale = alt.Chart(rest).mark_line(color=frame.ink("faint"), strokeWidth=1.2, opacity=0.8)
    ghosts = alt.Chart(rest).mark_circle(size=60, cursor="pointer", opacity=0)
    strong = alt.Chart(leaders).mark_line(strokeWidth=2.5)
    dots = alt.Chart(leaders).mark_circle(size=52, cursor="pointer", opacity=1)
    background = [pale.encode(**place, detail=each), ghosts.encode(**place, detail=each, tooltip=many.tips())]
    return alt.layer(
        *(background if len(rest) else []),
        strong.encode(**place, color=colour, detail=each, opacity=dim).add_params(seen),
        dots.encode(**place, color=colour, detail=each, opacity=dim, tooltip=many.tips()).add_params(
            frame.pick_parameter(many.identified)
        ),
        *(numbers_at_edge(leaders, **place) if is_percent else []),
    ).properties(height=HEIGHT)
