"""Filters: what a view is asked under, as one frozen and validated value.

A `Filters` that exists can be asked of any view: everything wrong is refused while it is made, with a sentence.
The names of its session variables are the contract of reports with the SQL; null means "all".
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from language import ExplainedError

GRAINS = ("month", "quarter", "year")
FINE_GRAINS = ("day", "week")
FINE_GRAIN_VIEWS = ("lead_source_change",)  # the one view that also knows days and weeks
UTM_DIMENSIONS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
ID_FILTERS = ("funnels", "departments", "employees")
TEXT_FILTERS = ("sources", *UTM_DIMENSIONS, "countries", "cities", "stages")
TRIMMED = (*UTM_DIMENSIONS, "countries", "cities")  # what people type is compared without the blanks around it
LIST_FILTERS = (*ID_FILTERS, *TEXT_FILTERS)
STAGE_PREFIXES = ("lead:", "deal:")

FIRST_DAY = dt.date(1990, 1, 1)  # the calendar of a warehouse spans these years
LAST_DAY = dt.date(2060, 12, 31)
MAX_VALUES = 1000  # of one filter: an address is typed by anybody
MAX_TEXT = 500
MAX_ID = 2**63 - 1
MAX_DAYS = 36500
MAX_COMPLETION = Decimal(1000)


class FilterError(ExplainedError):
    """A filter has a value no report can be asked under; the sentence names it and says what is allowed."""


@dataclass(frozen=True)
class Filters:
    """The filters of one question. An empty tuple filters nothing; '' and id 0 are the value "none".

    Days include both ends. ``min_completion`` is a fraction. Stages are spelled ``lead:NEW`` and ``deal:C7:WON``.

    Raises:
        FilterError: a value cannot be asked for; which one and why.
    """

    period_from: dt.date
    period_to: dt.date
    funnels: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    employees: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    utm_source: tuple[str, ...] = ()
    utm_medium: tuple[str, ...] = ()
    utm_campaign: tuple[str, ...] = ()
    utm_content: tuple[str, ...] = ()
    utm_term: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    grain: str = "month"
    utm_dimension: str = "utm_source"
    min_completion: Decimal = Decimal(1)
    lead_days: int = 3
    deal_days: int = 14
    without_activities: bool = False
    all_open: bool = False

    def __post_init__(self) -> None:
        check_period(self.period_from, self.period_to)
        for name in ID_FILTERS:
            self._keep(name, checked_ids(name, getattr(self, name)))
        for name in TEXT_FILTERS:
            self._keep(name, checked_texts(name, getattr(self, name), trimmed=name in TRIMMED))
        check_stages(self.stages)
        check_choice("grain", self.grain, GRAINS + FINE_GRAINS)
        check_choice("utm_dimension", self.utm_dimension, UTM_DIMENSIONS)
        self._keep("min_completion", checked_completion(self.min_completion))
        check_days("lead_days", self.lead_days)
        check_days("deal_days", self.deal_days)
        for name in ("without_activities", "all_open"):
            if not isinstance(getattr(self, name), bool):
                raise FilterError("metrics.filter.switch", name=name)

    def _keep(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def check_view(self, view: str) -> None:
        """Refuse days and weeks where a view does not know them.

        Raises:
            FilterError: the grain is finer than the view's buckets.
        """
        if self.grain in FINE_GRAINS and view not in FINE_GRAIN_VIEWS:
            raise FilterError("metrics.filter.fine_grain", grain=self.grain, view=view, allowed=", ".join(GRAINS))

    def variables(self) -> dict[str, Any]:
        """Session variables by name: dates, lists, text, numbers; None where the filter is empty."""
        return {field.name: _variable(getattr(self, field.name)) for field in fields(self)}


def _variable(value: object) -> object:
    return (list(value) or None) if isinstance(value, tuple) else value


def check_period(start: object, end: object) -> None:
    """Refuse a period that is no two days in order within the calendar."""
    first, last = _checked_day(start), _checked_day(end)
    if first > last:
        raise FilterError("metrics.filter.period_order", start=first.isoformat(), end=last.isoformat())


def _checked_day(day: object) -> dt.date:
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        raise FilterError("metrics.filter.no_date", value=printable(day))
    if not FIRST_DAY <= day <= LAST_DAY:
        raise FilterError("metrics.filter.date_range", value=day.isoformat())
    return day


def checked_ids(name: str, values: Iterable[object]) -> tuple[int, ...]:
    """The ids, sorted and each once; only whole numbers from 0 on."""
    ids = _bounded(name, values)
    for value in ids:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ID:
            raise FilterError("metrics.filter.no_id", name=name, value=printable(value))
    return tuple(sorted({int(value) for value in ids if isinstance(value, int)}))


def checked_texts(name: str, values: Iterable[object], *, trimmed: bool = False) -> tuple[str, ...]:
    """The texts, sorted and each once; the empty one is a value ("none"). ``trimmed``: as the data are compared."""
    texts = _bounded(name, values)
    for value in texts:
        if not isinstance(value, str) or len(value) > MAX_TEXT or not _storable(value):
            raise FilterError("metrics.filter.no_text", name=name)
    return tuple(sorted({str(value).strip(" ") if trimmed else str(value) for value in texts}))


def check_stages(stages: Iterable[str]) -> None:
    """Refuse a stage that does not say whose it is."""
    for stage in stages:
        if not stage.startswith(STAGE_PREFIXES) or stage in STAGE_PREFIXES:
            raise FilterError("metrics.filter.no_stage", value=printable(stage))


def check_choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Refuse a word outside of those allowed."""
    if value not in allowed:
        raise FilterError("metrics.filter.no_choice", name=name, value=printable(value), allowed=", ".join(allowed))


def checked_completion(value: object) -> Decimal:
    """A fraction of the plan, 0 … 1000, as an exact decimal of at most four places."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 <= value <= MAX_COMPLETION:
        raise FilterError("metrics.filter.no_completion", value=printable(value))
    if value != (rounded := value.quantize(Decimal("0.0001"))):
        raise FilterError("metrics.filter.no_completion", value=printable(value))
    return rounded


def check_days(name: str, value: object) -> None:
    """Refuse days that are no whole number from 0 on."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_DAYS:
        raise FilterError("metrics.filter.no_days", name=name, value=printable(value), most=MAX_DAYS)


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


def printable(value: object) -> str:
    """A value for a sentence: short and printable, whatever was typed."""
    return "".join(char if char.isprintable() else "?" for char in str(value)[:60])
