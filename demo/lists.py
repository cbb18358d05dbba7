"""List methods: which table each serves, its dialect of filter and order, and its page of fifty."""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from demo.company import Company, KnowsMoments, Row, Span
from demo.conditions import Conditions, Fields, Test, read_filter
from demo.faults import Counters, Faults
from demo.field_descriptions import own_names
from demo.replies import Reply

PAGE = 50

Params = Mapping[str, Any]  # names in lower case


class MethodError(Exception):
    """A command the portal refuses: `code`, `description` and the HTTP `status` it has outside a batch."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(code, description)
        self.code, self.description, self.status = code, description, status


@dataclass(frozen=True)
class Listing:
    """A list method's table and ways."""

    table: str
    fields: Fields
    wrapped: str | None = None  # rows stand in result[wrapped]
    strict: bool = False  # an unknown field in the filter is INVALID_ARG_VALUE
    order_by: str = "ID"
    sort_param: bool = False  # top-level SORT and ORDER in place of an order map
    uncounted_total: int | None = 0  # what `total` says when start = -1
    constants: tuple[tuple[str, Any], ...] = ()  # fields that are the same in every row
    selects: bool = True


def list_page(
    listing: Listing, params: Params, company: Company, faults: Faults, counters: Counters, *, keep: Test | None = None
) -> Reply:
    """The page that the parameters ask for, of rows that pass ``keep``.

    Raises:
        MethodError: a field of the filter is unknown to a strict method.
    """
    counters.lists += 1
    conditions = read_filter(_map(params.get("filter")), listing.fields, company.now().tzinfo)
    if listing.strict and conditions.unknown:
        raise MethodError("INVALID_ARG_VALUE", f"Invalid filter: field '{conditions.unknown[0]}' is not allowed.")
    if keep is not None:
        conditions = replace(conditions, tests=(*conditions.tests, keep))
    start = _start(params.get("start"))
    counters.counts[listing.table] += start >= 0
    if listing.table in faults.no_offset:
        start = min(start, 0)
    length = faults.short_length if counters.lists in faults.short_pages else PAGE
    search = _Search(listing, conditions, company, faults.hidden.get(listing.table, ()))
    name, descending = _order(listing, params)
    found = search.ordered(name, descending and not faults.ascending_only, offset=max(0, start))
    rows = list(map(_selector(listing, params.get("select"), company), islice(found, length)))
    result: Any = rows if listing.wrapped is None else {listing.wrapped: rows}
    if start < 0:
        return Reply(result, total=listing.uncounted_total)
    total = search.count()
    following = start + PAGE
    return Reply(result, next=following if following < total else None, total=total)


@dataclass(frozen=True)
class _Search:
    """Rows of a company's table that a filter leaves and the webhook's owner may see."""

    listing: Listing
    conditions: Conditions
    company: Company
    hidden: Container[int]

    def ordered(self, name: str, descending: bool, offset: int) -> Iterator[Row]:
        if name == self.listing.fields.key:
            if self._by_ids_alone():
                return self._candidates(descending, offset)
            return islice(self._passing(descending), offset, None)
        found = sorted(self._passing(), key=lambda row: _sortable(row, name), reverse=descending)
        return iter(found[offset:])

    def count(self) -> int:
        if self._by_ids_alone():
            return self.company.count(self.listing.table, self.conditions.span)
        return sum(1 for _ in self._passing())

    def _by_ids_alone(self) -> bool:
        return not self.conditions.tests and self.conditions.ids is None and not self.hidden

    def _passing(self, descending: bool = False) -> Iterator[Row]:
        key = self.listing.fields.key
        for row in self._candidates(descending, 0):
            if self.conditions.holds(row) and not (self.hidden and int(row[key]) in self.hidden):
                yield row

    def _candidates(self, descending: bool, offset: int) -> Iterator[Row]:
        table, span, since = self.listing.table, self.conditions.span, self.conditions.since
        if since is not None and self.conditions.ids is None and isinstance(self.company, KnowsMoments):
            return self.company.rows_since(table, span, since, descending=descending)
        if self.conditions.ids is None:
            return self.company.rows(table, span, descending=descending, offset=offset)
        picked = sorted(self.conditions.ids, reverse=descending)
        pieces = (self.company.rows(table, span.within(number - 1, number)) for number in picked)
        return chain.from_iterable(pieces)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _start(value: Any) -> int:
    """A page's first row: page-number methods round down to a multiple of fifty."""
    try:
        start = int(value)
    except (TypeError, ValueError):
        return 0
    return -1 if start < 0 else start // PAGE * PAGE


def _order(listing: Listing, params: Params) -> tuple[str, bool]:
    if listing.sort_param:
        name, way = params.get("sort") or listing.order_by, params.get("order")
        way = way if isinstance(way, str) else "ASC"
    else:
        given = _map(params.get("order"))
        name, way = next(iter(given.items()), (listing.order_by, "ASC"))
    name = str(name).upper() if str(name).upper() in listing.fields else str(name)
    return (name if name in listing.fields else listing.order_by), str(way).upper() == "DESC"


def _sortable(row: Row, name: str) -> tuple[bool, Any]:
    value = row.get(name)
    return (False, "") if value is None else (True, value if isinstance(value, int | float) else str(value))


def _selector(listing: Listing, select: Any, company: Company) -> Callable[[Row], Row]:
    constants = dict(listing.constants)
    names = [str(name) for name in _names(select)]
    if not listing.selects or not names or "*" in names:
        return lambda row: {**row, **constants}
    own = own_names(company, listing.table) if any(name.startswith("UF_CRM_") for name in names) else ()
    known = dict.fromkeys([listing.fields.key, *(name for name in names if name in listing.fields or name in own)])
    empty = {name: constants.get(name) for name in known}
    return lambda row: {name: row.get(name, nothing) for name, nothing in empty.items()}


def _names(select: Any) -> list[Any]:
    if isinstance(select, Mapping):
        return list(select.values())
    return select if isinstance(select, list) else [select] if select else []


def one(company: Company, table: str, number: int) -> Row | None:
    """The row of a table with this id, or None."""
    return next(iter(company.rows(table, Span(number - 1, number))), None)
