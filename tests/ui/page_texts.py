"""What a page run by `AppTest` shows: its texts, wherever they stand, and its address."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from metrics.query import catalog

KINDS = ("markdown", "caption", "button", "metric", "warning", "error", "multiselect", "subheader")
# Keys of elements whose text a reader meets; all others are names of things, code and figures.
READ = {"label", "body", "help", "placeholder", "caption", "alt", "title", "text", "h", "t"}
OPTIONS = {"options", "words", "content"}
CODE = {"jsContent", "cssContent", "htmlContent", "id", "formId", "icon", "url", "data"}


def address(test: AppTest) -> dict[str, list[str]]:
    """The address as a browser would hold it; AppTest holds a single value bare."""
    return {name: [value] if isinstance(value, str) else list(value) for name, value in test.query_params.items()}


def texts(test: AppTest) -> list[str]:
    """Values, labels and bodies of the elements of `KINDS`, in that order."""
    return [
        str(getattr(element, part, "") or "")
        for kind in KINDS
        for element in getattr(test, kind)
        for part in ("value", "label", "body")
    ]


def elements(test: AppTest) -> Iterator[Any]:
    """Every element and every block of a page."""
    waiting = [test._tree]
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(list(getattr(node, "children", {}).values())))
        if getattr(node, "proto", None) is not None:
            yield node


@dataclass(frozen=True)
class Listed:
    """A page of a list as the browser gets it: headings, the texts of each row, the address of each row's card."""

    heads: list[str]
    rows: list[list[str]]
    links: list[str | None]
    sorted_by: tuple[str, bool]  # the heading, and whether the largest come first
    size: int  # bytes of the message that brings it, the component's scripts included

    def column(self, view: str, name: str, language: str = "ru") -> list[str]:
        """The texts of a column, row by row."""
        label = catalog.view(view).columns[name].label(language)
        [place] = [place for place, head in enumerate(self.heads) if head in (label, f"{label}, ₽")]
        return [row[place] for row in self.rows]


def lists(test: AppTest) -> list[Listed]:
    """The lists of a page, from top to bottom."""
    sent = [node.proto for node in elements(test) if getattr(node.proto, "bytes", b"")]
    payloads = [(json.loads(proto.bytes), proto.ByteSize()) for proto in sent]
    return [_listed(payload, size) for payload, size in payloads if "packed" in payload]


def _listed(payload: dict[str, Any], size: int) -> Listed:
    heads, packed = [column["label"] for column in payload["columns"]], payload["packed"]
    columns = [[packed["texts"][place] for place in places] for places in packed["cells"]]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Listed(heads, rows, packed["links"], (heads[payload["sort"]], payload["descending"]), size)


def all_texts(test: AppTest) -> list[str]:
    """Every text of a page that a reader meets, once: also helps, headings of tables, titles of charts, notes."""
    found: dict[str, None] = {}
    for node in elements(test):
        if node.type != "html":  # the sheet of styles
            found |= dict.fromkeys(_texts(MessageToDict(node.proto), is_text=False))
    return [text for text in found if text.strip()]


def _texts(value: Any, *, is_text: bool, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in CODE or isinstance(inner, dict):
                yield from _texts(inner, is_text=name in READ | OPTIONS or (is_text and key in OPTIONS), key=name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, is_text=is_text, key=key)
    elif isinstance(value, str):
        if key == "bytes":  # of a component, which protobuf's JSON spells in base64
            yield from _texts(json.loads(base64.b64decode(value)), is_text=False)
        elif key in ("json", "spec", "columns") and value[:1] in "{[":
            yield from _texts(json.loads(value), is_text=False)
        elif is_text:
            yield value
