"""Labels of values that stand for something: states, steps, "none" and "the rest", in the reader's language.

Names come from the portal as somebody typed them; these few are the product's own, and follow the language switch.
"""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from language import Words, disambiguated_labels
from language.texts import catalogue
from metrics.query.listing import Spoken

INVISIBLE = "\u200b"
REST = "*"  # the id of all others taken together
FAMILIES = ("state", "step", "reason", "entity", "duration_band", "part")  # columns of the product's own words
# Column of a name → column of its id, the id that means "none", and the filter whose text for "none" is shown.
NONE: Mapping[str, tuple[str, int | str, str]] = {
    "source": ("source_id", "", "sources"),
    "utm": ("utm", "", "utm_source"),
    "employee": ("employee_id", 0, "employees"),
    "department": ("department_id", 0, "departments"),
}


def value_label(words: Words, column: str, row: Mapping[str, Any]) -> str | None:
    """What the product itself calls the value of a column in ``row``; None where it is a name or a figure."""
    value = row[column]
    if column in FAMILIES and value is not None:
        key = f"said.{column}.{value}"
        return words(key) if words.has(key) else None
    if column in NONE:
        id_column, none, filter_name = NONE[column]
        if row.get(id_column, value) == REST:
            return words("ui.rest")
        if row.get(id_column, value) == none:
            return words(f"ui.none.{filter_name}")
    return None


def spoken_values(words: Words, columns: Collection[str]) -> tuple[Spoken, ...]:
    """What the product itself calls values of these columns, for a search and an order in the reader's language."""
    found = []
    for family in (name for name in FAMILIES if name in columns):
        prefix = f"said.{family}."
        values = [key.removeprefix(prefix) for key in catalogue() if key.startswith(prefix)]
        found.append(Spoken(family, family, tuple((value, words(prefix + value)) for value in values)))
    for column in (name for name in NONE if name in columns):
        id_column, none, filter_name = NONE[column]
        if id_column in columns:
            found.append(Spoken(column, id_column, ((none, words(f"ui.none.{filter_name}")),)))
    return tuple(found)


def with_value_labels(words: Words, data: pd.DataFrame) -> pd.DataFrame:
    """The rows with their labels in the place of every such value."""
    labelled = {}
    for column in [name for name in data.columns if name in FAMILIES or name in NONE]:
        needed = [name for name in (column, NONE[column][0] if column in NONE else column) if name in data.columns]
        pairs = data[list(dict.fromkeys(needed))].to_dict("records")
        rows = [{str(key): value for key, value in pair.items()} for pair in pairs]
        labelled[column] = [value_label(words, column, row) or row[column] for row in rows]
    return data.assign(**labelled)


def disambiguated_names(data: pd.DataFrame, named: str, identified: str) -> pd.Series:
    """The column of names, those of namesakes with their id: a chart tells its rows apart by name alone."""
    pairs = list(zip(data[named], data[identified], strict=True))
    labels = disambiguated_labels({pair: pair[0] for pair in pairs}, {pair: str(pair[1]) for pair in pairs})
    return pd.Series([_drawable(labels[pair]) for pair in pairs], index=data.index, dtype="object")


def _drawable(name: str) -> str:
    """The name as Vega can keep it: it keeps axis labels in an object by their text, where one text is no key."""
    return f"{name}{INVISIBLE}" if name == "__proto__" else name
