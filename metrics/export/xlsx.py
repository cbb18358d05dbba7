"""Rows of a view → XLSX: typed cells on the first sheet, what the figures mean on the second."""

import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import IO, Any
from urllib.parse import urlsplit

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from language import Words
from metrics.query.catalog import Column, column_entries, labels, load
from metrics.query.query import Table
from workbooks.xlsx import (
    EXACT_DIGITS,
    HEAD,
    MOST_ROWS,
    Book,
    Cell,
    Sheet,
    text_cell,
    typed_cell,
    with_text,
    write_head,
)

MOST_LINKS = 65_000  # of a sheet; the addresses beyond stay text
GENERAL = "General"
NUMBER_FORMATS = {
    "count": "#,##0",
    "money": "#,##0.00",
    "share": "0.0%",
    "days": "0.0",
    "minutes": "#,##0.0",
    "index": "0.0",
    "id": "0",
}
DAY_FORMATS = {"ru": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
EXACT = 10**EXACT_DIGITS  # from here on a spreadsheet loses whole digits
NARROW, WIDE, SAMPLE = 9, 60, 200  # widths in characters, measured on the first rows
LINK = Font(color="0563C1", underline="single")


def xlsx_bytes(table: Table, words: Words, about: Sequence[tuple[str, str]]) -> bytes:
    """The table as a workbook; ``about`` (name, value) opens the second sheet, the columns' definitions follow.

    Links lead to the table's own origin; any other address stays text. Rows beyond what a sheet holds are left out,
    and the second sheet says so.
    """
    stream = io.BytesIO()
    write_xlsx(stream, [table], words, about)
    return stream.getvalue()


def write_xlsx(stream: IO[bytes], tables: Iterable[Table], words: Words, about: Sequence[tuple[str, str]]) -> None:
    """Write the rows of tables of one view, one behind the other, as the workbook of `xlsx_bytes`.

    The first of them has the columns; rows go to the disk as they come, so that few are in memory. The stream can be
    sought.
    """
    chunks = iter(tables)
    first = next(chunks)
    book = Book()
    rows = _write_figures(book, first, chain(first.rows, chain.from_iterable(table.rows for table in chunks)), words)
    _write_definitions(book, first, rows, words, about)
    book.save(stream)


def _write_figures(book: Book, table: Table, rows: Iterable[Sequence[Any]], words: Words) -> int:
    """Write ``rows`` under the columns of ``table``, and give their number, those beyond a sheet too."""
    columns = [column for _, column in column_entries(table.view, table.columns, table.further)]
    heads = labels(table.view, table.columns, words.language, table.further)
    sheet = book.sheet(words("metrics.export.figures"), _widths(heads, table.rows[:SAMPLE]))
    write_head(sheet, heads)
    writers = [_Writer(sheet, column, words.language, table.origin) for column in columns]
    count = 0
    for count, row in enumerate(rows, start=1):
        if count <= MOST_ROWS:
            sheet.append([writer.cell(value) for writer, value in zip(writers, row, strict=True)])
    last = get_column_letter(len(heads))
    sheet.auto_filter.ref = f"A1:{last}{min(count, MOST_ROWS) + 1}"
    return count


def _widths(heads: Sequence[str], sample: Sequence[Sequence[Any]]) -> list[int]:
    longest = [max([len(head), *(len(_shown_text(row[place])) for row in sample)]) for place, head in enumerate(heads)]
    return [min(max(length + 2, NARROW), WIDE) for length in longest]


def _write_definitions(book: Book, table: Table, rows: int, words: Words, about: Sequence[tuple[str, str]]) -> None:
    sheet = book.sheet(words("metrics.export.definitions"), (34, 100))
    for name, value in about:
        sheet.append([text_cell(sheet, name, HEAD), text_cell(sheet, value)])
    if view := load().get(table.view):
        counted = words("metrics.export.counted"), view.help(words.language)
        sheet.append([text_cell(sheet, counted[0], HEAD), text_cell(sheet, counted[1])])
    sheet.append([text_cell(sheet, words("metrics.export.rows"), HEAD), rows])
    if rows > MOST_ROWS:
        left = words("metrics.export.left_out", count=rows - MOST_ROWS)
        sheet.append([None, text_cell(sheet, left)])
    sheet.append([])
    sheet.append([text_cell(sheet, words(f"metrics.export.{part}"), HEAD) for part in ("column", "meaning")])
    for name, column in column_entries(table.view, table.columns, table.further):
        texts = (column.label(words.language), column.help(words.language)) if column else (name, "")
        sheet.append([text_cell(sheet, text) for text in texts])


class _Writer:
    """Makes the cells of one column. A sheet writes a row at once, so that one styled cell serves them all."""

    def __init__(self, sheet: Sheet, column: Column | None, language: str, origin: str) -> None:
        kind = column.format if column else ""
        self.sheet = sheet
        self.origin = origin if kind == "link" else ""
        self.links = 0
        self.number = typed_cell(sheet, NUMBER_FORMATS.get(kind, GENERAL))
        self.day = typed_cell(sheet, DAY_FORMATS[language])
        self.moment = typed_cell(sheet, DAY_FORMATS[language] + " hh:mm")
        self.text = text_cell(sheet, "")

    def cell(self, value: Any) -> Cell:
        """A cell of the value's own type, or None for null."""
        if isinstance(value, str):
            return self._link(value) if self.origin and leads_to(value, self.origin) else with_text(self.text, value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dt.date):
            return _filled(self.moment if isinstance(value, dt.datetime) else self.day, value)
        if isinstance(value, float):
            return _filled(self.number, value) if math.isfinite(value) else None
        if abs(value) >= EXACT:
            return with_text(self.text, format(value, "f") if isinstance(value, Decimal) else str(value))
        return _filled(self.number, value)

    def _link(self, value: str) -> Cell:
        self.links += 1
        if self.links > MOST_LINKS:
            return with_text(self.text, value)
        cell = text_cell(self.sheet, value, LINK)
        cell.hyperlink = Hyperlink(ref="", target=value)
        return cell


def _filled(cell: Cell, value: Any) -> Cell:
    cell.value = value
    return cell


def leads_to(address: str, origin: str) -> bool:
    """Whether an address is one of the origin's own pages."""
    try:
        parts, own = urlsplit(address), urlsplit(origin)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (own.scheme, own.netloc) and parts.scheme in ("http", "https")


def _shown_text(value: Any) -> str:
    if isinstance(value, float | Decimal):
        return f"{value:,.2f}"
    return "" if value is None else str(value)[:WIDE]
