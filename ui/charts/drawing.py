"""A chart on the page, and the filter that a click on one of its marks sets.

A block says how its chart is made; it is made once for all who look at the same, see `ui.blocks.render_cache`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import streamlit as st

from ui.blocks import render_cache
from ui.blocks.block import Block
from ui.blocks.table import toggle_picked
from ui.blocks.value_labels import REST
from ui.charts import style
from ui.charts.finished import Drawing, FinishedChart, finish
from ui.state import url_state

PICK = "pick"  # the name of the click selection inside a chart
CLICKS = "charts.clicks"  # in the session: how often each chart was clicked


@dataclass(frozen=True)
class ClickFilter:
    """The filter a click on a mark sets, ``pick``, and what precedes the mark's id in it (stages are ``lead:NEW``)."""

    pick: str
    prefix: str = ""

    def toggle(self, value: str) -> None:
        """Filter by the id of a mark, or release it where it is the one picked; the rest of all is no filter."""
        if value != REST:
            toggle_picked(self.pick, f"{self.prefix}{value}")

    def picked(self, values: Sequence[Any]) -> list[bool]:
        """Which of the ids are in the filter; all of them when it is empty."""
        chosen = {str(value) for value in getattr(url_state.selection(), self.pick)}
        return [not chosen or f"{self.prefix}{value}" in chosen for value in values]


def draw_chart(
    make: Callable[[], Drawing], block: Block, *, mode: str = "", click: ClickFilter | None = None, id_column: str = ""
) -> None:
    """Draw the chart of a block, made by ``make`` unless the same is kept; ``mode`` tells two charts of a block apart.

    ``make`` depends on what `render_cache.kept` allows. A click on a mark toggles ``click`` by its ``id_column``; the
    chart has to hold `pick_parameter(id_column)`.
    """
    key = f"chart_{block.name}_{mode}" if mode else f"chart_{block.name}"
    label = block.view.label(block.context.words.language)
    spec = finished_chart(make, block, mode).for_streamlit()
    if click is None:
        st.vega_lite_chart(spec, key=key, alt=label)
        return
    # A click makes a new chart, so that the same mark can be clicked again to release it.
    count = st.session_state.setdefault(CLICKS, {}).get(key, 0)
    name = f"{key}.{count}"

    def handle_click() -> None:
        marks = st.session_state[name].selection.get(PICK) or []
        st.session_state[CLICKS][key] = count + 1
        if marks and (value := marks[0].get(id_column)) is not None:
            click.toggle(str(value))

    st.vega_lite_chart(spec, key=name, alt=label, on_select=handle_click, selection_mode=PICK)


def finished_chart(make: Callable[[], Drawing], block: Block, mode: str = "") -> FinishedChart:
    """The chart of a block as the browser gets it, from the cache where the same was made before."""

    def finish_made() -> FinishedChart:
        return finish(make(), style.locale(block.context.words, block.context.currency))

    return render_cache.kept(block, f"chart {mode}", finish_made, lambda chart: chart.size)


def pick_parameter(id_column: str) -> alt.Parameter:
    """The click selection that `draw_chart` listens to."""
    return alt.selection_point(name=PICK, fields=[id_column], on="click", clear=False, empty=True)
