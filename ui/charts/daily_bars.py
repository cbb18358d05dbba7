"""Day by day: bars stacked by source, the main ones in colour and all others together in grey."""

from collections.abc import Sequence

import altair as alt

from ui.blocks.block import Block, Note, draw_block
from ui.blocks.value_labels import REST, disambiguated_names, with_value_labels
from ui.charts import style
from ui.charts.drawing import ClickFilter, draw_chart, pick_parameter
from ui.charts.finished import Drawing
from ui.charts.layers import named_rows

HEIGHT = 300
MOST_DAYS = 120  # a longer period has months on its axis, and bars without gaps


def daily_bars(
    view: str,
    *,
    name_column: str,
    id_column: str,
    value: str,
    ranked_by: str,
    pick: str,
    title: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a view that has a row for every source on every ``day`` as stacked bars.

    ``ranked_by`` is the view of the period whose same column says which source stands lowest. A click filters by
    ``pick``; on all others together it does nothing.
    """

    def make(block: Block) -> Drawing:
        words = block.context.words
        totals = {row[id_column]: row[value] for row in block.context.table(ranked_by, without=pick).records()}
        data = with_value_labels(words, block.table.frame().sort_values("day"))
        data[name_column] = disambiguated_names(data, name_column, id_column)
        ids = sorted(set(data[id_column]), key=lambda each: (each == REST, -float(totals.get(each, 0)), each))
        names = dict(zip(data[id_column], data[name_column], strict=True))
        palette = iter(style.colours())
        colours = [style.ink("faint") if each == REST else next(palette) for each in ids]
        data["place"] = data[id_column].map({each: place for place, each in enumerate(ids)})
        days = data["day"].nunique()
        mark: alt.Chart = alt.Chart(named_rows()).mark_bar(
            cursor="pointer", width=alt.RelativeBandSize(0.82 if days <= MOST_DAYS else 1.0)
        )
        chart = mark.encode(
            x=alt.X(field="day", type="temporal", timeUnit="yearmonthdate", title=None, axis=_day_axis(days)),
            y=alt.Y(
                field=value, type="quantitative", stack="zero", title=None, axis=style.value_axis(words, "count", 0)
            ),
            color=alt.Color(
                field=name_column,
                type="nominal",
                scale=alt.Scale(domain=[names[each] for each in ids], range=colours),
                legend=alt.Legend(title=None, orient="top", symbolType="circle", labelLimit=200, columns=3),
            ),
            order=alt.Order(field="place", type="quantitative"),
            tooltip=[
                alt.Tooltip(field="day", type="temporal", title=block.label("day"), format="%d.%m.%Y"),
                style.text_tooltip(block, name_column),
                alt.Tooltip(field=value, type="quantitative", title=block.label(value), format=",.0f"),
            ],
        )
        return Drawing(chart.add_params(pick_parameter(id_column)).properties(height=HEIGHT), {"rows": data})

    def draw(block: Block) -> None:
        draw_chart(lambda: make(block), block, click=ClickFilter(pick), id_column=id_column)

    draw_block(view, draw, title=title, without=pick, notes=notes)


def _day_axis(days: int) -> alt.Axis:
    """Names of days while there are few of them, of months after that."""
    day_format = "%-d %b" if days <= MOST_DAYS else "%b %Y"
    return alt.Axis(format=day_format, labelOverlap=True, grid=False, tickCount=min(days, 14), labelAngle=0)
