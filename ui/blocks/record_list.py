"""A view of many rows as a list: sorted and searched in the browser, with links to the portal's cards."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from metrics.query.catalog import Column
from ui.blocks.block import Block, framed
from ui.blocks.plain import plain
from ui.blocks.value_labels import FAMILIES, NONE, said
from ui.state import url_state
from ui.state.page_context import PageContext, current

HEIGHT = 560
MOMENT = 140  # pixels of a day and its time, whatever stands above them
LINE = 35  # pixels of a row; a short list is not taller than its rows
LIST_SWITCHES = ("without_activities", "all_open")
WHOLE = ("duration_days", "silent_days")  # days that are counted, not averaged
WIDE, NARROW = ("title", "company"), ("count", "days", "minutes", "points", "index", "share", "date", "flag")


def listing(
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

    ``sort`` is the column it opens by; ``switches`` are those of `LIST_SWITCHES` that stand in its head.
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
            height=min(HEIGHT, LINE * (len(shown) + 1) + 3),
            column_config=_configured(block, columns),
            placeholder="",
            alt=block.view.label(block.context.words.language),
        )

    framed(view, draw, title=title, name=name, controls=controls if switches else None)


def _columns(block: Block, hide: Sequence[str], first: Sequence[str]) -> list[Column]:
    """What is shown, in the view's order but for ``first``; the link stands right behind the first column."""
    kept = [c for c in block.view.columns.values() if c.format not in ("id", "link") and c.name not in hide]
    kept = [column for column in kept if column.name != "stage_sort"]
    links = [column for column in block.view.columns.values() if column.format == "link"]
    leading = [block.view.columns[name] for name in first]
    kept = [*kept[:1], *leading, *(column for column in kept[1:] if column not in leading)]
    return [*kept[:1], *(links if block.context.origin else []), *kept[1:]]


def _values(block: Block, data: pd.DataFrame, column: Column) -> Any:
    """The column as the browser orders it: numbers as numbers, days as days, words in the reader's language."""
    words, values = block.context.words, data[column.name]
    match column.format:
        case "money" | "number" | "days" | "share" | "index" | "minutes" | "points":
            return pd.to_numeric(values, errors="coerce").astype("float64")
        case "date" | "moment" | "month":
            return pd.to_datetime(values)
        case "link":
            return [url if _is_ours(block.context, url) else None for url in values]
        case _ if column.name in FAMILIES or column.name in NONE:
            rows = [dict(zip(data.columns, row, strict=True)) for row in data.itertuples(index=False, name=None)]
            return [said(words, column.name, row) or row[column.name] for row in rows]
        case _:
            return values


def _is_ours(context: PageContext, url: object) -> bool:
    return bool(context.origin) and str(url).startswith(f"{context.origin}/")


def _configured(block: Block, columns: Sequence[Column]) -> Mapping[str, Any]:
    return {column.name: _config(block, column) for column in columns}


def _config(block: Block, column: Column) -> Any:
    """How a column is written: in ways that follow the browser's locale and never Streamlit's English."""
    context, made = block.context, st.column_config
    label, meaning = column.label(context.words.language), plain(column.help(context.words.language))
    told: dict[str, Any] = {"help": meaning, "width": _width(column)}
    match column.format:
        case "money":
            sign = context.words.currency_sign(context.currency)
            return made.NumberColumn(f"{label}, {sign}", format="localized", step=1, **told)
        case "count" | "minutes" | "points":
            return made.NumberColumn(label, format="localized", step=1, **told)
        case "days" | "number" | "index":
            own = any(column is further for further in block.table.further)  # shown as exactly as the portal has it
            step = None if own else 1 if column.name in WHOLE else 0.1
            return made.NumberColumn(label, format="localized", step=step, **told)
        case "share":
            return made.NumberColumn(label, format="percent", **told)
        case "date":
            return made.DateColumn(label, format="DD.MM.YYYY", **told)
        case "moment":
            return made.DatetimeColumn(label, format="DD.MM.YYYY HH:mm", **told)
        case "flag":
            return made.CheckboxColumn(label, **told)
        case "link":
            open_card = context.words("ui.listing.open")
            return made.LinkColumn(
                context.words("ui.listing.card"), display_text=open_card, **{**told, "width": "small"}
            )
        case _:
            return made.TextColumn(label, **told)


def _width(column: Column) -> str | int | None:
    if column.name in WIDE:
        return "large"
    if column.format == "moment":
        return MOMENT
    return "small" if column.format in NARROW else None


def _toggle(block: str, switch: str) -> None:
    key = f"{switch}_{block}"
    st.session_state[key] = getattr(url_state.selection(), switch)
    st.toggle(
        current().words(f"ui.listing.{switch}"),
        key=key,
        on_change=lambda: url_state.choose(**{switch: st.session_state[key]}),
    )
