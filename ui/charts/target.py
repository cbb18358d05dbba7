"""A share over time against its target: a line, and the target across it."""

from typing import Any

import altair as alt
import pandas as pd

from ui.blocks.block import Block, Note, draw_block
from ui.charts import frame
from ui.charts.grains import bucket_labels, grain_switch

HEIGHT = 260


def against_target(
    view: str, *, value: str, target: str, told: tuple[str, ...] = (), notes: tuple[Note, ...] = ()
) -> None:
    """Draw the share ``value`` by bucket as a line, and ``target``, the same in every bucket, as a dashed one."""

    def draw(block: Block) -> None:
        data = bucket_labels(block)
        for column in (value, target, *told):
            data[column] = pd.to_numeric(data[column], errors="coerce").astype("float64")
        label = block.view.label(block.context.words.language)
        chart = alt.layer(_line(block, data, value, told), *_target(block, data, target)).properties(height=HEIGHT)
        frame.show(chart, block.context, key=f"chart_{block.name}", label=label)

    draw_block(view, draw, controls=grain_switch, own_grain=True, notes=notes)


def _line(block: Block, data: pd.DataFrame, value: str, told: tuple[str, ...]) -> Any:
    axis = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, grid=False)
    tips = [alt.Tooltip("when:N", title=block.label("bucket"))]
    for column in (value, *told):
        written = frame.tooltip_format(block.view.columns[column].format)
        tips.append(alt.Tooltip(f"{column}:Q", title=block.label(column), format=written))
    mark = alt.Chart(data).mark_line(
        strokeWidth=2.5, color=frame.colours()[0], point=alt.OverlayMarkDef(size=60, color=frame.colours()[0])
    )
    return mark.encode(
        x=alt.X("when:N", sort=list(data["when"]), title=None, axis=axis),
        y=alt.Y(f"{value}:Q", title=None, axis=frame.value_axis(block.context.words, "share", 1.0), scale=_from_zero()),
        tooltip=tips,
    )


def _target(block: Block, data: pd.DataFrame, target: str) -> list[Any]:
    shade = frame.colours()[4]
    goal = data[target].max()
    if pd.isna(goal):
        return []
    text = f"{block.label(target)} {block.context.words.percent(goal, 0)}"
    look = {"align": "right", "dy": -8, "fontSize": 12, "color": shade}
    one = alt.Chart(pd.DataFrame({target: [float(goal)], "written": [text]}))
    y = alt.Y(f"{target}:Q", scale=_from_zero())
    return [
        one.mark_rule(strokeDash=[6, 4], strokeWidth=1.8, color=shade).encode(y=y),
        one.mark_text(**look).encode(x=alt.value("width"), y=y, text="written:N"),
    ]


def _from_zero() -> alt.Scale:
    return alt.Scale(domainMin=0)
