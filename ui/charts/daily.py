"""Day by day: bars stacked by source, the main ones in colour and all others together in grey."""

from collections.abc import Sequence

import altair as alt

from ui.blocks.block import Block, Note, draw_block
from ui.blocks.table import toggle_picked
from ui.blocks.value_labels import REST, disambiguated_names, with_value_labels
from ui.charts import frame

HEIGHT = 300


def daily(
    view: str,
    *,
    named: str,
    identified: str,
    value: str,
    ranked_by: str,
    pick: str,
    title: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw a view that is dense by ``day`` as stacked bars; ``ranked_by`` is the view of the period whose same column
    says which stands lowest. A click filters by ``pick``; all others together are no target.
    """

    def draw(block: Block) -> None:
        words = block.context.words
        totals = {row[identified]: row[value] for row in block.context.table(ranked_by, without=pick).records()}
        data = with_value_labels(words, block.table.frame().sort_values("day"))
        data[named] = disambiguated_names(data, named, identified)
        ids = sorted(set(data[identified]), key=lambda each: (each == REST, -float(totals.get(each, 0)), each))
        names = dict(zip(data[identified], data[named], strict=True))
        palette = iter(frame.colours())
        shades = [frame.ink("faint") if each == REST else next(palette) for each in ids]
        data["place"] = data[identified].map({each: place for place, each in enumerate(ids)})
        days = data["day"].nunique()
        chart = (
            alt.Chart(data)
            .mark_bar(cursor="pointer", width=alt.RelativeBandSize(0.82 if days <= 120 else 1.0))
            .encode(
                x=alt.X("day:T", timeUnit="yearmonthdate", title=None, axis=_axis(days)),
                y=alt.Y(f"{value}:Q", stack="zero", title=None, axis=frame.value_axis(words, "count", 0)),
                color=alt.Color(
                    f"{named}:N",
                    scale=alt.Scale(domain=[names[each] for each in ids], range=shades),
                    legend=alt.Legend(title=None, orient="top", symbolType="circle", labelLimit=200, columns=3),
                ),
                order=alt.Order("place:Q"),
                tooltip=[
                    alt.Tooltip("day:T", title=block.label("day"), format="%d.%m.%Y"),
                    alt.Tooltip(f"{named}:N", title=block.label(named)),
                    alt.Tooltip(f"{value}:Q", title=block.label(value), format=",.0f"),
                ],
            )
            .add_params(frame.pick_parameter(identified))
            .properties(height=HEIGHT)
        )
        frame.show(
            chart,
            block.context,
            key=f"chart_{block.name}",
            label=block.view.label(words.language),
            on_pick=lambda told: None if told == REST else toggle_picked(pick, told),
            fields=(identified,),
        )

    draw_block(view, draw, title=title, without=pick, notes=notes)


def _axis(days: int) -> alt.Axis:
    """Days while there are few of them, months after that."""
    written = "%-d %b" if days <= 120 else "%b %Y"
    return alt.Axis(format=written, labelOverlap=True, grid=False, tickCount=min(days, 14), labelAngle=0)
