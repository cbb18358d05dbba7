"""XLSX: typed cells on the first sheet, what the figures mean on the second."""

import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from language import Words
from metrics.catalog import Column, described, labels, load
from metrics.query import Table
from metrics.sheet_rows import SheetRows, Styles, clean

MOST_ROWS = 1_048_575  # of a sheet, less its header
FIGURES = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
ROWS_END, MARGINS = "</sheetData>", "<pageMargins"  # where rows end in a sheet, and what links stand before
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
    figures = book.create_sheet(words("metrics.export.figures"))
    _begin_figures(figures, table, words)
    styles = [_styles(figures, column, words.language) for _, column in described(table.view, table.columns)]
    _write_definitions(book.create_sheet(words("metrics.export.definitions")), table, words, about)
    frame = io.BytesIO()
    book.save(frame)
    return _filled(frame, SheetRows(styles, table.origin), table)


def _begin_figures(sheet: Sheet, table: Table, words: Words) -> None:
    """Everything of the first sheet but its rows."""
    heads = labels(table.view, table.columns, words.language)
    sample = table.rows[:SAMPLE]
    for number, head in enumerate(heads):
        longest = max([len(head), *(len(_shown(row[number])) for row in sample)])
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(max(longest + 2, NARROW), WIDE)
    sheet.freeze_panes = "A2"
    sheet.append([_text_cell(sheet, head, font=HEAD) for head in heads])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{min(len(table.rows), MOST_ROWS) + 1}"


def _styles(sheet: Sheet, column: Column | None, language: str) -> Styles:
    """The styles of a column's cells, made known to the workbook."""
    kind = column.format if column else ""

    def numbered(number_format: str) -> int:
        cell = WriteOnlyCell(sheet)
        cell.number_format = number_format
        return int(cell.style_id)

    day = DAY_FORMATS[language]
    return Styles(
        number=numbered(NUMBER_FORMATS.get(kind, GENERAL)),
        day=numbered(day),
        moment=numbered(f"{day} hh:mm"),
        text=int(_text_cell(sheet, "").style_id),
        link=int(_text_cell(sheet, "", font=LINK).style_id),
        is_link=kind == "link",
    )


def _filled(frame: io.BytesIO, rows: SheetRows, table: Table) -> bytes:
    """The workbook with the rows put into its first sheet, as text: cell by cell it would take minutes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(frame) as given, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        for part in given.namelist():
            if part != FIGURES:
                book.writestr(part, given.read(part))
        head, tail = given.read(FIGURES).decode().split(ROWS_END)
        before_links, after_links = tail.split(MARGINS)
        with book.open(FIGURES, "w") as sheet:
            sheet.write(head.encode())
            for row in rows.xml(table.rows[:MOST_ROWS]):
                sheet.write(row.encode())
            sheet.write("".join([ROWS_END, before_links, rows.links_xml(), MARGINS, after_links]).encode())
        if relations := rows.relations_xml():
            book.writestr(RELATIONS, relations)
    return stream.getvalue()


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
    for name, column in described(table.view, table.columns):
        told = (column.label(words.language), column.help(words.language)) if column else (name, "")
        sheet.append([_text_cell(sheet, text) for text in told])


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
