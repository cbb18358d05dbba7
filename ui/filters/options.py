"""The options of list filters: the values of the data, each with a label of its own.

Streamlit tells options apart by their label alone, so those of namesakes are disambiguated: by department, funnel or
number. A value that a link holds and the data do not know any more stays an option, under its number.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from language import Words, disambiguated_labels
from metrics.query.filters import LIST_FILTERS
from metrics.query.query import Table

INDENT = "\u2003"  # an em space a level: a department stands below its parent


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    value: int | str
    label: str
    level: int = 0

    @property
    def indented(self) -> str:
        """The label, indented by its level in a list that is a tree."""
        return INDENT * self.level + self.label


@dataclass(frozen=True)
class _Row:
    value: str
    label: str
    detail: str | None
    parent: str | None


def choices_of(table: Table, words: Words) -> dict[str, list[Choice]]:
    """The choices of every list filter by its name, of the view ``filter_options`` and in its order."""
    grouped: dict[str, list[_Row]] = defaultdict(list)
    for record in sorted(table.records(), key=lambda record: (record["filter"], record["sort"] or 0)):
        label = record["label"] or words(f"ui.none.{record['filter']}")
        grouped[record["filter"]].append(_Row(record["value"], label, record["detail"], record["parent"]))
    return {name: _choices(name, rows, words) for name, rows in grouped.items()}


def with_values(offered: Sequence[Choice], name: str, values: Sequence[int | str], words: Words) -> list[Choice]:
    """The choices offered and, behind them, the ``values`` that are chosen and not offered."""
    known = {choice.value for choice in offered}
    further = [value for value in values if value not in known]
    return [*offered, *(Choice(value, unknown_label(name, value, words)) for value in further)]


def unknown_label(name: str, value: int | str, words: Words) -> str:
    """The label of a value the data do not know."""
    if LIST_FILTERS[name].kind.value_type is int:
        return words("ui.number", number=str(value))
    return value if isinstance(value, str) and value else words(f"ui.none.{name}")


def _choices(name: str, rows: Sequence[_Row], words: Words) -> list[Choice]:
    labels = disambiguated_labels(
        {row.value: row.label for row in rows},
        {row.value: row.detail for row in rows},
        {row.value: words("ui.number", number=row.value) for row in rows},
    )
    record = LIST_FILTERS[name]
    levels, ordered = (_levels(rows), _as_tree(rows)) if record.is_tree else ({}, rows)
    return [Choice(record.value_of(row.value), labels[row.value], levels.get(row.value, 0)) for row in ordered]


def _children(rows: Sequence[_Row]) -> Mapping[str | None, list[_Row]]:
    known = {row.value for row in rows}
    children: dict[str | None, list[_Row]] = defaultdict(list)
    for row in rows:
        children[row.parent if row.parent in known and row.parent != row.value else None].append(row)
    return children


def _as_tree(rows: Sequence[_Row]) -> list[_Row]:
    children, ordered, seen = _children(rows), [], set()
    waiting = list(reversed(children[None]))
    while waiting:
        row = waiting.pop()
        if row.value not in seen:
            seen.add(row.value)
            ordered.append(row)
            waiting.extend(reversed(children[row.value]))
    return [*ordered, *(row for row in rows if row.value not in seen)]  # a ring of parents hides nobody


def _levels(rows: Sequence[_Row]) -> dict[str, int]:
    children, levels = _children(rows), {}
    waiting = [(row, 0) for row in children[None]]
    while waiting:
        row, level = waiting.pop()
        if row.value not in levels:
            levels[row.value] = level
            waiting.extend((child, level + 1) for child in children[row.value])
    return levels
