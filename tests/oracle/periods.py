"""Days, buckets, and the earlier range a figure is compared with."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS = {"day": 1, "week": 7}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Range:
    """Both ends included; empty when the end is before the start."""

    start: date
    end: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.start <= day <= self.end


@dataclass(frozen=True)
class Bucket:
    """A month, quarter, year, week or day: its own ends, and its days inside the period."""

    first: date
    last: date
    inside: Range
    grain: str


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return date(day.year, day.month, monthrange(day.year, day.month)[1])


def bucket_start(day: date, grain: str) -> date:
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    size = MONTHS[grain]
    return date(day.year, (day.month - 1) // size * size + 1, 1)


def bucket_end(first: date, grain: str) -> date:
    if grain in DAYS:
        return first + timedelta(days=DAYS[grain] - 1)
    return add_months(first, MONTHS[grain]) - DAY


def buckets(start: date, end: date, grain: str) -> list[Bucket]:
    """Every bucket the period touches."""
    found = []
    first = bucket_start(start, grain)
    while first <= end:
        last = bucket_end(first, grain)
        found.append(Bucket(first, last, Range(max(first, start), min(last, end)), grain))
        first = last + DAY
    return found


def moved_back(bucket: Bucket, as_of_day: date, grain: str) -> Range | None:
    """The bucket's days not after as_of's day, moved back by one `grain`; None when none has come."""
    start, end = bucket.inside.start, min(bucket.inside.end, as_of_day)
    if start > end:
        return None
    if grain in DAYS:
        shift = timedelta(days=DAYS[grain])
        return Range(start - shift, end - shift)
    months = -MONTHS[grain]
    if (start, end) == (bucket.first, bucket.last):
        return Range(add_months(start, months), add_months(bucket.last + DAY, months) - DAY)
    return Range(add_months(start, months), add_months(end, months))


def previous_period(start: date, end: date, as_of_day: date) -> Range | None:
    """The period before: whole months by whole months, any other by days; None when none has come."""
    if start > as_of_day:
        return None
    if start.day == 1 and end == month_end(end):
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        if end <= as_of_day:
            return Range(add_months(start, -months), start - DAY)
        return Range(add_months(start, -months), add_months(as_of_day, -months))
    days = (min(end, as_of_day) - start).days + 1
    return Range(start - timedelta(days=days), start - DAY)
