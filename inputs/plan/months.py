"""A month as people write it: 2026-10, 01.10.2026, a date cell, "октябрь 2026", Oct 2026."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from language import LANGUAGES

FIRST_YEAR, LAST_YEAR = 1990, 2060  # what the calendar of the figures spans
SERIAL_ZERO = dt.date(1899, 12, 30)  # spreadsheets count days from here
SERIALS = range(32874, 58806)  # of those years
YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})(?:[-./]\d{1,2})?(?:[ t].*)?")
DAY_FIRST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})(?:[ ,].*)?")
MONTH_FIRST = re.compile(r"(\d{1,2})[-./ ](\d{4})")
NAME_FIRST = re.compile(r"([^\W\d_]+)[\s.,\-'’]*(\d{4}|\d{2})\D{0,6}")
NAME_LAST = re.compile(r"(\d{4})[\s.,\-]*([^\W\d_]{3,})\.?")
DAY_AND_NAME = re.compile(r"\d{1,2}[\s.\-]+([^\W\d_]{3,}[\s.,\-]*\d{4}\D{0,6})")


def month_of(value: object) -> dt.date | None:
    """The first day of the month a cell names; a day within a month names that month. None: no month is named."""
    if isinstance(value, dt.date):
        return _first(value.year, value.month)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _of_number(value)
    return _of_text(value) if isinstance(value, str) else None


def _of_number(value: int | float) -> dt.date | None:
    if value in range(FIRST_YEAR * 100, LAST_YEAR * 100 + 13):
        return _first(int(value) // 100, int(value) % 100)
    if SERIALS.start <= value < SERIALS.stop:
        day = SERIAL_ZERO + dt.timedelta(days=int(value))
        return _first(day.year, day.month)
    return None


def _of_text(text: str) -> dt.date | None:
    plain = " ".join(text.split()).strip("'’ ").lower()
    if re.fullmatch(r"\d+(\.0+)?", plain):
        return _of_number(float(plain))
    if found := YEAR_FIRST.fullmatch(plain):
        return _first(int(found[1]), int(found[2]))
    if found := DAY_FIRST.fullmatch(plain):
        return _of_day(int(found[1]), int(found[3]), int(found[4]), slashed=found[2] == "/")
    if found := MONTH_FIRST.fullmatch(plain):
        return _first(int(found[2]), int(found[1]))
    if found := DAY_AND_NAME.fullmatch(plain):
        plain = found[1]
    if found := NAME_FIRST.fullmatch(plain):
        return _first(_full_year(found[2]), _names().get(found[1], 0))
    if found := NAME_LAST.fullmatch(plain):
        return _first(int(found[1]), _names().get(found[2], 0))
    return None


def _of_day(one: int, two: int, year: int, *, slashed: bool) -> dt.date | None:
    """``01.10.2026`` is October. With slashes the first day tells which is the month, or a number above twelve does."""
    if not slashed or one > 12 or (one == 1 and two != 1):
        return _first(year, two)
    return _first(year, one) if two > 12 or two == 1 else None


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _first(year: int, month: int) -> dt.date | None:
    return dt.date(year, month, 1) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None


@cache
def _names() -> Mapping[str, int]:
    """Every name of a month in the languages spoken, whole and short, in each case, without its dot."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for forms in Locale.parse(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in forms[width].items():
                    plain = name.lower().rstrip(".")
                    names |= {plain: number, plain[:3]: number, plain[:4]: number}
    return names
