"""Time in the story: seconds since the company's first day, working days, and moments as the portal writes them."""

from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from demo.company import MOSCOW

FIRST_DAY = date(2024, 11, 1)
DAY = 86_400
HOUR = 3_600
OPENS, CLOSES = 9 * HOUR, 18 * HOUR
_YEARS_AHEAD = 30
_SECONDS = 60

_HOLIDAYS = {(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}


def is_working(day: date) -> bool:
    """Monday to Friday without the public holidays of Russia (days moved by decree are left out)."""
    return day.weekday() < 5 and (day.month, day.day) not in _HOLIDAYS


def _working_days() -> tuple[list[int], list[int]]:
    """Numbers of the working days, and how many of them lie before each day."""
    days: list[int] = []
    before: list[int] = []
    for number in range(_YEARS_AHEAD * 366):
        before.append(len(days))
        if is_working(FIRST_DAY + timedelta(days=number)):
            days.append(number)
    return days, before


_DAYS, _BEFORE = _working_days()


def day_of(moment: int) -> date:
    """The calendar day of a moment."""
    return _date(moment // DAY)


def on(day: date, hour: int = 0, minute: int = 0) -> int:
    """The moment at this hour of a day."""
    return (day - FIRST_DAY).days * DAY + hour * HOUR + minute * _SECONDS


def moment_of(clock: datetime) -> int:
    """The moment an aware datetime means."""
    start = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=MOSCOW)
    return int((clock - start).total_seconds())


def after(moment: int, working_days: float) -> int:
    """The moment so many working days (of nine hours each) later, always within working hours."""
    number, second = divmod(moment, DAY)
    position = float(_BEFORE[number])
    if position < len(_DAYS) and _DAYS[int(position)] == number:
        position += min(max((second - OPENS) / (CLOSES - OPENS), 0.0), 1.0)
    whole, part = divmod(position + working_days, 1)
    return _DAYS[int(whole)] * DAY + OPENS + int(part * (CLOSES - OPENS))


@cache
def _date(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


@cache
def _date_text(number: int) -> str:
    return _date(number).isoformat()


@cache
def _time_text(second: int) -> str:
    minutes, seconds = divmod(second, _SECONDS)
    hours, minutes = divmod(minutes, _SECONDS)
    return f"T{hours:02}:{minutes:02}:{seconds:02}+03:00"


@lru_cache(maxsize=8192)  # what happens together is written together
def iso_moment(moment: int) -> str:
    """ "2026-02-05T10:26:32+03:00"."""
    number, second = divmod(moment, DAY)
    return _date_text(number) + _time_text(second)


def iso_day(moment: int) -> str:
    """A field of type date, as it arrives: the day at a fixed small hour."""
    return f"{_date_text(moment // DAY)}T03:00:00+03:00"
