"""The menu of a block: its rows as CSV and as XLSX, made when they are asked for and not before."""

import re
from collections.abc import Callable

import streamlit as st

from metrics import export
from metrics.catalog import View
from metrics.query import Table
from ui import choices
from ui.visit import Visit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(visit: Visit, meaning: View, heading: str, table: Table, block: str) -> None:
    """The "⋮" with its two downloads."""
    words = visit.words
    name = _file_name(visit, heading)
    about = about_rows(visit, heading)
    with st.popover(
        "", icon=":material/more_vert:", type="tertiary", help=words("ui.export.title"), key=f"export_{block}"
    ):
        _button(
            words("ui.export.xlsx"),
            lambda: export.xlsx_bytes(table, words, about),
            f"{name}.xlsx",
            XLSX,
            f"xlsx_{block}",
        )
        _button(
            words("ui.export.csv"), lambda: export.csv_bytes(table, words), f"{name}.csv", "text/csv", f"csv_{block}"
        )


def about_rows(visit: Visit, heading: str) -> list[tuple[str, str]]:
    """What a file says of itself: report, block, period, filters in force, as_of."""
    words, filters = visit.words, visit.filters()
    rows = [
        (words("ui.about.report"), words(visit.page)),
        (words("ui.about.block"), heading),
        (words("ui.period.title"), words("ui.period.text", start=filters.period_from, end=filters.period_to)),
        (words("ui.about.as_of"), words.moment(visit.warehouse.as_of)),
    ]
    chosen = choices.selection()
    labels = st.session_state.get("filter_labels", {})
    for name in visit.in_force():
        values = [labels.get((name, value), str(value)) for value in getattr(chosen, name)]
        rows.append((words(f"ui.filter.{name}"), ", ".join(values)))
    return rows


def _button(label: str, data: Callable[[], bytes], file_name: str, mime: str, key: str) -> None:
    st.download_button(
        label,
        data,
        file_name,
        mime,
        key=key,
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        width="stretch",
    )


def _file_name(visit: Visit, heading: str) -> str:
    filters = visit.filters()
    text = f"{visit.words(visit.page)} — {heading} {filters.period_from} – {filters.period_to}"
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', " ", text)
