"""A heat map: every row against every bucket, the figure written in its cell."""

from typing import Any

import altair as alt
import pandas as pd

from ui.block import Block
from ui.charts import frame

LINE = 26
MOST_NUMBERS = 14  # more buckets than that leave no room for figures in cells
SHADES_LIGHT = ("#EEF2FE", "#3159E0")
SHADES_DARK = ("#1C2435", "#6E90FF")
DIVISORS = {"ui.chart.in_millions": 1e6, "ui.chart.in_thousands": 1e3}


def heat_map(block: Block, data: pd.DataFrame, metric: str, named: str, identified: str, most: int) -> Any:
    """Rows by name and bucket; money is written in millions or thousands, which the axis says."""
    words, kind = block.visit.words, block.view.columns[metric].format
    buckets = list(data["when"].drop_duplicates())
    names = list(data.sort_values("place")[named].drop_duplicates())[: most or None]
    top = float(data[metric].max()) if len(data) else 0.0
    unit, divisor = _unit(kind, top)
    data = data.assign(written=data[metric] / divisor, loud=data[metric] > top * 0.55)
    x = alt.X("when:N", sort=buckets, title=words(unit) if unit else None, axis=_top_axis())
    y = alt.Y(f"{named}:N", sort=names, title=None, axis=alt.Axis(labelLimit=170, ticks=False, domain=False))
    cells = (
        alt.Chart(data)
        .mark_rect(cornerRadius=3, stroke=frame.ink("card"), strokeWidth=2, cursor="pointer")
        .encode(
            x=x,
            y=y,
            color=alt.Color(f"{metric}:Q", scale=alt.Scale(range=list(_shades()), domain=[0, top or 1]), legend=None),
            tooltip=[
                alt.Tooltip(f"{named}:N", title=block.label(named)),
                alt.Tooltip("when:N", title=block.label("bucket")),
                alt.Tooltip(f"{metric}:Q", title=block.label(metric), format=frame.tooltip_format(kind)),
            ],
        )
        .add_params(frame.pick_parameter(identified))
    )
    layers = [cells]
    if len(buckets) <= MOST_NUMBERS:
        layers.append(_figures(data, x, y, kind, divisor))
    return alt.layer(*layers).properties(height=alt.Step(LINE))


def _figures(data: pd.DataFrame, x: alt.X, y: alt.Y, kind: str, divisor: float) -> Any:
    written = ".0%" if kind == "share" else ",.1f" if divisor == 1e6 or kind in ("days", "index") else ",.0f"
    loud = alt.condition(
        "datum.loud", alt.value("#FFFFFF" if not _is_dark() else "#0E1219"), alt.value(frame.ink("text"))
    )
    figures = alt.Chart(data[data["written"] != 0]).mark_text(fontSize=11.5)
    return figures.encode(x=x, y=y, text=alt.Text("written:Q", format=written), color=loud)


def _top_axis() -> alt.Axis:
    return alt.Axis(orient="top", labelAngle=0, labelOverlap=True, ticks=False, domain=False)


def _unit(kind: str, top: float) -> tuple[str | None, float]:
    if kind != "money":
        return None, 1.0
    return next(((key, size) for key, size in DIVISORS.items() if top >= size), (None, 1.0))


def _shades() -> tuple[str, str]:
    return SHADES_DARK if _is_dark() else SHADES_LIGHT


def _is_dark() -> bool:
    return frame.colours() is frame.DARK
