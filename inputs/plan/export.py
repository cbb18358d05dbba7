"""Rows of a plan → the two files people open: XLSX with typed cells, CSV as the product's other exports are.

`inputs.plan.files` reads both back as they were.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from inputs.plan.amounts import KOPECK
from inputs.plan.columns import COLUMNS
from inputs.plan.people import Names
from inputs.plan.rows import PlanRow
from workbooks import csv
from workbooks.xlsx import EXACT_DIGITS, Book, Cell, Sheet, text_cell, typed_cell, write_head

SHEET = "plan"
WIDTHS: Mapping[str, int] = {"month": 10, "employee": 30, "funnel": 24, "plan_sum": 16}
WIDTH = 13
AMOUNT, WHOLE, MONTH = "#,##0.00", "#,##0", "yyyy-mm"
Value = str | int | Decimal | dt.date | None


def xlsx_bytes(rows: Iterable[PlanRow], names: Names) -> bytes:
    """The rows as a workbook of one sheet, in the order given; amounts that a number would spoil stand as text."""
    book = Book()
    sheet = book.sheet(SHEET, [WIDTHS.get(column, WIDTH) for column in COLUMNS])
    write_head(sheet, COLUMNS)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row_values(row, names)])
    return book.to_bytes()


def csv_bytes(rows: Iterable[PlanRow], names: Names) -> bytes:
    """The rows as CSV for a spreadsheet, amounts with two places."""
    values = ([_two_places(value) for value in row_values(row, names)] for row in rows)
    return csv.csv_bytes(COLUMNS, values, day=lambda day: f"{day:%Y-%m}")


def row_values(row: PlanRow, names: Names) -> list[Value]:
    """The values of a row in the order of `COLUMNS`; ``names`` stand beside the ids."""
    key = row.key
    employee, funnel = names.employee(key.employee_id), names.funnel(key.funnel_id)
    steps = [value for step in row.steps for value in (step.count, step.bonus)]
    return [key.month, key.employee_id, employee, key.funnel_id, funnel, row.plan_sum, row.plan_count, *steps]


def is_exact(value: Decimal) -> bool:
    """Whether a spreadsheet can hold the amount as a number."""
    return len(value.normalize().as_tuple().digits) <= EXACT_DIGITS


def _cell(sheet: Sheet, value: Value) -> Cell:
    if value is None:
        return None
    if isinstance(value, Decimal) and is_exact(value):
        return typed_cell(sheet, AMOUNT, value)
    if isinstance(value, dt.date):
        return typed_cell(sheet, MONTH, value)
    return typed_cell(sheet, WHOLE, value) if isinstance(value, int) else text_cell(sheet, str(value))


def _two_places(value: Value) -> Value:
    return value.quantize(KOPECK) if isinstance(value, Decimal) else value
