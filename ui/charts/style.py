"""What all charts look like: the palette, the number formats of axes and tooltips, legends and axes of time."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import altair as alt
import pandas as pd
from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

from language import Words
from ui import theme
from ui.blocks.block import Block

LIGHT = ("#3159E0", "#12A08C", "#F0972B", "#8E55D9", "#DE4F74", "#3FA7DE", "#7FA83A", "#B7791F", "#5B6B8C", "#C05A9B")
DARK = ("#7B9BFF", "#35C4AE", "#F7B155", "#B78BF2", "#F2789A", "#62C0F0", "#A6CC5E", "#D9A24A", "#93A1BF", "#DE86BE")
UNITS = ((1e9, "ui.chart.billion"), (1e6, "ui.chart.million"), (1e3, "ui.chart.thousand"))
BAR_WIDTHS = ((3, 0.24), (6, 0.4))  # up to so many buckets: the part of a bucket's band that a bar takes
BAR_WIDTH = 0.62
FADED = 0.3  # the opacity of a mark the filter leaves out


def colours() -> tuple[str, ...]:
    """The palette of series in the reader's theme, in order."""
    return DARK if theme.is_dark() else LIGHT


def ink(strength: str = "text") -> str:
    """A colour for words and lines inside a chart: "text", "soft", "faint", or "card", that of the background."""
    light = {"text": "#182033", "soft": "#5D687B", "faint": "#C3CBD8", "card": "#FFFFFF"}
    dark = {"text": "#E6EAF2", "soft": "#98A3B6", "faint": "#3D4757", "card": "#171C26"}
    return (dark if theme.is_dark() else light)[strength]


@cache
def locale(words: Words, currency: str) -> alt.Locale:
    """Names of months, signs of numbers and the sign of the currency, for `config.locale`."""
    names = Locale.parse(words.language)
    sign = words.currency_sign(currency)
    months, days = names.months["stand-alone"], names.days["stand-alone"]
    russian = words.language == "ru"
    return alt.Locale(
        number=alt.NumberLocale(
            decimal=get_decimal_symbol(names),
            thousands=get_group_symbol(names),
            grouping=[3],
            currency=["", f"\u00a0{sign}"] if russian else [sign, ""],
            percent="\u00a0%" if russian else "%",
        ),
        time=alt.TimeLocale(
            dateTime="%d.%m.%Y %H:%M",
            date="%d.%m.%Y",
            time="%H:%M",
            periods=["AM", "PM"],
            days=[_capitalized(days["wide"][day]) for day in (6, 0, 1, 2, 3, 4, 5)],
            shortDays=[days["abbreviated"][day] for day in (6, 0, 1, 2, 3, 4, 5)],
            months=[_capitalized(months["wide"][month]) for month in range(1, 13)],
            shortMonths=words("month.short").split(),
        ),
    )


def legend(**options: Any) -> alt.Legend:
    """The legend of a few series: beside the chart, or below it on a phone. ``options`` are those of `alt.Legend`."""
    place = {"orient": "bottom", "columns": 2} if theme.is_narrow() else {"orient": "right", "offset": 12}
    return alt.Legend(title=None, symbolType="circle", labelLimit=180, **{**place, **options})


def value_axis(words: Words, kind: str, largest: float, **options: Any) -> alt.Axis:
    """An axis of figures of the format ``kind``: "5 млн", "40 %", "12".

    ``largest`` is the largest figure drawn, which decides the unit of money; ``options`` are those of `alt.Axis`.
    """
    if kind == "share":
        return alt.Axis(format=".0%", tickCount=5, **options)
    if kind != "money":
        return alt.Axis(format=",~f", tickCount=5, **options)
    size, key = next(((size, key) for size, key in UNITS if largest >= size), (1.0, ""))
    unit = words(key) if key else ""
    return alt.Axis(labelExpr=f"format(datum.value/{size:.0f}, ',~f') + '{unit}'", tickCount=5, **options)


def in_order(column: str) -> alt.EncodingSortField:
    """Values stand as the numbers of a column say, the smallest first.

    A list of the values themselves would become an expression of the chart: text of the portal has no place in code.
    """
    return alt.EncodingSortField(field=column, op="min", order="ascending")


def bucket_axis(**options: Any) -> alt.X:
    """The axis of buckets of time: the names in ``when`` in the order of ``at``, upright and without a grid.

    ``options`` are those of `alt.X`.
    """
    axis = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, grid=False)
    return alt.X(field="when", type="nominal", sort=in_order("at"), title=None, axis=axis, **options)


def bar_width(buckets: int) -> float:
    """The part of a bucket's band that a bar takes: a few bars stand slim rather than as walls."""
    return next((width for most, width in BAR_WIDTHS if buckets <= most), BAR_WIDTH)


def faded_unless_picked() -> alt.OpacityValue:
    """The opacity of a mark by its column ``picked``, true where the filter holds the mark or is empty."""
    return alt.OpacityValue(FADED, condition={"test": "datum.picked", "value": 1})


def tooltip_format(kind: str) -> str:
    """The d3 format of a figure of the format ``kind`` in a tooltip."""
    return {
        "money": "$,.0f",
        "share": ",.1%",
        "days": ",.1f",
        "index": ",.1f",
        "number": ",.1f",
    }.get(kind, ",.0f")


def text_tooltip(block: Block, column: str) -> alt.Tooltip:
    """The line of a column of words in a tooltip, under the column's label."""
    return alt.Tooltip(field=column, type="nominal", title=block.label(column))


def bucket_tooltip(block: Block) -> alt.Tooltip:
    """The line of the bucket of time in a tooltip."""
    return alt.Tooltip(field="when", type="nominal", title=block.label("bucket"))


def value_tooltips(block: Block, columns: Sequence[str]) -> list[alt.Tooltip]:
    """The lines of columns of figures in a tooltip, each under its label and in its format."""
    columns_of_view = block.view.columns
    return [
        alt.Tooltip(
            field=column,
            type="quantitative",
            title=block.label(column),
            format=tooltip_format(columns_of_view[column].format),
        )
        for column in columns
    ]


def to_floats(data: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """The rows with columns of decimals and nulls as floats, NaN for what is no number: Vega knows no decimals."""
    return data.assign(**{column: pd.to_numeric(data[column], errors="coerce").astype("float64") for column in columns})


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
