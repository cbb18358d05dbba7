"""CSV and XLSX files of a plan → grids of cells, whoever wrote them: spreadsheets, scripts, people."""

import csv
import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from inputs.plan.amounts import PARTING, Spoiled
from inputs.plan.columns import COLUMNS
from inputs.plan.errors import PlanError
from inputs.plan.grid import Cell, Grid, Head, Reading, head_of, read

SUFFIXES = (".xlsx", ".csv")
MOST_BYTES = 50_000_000
DELIMITERS = ";,\t"
# What openpyxl lets through for a file that is no workbook, or a damaged one.
BROKEN = (OSError, LookupError, ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, ParseError)
Sheets = dict[str, list[list[Cell]]]


def read_file(path: Path, *, name: str | None = None) -> Reading:
    """The plan a file holds; sentences call the file ``name``, else its path.

    Raises:
        PlanError: it is not there, is neither CSV nor XLSX, is damaged, or no row in it is the head of a plan.
    """
    shown = name or str(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise PlanError("plan.file.suffix", name=shown)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PlanError("plan.file.too_large", name=shown)
        data = path.read_bytes()
    except FileNotFoundError:
        raise PlanError("plan.file.missing", name=shown) from None
    except OSError as error:
        raise PlanError("plan.file.unreadable", name=shown, reason=error.strerror or type(error).__name__) from None
    if not data.strip():
        raise PlanError("plan.file.empty", name=shown)
    grids = _csv_grids(data, shown) if suffix == ".csv" else _xlsx_grids(data, shown)
    found = [(grid, head) for grid in grids if (head := head_of(grid)) is not None]
    if not found:
        raise PlanError("plan.file.no_head", name=shown, columns=", ".join(COLUMNS))
    return read(found)


def _csv_grids(data: bytes, shown: str) -> list[Grid]:
    """The text cut at the mark that makes a head of it."""
    text = _decode(data)
    if text is None:
        raise PlanError("plan.file.not_csv", name=shown)
    best: tuple[int, list[Grid]] = (0, [])
    for delimiter in DELIMITERS:
        try:
            cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        grid = Grid("", cells, PARTING.replace(".", "") if delimiter == "," else PARTING)  # there the point is decimal
        head: Head | None = head_of(grid)
        if head and len(head.columns) > best[0]:
            best = (len(head.columns), [grid])
    return best[1]


def _decode(data: bytes) -> str | None:
    """UTF-8 or UTF-16 with their marks, else UTF-8, else the code page of Russian Windows; None: no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = [] if b"\0" in data else ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _xlsx_grids(data: bytes, shown: str) -> list[Grid]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out: drop-downs, themes; no figure among them
            sheets = dict(_sheets(data, data_only=False))
            if any(isinstance(cell, _Formula) for cells in sheets.values() for row in cells for cell in row):
                sheets = _with_values(sheets, dict(_sheets(data, data_only=True)))
    except BROKEN:
        raise PlanError("plan.file.not_xlsx", name=shown) from None
    heads = sum(head_of(Grid(name, cells)) is not None for name, cells in sheets.items())
    return [Grid(name if heads > 1 else "", cells) for name, cells in sheets.items()]


class _Formula(str):
    """What a formula cell says; its value is the one the spreadsheet kept beside it."""

    __slots__ = ()


def _sheets(data: bytes, *, data_only: bool) -> Iterator[tuple[str, list[list[Cell]]]]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what a file says of its size is not always so
            yield str(sheet.title), [[_cell(cell) for cell in row] for row in sheet.iter_rows()]
    finally:
        book.close()


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return _Formula(str(value))
    if isinstance(value, bool):
        return Spoiled("not_a_number", str(value).upper())
    if isinstance(value, int | float) and "%" in (cell.number_format or ""):
        return Spoiled("percent", f"{value * 100:g}%")
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, str | int | float | dt.date) else Spoiled("date", str(value))


def _with_values(formulas: Sheets, cached_sheets: Sheets) -> Sheets:
    """The kept value of each formula; one that was never calculated is spoiled."""
    return {
        name: [
            [_cached_value(cell, cached) for cell, cached in zip(row, cached_row, strict=True)]
            for row, cached_row in zip(cells, cached_sheets[name], strict=True)
        ]
        for name, cells in formulas.items()
    }


def _cached_value(cell: Cell, cached: Cell) -> Cell:
    if not isinstance(cell, _Formula):
        return cell
    return Spoiled("formula", cell) if cached is None else cached
