"""What all charts share: numbers and months in the reader's language, colours, and a click that filters."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import altair as alt
import streamlit as st
from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

from language import Words
from ui import theme
from ui.state.page_context import PageContext

PICK = "pick"
BILLION, MILLION, THOUSAND = 1e9, 1e6, 1e3
CLICKS = "charts.clicks"

LIGHT = ("#3159E0", "#12A08C", "#F0972B", "#8E55D9", "#DE4F74", "#3FA7DE", "#7FA83A", "#B7791F", "#5B6B8C", "#C05A9B")
DARK = ("#7B9BFF", "#35C4AE", "#F7B155", "#B78BF2", "#F2789A", "#62C0F0", "#A6CC5E", "#D9A24A", "#93A1BF", "#DE86BE")


def colours() -> tuple[str, ...]:
    """The palette of series in the reader's theme, in order."""
    return DARK if theme.is_dark() else LIGHT


def ink(strength: str = "text") -> str:
    """A colour for words and lines inside a chart: "text", "soft" or "faint"."""
    light = {"text": "#182033", "soft": "#5D687B", "faint": "#C3CBD8", "card": "#FFFFFF"}
    dark = {"text": "#E6EAF2", "soft": "#98A3B6", "faint": "#3D4757", "card": "#171C26"}
    return (dark if theme.is_dark() else light)[strength]


@cache
def locale(words: Words, currency: str) -> alt.Locale:
    """Names of months, signs of numbers and the sign of the currency, for `config.locale`."""
    known = Locale.parse(words.language)
    sign = words.currency_sign(currency)
    months, days = known.months["stand-alone"], known.days["stand-alone"]
    russian = words.language == "ru"
    return alt.Locale(
        number=alt.NumberLocale(
            decimal=get_decimal_symbol(known),
            thousands=get_group_symbol(known),
            grouping=[3],
            currency=["", f"\u00a0{sign}"] if russian else [sign, ""],
            percent="\u00a0%" if russian else "%",
        ),
        time=alt.TimeLocale(
            dateTime="%d.%m.%Y %H:%M",
            date="%d.%m.%Y",
            time="%H:%M",
            periods=["AM", "PM"],
            days=[_capital(days["wide"][day]) for day in (6, 0, 1, 2, 3, 4, 5)],
            shortDays=[days["abbreviated"][day] for day in (6, 0, 1, 2, 3, 4, 5)],
            months=[_capital(months["wide"][month]) for month in range(1, 13)],
            shortMonths=words("month.short").split(),
        ),
    )


def legend(**options: Any) -> alt.Legend:
    """The legend of a few series: beside the chart, or below it on a phone."""
    place = {"orient": "bottom", "columns": 2} if theme.is_narrow() else {"orient": "right", "offset": 12}
    return alt.Legend(title=None, symbolType="circle", labelLimit=180, **{**place, **options})


def value_axis(words: Words, kind: str, most: float, **options: Any) -> alt.Axis:
    """An axis of figures of a format: "5 млн", "40 %", "12"."""
    if kind == "share":
        return alt.Axis(format=".0%", tickCount=5, **options)
    if kind != "money":
        return alt.Axis(format=",~f", tickCount=5, **options)
    size, key = next(
        ((size, key) for size, key in _SIZES if most >= size),
        (1.0, ""),
    )
    unit = words(key) if key else ""
    return alt.Axis(labelExpr=f"format(datum.value/{size:.0f}, ',~f') + '{unit}'", tickCount=5, **options)


def tooltip_format(kind: str) -> str:
    """How a figure of a format is written in a tooltip."""
    return {
        "money": "$,.0f",
        "share": ",.1%",
        "days": ",.1f",
        "index": ",.1f",
        "number": ",.1f",
    }.get(kind, ",.0f")


def show(
    chart: Any,
    context: PageContext,
    *,
    key: str,
    label: str,
    on_pick: Callable[[str], None] | None = None,
    fields: Sequence[str] = (),
) -> None:
    """Draw a finished chart; a click on a mark tells its ``fields[0]`` to ``on_pick``."""
    dressed: Any = _AsBuilt(chart, locale(context.words, context.currency))
    if on_pick is None:
        st.altair_chart(dressed, key=key, alt=label)
        return
    # A click makes a new chart, so that the same mark can be clicked again to release it.
    count = st.session_state.setdefault(CLICKS, {}).get(key, 0)
    name = f"{key}.{count}"

    def picked() -> None:
        marks = st.session_state[name].selection.get(PICK) or []
        st.session_state[CLICKS][key] = count + 1
        if marks and (value := marks[0].get(fields[0])) is not None:
            on_pick(str(value))

    st.altair_chart(dressed, key=name, alt=label, on_select=picked, selection_mode=PICK)


class _AsBuilt:
    """A chart on its way to the browser without a check against the schema, which takes longer than all the rest.

    Charts are checked where they are made; a test draws each of them.
    """

    def __init__(self, chart: Any, spoken: alt.Locale) -> None:
        self._chart, self._spoken = chart, spoken

    def to_dict(self) -> dict[str, Any]:
        """The specification, in the reader's language."""
        spec: dict[str, Any] = self._chart.to_dict(validate=False)
        spec.setdefault("config", {}).update(
            locale=self._spoken.to_dict(validate=False), background="transparent", view={"stroke": None}
        )
        return spec


def pick_parameter(*fields: str) -> alt.Parameter:
    """The click selection that `show` listens to."""
    return alt.selection_point(name=PICK, fields=list(fields), on="click", clear=False, empty=True)


_SIZES = ((BILLION, "ui.chart.billion"), (MILLION, "ui.chart.million"), (THOUSAND, "ui.chart.thousand"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
