"""What a page says, wherever it says it: in texts, labels, helps, headings of tables, titles of charts, notes."""

import json
from collections.abc import Iterator
from typing import Any

from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

# Keys of elements whose text a reader meets; all others are names of things, code and figures.
READ = {"label", "body", "help", "placeholder", "caption", "alt", "title", "text", "h", "t"}
OPTIONS = {"options", "words", "content"}
CODE = {"jsContent", "cssContent", "htmlContent", "id", "formId", "icon", "url", "data"}


def elements(test: AppTest) -> Iterator[Any]:
    """Every element and every block of a page."""
    waiting = [test._tree]
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(list(getattr(node, "children", {}).values())))
        if getattr(node, "proto", None) is not None:
            yield node


def spoken(test: AppTest) -> list[str]:
    """Every text of a page that a reader meets, told once."""
    found: dict[str, None] = {}
    for node in elements(test):
        if node.type != "html":  # the sheet of styles
            found |= dict.fromkeys(_texts(MessageToDict(node.proto), heard=False))
    return [text for text in found if text.strip()]


def _texts(value: Any, *, heard: bool, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in CODE or isinstance(inner, dict):
                yield from _texts(inner, heard=name in READ | OPTIONS or (heard and key in OPTIONS), key=name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, heard=heard, key=key)
    elif isinstance(value, str):
        if key in ("json", "spec", "columns") and value[:1] in "{[":
            yield from _texts(json.loads(value), heard=False)
        elif heard:
            yield value
