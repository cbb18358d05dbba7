"""A view of many rows as a list: sorted and searched in the browser, with links to the portal's cards."""

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from metrics.query.catalog import Column
from ui.blocks.block import Block, draw_block
from ui.blocks.figures import HIDDEN
from ui.blocks.markdown import plain
from ui.blocks.value_labels import FAMILIES, NONE, value_label
from ui.state import url_state
from ui.state.page_context import PageContext, current

MAX_HEIGHT = 560  # pixels; a short list is not taller than its rows
ROW_HEIGHT = 35
MOMENT_WIDTH = 140  # pixels of a day and its time, whatever the heading above them
LIST_SWITCHES = ("without_activities", "all_open")
WHOLE_DAYS = ("duration_days", "silent_days")  # days that are counted, not averaged
WIDE, NARROW = ("title", "company"), ("count", "days", "minutes", "points", "index", "share", "date", "flag")


def record_list(
    view: str,
    *,
    sort: str,
    switches: Sequence[str] = (),
    hide: Sequence[str] = (),
    title: str | None = None,
    name: str | None = None,
    descending: bool = True,
    first: Sequence[str] = (),
) -> None:
    """Draw a view as a list: its first column of text, ``url`` as a link beside it, then ``first``, then the rest.

    ``sort`` is the column it opens sorted by; ``switches`` are those of `LIST_SWITCHES` that stand in its head;
    ``hide`` names columns left out; ``title`` and ``name`` are those of `draw_block`.
    """

    def controls(block: str) -> None:
        for switch in switches:
            _toggle(block, switch)

    def draw(block: Block) -> None:
        columns = _columns(block, hide, first)
        data = block.table.frame().sort_values(sort, ascending=not descending, na_position="last", kind="stable")
        shown = pd.DataFrame({column.name: _values(block, data, column) for column in columns})
        st.caption(plain(block.context.words("ui.listing.rows", count=len(shown))))
        st.dataframe(
            shown,
            key=f"list_{block.name}",
            hide_index=True,
            height=min(MAX_HEIGHT, ROW_HEIGHT * (len(shown) + 1) + 3),
            column_config={column.name: _config(block, column) for column in columns},
            placeholder="",
            alt=block.view.label(block.context.words.language),
        )

    draw_block(view, draw, title=title, name=name, controls=controls if switches else None)


def _columns(block: Block, hide: Sequence[str], first: Sequence[str]) -> list[Column]:
    """The columns of the list in their order: the view's first column, its link, ``first``, and the rest."""
    hidden = {*hide, "stage_sort"}
    title, *others = [c for c in block.view.columns.values() if c.format not in HIDDEN and c.name not in hidden]
    links = [c for c in block.view.columns.values() if c.format == "link"] if block.context.origin else []
    leading = [block.view.columns[name] for name in first]
    return [title, *links, *leading, *(column for column in others if column not in leading)]


def _values(block: Block, data: pd.DataFrame, column: Column) -> pd.Series | list[Any]:
    """The column as the browser orders it: numbers as numbers, days as days, words in the reader's language."""
    words, values = block.context.words, data[column.name]
    match column.format:
        case "money" | "number" | "days" | "share" | "index" | "minutes" | "points":
            return pd.to_numeric(values, errors="coerce").astype("float64")
        case "date" | "moment" | "month":
            return pd.to_datetime(values)
        case "link":
            return [url if _is_in_portal(block.context, url) else None for url in values]
        case _ if column.name in FAMILIES or column.name in NONE:
            rows = [dict(zip(data.columns, row, strict=True)) for row in data.itertuples(index=False, name=None)]
            return [value_label(words, column.name, row) or row[column.name] for row in rows]
        case _:
            return values


def _is_in_portal(context: PageContext, url: object) -> bool:
    return bool(context.origin) and str(url).startswith(f"{context.origin}/")


def _config(block: Block, column: Column) -> ColumnConfig:
    """Streamlit's configuration of a column: formats that follow the browser's locale, never Streamlit's English."""
    context, types = block.context, st.column_config
    label, meaning = column.label(context.words.language), plain(column.help(context.words.language))
    shared: dict[str, Any] = {"help": meaning, "width": _width(column)}
    match column.format:
        case "money":
            sign = context.words.currency_sign(context.currency)
            return types.NumberColumn(f"{label}, {sign}", format="localized", step=1, **shared)
        case "count" | "minutes" | "points":
            return types.NumberColumn(label, format="localized", step=1, **shared)
        case "days" | "number" | "index":
            own = any(column is further for further in block.table.further)  # shown as exactly as the portal has it
            step = None if own else 1 if column.name in WHOLE_DAYS else 0.1
            return types.NumberColumn(label, format="localized", step=step, **shared)
        case "share":
            return types.NumberColumn(label, format="percent", **shared)
        case "date":
            return types.DateColumn(label, format="DD.MM.YYYY", **shared)
        case "moment":
            return types.DatetimeColumn(label, format="DD.MM.YYYY HH:mm", **shared)
        case "flag":
            return types.CheckboxColumn(label, **shared)
        case "link":
            open_card = context.words("ui.listing.open")
            return types.LinkColumn(
                context.words("ui.listing.card"), display_text=open_card, **{**shared, "width": "small"}
            )
        case _:
            return types.TextColumn(label, **shared)


def _width(column: Column) -> Literal["small", "large"] | int | None:
    if column.name in WIDE:
        return "large"
    if column.format == "moment":
        return MOMENT_WIDTH
    return "small" if column.format in NARROW else None


def _toggle(block: str, switch: str) -> None:
    key = f"{switch}_{block}"
    st.session_state[key] = getattr(url_state.selection(), switch)
    st.toggle(
        current().words(f"ui.listing.{switch}"),
        key=key,
        on_change=lambda: url_state.choose(**{switch: st.session_state[key]}),
    )
