"""A value of a view as a reader sees it: the column's format decides how, the language writes it.

``kind`` is a column's format in the dictionary ("money", "share", "days" …), ``currency`` the code of all amounts.
"""

import datetime as dt
from typing import Any

from language import Words

RIGHT_ALIGNED = ("count", "number", "money", "share", "days", "minutes", "points", "index")
HIDDEN = ("id", "link")


def text(words: Words, kind: str, value: Any, currency: str) -> str:
    """The value in full: "1 234 567 ₽", "47,8 %", "12,4"; a null is a dash."""
    match kind:
        case "money":
            return words.money(value, currency)
        case "share":
            return words.percent(value)
        case "days" | "index" | "number":
            return words.number(value, 1)
        case "count" | "minutes" | "points":
            return words.number(value)
        case "date":
            return words.date(value)
        case "month":
            return words.month(value)
        case "moment":
            return words.moment(value)
        case "flag":
            return words.number(None) if value is None else words("ui.yes" if value else "ui.no")
        case _:
            return words.number(None) if value is None else str(value)


def short_text(words: Words, kind: str, value: Any, currency: str) -> str:
    """The value short enough for a card: "12,4 млн ₽", "18,3 дн."."""
    if kind == "money":
        return words.short_money(value, currency)
    if kind == "days" and value is not None:
        return words("ui.days", value=words.number(value, 1))
    return text(words, kind, value, currency)


def text_with_unit(words: Words, kind: str, value: Any, currency: str) -> str:
    """The value in full and with its unit, for a tooltip that stands alone."""
    units = {"days": "ui.days", "minutes": "ui.minutes", "points": "ui.points"}
    if kind in units and value is not None:
        return words(units[kind], value=text(words, kind, value, currency))
    return text(words, kind, value, currency)


def sort_value(value: Any) -> float | str | None:
    """What the browser orders the value by: a number, a text (a day as "2026-11-23"), or None for a null."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value)
