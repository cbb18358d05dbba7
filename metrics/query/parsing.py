"""Parsing of single values as addresses and command lines spell them: one way to write each, or an error."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from metrics.query.values import (
    check_period,
    checked_completion,
    checked_days,
    checked_ids,
    checked_stages,
    checked_texts,
)


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


def parse_id(text: str) -> int:
    """The id of a record; 0 is the value "none".

    Raises:
        UnreadableError: it is no whole number in plain digits.
        FilterError: it is beyond what the engine can hold.
    """
    return checked_ids("id", (parse_whole(text),))[0]


def parse_text(text: str) -> str:
    """A text a filter can hold.

    Raises:
        FilterError: it is too long, or the engine cannot hold it.
    """
    return checked_texts("text", (text,))[0]


def parse_stage(text: str) -> str:
    """A stage that says whose it is: ``lead:NEW``.

    Raises:
        FilterError: it does not.
    """
    return checked_stages("stage", (text,))[0]


def parse_calendar_day(text: str) -> dt.date:
    """A day of the calendar a warehouse spans.

    Raises:
        UnreadableError: it is no day.
        FilterError: it is beyond the calendar.
    """
    day = parse_day(text)
    check_period(day, day)
    return day


def parse_choice(text: str, allowed: Sequence[str]) -> str:
    """One of the words allowed.

    Raises:
        UnreadableError: it is not.
    """
    if text not in allowed:
        raise UnreadableError(text)
    return text


def parse_day_count(text: str) -> int:
    """A number of days.

    Raises:
        UnreadableError: it is no whole number in plain digits.
        FilterError: it is beyond what can be asked for.
    """
    return checked_days("days", parse_whole(text))


def parse_switch(text: str) -> bool:
    """On or off: "1" or "0".

    Raises:
        UnreadableError: it is neither.
    """
    return parse_choice(text, ("0", "1")) == "1"
