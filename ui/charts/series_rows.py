"""The rows of a dynamics view as a chart takes them: one figure of many series by bucket of time."""

from dataclasses import dataclass

import altair as alt
import pandas as pd

from ui.blocks.block import Block
from ui.charts import style


@dataclass(frozen=True)
class SeriesRows:
    """A row of ``data`` is one series in one bucket.

    It has ``when`` (the bucket's name), ``at`` (the bucket's place), ``rank`` and ``place`` (0 is the leading series;
    series of one rank have places of their own), the series' name and id, and the figure.
    """

    block: Block
    data: pd.DataFrame
    metric: str  # the column of the figure
    name_column: str
    id_column: str

    @classmethod
    def ordered(cls, block: Block, data: pd.DataFrame, metric: str, name_column: str, id_column: str) -> "SeriesRows":
        """The rows of ``data``, which has no ``place`` yet."""
        names = data.sort_values("rank", kind="stable")[name_column].drop_duplicates()
        places = {name: place for place, name in enumerate(names)}
        placed = data.assign(place=data[name_column].map(places).astype("int64"))
        # A line is drawn over those before it: the leading one stands on top, whatever order the view gave.
        drawn = placed.sort_values(["place", "at"], ascending=[False, True])
        return cls(block, drawn, metric, name_column, id_column)

    @property
    def kind(self) -> str:
        """The format of the figure."""
        return self.block.view.columns[self.metric].format

    @property
    def largest(self) -> float:
        """The largest figure; 0 where there is none."""
        return float(self.data[self.metric].max()) if len(self.data) else 0.0

    @property
    def buckets(self) -> int:
        """How many buckets there are."""
        return int(self.data["at"].nunique())

    def names(self, most: int | None = None) -> list[str]:
        """Names of the series, the leading one first; all of them, or at most so many."""
        return list(self.data.sort_values("place")[self.name_column].drop_duplicates())[:most]

    def tooltips(self) -> list[alt.Tooltip]:
        """The tooltip of a mark: the series, the bucket, the figure."""
        return [
            style.text_tooltip(self.block, self.name_column),
            style.bucket_tooltip(self.block),
            *style.value_tooltips(self.block, [self.metric]),
        ]
