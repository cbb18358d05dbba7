"""Typed rows → CSV as a Russian spreadsheet reads it: UTF-8 with BOM, ``;`` between cells, a decimal comma, CRLF."""

import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import IO, Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(
    heads: Sequence[str],
    rows: Iterable[Iterable[Any]],
    *,
    day: Callable[[dt.date], str],
    truth: tuple[str, str] = ("0", "1"),
) -> bytes:
    """The file. A cell is None, a bool, a number, a date, a moment or a text.

    ``day`` writes dates and moments (`datetime` is a `date`); ``truth`` are the words for no and yes. Lone surrogates
    become "?".
    """
    stream = io.BytesIO()
    write_csv(stream, heads, rows, day=day, truth=truth)
    return stream.getvalue()


def write_csv(
    stream: IO[bytes],
    heads: Sequence[str],
    rows: Iterable[Iterable[Any]],
    *,
    day: Callable[[dt.date], str],
    truth: tuple[str, str] = ("0", "1"),
) -> None:
    """Write the file of `csv_bytes` into a stream, row by row: of any number of rows few are in memory."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(head) for head in heads])
    writer.writerows([_cell(value, day, truth) for value in row] for row in rows)
    text.flush()
    text.detach()


def neutral(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe before what would begin one."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def float_text(value: float) -> str:
    """A float in plain digits, as short as it can be read back; "" for an infinity and for what is no number."""
    return format(Decimal(repr(value)), "f") if math.isfinite(value) else ""


def _cell(value: Any, day: Callable[[dt.date], str], truth: tuple[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return truth[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, float):
        return float_text(value).replace(".", ",")
    return day(value) if isinstance(value, dt.date) else neutral(str(value))
