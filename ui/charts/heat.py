"""A heat map: every row against every bucket, the figure written in its cell."""

from typing import Any

import altair as alt

from ui import theme
from ui.charts import frame
from ui.charts.many import Many

LINE = 27
MOST_NUMBERS = 14  # more buckets than that leave no room for figures in cells
SHADES = {False: ("#EEF2FE", "#3159E0"), True: ("#1C2435", "#6E90FF")}  # by darkness of the page
ON_STRONG = {False: "#FFFFFF", True: "#0E1219"}
STRONG = 0.55  # the share of the largest figure from which a cell is too strong for ordinary ink
DIVISORS = (("ui.chart.in_millions", 1e6), ("ui.chart.in_thousands", 1e3))


def heat_map(many: Many) -> Any:
    """Rows by name and bucket; money is written in millions or thousands, which the axis says."""
    unit, divisor = _unit(many.kind, many.most)
    sign = many.block.context.words.currency_sign(many.block.context.currency)
    data = many.data.assign(
        written=many.data[many.metric] / divisor, strong=many.data[many.metric] > many.most * STRONG
    )
    axis = alt.Axis(orient="top", labelAngle=0, labelOverlap=True, ticks=False, domain=False)
    title = many.block.context.words(unit, sign=sign) if unit else None
    x = alt.X("when:N", sort=many.buckets, title=title, axis=axis)
    y = alt.Y(
        f"{many.named}:N",
        sort=many.names(),
        title=None,
        axis=alt.Axis(labelLimit=170, ticks=False, domain=False, grid=False),
    )
    shades = alt.Scale(range=list(SHADES[theme.is_dark()]), domain=[0, many.most or 1])
    cells = alt.Chart(data).mark_rect(cornerRadius=3, stroke=frame.ink("card"), strokeWidth=2, cursor="pointer")
    layers: list[Any] = [
        cells.encode(
            x=x, y=y, color=alt.Color(f"{many.metric}:Q", scale=shades, legend=None), tooltip=many.tips()
        ).add_params(frame.pick_parameter(many.identified))
    ]
    if len(many.buckets) <= MOST_NUMBERS:
        ink = alt.condition("datum.strong", alt.value(ON_STRONG[theme.is_dark()]), alt.value(frame.ink("text")))
        figures = alt.Chart(data[data["written"] != 0]).mark_text(fontSize=11.5)
        written = alt.Text("written:Q", format=_written(many.kind, divisor))
        layers.append(figures.encode(x=x, y=y, text=written, color=ink, tooltip=many.tips()))
    return alt.layer(*layers).properties(height=alt.Step(LINE))


def _written(kind: str, divisor: float) -> str:
    if kind == "share":
        return ".0%"
    return ",.1f" if divisor == 1e6 or kind in ("days", "index") else ",.0f"


def _unit(kind: str, top: float) -> tuple[str | None, float]:
    if kind != "money":
        return None, 1.0
    return next(((key, size) for key, size in DIVISORS if top >= size), (None, 1.0))
