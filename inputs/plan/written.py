"""Rows of a plan → the two files people open: XLSX with typed cells, CSV as the product's other exports are."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from inputs.plan.columns import COLUMNS
from inputs.plan.people import Names
from inputs.plan.rows import PlanRow

SHEET = "plan"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WIDTHS: Mapping[str, int] = {"month": 10, "employee": 30, "funnel": 24, "plan_sum": 16}
WIDTH = 13
EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
AMOUNT, WHOLE, MONTH = "#,##0.00", "#,##0", "yyyy-mm"
Value = str | int | Decimal | dt.date | None


def xlsx_bytes(rows: Iterable[PlanRow], names: Names) -> bytes:
    """The rows as a workbook of one sheet, in the order given; amounts that a number would spoil stand as text."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column, WIDTH)
    sheet.append([_cell(sheet, column, font=Font(bold=True)) for column in COLUMNS])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in values(row, names)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_bytes(rows: Iterable[PlanRow], names: Names) -> bytes:
    """The rows as CSV for a spreadsheet: UTF-8 with BOM, ``;`` between cells, a decimal comma, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_csv_text(value) for value in values(row, names)] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def values(row: PlanRow, names: Names) -> list[Value]:
    """The cells of a row in the order of `COLUMNS`."""
    key = row.key
    steps = [value for step in row.steps for value in (step.count, step.bonus)]
    told = (names.employee(key.employee_id), names.funnel(key.funnel_id))
    return [key.month, key.employee_id, told[0], key.funnel_id, told[1], row.plan_sum, row.plan_count, *steps]


def is_exact(value: Decimal) -> bool:
    """Whether a spreadsheet can hold the amount as a number."""
    return len(value.normalize().as_tuple().digits) <= EXACT_DIGITS


def _cell(sheet: Any, value: Value, font: Font | None = None) -> Any:
    if value is None:
        return None
    cell = WriteOnlyCell(sheet)
    if isinstance(value, Decimal) and is_exact(value):
        cell.value, cell.number_format = value, AMOUNT
    elif isinstance(value, dt.date):
        cell.value, cell.number_format = value, MONTH
    elif isinstance(value, int):
        cell.value, cell.number_format = value, WHOLE
    else:
        cell.value = ILLEGAL.sub("", str(value))
        cell.data_type = "s"  # a text, whatever it begins with
        cell.quotePrefix = True
    if font:
        cell.font = font
    return cell


def _csv_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}"
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    text = str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text
