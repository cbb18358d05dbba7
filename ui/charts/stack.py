"""Stacked bars: what a figure is made of, bucket by bucket."""

from collections.abc import Sequence

import altair as alt

from ui import theme
from ui.blocks.block import Block, draw_block
from ui.charts import frame
from ui.charts.grains import bucket_labels, grain_switch

HEIGHT = 300


def stacked(view: str, *, series: Sequence[str], title: str | None = None) -> None:
    """Draw columns of a view, which add up to one whole, as bars stacked by bucket, the first column lowest."""

    def draw(block: Block) -> None:
        words, language = block.context.words, block.context.words.language
        data = bucket_labels(block)
        names = {column: block.view.columns[column].label(language) for column in series}
        long = data.melt(id_vars=["bucket", "when"], value_vars=list(series), var_name="column", value_name="amount")
        long["kind"] = long["column"].map(names)
        long["place"] = long["column"].map({column: place for place, column in enumerate(series)})
        order = list(data["when"])
        most = float(data[list(series)].sum(axis=1).max()) if len(data) else 0.0
        axis = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False)
        bars = (
            alt.Chart(long)
            .mark_bar(cornerRadius=2)
            .encode(
                x=alt.X("when:N", sort=order, title=None, axis=axis, scale=_spacing(len(order))),
                y=alt.Y("amount:Q", stack="zero", title=None, axis=frame.value_axis(words, "count", most)),
                color=alt.Color(
                    "kind:N",
                    scale=alt.Scale(domain=list(names.values()), range=list(frame.colours()[: len(names)])),
                    legend=frame.legend() if theme.is_narrow() else frame.legend(orient="top", offset=6),
                ),
                order=alt.Order("place:Q"),
                tooltip=[
                    alt.Tooltip("when:N", title=block.label("bucket")),
                    alt.Tooltip("kind:N", title=words("ui.chart.kind")),
                    alt.Tooltip("amount:Q", title=words("ui.chart.amount"), format=",.0f"),
                ],
            )
            .properties(height=HEIGHT)
        )
        frame.show(bars, block.context, key=f"chart_{block.name}", label=block.view.label(language))

    draw_block(view, draw, title=title, controls=grain_switch, own_grain=True)


def _spacing(buckets: int) -> alt.Scale:
    """A few bars stand slim in the middle rather than as walls."""
    return alt.Scale(paddingInner=0.35, paddingOuter=0.2) if buckets > 6 else alt.Scale(padding=0.65)
