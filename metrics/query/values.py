"""What a single value of a filter may be: checks that hand the value back as it is kept, or refuse it.

Every refusal is a `FilterError`, a sentence that names the filter, the value and what is allowed.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from language import ExplainedError
from language.clean import clean_text

STAGE_PREFIXES = ("lead:", "deal:")

FIRST_DAY = dt.date(1990, 1, 1)  # the calendar of a warehouse spans these years
LAST_DAY = dt.date(2060, 12, 31)
MAX_VALUES = 1000  # of one filter: an address is typed by anybody
MAX_TEXT = 500
MOST_SHOWN = 60  # characters of a wrong value that a sentence repeats
MAX_ID = 2**63 - 1
MAX_DAYS = 36500
MAX_COMPLETION = Decimal(1000)


class FilterError(ExplainedError):
    """A filter has a value no report can be asked under; the sentence names it and says what is allowed."""


def check_period(start: object, end: object) -> None:
    """Refuse a period that is not two days in order within the calendar, `FIRST_DAY` … `LAST_DAY`.

    Raises:
        FilterError: it is not.
    """
    first, last = _checked_day(start), _checked_day(end)
    if first > last:
        raise FilterError("metrics.filter.period_order", start=first.isoformat(), end=last.isoformat())


def _checked_day(day: object) -> dt.date:
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        raise FilterError("metrics.filter.no_date", value=clean_text(day, MOST_SHOWN))
    if not FIRST_DAY <= day <= LAST_DAY:
        raise FilterError("metrics.filter.date_range", value=day.isoformat())
    return day


def checked_ids(name: str, values: Iterable[object]) -> tuple[int, ...]:
    """The ids of a filter, sorted and each once; 0 is the value "none".

    Raises:
        FilterError: one is no whole number from 0 on, they are too many, or no list.
    """
    ids = _bounded(name, values)
    for value in ids:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ID:
            raise FilterError("metrics.filter.no_id", name=name, value=clean_text(value, MOST_SHOWN))
    return tuple(sorted({int(value) for value in ids if isinstance(value, int)}))


def checked_texts(name: str, values: Iterable[object]) -> tuple[str, ...]:
    """The texts of a filter, sorted and each once; '' is the value "none".

    Raises:
        FilterError: one is no text the engine can hold, they are too many, or no list.
    """
    texts = _bounded(name, values)
    for value in texts:
        if not isinstance(value, str) or len(value) > MAX_TEXT or not _storable(value):
            raise FilterError("metrics.filter.no_text", name=name)
    return tuple(sorted({str(value) for value in texts}))


def checked_trimmed_texts(name: str, values: Iterable[object]) -> tuple[str, ...]:
    """The texts as `checked_texts` gives them, without the blanks around: the facts hold what people type so.

    Raises:
        FilterError: as `checked_texts`.
    """
    return tuple(sorted({text.strip(" ") for text in checked_texts(name, values)}))


def checked_stages(name: str, values: Iterable[object]) -> tuple[str, ...]:
    """Stages of leads and deals, ``lead:NEW`` and ``deal:C7:WON``, sorted and each once.

    Raises:
        FilterError: as `checked_texts`, or one does not say whose stage it is.
    """
    stages = checked_texts(name, values)
    for stage in stages:
        if not stage.startswith(STAGE_PREFIXES) or stage in STAGE_PREFIXES:
            raise FilterError("metrics.filter.no_stage", value=clean_text(stage, MOST_SHOWN))
    return stages


def checked_choice(name: str, value: object, allowed: Sequence[str]) -> str:
    """The value, which is one of the words allowed.

    Raises:
        FilterError: it is not.
    """
    if not isinstance(value, str) or value not in allowed:
        raise FilterError(
            "metrics.filter.no_choice", name=name, value=clean_text(value, MOST_SHOWN), allowed=", ".join(allowed)
        )
    return value


def checked_completion(value: object) -> Decimal:
    """A fraction of the plan, 0 … 1000, as an exact decimal of four places.

    Raises:
        FilterError: it is no int or Decimal, beyond the bounds, or has more places.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 <= value <= MAX_COMPLETION:
        raise FilterError("metrics.filter.no_completion", value=clean_text(value, MOST_SHOWN))
    if value != (rounded := value.quantize(Decimal("0.0001"))):
        raise FilterError("metrics.filter.no_completion", value=clean_text(value, MOST_SHOWN))
    return rounded


def checked_days(name: str, value: object) -> int:
    """A number of days, 0 … `MAX_DAYS`.

    Raises:
        FilterError: it is no whole number, or beyond the bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_DAYS:
        raise FilterError("metrics.filter.no_days", name=name, value=clean_text(value, MOST_SHOWN), most=MAX_DAYS)
    return value


def checked_switch(name: str, value: object) -> bool:
    """True or False.

    Raises:
        FilterError: it is neither.
    """
    if not isinstance(value, bool):
        raise FilterError("metrics.filter.switch", name=name)
    return value


def _bounded(name: str, values: Iterable[object]) -> list[object]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise FilterError("metrics.filter.no_list", name=name)
    found = list(values)
    if len(found) > MAX_VALUES:
        raise FilterError("metrics.filter.too_many", name=name, most=MAX_VALUES)
    return found


def _storable(text: str) -> bool:
    """Whether the engine can hold the text: no NUL, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
