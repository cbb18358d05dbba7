"""What each row is made of: bars of one length, cut by state."""

from collections.abc import Collection

import altair as alt
import pandas as pd

from language import Words
from ui.blocks.block import Block, draw_block
from ui.blocks.value_labels import disambiguated_names, value_label, with_value_labels
from ui.charts import frame
from ui.charts.ranked import LABELS, LINE, MARGIN, Click, state_colour

ORDER = ("qualified", "won", "in_work", "new", "junk", "lost")
LEGEND = 34  # pixels above the bars


def mixture(
    view: str,
    *,
    shares: str,
    named: str,
    identified: str,
    value: str,
    ranked_by: tuple[str, str],
    click: Click,
    title: str | None = None,
) -> None:
    """Draw ``value`` by state as bars of one length; the tooltip tells the figure and its share, read from ``shares``.

    ``ranked_by`` is the view and the column that say which row stands first.
    """

    def draw(block: Block) -> None:
        words, (ranking, weight) = block.context.words, ranked_by
        told = block.context.table(shares, without=click.pick).frame()
        data = block.table.frame().merge(told[[identified, "state", "share"]], on=[identified, "state"])
        weights = {row[identified]: row[weight] for row in block.context.table(ranking, without=click.pick).records()}
        data["weight"] = [float(weights.get(each, 0)) for each in data[identified]]
        data["place"] = [ORDER.index(state) for state in data["state"]]
        data["share"] = pd.to_numeric(data["share"]).astype("float64")
        data["picked"] = click.picked(list(data[identified]))
        colour = _colour(words, set(data["state"]))
        data = with_value_labels(words, data)
        data[named] = disambiguated_names(data, named, identified)
        names = list(data.sort_values(["weight", named], ascending=[False, True])[named].drop_duplicates())
        axis = alt.Axis(labelLimit=LABELS, ticks=False, domain=False, labelPadding=8)
        chart = (
            alt.Chart(data)
            .mark_bar(height=alt.RelativeBandSize(0.62), cursor="pointer", stroke=frame.ink("card"), strokeWidth=1)
            .encode(
                x=alt.X(f"{value}:Q", stack="normalize", title=None, axis=_percents()),
                y=alt.Y(f"{named}:N", sort=names, title=None, axis=axis),
                color=colour,
                order=alt.Order("place:Q"),
                opacity=alt.condition("datum.picked", alt.value(1), alt.value(0.3)),
                tooltip=[
                    alt.Tooltip(f"{named}:N", title=block.label(named)),
                    alt.Tooltip("state:N", title=block.label("state")),
                    alt.Tooltip(f"{value}:Q", title=block.label(value), format=",.0f"),
                    alt.Tooltip("share:Q", title=words("ui.chart.share_of_row"), format=",.1%"),
                ],
            )
            .add_params(frame.pick_parameter(identified))
            .properties(height=LINE * len(names) + MARGIN + LEGEND)
        )
        label = block.view.label(words.language)
        frame.show(
            chart, block.context, key=f"chart_{block.name}", label=label, on_pick=click.told, fields=(identified,)
        )

    draw_block(view, draw, title=title, without=click.pick, behind=shares)


def _percents() -> alt.Axis:
    return alt.Axis(format=".0%", tickCount=5, gridOpacity=0.5)


def _colour(words: Words, states: Collection[str]) -> alt.Color:
    """The colours of the states there are, in their order."""
    present = [state for state in ORDER if state in states]
    return alt.Color(
        "state:N",
        scale=alt.Scale(
            domain=[value_label(words, "state", {"state": state}) for state in present],
            range=[state_colour(state) for state in present],
        ),
        legend=alt.Legend(title=None, orient="top", symbolType="circle", offset=4, columns=2),
    )
