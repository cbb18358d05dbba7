"""A finished chart on the page, and the filter that a click on one of its marks sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import streamlit as st

from ui.blocks.block import Block
from ui.blocks.table import toggle_picked
from ui.blocks.value_labels import REST
from ui.charts import style
from ui.state import url_state

PICK = "pick"  # the name of the click selection inside a chart
CLICKS = "charts.clicks"  # in the session: how often each chart was clicked

Chart = alt.Chart | alt.LayerChart


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
    chart: Chart, block: Block, *, mode: str = "", click: ClickFilter | None = None, id_column: str = ""
) -> None:
    """Draw the chart of a block; ``mode`` tells two charts of one block apart.

    A click on a mark toggles ``click`` by its ``id_column``; the chart has to hold `pick_parameter(id_column)`.
    """
    key = f"chart_{block.name}_{mode}" if mode else f"chart_{block.name}"
    label = block.view.label(block.context.words.language)
    unchecked: Any = _Unchecked(chart, style.locale(block.context.words, block.context.currency))
    if click is None:
        st.altair_chart(unchecked, key=key, alt=label)
        return
    # A click makes a new chart, so that the same mark can be clicked again to release it.
    count = st.session_state.setdefault(CLICKS, {}).get(key, 0)
    name = f"{key}.{count}"

    def handle_click() -> None:
        marks = st.session_state[name].selection.get(PICK) or []
        st.session_state[CLICKS][key] = count + 1
        if marks and (value := marks[0].get(id_column)) is not None:
            click.toggle(str(value))

    st.altair_chart(unchecked, key=name, alt=label, on_select=handle_click, selection_mode=PICK)


def pick_parameter(id_column: str) -> alt.Parameter:
    """The click selection that `draw_chart` listens to."""
    return alt.selection_point(name=PICK, fields=[id_column], on="click", clear=False, empty=True)


class _Unchecked:
    """What Streamlit asks a chart for, without the check against the schema, which takes longer than all the rest.

    Charts are checked where they are made; a test draws each of them.
    """

    def __init__(self, chart: Chart, locale: alt.Locale) -> None:
        self._chart, self._locale = chart, locale

    def to_dict(self) -> dict[str, Any]:
        """The specification, in the reader's language."""
        spec: dict[str, Any] = self._chart.to_dict(validate=False)
        spec.setdefault("config", {}).update(
            locale=self._locale.to_dict(validate=False), background="transparent", view={"stroke": None}
        )
        return spec
