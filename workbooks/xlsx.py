"""Workbooks (XLSX): sheets whose cells are typed, and whose text is text whatever it begins with."""

import io
import re
from collections.abc import Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

MOST_ROWS = 1_048_575  # of a sheet, less its head
MOST_TEXT = 32_767  # characters of a cell
EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
HEAD = Font(bold=True)

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Sheet = Any  # a write-only sheet; the stubs of openpyxl know half of what it has
Cell = Any


class Book:
    """A workbook that is written row by row, sheet after sheet, and never read: a million rows need no memory."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)

    def sheet(self, title: str, widths: Sequence[float]) -> Sheet:
        """A new sheet with the widths of its columns, in characters; rows are given to its ``append``."""
        sheet: Sheet = self._book.create_sheet(title)
        for number, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        return sheet

    def save(self, stream: IO[bytes]) -> None:
        """Write the file into a stream that can be sought; nothing can be added after it."""
        self._book.save(stream)

    def to_bytes(self) -> bytes:
        """The file; nothing can be added after it."""
        stream = io.BytesIO()
        self.save(stream)
        return stream.getvalue()


def write_head(sheet: Sheet, heads: Sequence[str]) -> None:
    """Write the first row, bold, and let it stay when the sheet is scrolled."""
    sheet.freeze_panes = "A2"
    sheet.append([text_cell(sheet, head, HEAD) for head in heads])


def text_cell(sheet: Sheet, text: str, font: Font | None = None) -> Cell:
    """A cell that is text whatever it begins with: the mark a spreadsheet itself sets on typed-in ``'=1``."""
    cell = WriteOnlyCell(sheet)
    cell.quotePrefix = True
    cell.alignment = Alignment(vertical="top", wrap_text=False)
    if font:
        cell.font = font
    return with_text(cell, text)


def with_text(cell: Cell, text: str) -> Cell:
    """The cell of `text_cell` with another text in it: a sheet writes a row at once, one cell can serve a column."""
    cell.value = clean(text)
    cell.data_type = "s"
    return cell


def typed_cell(sheet: Sheet, number_format: str, value: Any = None) -> Cell:
    """A cell of a number, a date or a moment in a spreadsheet's own format ("#,##0.00", "yyyy-mm")."""
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = number_format  # after the value: a date would set a format of its own
    return cell


def clean(text: str) -> str:
    """The text without the characters a workbook must not hold, as long as a cell may be."""
    return _ILLEGAL.sub("", text)[:MOST_TEXT]
