"""The table every aggregate is shown in: a component that expands and sorts in the browser and returns clicked rows.

The dataclasses are what Python describes a table with; `draw` turns them into the payload, whose fields are described
where the browser reads them, as `Payload`, `Column`, `Row` and `Cell` in view_model.js.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from language import Words

FOLDER = Path(__file__).parent
MODULES = ("view_model.js", "tree_table.js")  # a module follows those it imports from
COMMENT = re.compile(r"^[ \t]*(?:/\*\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)  # whole lines
IMPORT = re.compile(r'^import [^;"]* from "\./\w+\.js";\n', re.MULTILINE)
FIRST_ROWS = 25
WORDS = ("expand", "collapse", "expand_all", "collapse_all", "show_all", "show_first", "open_card")


@dataclass(frozen=True)
class TreeColumn:
    """A column: `Column` of the payload.

    ``align`` is "start", "end" (figures) or "wide" (text that may break); ``mark`` (0 … 1) is where a line crosses
    its bars.
    """

    label: str
    help: str = ""
    align: str = "start"
    mark: float | None = None


@dataclass(frozen=True)
class TreeCell:
    """A cell: its text, and the value it is sorted by; `Cell` of the payload.

    ``bar`` (0 … 1) draws a bar, ``tone`` is "good", "bad" or "quiet", ``title`` the tooltip. ``url`` is linked beside
    the text, or by the text itself where ``url_is_text``.
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
        """`Cell` of the payload: short names, and no field without a value, for a table has thousands of cells."""
        values = {
            "t": self.text,
            "s": self.sort,
            "b": self.bar,
            "tone": self.tone,
            "h": self.title,
            "u": self.url,
            "ut": self.url_is_text,
            "sh": self.shade,
            "bg": self.badge,
        }
        return {name: value for name, value in values.items() if value is not None and value is not False}


@dataclass(frozen=True)
class Tip:
    """A small table beside a row that is pointed at or focused; `Tooltip` of the payload.

    ``head`` holds the headings, ``lines`` the texts under them, ``foot`` a line below; ``strong`` holds the indexes of
    the lines that are emphasised.
    """

    head: Sequence[str]
    lines: Sequence[Sequence[str]]
    strong: Sequence[int] = ()
    foot: str = ""


@dataclass(frozen=True)
class TreeRow:
    """A row: `Row` of the payload.

    ``id`` is unique in the table and not empty; ``parent`` is the id of the row it stands under. A click passes
    ``pick`` to ``on_pick`` of `draw`; None makes the row no target.
    """

    id: str
    cells: Sequence[TreeCell]
    parent: str | None = None
    pick: str | None = None
    muted: bool = False
    tip: Tip | None = None

    def payload(self) -> dict[str, Any]:
        """`Row` of the payload."""
        cells = [cell.payload() for cell in self.cells]
        fields = {"id": self.id, "parent": self.parent, "pick": self.pick, "muted": self.muted, "cells": cells}
        return fields | ({"tip": asdict(self.tip)} if self.tip else {})


@dataclass(frozen=True)
class Tree:
    """One table: its columns, its rows with their children in one list, and the state it opens in.

    ``total`` holds the cells of the last row, ``picked`` the ``pick`` of the rows drawn as chosen; ``sort`` is the
    index of the column it opens sorted by, ``open`` the ids of the rows that open expanded. Cells link to ``origin``
    alone. ``height`` is in pixels; ``first`` is how many rows without a parent are shown until the reader asks for all.
    """

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
    children_in_order: bool = False  # children keep the order of ``rows`` until the reader sorts


def draw(tree: Tree, words: Words, *, key: str, on_pick: Callable[[str], None] | None = None) -> None:
    """Draw a table; ``on_pick`` is called with the ``pick`` of the row that was clicked.

    ``key`` is the key of the component, unique on the page.
    """
    draw_encoded(encode(tree, words, clickable=on_pick is not None), key=key, on_pick=on_pick)


def encode(tree: Tree, words: Words, *, clickable: bool) -> bytes:
    """A table as the component takes it, its `Payload` (view_model.js) as JSON; ``clickable`` lets rows be clicked.

    Bytes pass Streamlit untouched. A dict would be searched for frames and written as JSON twice in every run, with six
    bytes for a letter of Russian.
    """
    text = json.dumps(payload(tree, words, clickable=clickable), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # a lone surrogate of a name cannot be sent


def draw_encoded(data: bytes, *, key: str, on_pick: Callable[[str], None] | None = None) -> None:
    """Draw what `encode` returned; ``key`` and ``on_pick`` are those of `draw`.

    The component triggers "row" with the ``pick`` of the row that was clicked.
    """

    def row_changed() -> None:
        if on_pick is not None and (picked := st.session_state[key].row) is not None:
            on_pick(picked)

    component()(key=key, data=data, on_row_change=row_changed, on_order_change=_keep_order)


def payload(tree: Tree, words: Words, *, clickable: bool) -> dict[str, Any]:
    """`Payload` of the component for a table; ``clickable`` lets its rows be clicked."""
    return {
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
        "ordered": None,
        "clickable": clickable,
        "language": words.language,
        "words": labels(words, tree.first, len(tree.rows)),
    }


def labels(words: Words, first: int, count: int) -> dict[str, str]:
    """`Labels` of the payload, for a table of ``count`` rows that shows the first of them."""
    return {name: words(f"ui.table.{name}", rows=first, count=count) for name in WORDS}


def script() -> str:
    """The JavaScript of the component: its modules joined into one, without comments and the imports among them.

    Streamlit runs a component's script from a blob, which has no folder that an import could be resolved in, and sends
    it with each table that is drawn.
    """
    modules = [(FOLDER / name).read_text("utf-8") for name in MODULES]
    return "\n".join(COMMENT.sub("", IMPORT.sub("", module)) for module in modules)


def _keep_order() -> None:
    """Nothing: a table that has all its rows is sorted in the browser."""


@cache
def component() -> Any:
    """The component itself. Its data are a `Payload` as a dict, or as JSON in UTF-8."""
    return st.components.v2.component(
        "tree_table",
        html='<div id="table"></div>',
        css=(FOLDER / "tree_table.css").read_text("utf-8"),
        js=script(),
    )
