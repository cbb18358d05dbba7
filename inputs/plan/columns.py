"""The columns of a plan, in a file and in a Google Sheet: their names, their order, and what people call them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from inputs.plan.rows import STEPS
from language import LANGUAGES, words

KEYS = ("month", "employee_id", "funnel_id")
FIGURES = (
    "plan_sum",
    "plan_count",
    *(f"step{number}_{part}" for number in range(1, STEPS + 1) for part in ("count", "bonus")),
)
COLUMNS = ("month", "employee_id", "employee", "funnel_id", "funnel", *FIGURES)
AMOUNTS = frozenset({"plan_sum", *(f"step{number}_bonus" for number in range(1, STEPS + 1))})  # the rest are counts


def label(column: str, language: str) -> str:
    """What the head of a Google Sheet calls a column."""
    return words(language)(f"plan.column.{column}")


def column_of(head: object) -> str | None:
    """The column a head names: its canonical name, or its label in either language; None for a column of a person's."""
    return _names().get(_plain(head))


@cache
def _names() -> Mapping[str, str]:
    labels = {_plain(label(column, language)): column for column in COLUMNS for language in LANGUAGES}
    return labels | {_plain(column): column for column in COLUMNS}


def _plain(head: object) -> str:
    """Letters and digits alone, in lower case: nobody's space, comma or capital hides a column."""
    text = unicodedata.normalize("NFKC", str(head or "")).lower()
    return re.sub(r"[\W_]+", "", text)
