"""What each row is made of: bars of one length, cut by state."""

from collections.abc import Collection

import altair as alt
import pandas as pd

from language import Words
from ui.blocks.block import Block, draw_block
from ui.blocks.value_labels import disambiguated_names, value_label, with_value_labels
from ui.charts import style
from ui.charts.drawing import ClickFilter, draw_chart, pick_parameter
from ui.charts.finished import Drawing
from ui.charts.layers import named_rows
from ui.charts.ranked_bars import LABEL_WIDTH, MARGIN, ROW_HEIGHT, state_colour

STATES = ("qualified", "won", "in_work", "new", "junk", "lost")  # from left to right
LEGEND_HEIGHT = 34  # pixels above the bars


def composition_bars(
    view: str,
    *,
    shares: str,
    name_column: str,
    id_column: str,
    value: str,
    ranked_by: tuple[str, str],
    click: ClickFilter,
    title: str | None = None,
) -> None:
    """Draw ``value`` by state as bars of one length; the tooltip has the figure and its share, read from ``shares``.

    ``ranked_by`` is the view and the column that say which row stands first.
    """

    def make(block: Block) -> Drawing:
        words, (ranking, rank_column) = block.context.words, ranked_by
        share_rows = block.context.table(shares, without=click.pick).frame()
        data = block.table.frame().merge(share_rows[[id_column, "state", "share"]], on=[id_column, "state"])
        ranking_rows = block.context.table(ranking, without=click.pick).records()
        weights = {row[id_column]: row[rank_column] for row in ranking_rows}
        data["weight"] = [float(weights.get(each, 0)) for each in data[id_column]]
        data["place"] = [STATES.index(state) for state in data["state"]]
        data = style.to_floats(data, ["share"])
        data["picked"] = click.picked(list(data[id_column]))
        colour = _state_colours(words, set(data["state"]))
        data = with_value_labels(words, data)
        data[name_column] = disambiguated_names(data, name_column, id_column)
        ordered = data.sort_values(["weight", name_column], ascending=[False, True])
        ordered["rank"] = pd.factorize(ordered[name_column])[0]
        y_axis = alt.Axis(labelLimit=LABEL_WIDTH, ticks=False, domain=False, labelPadding=8)
        x_axis = alt.Axis(format=".0%", tickCount=5, gridOpacity=0.5)
        mark: alt.Chart = alt.Chart(named_rows()).mark_bar(
            height=alt.RelativeBandSize(0.62), cursor="pointer", stroke=style.ink("card"), strokeWidth=1
        )
        chart = mark.encode(
            x=alt.X(field=value, type="quantitative", stack="normalize", title=None, axis=x_axis),
            y=alt.Y(field=name_column, type="nominal", sort=style.in_order("rank"), title=None, axis=y_axis),
            color=colour,
            order=alt.Order(field="place", type="quantitative"),
            opacity=style.faded_unless_picked(),
            tooltip=[
                style.text_tooltip(block, name_column),
                style.text_tooltip(block, "state"),
                alt.Tooltip(field=value, type="quantitative", title=block.label(value), format=",.0f"),
                alt.Tooltip(field="share", type="quantitative", title=words("ui.chart.share_of_row"), format=",.1%"),
            ],
        )
        height = ROW_HEIGHT * ordered[name_column].nunique() + MARGIN + LEGEND_HEIGHT
        return Drawing(chart.add_params(pick_parameter(id_column)).properties(height=height), {"rows": ordered})

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block, click=click, id_column=id_column)

    draw_block(view, draw, title=title, without=click.pick, behind=shares)


def _state_colours(words: Words, states: Collection[str]) -> alt.Color:
    """The colours of the states there are, in their order."""
    present = [state for state in STATES if state in states]
    return alt.Color(
        field="state",
        type="nominal",
        scale=alt.Scale(
            domain=[value_label(words, "state", {"state": state}) for state in present],
            range=[state_colour(state) for state in present],
        ),
        legend=alt.Legend(title=None, orient="top", symbolType="circle", offset=4, columns=2),
    )
