"""What views and columns exist, and what they mean: dictionary.toml read once.

Tables, tooltips, exports, the glossary and docs/metrics.md are made from it. ``[columns.NAME]`` has format, label and
help of that column in every view. ``[views.NAME]`` has report, label, help, ``key`` (the columns that identify a row),
``columns`` (in order) and, where some filter does not touch the view, ``facts`` or ``untouched_by``;
``[views.NAME.columns_of.COLUMN]`` overrides what is different there. Labels and helps are ``{ ru = …, en = … }``.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from language import LANGUAGES, ExplainedError
from language.clean import clean_text
from metrics.query.filters import FACTS, LIST_FILTERS
from metrics.query.values import MOST_SHOWN

DICTIONARY = Path(__file__).with_name("dictionary.toml")
FORMATS = (
    "count",
    "number",
    "money",
    "share",
    "days",
    "minutes",
    "points",
    "index",
    "date",
    "moment",
    "month",
    "text",
    "id",
    "link",
    "flag",
)


class UnknownView(ExplainedError):
    """There is no view of that name; the sentence names it and says how to list those there are."""


@dataclass(frozen=True)
class Column:
    """A column of a view: its name in SQL, its format (one of `FORMATS`), its label and help by language."""

    name: str
    format: str
    labels: Mapping[str, str]
    helps: Mapping[str, str]

    def label(self, language: str) -> str:
        """What the reader's language calls it."""
        return self.labels[language]

    def help(self, language: str) -> str:
        """One sentence: how it is counted."""
        return self.helps[language]


@dataclass(frozen=True)
class View:
    """A view: the report it belongs to, the columns that identify a row, its columns, its label and help by language.

    ``untouched_by`` names the list filters that change nothing in it, as `Filters` names them (``funnels`` …).
    """

    name: str
    report: str
    key: tuple[str, ...]
    untouched_by: tuple[str, ...]
    columns: Mapping[str, Column]
    labels: Mapping[str, str]
    helps: Mapping[str, str]

    def label(self, language: str) -> str:
        """What the reader's language calls it."""
        return self.labels[language]

    def help(self, language: str) -> str:
        """A sentence: the question it answers and how."""
        return self.helps[language]

    def with_columns(self, columns: Sequence[Column]) -> "View":
        """The view with more columns behind its own: those that one portal alone has."""
        return replace(self, columns={**self.columns, **{column.name: column for column in columns}})


@cache
def load(path: Path = DICTIONARY) -> Mapping[str, View]:
    """Every view of a dictionary by name, in the dictionary's order.

    Raises:
        ValueError: an entry lacks a language, a format or its columns; the message names it.
    """
    dictionary = tomllib.loads(path.read_text(encoding="utf-8"))
    shared: Mapping[str, Any] = dictionary.get("columns", {})
    return {name: _view(name, entry, shared) for name, entry in dictionary["views"].items()}


def views() -> list[View]:
    """Every view there is."""
    return list(load().values())


def view(name: str) -> View:
    """The view of that name.

    Raises:
        UnknownView: there is none.
    """
    found = load().get(name)
    if found is None:
        raise UnknownView("metrics.view.unknown", view=clean_text(name, MOST_SHOWN))
    return found


def columns(name: str) -> list[Column]:
    """The columns of a view as the dictionary orders them.

    Raises:
        UnknownView: there is no such view.
    """
    return list(view(name).columns.values())


def column_entries(name: str, names: Sequence[str], further: Sequence[Column] = ()) -> list[tuple[str, Column | None]]:
    """The columns ``names`` of a view, each with its entry in the dictionary or else in ``further``, or None."""
    found = load().get(name)
    known = {**{column.name: column for column in further}, **(found.columns if found else {})}
    return [(column, known.get(column)) for column in names]


def labels(name: str, names: Sequence[str], language: str, further: Sequence[Column] = ()) -> list[str]:
    """The labels of the columns ``names`` in a language; the bare name of a column without an entry."""
    return [column.label(language) if column else bare for bare, column in column_entries(name, names, further)]


def _view(name: str, entry: Mapping[str, Any], shared: Mapping[str, Any]) -> View:
    own: Mapping[str, Any] = entry.get("columns_of", {})
    names: list[str] = entry["columns"]
    return View(
        name=name,
        report=entry["report"],
        key=tuple(entry["key"]),
        untouched_by=_untouched_by(entry),
        columns={column: _column(name, column, {**shared.get(column, {}), **own.get(column, {})}) for column in names},
        labels=_texts(entry, "label", name),
        helps=_texts(entry, "help", name),
    )


def _untouched_by(entry: Mapping[str, Any]) -> tuple[str, ...]:
    facts, further = set(entry.get("facts", FACTS)), entry.get("untouched_by", ())
    return tuple(name for name, record in LIST_FILTERS.items() if facts.isdisjoint(record.narrows) or name in further)


def _column(view_name: str, name: str, entry: Mapping[str, Any]) -> Column:
    where = f"{view_name}.{name}"
    if entry.get("format") not in FORMATS:
        raise ValueError(f"the dictionary gives no format of {where}")
    return Column(name, entry["format"], _texts(entry, "label", where), _texts(entry, "help", where))


def _texts(entry: Mapping[str, Any], part: str, where: str) -> Mapping[str, str]:
    texts: Mapping[str, str] = entry.get(part, {})
    missing = [language for language in LANGUAGES if not texts.get(language)]
    if missing:
        raise ValueError(f"the dictionary gives no {part} of {where} in {', '.join(missing)}")
    return texts
