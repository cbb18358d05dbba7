"""Values that stand for something: states, steps, "none" and "the rest", in the reader's language.

Names come from the portal as somebody typed them; these few are the product's own, and follow the language switch.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from language import Words, disambiguated_labels

REST = "*"  # the id of all others taken together
FAMILIES = ("state", "step", "reason", "entity", "duration_band", "part")  # columns of the product's own words
# Column of a name → column of its id, the id that means "none", and the filter that names it.
NONE: Mapping[str, tuple[str, int | str, str]] = {
    "source": ("source_id", "", "sources"),
    "utm": ("utm", "", "utm_source"),
    "employee": ("employee_id", 0, "employees"),
    "department": ("department_id", 0, "departments"),
}


def said(words: Words, column: str, row: Mapping[str, Any]) -> str | None:
    """What the product itself calls the value of a column; None where it is a name or a figure like any other."""
    value = row[column]
    if column in FAMILIES and value is not None:
        key = f"said.{column}.{value}"
        return words(key) if words.has(key) else None
    if column in NONE:
        identified, none, known_as = NONE[column]
        if row.get(identified, value) == REST:
            return words("ui.rest")
        if row.get(identified, value) == none:
            return words(f"ui.none.{known_as}")
    return None


def spoken(words: Words, data: pd.DataFrame) -> pd.DataFrame:
    """The rows with every such value said in the reader's language."""
    told = {}
    for column in [name for name in data.columns if name in FAMILIES or name in NONE]:
        known = [name for name in (column, NONE[column][0] if column in NONE else column) if name in data.columns]
        pairs = data[list(dict.fromkeys(known))].to_dict("records")
        rows = [{str(key): value for key, value in pair.items()} for pair in pairs]
        told[column] = [said(words, column, row) or row[column] for row in rows]
    return data.assign(**told)


def disambiguated_names(data: pd.DataFrame, named: str, identified: str) -> pd.Series:
    """The column of names, those of namesakes with their id: a chart tells its rows apart by name alone."""
    pairs = list(zip(data[named], data[identified], strict=True))
    labels = disambiguated_labels({pair: pair[0] for pair in pairs}, {pair: str(pair[1]) for pair in pairs})
    return pd.Series([labels[pair] for pair in pairs], index=data.index, dtype="object")
