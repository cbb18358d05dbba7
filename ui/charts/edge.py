"""A percent axis that ends at 200 %: what is above stands at its edge, with its number."""

import altair as alt
import pandas as pd

from language import Words
from ui.charts import frame

EDGE = 2.0  # one employee with a plan of nothing much would flatten all the others


def cut(words: Words, data: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with ``drawn``, the figure as far as the axis goes, and ``beyond``, what is written of one above it."""
    figures = pd.to_numeric(data[column], errors="coerce").astype("float64")
    beyond = [words.percent(value, 0) if value > EDGE else "" for value in figures]
    return data.assign(**{column: figures, "drawn": figures.clip(upper=EDGE), "beyond": beyond})


def edged_scale(data: pd.DataFrame, column: str) -> alt.Scale:
    """From 0 to a little above the largest percent, and at most to the edge."""
    most = float(data[column].max()) if len(data) and data[column].notna().any() else 1.0
    return alt.Scale(domain=[0, min(EDGE, max(1.0, most * 1.05))], nice=False, clamp=True)


def numbers_at_edge(data: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The layer of the numbers of those beyond the edge, written below it; none where nothing is."""
    above = data[data["beyond"] != ""]
    if above.empty:
        return []
    mark = alt.Chart(above).mark_text(dy=12, fontSize=11, fontWeight=600, color=frame.ink("text"))
    return [mark.encode(x=x, y=y, text="beyond:N")]
