"""The catalogue of texts: one TOML file a room under ``language/catalogue/``.

An entry is ``key = { ru = …, en = … }`` where each side is a string, or a table of plural forms
(``one``, ``few``, ``many``, ``other``) chosen by the value named ``count``.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("ru", "en")
FOLDER = Path(__file__).with_name("catalogue")

Text = str | Mapping[str, str]


@cache
def catalogue(folder: Path = FOLDER) -> Mapping[str, Mapping[str, Text]]:
    """Every text by its full key, from all files of the folder.

    Raises:
        ValueError: a key stands twice, or an entry lacks a language; the message names it.
        TypeError: an entry is no table of languages.
    """
    texts: dict[str, Mapping[str, Text]] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, entry in _entries(tomllib.loads(path.read_text(encoding="utf-8")), prefix=""):
            if key in texts:
                raise ValueError(f"{path.name}: the text {key!r} is defined twice")
            missing = [language for language in LANGUAGES if language not in entry]
            if missing:
                raise ValueError(f"{path.name}: the text {key!r} lacks {', '.join(missing)}")
            texts[key] = entry
    return texts


def _entries(table: Mapping[str, object], prefix: str) -> list[tuple[str, Mapping[str, Text]]]:
    found: list[tuple[str, Mapping[str, Text]]] = []
    for name, value in table.items():
        if not isinstance(value, Mapping):
            raise TypeError(f"the text {prefix}{name!r} is no table of languages")
        if any(language in value for language in LANGUAGES):
            found.append((prefix + name, value))
        else:
            found.extend(_entries(value, prefix=f"{prefix}{name}."))
    return found
