"""Rows of a view → CSV in the reader's language."""

import datetime as dt

from language import Words
from metrics.query.catalog import labels
from metrics.query.query import Table
from workbooks import csv


def csv_bytes(table: Table, words: Words) -> bytes:
    """The table as CSV for a spreadsheet, the columns' labels above it."""
    heads = labels(table.view, table.columns, words.language, table.further)
    truth = (words("metrics.export.no"), words("metrics.export.yes"))
    return csv.csv_bytes(heads, table.rows, day=lambda day: _day_text(day, words.language), truth=truth)


def _day_text(value: dt.date, language: str) -> str:
    is_moment = isinstance(value, dt.datetime)
    if language == "ru":
        return value.strftime("%d.%m.%Y %H:%M:%S" if is_moment else "%d.%m.%Y")
    return value.isoformat(" ", "seconds") if isinstance(value, dt.datetime) else value.isoformat()
