"""Vertical bars stacked by bucket of time: what a whole is made of."""

from collections.abc import Sequence

import altair as alt

from ui import theme
from ui.blocks.block import Block, draw_block
from ui.charts import style
from ui.charts.drawing import draw_chart
from ui.charts.finished import Drawing
from ui.charts.grains import grain_switch, labelled_buckets
from ui.charts.layers import named_rows

HEIGHT = 300


def stacked_bars(view: str, *, series: Sequence[str], title: str | None = None) -> None:
    """Draw columns of a view, which add up to one whole, as bars stacked by bucket, the first column lowest."""

    def make(block: Block) -> Drawing:
        words, language = block.context.words, block.context.words.language
        data = labelled_buckets(block)
        names = {column: block.view.columns[column].label(language) for column in series}
        long = data.melt(id_vars=["when", "at"], value_vars=list(series), var_name="column", value_name="amount")
        long["kind"] = long["column"].map(names)
        long["place"] = long["column"].map({column: place for place, column in enumerate(series)})
        largest = float(data[list(series)].sum(axis=1).max()) if len(data) else 0.0
        axis = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False)
        bars = (
            alt.Chart(named_rows())
            .mark_bar(cornerRadius=2)
            .encode(
                x=alt.X(
                    field="when",
                    type="nominal",
                    sort=style.in_order("at"),
                    title=None,
                    axis=axis,
                    scale=_padding(len(data)),
                ),
                y=alt.Y(
                    field="amount",
                    type="quantitative",
                    stack="zero",
                    title=None,
                    axis=style.value_axis(words, "count", largest),
                ),
                color=alt.Color(
                    field="kind",
                    type="nominal",
                    scale=alt.Scale(domain=list(names.values()), range=list(style.colours()[: len(names)])),
                    legend=style.legend() if theme.is_narrow() else style.legend(orient="top", offset=6),
                ),
                order=alt.Order(field="place", type="quantitative"),
                tooltip=[
                    style.bucket_tooltip(block),
                    alt.Tooltip(field="kind", type="nominal", title=words("ui.chart.kind")),
                    alt.Tooltip(field="amount", type="quantitative", title=words("ui.chart.amount"), format=",.0f"),
                ],
            )
            .properties(height=HEIGHT)
        )
        return Drawing(bars, {"rows": long})

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block)

    draw_block(view, draw, title=title, controls=grain_switch, own_grain=True)


def _padding(buckets: int) -> alt.Scale:
    """A few bars stand slim in the middle rather than as walls."""
    return alt.Scale(paddingInner=0.35, paddingOuter=0.2) if buckets > 6 else alt.Scale(padding=0.65)
