"""The export menu of a block: its rows as CSV and as XLSX, made when they are downloaded and not before."""

import re
from collections.abc import Callable

import streamlit as st

from metrics.export.about import about_rows
from metrics.export.csv import csv_bytes
from metrics.export.xlsx import xlsx_bytes
from metrics.query import catalog
from metrics.query.filters import Filters
from metrics.query.query import Table
from ui.blocks.markdown import plain
from ui.state.page_context import PageContext

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(
    context: PageContext, heading: str, table: Table, filters: Filters, block: str, *, behind: Table | None = None
) -> None:
    """Draw the "⋮" of a block with two downloads of ``table``, and two of ``behind``, the rows behind a plus.

    ``heading`` names the files; ``filters`` are those the rows were read under, which the workbook's last sheet lists.
    """
    words = context.words
    with st.popover(
        "", icon=":material/more_vert:", type="tertiary", help=words("ui.export.title"), key=f"export_{block}"
    ):
        _downloads(context, heading, table, filters, block)
        if behind is not None:
            inner = catalog.view(behind.view).label(words.language)
            st.caption(plain(inner))
            _downloads(context, f"{heading} — {inner}", behind, filters, f"{block}_behind")


def _downloads(context: PageContext, heading: str, table: Table, filters: Filters, key: str) -> None:
    words = context.words
    name = file_name_of(context, heading)

    def workbook() -> bytes:
        about = about_rows(context.warehouse, table.view, filters, words)
        return xlsx_bytes(table, words, [(words("ui.export.report"), words(context.page)), *about])

    def text() -> bytes:
        return csv_bytes(table, words)

    download_button(words("ui.export.xlsx"), workbook, f"{name}.xlsx", XLSX, f"xlsx_{key}")
    download_button(words("ui.export.csv"), text, f"{name}.csv", "text/csv", f"csv_{key}")


def download_button(label: str, data: Callable[[], bytes], file_name: str, mime: str, key: str) -> None:
    """Draw one download of an export menu; ``data`` makes the file when it is clicked."""
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


def file_name_of(context: PageContext, heading: str) -> str:
    """What a file of a block is called, without its ending: the page, the block and the period."""
    filters = context.filters()
    text = f"{context.words(context.page)} — {heading} {filters.period_from} – {filters.period_to}"
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', " ", text)
