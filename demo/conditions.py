"""A filter of the classic REST, `{">=DATE_MODIFY": …, "@ID": […]}`: the span of ids it leaves and the test of a row."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from demo.company import Row, Span

Test = Callable[[Row], bool]

_PREFIX = re.compile(r"^(!?>=|!?<=|!@|!%|!=|=%|%=|>=|<=|!|@|%|=|>|<)?(.+)$", re.DOTALL)
_NOTHING = (None, "", "0", 0, False)


@dataclass(frozen=True)
class Fields:
    """Names of a table's fields by how they are compared; any other field is unknown."""

    numbers: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    key: str = "ID"

    def __contains__(self, name: str) -> bool:
        return name in self.numbers or name in self.dates or name in self.texts

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return self.numbers | self.dates | self.texts


@dataclass(frozen=True)
class Conditions:
    """A filter understood: ``span`` of ids, ``ids`` named one by one (or None), ``tests`` that remain.

    ``since`` (ISO, the portal's offset): one of the tests leaves rows alone one of whose moments is not before it.
    """

    span: Span
    ids: frozenset[int] | None
    tests: tuple[Test, ...]
    unknown: tuple[str, ...]
    since: str | None = None

    def holds(self, row: Row) -> bool:
        """Whether the row passes what the span and the ids do not say."""
        return all(test(row) for test in self.tests)


def read_filter(given: Mapping[str, Any], fields: Fields, zone: tzinfo | None) -> Conditions:
    """Understand a filter. Dates without an offset are meant in ``zone``.

    A list or map where one value belongs is no condition at all: that is how a chained reference to a row that does not
    exist brings the beginning of the table again.
    """
    span, ids, unknown, since = Span(), None, [], None
    tests: list[Test] = []
    for key, value in given.items():
        prefix, name = _split(str(key))
        if name not in fields:
            unknown.append(name)
        elif name == fields.key and prefix in (">", ">=", "<", "<="):
            span = _narrowed(span, prefix, value)
        elif name == fields.key and prefix in ("", "=", "@"):
            picked = frozenset(_number(item) for item in _values(value))
            ids = picked if ids is None else ids & picked
        else:
            test = _test(prefix, name, value, fields, zone)
            tests.extend([test] if test else [])
            if test and zone and prefix == ">=" and name in fields.dates:
                since = portal_time(str(value), zone)
    return Conditions(span, ids, tuple(tests), tuple(unknown), since)


def _split(key: str) -> tuple[str, str]:
    found = _PREFIX.match(key)
    return (found.group(1) or "", found.group(2)) if found else ("", key)


def _narrowed(span: Span, prefix: str, value: Any) -> Span:
    if isinstance(value, Collection) and not isinstance(value, str):
        return span
    number = _number(value)
    if prefix in (">", ">="):
        return span.within(above=number if prefix == ">" else number - 1)
    return span.within(upto=number if prefix == "<=" else number - 1)


def _values(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else [value]


def _test(prefix: str, name: str, value: Any, fields: Fields, zone: tzinfo | None) -> Test | None:
    if prefix in (">", ">=", "<", "<="):
        if isinstance(value, list | dict):
            return None
        return _comparison(prefix, name, _reader(name, fields, zone)(value), _reader(name, fields, None))
    if prefix in ("%", "!%", "=%", "%="):
        return _likeness(prefix, name, str(value).strip("%").lower())
    values = _values(value)
    if not values:
        return None
    return _equality(prefix.startswith("!"), name, values, _reader(name, fields, zone), fields)


def _comparison(prefix: str, name: str, border: Any, read: Callable[[Any], Any]) -> Test:
    if border is None:
        return lambda _: False

    def later(row: Row) -> bool:
        value = row.get(name)
        return value not in (None, "") and bool(read(value) > border)

    def earlier(row: Row) -> bool:
        value = row.get(name)
        return value not in (None, "") and bool(read(value) < border)

    def same_or(strict: Test) -> Test:
        return lambda row: row.get(name) not in (None, "") and (strict(row) or read(row[name]) == border)

    return {">": later, "<": earlier, ">=": same_or(later), "<=": same_or(earlier)}[prefix]


def _likeness(prefix: str, name: str, part: str) -> Test:
    wanted = not prefix.startswith("!")
    return lambda row: (part in str(row.get(name) or "").lower()) is wanted


def _equality(negated: bool, name: str, values: list[Any], read: Callable[[Any], Any], fields: Fields) -> Test:
    wanted = {read(value) for value in values if value not in _NOTHING}
    nothing = any(value in _NOTHING for value in values)

    def equal(row: Row) -> bool:
        value = row.get(name)
        if isinstance(value, bool):
            return value is _truth(values[0])
        if isinstance(value, list):
            return any(read(item) in wanted for item in value)
        if value is None or value == "" or (value == "0" and name in fields.numbers):
            return nothing
        return read(value) in wanted or (nothing and str(value) == "0" and "0" in map(str, values))

    return lambda row: equal(row) is not negated


def _truth(value: Any) -> bool:
    return str(value).lower() in ("true", "1", "y")


def _reader(name: str, fields: Fields, zone: tzinfo | None) -> Callable[[Any], Any]:
    if name in fields.numbers:
        return _amount
    if name in fields.dates and zone is not None:
        return lambda value: portal_time(str(value), zone)
    return str


def _number(value: Any) -> int:
    """PHP's intval: leading digits, else 0."""
    found = re.match(r"\s*-?\d+", str(value))
    return int(found.group()) if found else 0


def _amount(value: Any) -> float:
    found = re.match(r"\s*-?\d+(\.\d+)?", str(value))
    return float(found.group()) if found else 0.0


def portal_time(text: str, zone: tzinfo) -> str | None:
    """A date or datetime written as the portal writes its own, so that the two compare as text.

    None: it cannot be read, as `…T10:00:00 03:00`, whose plus a form has eaten.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    return moment.isoformat(timespec="seconds")
