"""The rows of a dynamics block on their way into a chart: who, when, which figure."""

from dataclasses import dataclass

import altair as alt
import pandas as pd

from ui.blocks.block import Block
from ui.charts import frame


@dataclass(frozen=True)
class Many:
    """``data`` has ``when`` (the bucket as it is read), ``place`` (who comes first), the name, the id, the metric."""

    block: Block
    data: pd.DataFrame
    metric: str
    named: str
    identified: str

    @property
    def kind(self) -> str:
        """The format of the metric."""
        return self.block.view.columns[self.metric].format

    @property
    def most(self) -> float:
        """The largest figure; 0 where there is none."""
        return float(self.data[self.metric].max()) if len(self.data) else 0.0

    @property
    def buckets(self) -> list[str]:
        """Names of the buckets in the order of time."""
        return list(self.data["when"].drop_duplicates())

    def names(self, most: int | None = None) -> list[str]:
        """Names, the leading ones first."""
        return list(self.data.sort_values("place")[self.named].drop_duplicates())[:most]

    def tips(self) -> list[alt.Tooltip]:
        """What is told of a mark under the pointer."""
        return [
            alt.Tooltip(f"{self.named}:N", title=self.block.label(self.named)),
            alt.Tooltip("when:N", title=self.block.label("bucket")),
            alt.Tooltip(
                f"{self.metric}:Q", title=self.block.label(self.metric), format=frame.tooltip_format(self.kind)
            ),
        ]
