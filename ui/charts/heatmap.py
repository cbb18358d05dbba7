"""A heatmap: every series against every bucket of time, the figure in its cell."""

import altair as alt

from ui import theme
from ui.charts import style
from ui.charts.drawing import pick_parameter
from ui.charts.finished import Drawing
from ui.charts.layers import Layers, named_rows
from ui.charts.series_rows import SeriesRows

ROW_HEIGHT = 27
MOST_NUMBERS = 14  # more buckets than that leave no room for figures in cells
SHADES = {False: ("#EEF2FE", "#3159E0"), True: ("#1C2435", "#6E90FF")}  # by darkness of the page
TEXT_ON_STRONG = {False: "#FFFFFF", True: "#0E1219"}
STRONG = 0.55  # the share of the largest figure from which a cell is too strong for ordinary ink
MONEY_UNITS = (("ui.chart.in_millions", 1e6), ("ui.chart.in_thousands", 1e3))


def heatmap(rows: SeriesRows) -> Drawing:
    """The series as lines of cells, the leading one on top; money is in millions or thousands, as the axis says."""
    unit, divisor = _unit(rows.kind, rows.largest)
    figures = rows.data[rows.metric]
    # A nought has no number in its cell: a null is drawn as no text.
    data = rows.data.assign(figure=(figures / divisor).where(figures != 0), strong=figures > rows.largest * STRONG)
    context = rows.block.context
    title = context.words(unit, sign=context.words.currency_sign(context.currency)) if unit else None
    x_axis = alt.Axis(orient="top", labelAngle=0, labelOverlap=True, ticks=False, domain=False)
    y_axis = alt.Axis(labelLimit=170, ticks=False, domain=False, grid=False)
    x = alt.X(field="when", type="nominal", sort=style.in_order("at"), title=title, axis=x_axis)
    y = alt.Y(field=rows.name_column, type="nominal", sort=style.in_order("place"), title=None, axis=y_axis)
    shades = alt.Scale(range=list(SHADES[theme.is_dark()]), domain=[0, rows.largest or 1])
    cells: alt.Chart = alt.Chart(named_rows()).mark_rect(
        cornerRadius=3, stroke=style.ink("card"), strokeWidth=2, cursor="pointer"
    )
    colour = alt.Color(field=rows.metric, type="quantitative", scale=shades, legend=None)
    cells = cells.encode(x=x, y=y, tooltip=rows.tooltips(), color=colour)
    layers = [cells.add_params(pick_parameter(rows.id_column))]
    if rows.buckets <= MOST_NUMBERS:
        on_strong = {"test": "datum.strong", "value": TEXT_ON_STRONG[theme.is_dark()]}
        ink = alt.ColorValue(style.ink("text"), condition=on_strong)
        text = alt.Text(field="figure", type="quantitative", format=_number_format(rows.kind, divisor))
        numbers = alt.Chart(named_rows()).mark_text(fontSize=11.5)
        layers.append(numbers.encode(x=x, y=y, tooltip=rows.tooltips(), text=text, color=ink))
    return Drawing(Layers(layers, height=alt.Step(ROW_HEIGHT)), {"rows": data})


def _number_format(kind: str, divisor: float) -> str:
    if kind == "share":
        return ".0%"
    return ",.1f" if divisor == 1e6 or kind in ("days", "index") else ",.0f"


def _unit(kind: str, largest: float) -> tuple[str | None, float]:
    """The catalogue key of the unit figures are divided by, None for no unit, and the divisor."""
    if kind != "money":
        return None, 1.0
    return next(((key, size) for key, size in MONEY_UNITS if largest >= size), (None, 1.0))
