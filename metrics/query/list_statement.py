"""The SQL of a list: its keys in order, the rows of a page, all rows.

Names of a list's rows (the employee's, the stage's) stand in small tables of their own. To order and to search a
million rows they need not be joined: a search asks those tables first which ids have such a name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import duckdb

from language import ExplainedError
from language.clean import clean_text
from metrics.query import catalog
from metrics.query.catalog import View
from metrics.query.values import MOST_SHOWN
from metrics.warehouse.raw import quoted

LONGEST_SEARCH = 100  # characters
# Texts that few records share. The engine computes a text that many share once, where the function is a plain one; of
# others a pattern looks at a million in half the time.
VARIED = ("title", "company")
JOINED = {"url", "stage_sort", "department_id"}  # what comes with the names, beside columns of one portal alone

Bound = tuple[str, list[Any]]  # a piece of SQL, and what is bound to its marks


class ListingError(ExplainedError):
    """A list cannot be asked for so; the sentence names what is wrong."""


@dataclass(frozen=True)
class Spoken:
    """What a reader is told instead of some values of a text column.

    ``texts`` are pairs of a value of the column ``by`` and the text that stands in ``column`` then.
    """

    column: str
    by: str
    texts: tuple[tuple[str | int, str], ...]


@dataclass(frozen=True)
class Listing:
    """Which rows of a view stand in a list, and in which order.

    ``order`` names a column; nulls and empty texts come last in either direction, rows of one value stand by their
    key. ``search`` is a literal text, "" for none: a row stays that holds it, in capitals or not, in a text column as
    a reader sees it; ``spoken`` says what readers see otherwise than the view has it.
    """

    order: str
    descending: bool = False
    search: str = ""
    spoken: tuple[Spoken, ...] = ()


@dataclass(frozen=True)
class Names:
    """The table that has the texts of a column, and the ids by which rows find theirs there."""

    table: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Narrow:
    """The same rows as those of a list, before names are joined to them: a view, and where its names are."""

    view: str
    names: Mapping[str, Names] = field(default_factory=dict)


_PEOPLE = Names("dim_employee", ("employee_id",))
_NAMES = {"employee": _PEOPLE, "department": _PEOPLE, "source": Names("dim_source", ("source_id",))}
_OF_LEADS = {**_NAMES, "stage": Names("dim_lead_stage", ("stage_id",))}
_OF_DEALS = {
    **_NAMES,
    "funnel": Names("dim_funnel", ("funnel_id",)),
    "stage": Names("dim_deal_stage", ("funnel_id", "stage_id")),
}
# A list that is not named here is ordered and searched with all its names joined.
NARROW: Mapping[str, Narrow] = MappingProxyType(
    {
        "deal_list": Narrow("listed_deal", _OF_DEALS),
        "lead_list": Narrow("listed_lead", _OF_LEADS),
        "forgotten_deals": Narrow("silent_deal", _OF_DEALS),
        "forgotten_leads": Narrow("silent_lead", _OF_LEADS),
    }
)


def clean_search(text: str) -> str:
    """A search as it is asked: on one line, without what does not print, at most `LONGEST_SEARCH` characters."""
    return clean_text(text, LONGEST_SEARCH).strip()


class ListStatement:
    """The statements of one list of one view, each with the values that are bound to its marks.

    ``cursor`` is asked which names hold the search.
    """

    def __init__(self, view: View, listing: Listing, cursor: duckdb.DuckDBPyConnection) -> None:
        if len(view.key) != 1:
            raise ValueError(f"rows of {view.name} are not told apart by one column")
        if listing.order not in view.columns:
            shown = clean_text(listing.order, MOST_SHOWN)
            raise ListingError("metrics.listing.no_column", view=view.name, column=shown)
        self.view, self.key, self.cursor = view, view.key[0], cursor
        self.listing, self.search = listing, clean_search(listing.search)
        self.spoken = {each.column: each for each in listing.spoken if each.column in view.columns and each.texts}
        self.texts = [column.name for column in view.columns.values() if column.format == "text"]

    def of_keys(self, offset: int, limit: int) -> Bound:
        """Rows of two columns: how many rows the list has, and a key of the page; one row of no key without any."""
        source, names = self._source()
        where, values = self._where(names)
        expression, spoken = self._order_expression()
        direction = "desc" if self.listing.descending else "asc"
        order = f"order by place {direction} nulls last, record"
        listed = ("select", quoted(self.key), "as record,", expression, "as place from", quoted(source), where)
        parts = (
            "with listed as materialized (",
            *listed,
            "), page as (select record, place from listed",
            order,
            "limit ? offset ?)",
            "select counted.amount, page.record from (select count(*) as amount from listed) as counted",
            "left join page on true",
            order,
        )
        return " ".join(parts), [*spoken, *values, limit, offset]

    def of_rows(self, keys: Sequence[int]) -> Bound:
        """All columns of the rows of these keys, in no order."""
        return f"from {quoted(self.view.name)} where {quoted(self.key)} in (select unnest(cast(? as bigint[])))", [keys]

    def of_all_rows(self) -> Bound:
        """All columns of all rows of the list in their order."""
        where, values = self._where({})
        expression, spoken = self._order_expression()
        direction = "desc" if self.listing.descending else "asc"
        order = f"order by {expression} {direction} nulls last, {quoted(self.key)}"
        return f"from {quoted(self.view.name)} {where} {order}", [*values, *spoken]

    def _source(self) -> tuple[str, Mapping[str, Names]]:
        """What the keys are asked of, and where names are that it lacks."""
        narrow = NARROW.get(self.view.name)
        if narrow is not None:
            known = catalog.view(self.view.name).columns.keys() - narrow.names.keys() - JOINED
            searched = set(self.texts if self.search else ()) - narrow.names.keys()
            if {self.listing.order, *searched} <= known:
                return narrow.view, narrow.names
        return self.view.name, {}

    def _where(self, names: Mapping[str, Names]) -> Bound:
        if not self.search:
            return "", []
        conditions, values = [], list[Any]()
        for name in self.texts:
            condition, bound = self._is_named(name, names[name]) if name in names else self._holds(name)
            conditions.append(condition)
            values += bound
        return f"where ({' or '.join(conditions) or 'false'})", values

    def _is_named(self, name: str, names: Names) -> Bound:
        """Whether a row has one of the ids whose name holds the search."""
        holds, values = self._holds(name)
        ids = ", ".join(map(quoted, names.ids))
        self.cursor.execute(" ".join(("select distinct", ids, "from", quoted(names.table), "where", holds)), values)
        found = self.cursor.fetchall()
        marks = ", ".join([f"({', '.join('?' * len(names.ids))})"] * len(found))
        return (f"({ids}) in ({marks})", [part for row in found for part in row]) if found else ("false", [])

    def _holds(self, name: str) -> Bound:
        """Whether a column holds the search as a reader sees it: its own text, or what is said instead of it."""
        column = quoted(name)
        if name in VARIED:
            holds, values = f"regexp_matches({column}, ?, 'i')", list[Any]([re.escape(self.search)])
        else:
            holds, values = f"contains(lower({column}), lower(?))", [self.search]
        if name not in self.spoken:
            return holds, values
        by, texts = quoted(self.spoken[name].by), self.spoken[name].texts
        said = [value for value, _ in texts]
        held = [value for value, text in texts if self.search.lower() in text.lower()]
        own = f"{holds} and ({by} in ({_marks(said)})) is not true"
        return f"({own} or {by} in ({_marks(held)}))", [*values, *said, *held]

    def _order_expression(self) -> Bound:
        name = self.listing.order
        expression, values = quoted(name), list[Any]()
        if name in self.spoken:
            spoken = self.spoken[name]
            cases = " ".join(["when ? then ?"] * len(spoken.texts))
            expression = f"case {quoted(spoken.by)} {cases} else {expression} end"
            values = [part for pair in spoken.texts for part in pair]
        if self.view.columns[name].format == "text":
            expression = f"nullif(lower({expression}), '')"
        return expression, values


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values)) or "null"
