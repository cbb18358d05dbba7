"""PHP's ways that show through Bitrix24's REST: nested keys of forms and empty maps written as lists."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

Nested = dict[str, Any]


def parse_str(text: str) -> Nested:
    """``filter[>ID]=7&select[]=ID`` → {"filter": {">ID": "7"}, "select": ["ID"]}, decoded once, "+" being a space."""
    found: Nested = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        _set(found, _path(key), value)
    return {key: _lists(value) for key, value in found.items()}


def php_map(values: Mapping[str, Any]) -> Any:
    """A map as PHP's json_encode writes it: empty → [], keys 0, 1, 2 … in this order → a list."""
    if all(key == str(place) for place, key in enumerate(values)):
        return list(values.values())
    return dict(values)


def _path(key: str) -> list[str]:
    head, bracket, rest = key.partition("[")
    if not bracket or "]" not in rest:
        return [key]
    return [head, *rest[: rest.rindex("]")].split("][")]


def _set(target: Nested, path: list[str], value: str) -> None:
    for given in path[:-1]:
        step = given or str(len(target))
        inner = target.get(step)
        if not isinstance(inner, dict):
            inner = target[step] = {}
        target = inner
    target[path[-1] or str(len(target))] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return php_map({key: _lists(inner) for key, inner in value.items()})
