"""A percent axis that ends at 200 %: a mark of more stands at the end of the axis with its number."""

import altair as alt
import pandas as pd

from language import Words
from ui.charts import style
from ui.charts.layers import named_rows

ABOVE = named_rows("above")  # the rows of `cap_label_layers`
CAP = 2.0  # one employee with next to no plan would flatten all the others


def with_capped(words: Words, data: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with the share ``column`` as floats and two columns more.

    ``capped`` is the share, at most `CAP`; ``cap_label`` the percent of one above it, "" for the others.
    """
    shares = pd.to_numeric(data[column], errors="coerce").astype("float64")
    labels = pd.Series([words.percent(share, 0) if share > CAP else "" for share in shares], data.index, "object")
    return data.assign(**{column: shares}, capped=shares.clip(upper=CAP), cap_label=labels)


def capped_scale(data: pd.DataFrame, column: str) -> alt.Scale:
    """From 0 to a little above the largest share of the column, at least to 1 and at most to `CAP`."""
    largest = float(data[column].max()) if len(data) and data[column].notna().any() else 1.0
    return alt.Scale(domain=[0, min(CAP, max(1.0, largest * 1.05))], nice=False, clamp=True)


def above_cap(data: pd.DataFrame) -> pd.DataFrame:
    """The rows whose share is above `CAP`; ``data`` is what `with_capped` returns."""
    return data[data["cap_label"] != ""]


def cap_label_layers(above: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The layer of the numbers of shares above `CAP`, below their marks; no layer where there are none.

    It draws the rows named `ABOVE`; ``above`` is what `above_cap` returns.
    """
    if above.empty:
        return []
    mark = alt.Chart(ABOVE).mark_text(dy=12, fontSize=11, fontWeight=600, color=style.ink("text"))
    return [mark.encode(x=x, y=y, text=alt.Text(field="cap_label", type="nominal"))]
