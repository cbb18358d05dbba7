"""Single values as addresses and command lines spell them. Each is read strictly: one way to write it, or an error."""

import datetime as dt
from decimal import Decimal

from metrics.query.filters import (
    UTM_DIMENSIONS,
    check_days,
    check_period,
    check_stages,
    checked_completion,
    checked_ids,
    checked_texts,
)
from metrics.query.periods import PRESETS


class UnreadableError(ValueError):
    """A text that is not written as it must be."""


def parse_day(text: str) -> dt.date:
    """A day written strictly as 2026-11-23.

    Raises:
        UnreadableError: it is not.
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableError(text) from error
    if day.isoformat() != text:
        raise UnreadableError(text)
    return day


def parse_whole(text: str) -> int:
    """A whole number in plain digits.

    Raises:
        UnreadableError: it is not.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise UnreadableError(text)
    return int(text)


def parse_fraction(text: str) -> Decimal:
    """A plain decimal fraction: "0.8".

    Raises:
        UnreadableError: it is not.
        FilterError: it is beyond what can be asked for.
    """
    whole, _, places = text.partition(".")
    digits = whole + places
    if not (digits.isascii() and digits.isdigit() and whole and len(text) <= 19):
        raise UnreadableError(text)
    return checked_completion(Decimal(text))


def one_id(text: str) -> int:
    """An id of a record; 0 is none."""
    return checked_ids("id", (parse_whole(text),))[0]


def one_text(text: str) -> str:
    """A text a filter can hold."""
    return checked_texts("text", (text,))[0]


def one_stage(text: str) -> str:
    """A stage that says whose it is."""
    check_stages((text,))
    return one_text(text)


def one_preset(text: str) -> str:
    """The name of a preset."""
    if text not in PRESETS:
        raise UnreadableError(text)
    return text


def one_day(text: str) -> dt.date:
    """A day of the calendar."""
    day = parse_day(text)
    check_period(day, day)
    return day


def one_dimension(text: str) -> str:
    """The name of a UTM mark."""
    if text not in UTM_DIMENSIONS:
        raise UnreadableError(text)
    return text


def one_count_of_days(text: str) -> int:
    """A number of days."""
    days = parse_whole(text)
    check_days("days", days)
    return days


def one_switch(text: str) -> bool:
    """On or off."""
    if text not in ("0", "1"):
        raise UnreadableError(text)
    return text == "1"
