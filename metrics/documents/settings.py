"""docs/settings.md: every setting with its default, the values it takes and what it is for."""

from collections.abc import Iterator, Mapping
from typing import Any

from crm.settings import PREFIX, Settings
from language import words

HEAD = (
    "# Settings\n\n"
    "Written by `make docs` from `Settings` in crm/settings.py and language/catalogue/setting.toml.\n\n"
    "Settings stand in the file `.env` or in the environment; the environment wins, an empty value means the default,\n"
    "and new values hold after a restart. A wrong one stops the start with a sentence that names it.\n"
)
KINDS = {"integer": "whole number", "number": "number", "boolean": "true or false", "array": "list", "string": "text"}
LANGUAGES = ("ru", "en")


def text() -> str:
    """The whole document."""
    return "\n".join([HEAD, *_table(), ""])


def _table() -> Iterator[str]:
    yield "| setting | default | values | ru | en |"
    yield "| --- | --- | --- | --- | --- |"
    for name, schema in Settings.model_json_schema()["properties"].items():
        help_texts = (words(language)(f"setting.{name}") for language in LANGUAGES)
        cells = (f"`{PREFIX}{name.upper()}`", _default(schema.get("default")), _values(schema), *help_texts)
        yield f"| {' | '.join(cells)} |"


def _default(value: object) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _values(schema: Mapping[str, Any]) -> str:
    """The type of a setting and its bounds, from its JSON schema; of several types the first is meant."""
    one = next(iter(schema.get("anyOf", [schema])))
    kind = "secret" if one.get("writeOnly") else "path" if one.get("format") == "path" else KINDS[one["type"]]
    low = one.get("minimum", one.get("exclusiveMinimum"))
    if low is None:
        return kind
    above = "above " if "exclusiveMinimum" in one else ""
    return f"{kind}, {above}{low:g} … {one['maximum']:g}"
