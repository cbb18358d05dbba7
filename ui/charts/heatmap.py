"""A heatmap: every series against every bucket of time, the figure in its cell."""

import altair as alt

from ui import theme
from ui.charts import style
from ui.charts.drawing import pick_parameter
from ui.charts.series_rows import SeriesRows

ROW_HEIGHT = 27
MOST_NUMBERS = 14  # more buckets than that leave no room for figures in cells
SHADES = {False: ("#EEF2FE", "#3159E0"), True: ("#1C2435", "#6E90FF")}  # by darkness of the page
TEXT_ON_STRONG = {False: "#FFFFFF", True: "#0E1219"}
STRONG = 0.55  # the share of the largest figure from which a cell is too strong for ordinary ink
MONEY_UNITS = (("ui.chart.in_millions", 1e6), ("ui.chart.in_thousands", 1e3))


def heatmap(rows: SeriesRows) -> alt.LayerChart:
    """The series as lines of cells, the leading one on top; money is in millions or thousands, as the axis says."""
    unit, divisor = _unit(rows.kind, rows.largest)
    figures = rows.data[rows.metric]
    data = rows.data.assign(figure=figures / divisor, strong=figures > rows.largest * STRONG)
    context = rows.block.context
    title = context.words(unit, sign=context.words.currency_sign(context.currency)) if unit else None
    x_axis = alt.Axis(orient="top", labelAngle=0, labelOverlap=True, ticks=False, domain=False)
    y_axis = alt.Axis(labelLimit=170, ticks=False, domain=False, grid=False)
    x = alt.X("when:N", sort=rows.buckets, title=title, axis=x_axis)
    y = alt.Y(f"{rows.name_column}:N", sort=rows.names(), title=None, axis=y_axis)
    shades = alt.Scale(range=list(SHADES[theme.is_dark()]), domain=[0, rows.largest or 1])
    cells: alt.Chart = alt.Chart(data).mark_rect(
        cornerRadius=3, stroke=style.ink("card"), strokeWidth=2, cursor="pointer"
    )
    cells = cells.encode(
        x=x, y=y, tooltip=rows.tooltips(), color=alt.Color(f"{rows.metric}:Q", scale=shades, legend=None)
    )
    layers = [cells.add_params(pick_parameter(rows.id_column))]
    if len(rows.buckets) <= MOST_NUMBERS:
        ink = alt.condition("datum.strong", alt.value(TEXT_ON_STRONG[theme.is_dark()]), alt.value(style.ink("text")))
        text = alt.Text("figure:Q", format=_number_format(rows.kind, divisor))
        numbers = alt.Chart(data[data["figure"] != 0]).mark_text(fontSize=11.5)
        layers.append(numbers.encode(x=x, y=y, tooltip=rows.tooltips(), text=text, color=ink))
    return alt.LayerChart(layer=layers).properties(height=alt.Step(ROW_HEIGHT))


def _number_format(kind: str, divisor: float) -> str:
    if kind == "share":
        return ".0%"
    return ",.1f" if divisor == 1e6 or kind in ("days", "index") else ",.0f"


def _unit(kind: str, largest: float) -> tuple[str | None, float]:
    """The catalogue key of the unit figures are divided by, None for no unit, and the divisor."""
    if kind != "money":
        return None, 1.0
    return next(((key, size) for key, size in MONEY_UNITS if largest >= size), (None, 1.0))
