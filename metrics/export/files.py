"""Rows → files people open in a spreadsheet: CSV here, XLSX in metrics/export/xlsx.py.

Text from a portal is hostile: a cell that a spreadsheet would take for a formula is made plain text. Numbers stay
numbers, negative ones too.
"""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

from language import Words
from metrics.export.text import float_text
from metrics.export.xlsx import xlsx_bytes
from metrics.query.catalog import labels
from metrics.query.query import Table

__all__ = ["csv_bytes", "xlsx_bytes"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


def csv_bytes(table: Table, words: Words) -> bytes:
    """The table as CSV for a spreadsheet: UTF-8 with BOM, ``;`` between cells, a decimal comma, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    heads = labels(table.view, table.columns, words.language, table.further)
    writer.writerow([neutral(head) for head in heads])
    writer.writerows([_csv_cell(value, words) for value in row] for row in table.rows)
    return (BOM + text.getvalue()).encode("utf-8")


def neutral(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe before what would begin one."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def _csv_cell(value: Any, words: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return words("metrics.export.yes") if value else words("metrics.export.no")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, float):
        return float_text(value).replace(".", ",")
    if isinstance(value, dt.date):
        return _day_text(value, words)
    return neutral(str(value))


def _day_text(value: dt.date, words: Words) -> str:
    moment = isinstance(value, dt.datetime)
    if words.language == "ru":
        return value.strftime("%d.%m.%Y %H:%M:%S" if moment else "%d.%m.%Y")
    return value.isoformat(" ", "seconds") if isinstance(value, dt.datetime) else value.isoformat()
