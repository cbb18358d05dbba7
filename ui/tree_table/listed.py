"""The same table for a page of a list: rows that the server has sorted, each text sent once.

A list has many columns whose values repeat (stages, employees, days), and a page of it is sent with each click: so its
rows travel as `Packed` (view_model.js), in UTF-8.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from language import Words
from language.formats import NOTHING
from ui.tree_table import TreeColumn, component, labels

HEIGHT = 560  # most pixels before it scrolls


@dataclass(frozen=True)
class ListTable:
    """A page of a list: its columns, and row by row the text of each cell.

    ``ids`` are unique; ``links`` are what the text of each first cell links to, within ``origin`` alone. ``sort`` is
    the index of the column the rows are sorted by; ``ordered`` is another text whenever the rows are others or stand
    in another order.
    """

    label: str
    columns: Sequence[TreeColumn]
    ids: Sequence[str]
    rows: Sequence[Sequence[str]]
    links: Sequence[str | None]
    sort: int | None
    descending: bool
    ordered: str
    origin: str | None


def draw_list(table: ListTable, words: Words, *, key: str, on_order: Callable[[int, bool], None]) -> None:
    """Draw a page of a list; ``on_order`` is called with the index of a column and whether the largest come first.

    ``key`` is the key of the component, unique on the page.
    """

    def order_changed() -> None:
        asked = st.session_state[key].order
        if isinstance(asked, dict) and asked.get("column") in range(len(table.columns)):
            on_order(int(asked["column"]), bool(asked.get("descending")))

    component()(key=key, data=packed_payload(table, words), on_row_change=_no_rows, on_order_change=order_changed)


def packed_payload(table: ListTable, words: Words) -> bytes:
    """`Payload` of the component with packed rows, as JSON in UTF-8."""
    places: dict[str, int] = {}
    cells = [[places.setdefault(text, len(places)) for text in column] for column in zip(*table.rows, strict=True)]
    payload: dict[str, Any] = {
        "label": table.label,
        "columns": [asdict(column) for column in table.columns],
        "packed": {
            "ids": list(table.ids),
            "texts": list(places),
            "cells": cells,
            "links": list(table.links),
            "nothing": NOTHING,
        },
        "total": None,
        "picked": [],
        "sort": table.sort,
        "descending": table.descending,
        "open": [],
        "children_in_order": False,
        "origin": table.origin,
        "height": HEIGHT,
        "first": len(table.rows),
        "ordered": table.ordered,
        "clickable": False,
        "language": words.language,
        "words": labels(words, len(table.rows), len(table.rows)),
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _no_rows() -> None:
    """Nothing: a row of a list is no filter."""
