"""Periods, pairs of days that are both included: presets, the default one, and how far back may be asked.

Nothing here reads the clock: "today" is always ``as_of_day``, the day of the newest complete pull.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Mapping

Period = tuple[dt.date, dt.date]
Preset = Callable[[dt.date], Period]

LONG_MONTHS = 24  # beyond so many months a dynamics block opens in quarters


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` earlier; a day that month does not have becomes its last, one before year 1 the first."""
    number = day.year * 12 + day.month - 1 - months
    if number < 12:
        return dt.date.min
    year, month = divmod(number, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def rolling_start(as_of_day: dt.date, months: int) -> dt.date:
    """The first day of the ``months`` months that end on ``as_of_day``."""
    start = months_before(as_of_day, months)
    return start if start == dt.date.min else start + dt.timedelta(days=1)


def _this_month(as_of_day: dt.date) -> Period:
    return as_of_day.replace(day=1), as_of_day


def _last_month(as_of_day: dt.date) -> Period:
    end = as_of_day.replace(day=1) - dt.timedelta(days=1)
    return end.replace(day=1), end


def _quarter_start(day: dt.date) -> dt.date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _this_quarter(as_of_day: dt.date) -> Period:
    return _quarter_start(as_of_day), as_of_day


def _last_quarter(as_of_day: dt.date) -> Period:
    end = _quarter_start(as_of_day) - dt.timedelta(days=1)
    return _quarter_start(end), end


def _this_year(as_of_day: dt.date) -> Period:
    return as_of_day.replace(month=1, day=1), as_of_day


def _days_90(as_of_day: dt.date) -> Period:
    return as_of_day - dt.timedelta(days=89), as_of_day


def _months_12(as_of_day: dt.date) -> Period:
    return rolling_start(as_of_day, 12), as_of_day


_PRESETS: Mapping[str, Preset] = {
    "this_month": _this_month,
    "last_month": _last_month,
    "this_quarter": _this_quarter,
    "last_quarter": _last_quarter,
    "this_year": _this_year,
    "days_90": _days_90,
    "months_12": _months_12,
}
ALL_TIME = "all_time"
PRESETS: tuple[str, ...] = (*_PRESETS, ALL_TIME)


def preset_period(name: str, as_of_day: dt.date, first_day: dt.date) -> Period:
    """The days a preset means on ``as_of_day``; ``first_day`` is where "all time" begins.

    Raises:
        KeyError: no such preset; see `PRESETS`.
    """
    if name == ALL_TIME:
        return min(first_day, as_of_day), as_of_day
    return _PRESETS[name](as_of_day)


def default_period(as_of_day: dt.date) -> Period:
    """The period of a first opening: from the first day of last month to ``as_of_day``."""
    return _last_month(as_of_day)[0], as_of_day


def earliest_day(as_of_day: dt.date, history_months: int | None) -> dt.date:
    """The first day that may be asked for: that of the last ``history_months``, or any day where they are None."""
    return dt.date(1, 1, 1) if history_months is None else rolling_start(as_of_day, history_months)


def limited(period: Period, earliest: dt.date) -> Period:
    """The part of a period that may be asked for; a period wholly before becomes the earliest day alone."""
    return max(period[0], earliest), max(period[1], earliest)


def opening_grain(period: Period) -> str:
    """The grain a dynamics block opens in: "month", or "quarter" where the period touches more than `LONG_MONTHS`."""
    start, end = period
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    return "quarter" if months > LONG_MONTHS else "month"
