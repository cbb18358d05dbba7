"""Rows of a list as a reader sees them: texts in the reader's language, each value written once, links to cards."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from language import Words
from language.formats import NOTHING
from metrics.query.catalog import Column, View
from metrics.query.listing import Listing, ListPage
from metrics.query.query import Table
from ui.blocks import figures
from ui.blocks.value_labels import NONE, value_label
from ui.state.page_context import PageContext
from ui.tree_table import TreeColumn
from ui.tree_table.listed import ListTable

AT_END = (*figures.RIGHT_ALIGNED, "date", "moment", "month")  # formats whose largest value a first click puts on top
LONGEST = 120  # characters of a cell: a field of a portal's own may hold pages, and a page of a list holds a hundred
MOST_PLACES = 6  # of a number that a portal's own field holds


def list_table(
    context: PageContext, view: View, columns: Sequence[Column], page: ListPage, listing: Listing
) -> ListTable:
    """The table of a page of a list: ``columns`` of its rows, the first of them linked to the record's card."""
    texts = [_column_texts(context, page, column) for column in columns]
    key = page.columns.index(view.key[0])
    ids = [str(row[key]) for row in page.rows]
    texts[0] = [_title(context.words, text, number) for text, number in zip(texts[0], ids, strict=True)]
    return ListTable(
        label=view.label(context.words.language),
        columns=[_heading(context, column) for column in columns],
        ids=ids,
        rows=list(zip(*texts, strict=True)),
        links=_links(context, page),
        sort=next((place for place, column in enumerate(columns) if column.name == listing.order), None),
        descending=listing.descending,
        ordered=f"{listing.order} {listing.descending} {page.offset} {listing.search}",
        origin=context.origin,
    )


def _title(words: Words, text: str, number: str) -> str:
    """The text of a first cell, or the record's number where it has none that could be clicked."""
    return words("ui.number", number=number) if text.strip() in ("", NOTHING) else text


def _heading(context: PageContext, column: Column) -> TreeColumn:
    language = context.words.language
    label = column.label(language)
    if column.format == "money":
        label = f"{label}, {context.words.currency_sign(context.currency)}"
    return TreeColumn(label, column.help(language), "end" if column.format in AT_END else "start")


def _column_texts(context: PageContext, table: Table, column: Column) -> list[str]:
    """The texts of a column, row by row; what repeats is written once."""
    place = table.columns.index(column.name)
    by = table.columns.index(NONE[column.name][0]) if column.name in NONE else place
    write = _writer(context, table, column)
    written: dict[tuple[Any, Any], str] = {}
    texts = []
    for row in table.rows:
        told = row[place], row[by]
        if told not in written:
            named = {column.name: row[place], table.columns[by]: row[by]}
            written[told] = _cut(value_label(context.words, column.name, named) or write(row[place]))
        texts.append(written[told])
    return texts


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _writer(context: PageContext, table: Table, column: Column) -> Callable[[Any], str]:
    """What writes a value of a column; the heading has the currency, a number of the portal's own is exact."""
    words = context.words
    if column.format == "money":
        return words.number
    if column.format == "number" and any(column is further for further in table.further):
        return lambda value: _exact(words, value)
    return lambda value: figures.text(words, column.format, value, context.currency)


def _exact(words: Words, value: int | float | Decimal | None) -> str:
    if value is None:
        return words.number(None)
    places = -int(Decimal(str(value)).normalize().as_tuple().exponent)
    return words.number(value, min(max(places, 0), MOST_PLACES))


def _links(context: PageContext, table: Table) -> list[str | None]:
    """The address of each row's card, where it is one of the portal's own."""
    if not context.origin or "url" not in table.columns:
        return [None] * len(table.rows)
    place, own = table.columns.index("url"), f"{context.origin}/"
    return [row[place] if str(row[place]).startswith(own) else None for row in table.rows]
