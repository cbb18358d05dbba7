"""XLSX: typed cells on the first sheet, what the figures mean on the second."""

import datetime as dt
import io
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from language import Words
from metrics.query.catalog import Column, column_entries, labels, load
from metrics.query.query import Table

MOST_ROWS = 1_048_575  # of a sheet, less its header
MOST_LINKS = 65_000  # of a sheet; the addresses beyond stay text
MOST_TEXT = 32_767  # of a cell
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
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
EXACT = 10**15  # beyond it a spreadsheet loses digits
NARROW, WIDE, SAMPLE = 9, 60, 200  # widths in characters, measured on the first rows
HEAD = Font(bold=True)
Sheet = Any  # a write-only sheet; the stubs of openpyxl know half of what it has
LINK = Font(color="0563C1", underline="single")


def xlsx_bytes(table: Table, words: Words, about: Sequence[tuple[str, str]]) -> bytes:
    """The table as a workbook; ``about`` (name, value) opens the second sheet, the columns' definitions follow.

    Links lead to the table's own origin; any other address stays text. Rows beyond what a sheet holds are left out,
    and the second sheet says so.
    """
    book = Workbook(write_only=True)
    _write_figures(book.create_sheet(words("metrics.export.figures")), table, words)
    _write_definitions(book.create_sheet(words("metrics.export.definitions")), table, words, about)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def clean(text: str) -> str:
    """The text without the characters a workbook must not hold, as long as a cell may be."""
    return ILLEGAL.sub("", text)[:MOST_TEXT]


def _write_figures(sheet: Sheet, table: Table, words: Words) -> None:
    columns = [column for _, column in column_entries(table.view, table.columns, table.further)]
    heads = labels(table.view, table.columns, words.language, table.further)
    sample = table.rows[:SAMPLE]
    for number, head in enumerate(heads):
        longest = max([len(head), *(len(_shown(row[number])) for row in sample)])
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(max(longest + 2, NARROW), WIDE)
    sheet.freeze_panes = "A2"
    sheet.append([_text_cell(sheet, head, font=HEAD) for head in heads])
    writers = [_Writer(sheet, column, words.language, table.origin) for column in columns]
    for row in table.rows[:MOST_ROWS]:
        sheet.append([writer.cell(value) for writer, value in zip(writers, row, strict=True)])
    last = get_column_letter(len(heads))
    sheet.auto_filter.ref = f"A1:{last}{min(len(table.rows), MOST_ROWS) + 1}"


def _write_definitions(sheet: Sheet, table: Table, words: Words, about: Sequence[tuple[str, str]]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 100
    for name, value in about:
        sheet.append([_text_cell(sheet, name, font=HEAD), _text_cell(sheet, value)])
    if view := load().get(table.view):
        counted = words("metrics.export.counted"), view.help(words.language)
        sheet.append([_text_cell(sheet, counted[0], font=HEAD), _text_cell(sheet, counted[1])])
    sheet.append([_text_cell(sheet, words("metrics.export.rows"), font=HEAD), len(table.rows)])
    if len(table.rows) > MOST_ROWS:
        left = words("metrics.export.left_out", count=len(table.rows) - MOST_ROWS)
        sheet.append([None, _text_cell(sheet, left)])
    sheet.append([])
    sheet.append([_text_cell(sheet, words(f"metrics.export.{part}"), font=HEAD) for part in ("column", "meaning")])
    for name, column in column_entries(table.view, table.columns, table.further):
        told = (column.label(words.language), column.help(words.language)) if column else (name, "")
        sheet.append([_text_cell(sheet, text) for text in told])


class _Writer:
    """Makes the cells of one column. A sheet writes a row at once, so that one styled cell serves them all."""

    def __init__(self, sheet: Sheet, column: Column | None, language: str, origin: str) -> None:
        kind = column.format if column else ""
        self.sheet = sheet
        self.origin = origin if kind == "link" else ""
        self.links = 0
        self.number = WriteOnlyCell(sheet)
        self.number.number_format = NUMBER_FORMATS.get(kind, GENERAL)
        self.day = WriteOnlyCell(sheet)
        self.day.number_format = DAY_FORMATS[language]
        self.moment = WriteOnlyCell(sheet)
        self.moment.number_format = DAY_FORMATS[language] + " hh:mm"
        self.text = _text_cell(sheet, "")

    def cell(self, value: Any) -> Any:
        """A cell of the value's own type, or None for null."""
        if isinstance(value, str):
            return self._link(value) if self.origin and leads_to(value, self.origin) else self._text(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dt.date):
            return _filled(self.moment if isinstance(value, dt.datetime) else self.day, value)
        if isinstance(value, float):
            return _filled(self.number, value) if math.isfinite(value) else None
        if abs(value) >= EXACT:
            return self._text(format(value, "f") if isinstance(value, Decimal) else str(value))
        return _filled(self.number, value)

    def _text(self, value: str) -> Any:
        self.text.value = clean(value)
        self.text.data_type = "s"
        return self.text

    def _link(self, value: str) -> Any:
        self.links += 1
        if self.links > MOST_LINKS:
            return self._text(value)
        cell = _text_cell(self.sheet, value, font=LINK)
        cell.hyperlink = Hyperlink(ref="", target=value)
        return cell


def _filled(cell: Any, value: Any) -> Any:
    cell.value = value
    return cell


def leads_to(address: str, origin: str) -> bool:
    """Whether an address is one of the origin's own pages."""
    try:
        told, own = urlsplit(address), urlsplit(origin)
    except ValueError:
        return False
    return (told.scheme, told.netloc) == (own.scheme, own.netloc) and told.scheme in ("http", "https")


def _text_cell(sheet: Sheet, text: str, font: Font | None = None) -> Any:
    """A cell that is text whatever it begins with: the mark a spreadsheet itself sets on typed-in ``'=1``."""
    cell = WriteOnlyCell(sheet, None)
    cell.value = clean(text)
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.alignment = Alignment(vertical="top", wrap_text=False)
    if font:
        cell.font = font
    return cell


def _shown(value: Any) -> str:
    if isinstance(value, float | Decimal):
        return f"{value:,.2f}"
    return "" if value is None else str(value)[:WIDE]
