"""A list by pages: the rows of a view in the order of one column, those alone that hold a text, a hundred at a time.

A view may have a million rows and a page shows a hundred of them. So the engine first orders the keys, for which it
reads one column, and then reads all columns of the page's own rows. Values are bound; names of columns come from the
dictionary.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from metrics.query.filters import Filters
from metrics.query.list_statement import Listing, ListingError, ListStatement, Spoken, clean_search
from metrics.query.query import Table, cached, set_variables, table_of
from metrics.warehouse.connection import Warehouse

__all__ = ["ListPage", "Listing", "ListingError", "Spoken", "clean_search", "list_chunks", "list_page"]

FEWEST, USUAL, MOST = 50, 100, 200  # rows of a page
CHUNK = 2000  # rows that are in memory at once where all of them are read


@dataclass(frozen=True)
class ListPage(Table):
    """The rows of a list from ``offset`` on in their order, and how many rows the whole list has: ``count``."""

    offset: int = 0
    count: int = 0


def list_page(
    warehouse: Warehouse, view: str, filters: Filters, listing: Listing, *, offset: int = 0, limit: int = USUAL
) -> ListPage:
    """The page of a list that begins with row ``offset``, ``limit`` rows long (`FEWEST` … `MOST`).

    An offset behind the list's end gives its last page. Answers come from the cache of `metrics.query.query`.

    Raises:
        UnknownView: there is no such view.
        ListingError: the view has no such column.
    """
    offset, limit = max(offset, 0), min(max(limit, FEWEST), MOST)
    key = (warehouse.build_id, view, filters, listing, offset, limit)
    page = cached(key, lambda: _ask_page(warehouse, view, filters, listing, offset, limit))
    return replace(page, rows=list(page.rows))


def list_chunks(warehouse: Warehouse, view: str, filters: Filters, listing: Listing) -> Iterator[Table]:
    """All rows of a list in their order, `CHUNK` of them at a time; the first table may be empty. Nothing is cached.

    Raises:
        UnknownView: there is no such view.
        ListingError: the view has no such column.
    """
    cursor = warehouse.cursor()
    try:
        set_variables(cursor, filters)
        statement, values = ListStatement(warehouse.meaning(view), listing, cursor).of_all_rows()
        cursor.execute(statement, values)
        empty = table_of(warehouse, view, cursor, [])
        yield replace(empty, rows=cursor.fetchmany(CHUNK))
        while rows := cursor.fetchmany(CHUNK):
            yield replace(empty, rows=rows)
    finally:
        cursor.close()


def _ask_page(warehouse: Warehouse, view: str, filters: Filters, listing: Listing, offset: int, limit: int) -> ListPage:
    cursor = warehouse.cursor()
    try:
        set_variables(cursor, filters)
        statement = ListStatement(warehouse.meaning(view), listing, cursor)
        count, keys = _page_of_keys(cursor, statement, offset, limit)
        if count and not keys:
            offset = (count - 1) // limit * limit
            count, keys = _page_of_keys(cursor, statement, offset, limit)
        cursor.execute(*statement.of_rows(keys))
        table = table_of(warehouse, view, cursor, cursor.fetchall())
        places = {key: place for place, key in enumerate(keys)}
        key_column = table.columns.index(statement.key)
        table.rows.sort(key=lambda row: places[row[key_column]])
        parts = {name: getattr(table, name) for name in Table.__dataclass_fields__}
        return ListPage(**parts, offset=offset if keys else 0, count=count)
    finally:
        cursor.close()


def _page_of_keys(
    cursor: duckdb.DuckDBPyConnection, statement: ListStatement, offset: int, limit: int
) -> tuple[int, list[Any]]:
    """How many rows the list has, and the keys of those on a page in their order."""
    cursor.execute(*statement.of_keys(offset, limit))
    found = cursor.fetchall()
    return found[0][0], [key for _, key in found if key is not None]
