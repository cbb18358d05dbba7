"""The table every aggregate is shown in: a v2 component that expands, sorts and tells which row was clicked."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from language import Words

FOLDER = Path(__file__).parent
FIRST_ROWS = 25
WORDS = ("expand", "collapse", "expand_all", "collapse_all", "show_all", "show_first", "open_card")


@dataclass(frozen=True)
class TreeColumn:
    """A heading. ``align`` is "start", "end" or "wide" (text that may break); ``mark`` (0 … 1) draws a line."""

    label: str
    help: str = ""
    align: str = "start"
    mark: float | None = None


@dataclass(frozen=True)
class TreeCell:
    """Text and what it is sorted by; ``bar`` (0 … 1) draws a bar, ``tone`` is good, bad or quiet.

    ``url`` opens beside the text, or is the text itself where ``url_is_text``.
    """

    text: str
    sort: float | str | None = None
    bar: float | None = None
    tone: str | None = None
    title: str | None = None
    url: str | None = None
    url_is_text: bool = False
    shade: float | None = None  # 0 … 1: how strongly the cell is filled
    badge: str | None = None  # a few words behind the text

    def payload(self) -> dict[str, Any]:
        """The cell with short names and nothing empty: there are thousands of them."""
        names = {
            "text": "t",
            "sort": "s",
            "bar": "b",
            "tone": "tone",
            "title": "h",
            "url": "u",
            "url_is_text": "ut",
            "shade": "sh",
            "badge": "bg",
        }
        told = {short: getattr(self, name) for name, short in names.items()}
        return {short: value for short, value in told.items() if value is not None and value is not False}


@dataclass(frozen=True)
class Tip:
    """A small table that stands beside a row while it is pointed at or focused: headings, lines of texts, a word below.

    ``strong`` are the places of the lines that lead the others.
    """

    head: Sequence[str]
    lines: Sequence[Sequence[str]]
    strong: Sequence[int] = ()
    foot: str = ""


@dataclass(frozen=True)
class TreeRow:
    """A row. ``pick`` is what a click on it tells; None makes it no target."""

    id: str
    cells: Sequence[TreeCell]
    parent: str | None = None
    pick: str | None = None
    muted: bool = False
    tip: Tip | None = None

    def payload(self) -> dict[str, Any]:
        """The row as the browser reads it."""
        cells = [cell.payload() for cell in self.cells]
        told = {"id": self.id, "parent": self.parent, "pick": self.pick, "muted": self.muted, "cells": cells}
        return told | ({"tip": asdict(self.tip)} if self.tip else {})


@dataclass(frozen=True)
class Tree:
    """Everything one table shows."""

    label: str
    columns: Sequence[TreeColumn]
    rows: Sequence[TreeRow]
    total: Sequence[TreeCell] = ()
    picked: Sequence[str] = ()
    sort: int | None = None
    descending: bool = True
    open: Sequence[str] = field(default=())
    origin: str | None = None
    height: int = 620
    first: int = FIRST_ROWS
    children_in_order: bool = False  # rows behind a plus stay as given until the reader sorts


def draw(tree: Tree, words: Words, *, key: str, on_pick: Callable[[str], None] | None = None) -> None:
    """Draw a table; ``on_pick`` is called with the ``pick`` of the row that was clicked."""

    def row_changed() -> None:
        if on_pick is not None and (picked := st.session_state[key].row) is not None:
            on_pick(picked)

    data = {
        "label": tree.label,
        "columns": [asdict(column) for column in tree.columns],
        "rows": [row.payload() for row in tree.rows],
        "total": [cell.payload() for cell in tree.total] or None,
        "picked": list(tree.picked),
        "sort": tree.sort,
        "descending": tree.descending,
        "open": list(tree.open),
        "children_in_order": tree.children_in_order,
        "origin": tree.origin,
        "height": tree.height,
        "first": tree.first,
        "clickable": on_pick is not None,
        "language": words.language,
        "words": {name: words(f"ui.table.{name}", rows=tree.first, count=len(tree.rows)) for name in WORDS},
    }
    _component()(key=key, data=data, on_row_change=row_changed)


@cache
def _component() -> Any:
    style, code = (FOLDER / f"tree_table.{kind}" for kind in ("css", "js"))
    return st.components.v2.component(
        "tree_table",
        html='<div id="table"></div>',
        css=style.read_text("utf-8"),
        js=code.read_text("utf-8"),
    )
