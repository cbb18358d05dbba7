"""Many series over time: the leading ones as lines in colour over the pale rest, or all of them as a heatmap."""

from collections.abc import Sequence
from functools import cache

import altair as alt
import pandas as pd

from ui.blocks import render_cache
from ui.blocks.block import Block, Note, draw_block
from ui.blocks.switches import switch
from ui.blocks.value_labels import disambiguated_names, with_value_labels
from ui.charts import style
from ui.charts.capped_axis import above_cap, cap_label_layers, capped_scale, with_capped
from ui.charts.drawing import ClickFilter, draw_chart, pick_parameter
from ui.charts.excluded_rows import exclusion_pills, names_to_exclude, without_excluded
from ui.charts.finished import Drawing
from ui.charts.grains import grain_switch, labelled_buckets
from ui.charts.heatmap import heatmap
from ui.charts.layers import Layers, named_rows
from ui.charts.series_rows import SeriesRows
from ui.state import url_state
from ui.state.page_context import current

HEIGHT = 340
TOPS = {"top_5": 5, "top_10": 10}
MODES = (*TOPS, "heat")
REST = named_rows("rest")  # the rows of the series that do not lead
OTHERS_IN_LEGEND = 0.15  # the opacity of all lines but the one that was clicked in the legend
CAPPED = ("completion", "count_completion")  # percents of a plan, which may be of any size


def dynamics(
    view: str,
    *,
    metrics: Sequence[str],
    name_column: str,
    id_column: str,
    ranked_by: str,
    pick: str,
    title: str | None = None,
    excludable: bool = False,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a view that has a row for every series in every ``bucket``; metric, grain and mode are switched in its head.

    ``ranked_by`` is the view of the whole period whose same column says which series leads; a click on a mark filters
    by ``pick``; with ``excludable`` a reader takes series out of the chart and puts them back.
    """

    def controls(block: str) -> None:
        switch(f"{block}_mode", MODES, lambda mode: current().words(f"ui.chart.mode.{mode}"))
        grain_switch(block)

    def draw(block: Block) -> None:
        metric_switch = f"{block.name}_metric"
        switch(metric_switch, metrics, block.label)
        metric = url_state.switch(metric_switch, metrics)
        mode = url_state.switch(f"{block.name}_mode", MODES)

        @cache
        def series() -> pd.DataFrame:
            data = with_value_labels(block.context.words, labelled_buckets(block)).dropna(subset=[metric])
            ranks = _ranks(block, ranked_by, metric, id_column)
            data["rank"] = data[id_column].map(ranks).fillna(len(ranks)).astype("int64")
            data[name_column] = disambiguated_names(data, name_column, id_column)
            return data

        def offered() -> dict[int, str]:
            return names_to_exclude(block, series(), name_column, id_column, TOPS.get(mode))

        def make() -> Drawing:
            data = without_excluded(block, series(), id_column) if excludable else series()
            rows = SeriesRows.ordered(block, data, metric, name_column, id_column)
            return heatmap(rows) if mode == "heat" else _lines(rows, TOPS[mode])

        if excludable:
            exclusion_pills(block, render_cache.kept(block, "names to exclude", offered, lambda names: len(str(names))))
        draw_chart(make, block, mode=mode, click=ClickFilter(pick), id_column=id_column)

    draw_block(view, draw, title=title, controls=controls, own_grain=True, notes=notes)


def _ranks(block: Block, ranked_by: str, metric: str, id_column: str) -> dict[int | str, int]:
    """The id of each series with a figure → its place, 0 for the largest figure."""
    records = [row for row in block.context.table(ranked_by).records() if row[metric] is not None]
    ordered = sorted(records, key=lambda row: (-float(row[metric]), row[id_column]))
    return {row[id_column]: rank for rank, row in enumerate(ordered)}


def _lines(rows: SeriesRows, most: int) -> Drawing:
    """The ``most`` leading series as lines with points in colour; all others as pale lines, named by their tooltip."""
    words, names = rows.block.context.words, rows.names(most)
    is_capped = rows.metric in CAPPED
    data = with_capped(words, rows.data, rows.metric) if is_capped else rows.data
    is_leading = data[rows.name_column].isin(names)
    leaders, rest = data[is_leading], data[~is_leading]
    x = style.bucket_axis(scale=alt.Scale(padding=0.25))
    y = alt.Y(
        field="capped" if is_capped else rows.metric,
        type="quantitative",
        title=None,
        axis=style.value_axis(words, rows.kind, rows.largest),
        scale=capped_scale(data, rows.metric) if is_capped else alt.Undefined,
    )
    place = {"x": x, "y": y, "detail": alt.Detail(field=rows.id_column, type="nominal")}
    colour = alt.Color(
        field=rows.name_column,
        type="nominal",
        scale=alt.Scale(domain=names, range=list(style.colours()[: len(names)])),
        legend=style.legend(),
    )
    in_legend = alt.selection_point(name="legend", fields=[rows.name_column], bind="legend")
    shown = alt.OpacityValue(OTHERS_IN_LEGEND, condition={"param": in_legend.name, "value": 1})
    leading = {**place, "color": colour, "opacity": shown}
    pale = alt.Chart(REST).mark_line(color=style.ink("faint"), strokeWidth=1.2, opacity=0.8)
    pale_points = alt.Chart(REST).mark_circle(size=60, cursor="pointer", opacity=0)
    lines = alt.Chart(named_rows()).mark_line(strokeWidth=2.5)
    points = alt.Chart(named_rows()).mark_circle(size=52, cursor="pointer", opacity=1)
    background = [pale.encode(**place), pale_points.encode(**place, tooltip=rows.tooltips())]
    above = above_cap(leaders) if is_capped else leaders.head(0)
    layers = [
        *(background if len(rest) else []),
        lines.encode(**leading).add_params(in_legend),
        points.encode(**leading, tooltip=rows.tooltips()).add_params(pick_parameter(rows.id_column)),
        *(cap_label_layers(above, x, y) if is_capped else []),
    ]
    return Drawing(Layers(layers, height=HEIGHT), {"rows": leaders, "rest": rest, "above": above})
