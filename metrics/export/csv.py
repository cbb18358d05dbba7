"""Rows of a view → CSV in the reader's language."""

import datetime as dt
import io
from collections.abc import Iterable
from itertools import chain
from typing import IO

from language import Words
from metrics.query.catalog import labels
from metrics.query.query import Table
from workbooks import csv


def csv_bytes(table: Table, words: Words) -> bytes:
    """The table as CSV for a spreadsheet, the columns' labels above it."""
    stream = io.BytesIO()
    write_csv(stream, [table], words)
    return stream.getvalue()


def write_csv(stream: IO[bytes], tables: Iterable[Table], words: Words) -> None:
    """Write the rows of tables of one view, one behind the other, as one CSV; the first of them has the columns."""
    chunks = iter(tables)
    first = next(chunks)
    heads = labels(first.view, first.columns, words.language, first.further)
    truth = (words("metrics.export.no"), words("metrics.export.yes"))
    rows = chain(first.rows, chain.from_iterable(table.rows for table in chunks))
    csv.write_csv(stream, heads, rows, day=lambda day: _day_text(day, words.language), truth=truth)


def _day_text(value: dt.date, language: str) -> str:
    is_moment = isinstance(value, dt.datetime)
    if language == "ru":
        return value.strftime("%d.%m.%Y %H:%M:%S" if is_moment else "%d.%m.%Y")
    return value.isoformat(" ", "seconds") if isinstance(value, dt.datetime) else value.isoformat()
