"""The options of the command line that name filters, and the `Filters` they mean."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from language.clean import clean_text
from metrics.query.filters import LIST_FILTERS, SWITCH_FILTERS, VALUE_FILTERS, Filter, Filters
from metrics.query.parsing import UnreadableError, parse_day
from metrics.query.periods import default_period
from metrics.query.values import MOST_SHOWN, FilterError
from metrics.warehouse.connection import Warehouse

T = TypeVar("T")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of filters; each keeps what was typed, `filters_of` parses it."""
    parser.add_argument("--from", dest="period_from", metavar="DAY", help="first day; default: the first of last month")
    parser.add_argument("--to", dest="period_to", metavar="DAY", help="last day; default: the day of the data")
    for name, record in LIST_FILTERS.items():
        parser.add_argument(
            record.option, dest=name, action="append", default=[], metavar="VALUE", help="may be repeated"
        )
    for name, record in VALUE_FILTERS.items():
        parser.add_argument(record.option, dest=name, metavar="VALUE")
    for name, record in SWITCH_FILTERS.items():
        parser.add_argument(record.option, dest=name, action="store_true")


def filters_of(options: argparse.Namespace, warehouse: Warehouse) -> Filters:
    """The filters that options mean; what was not given is what the warehouse was built with.

    Raises:
        FilterError: one of them means nothing, or the period begins before what may be asked for.
    """
    chosen: dict[str, Any] = {**_period(options, warehouse), **asdict(warehouse.defaults)}
    for name, record in LIST_FILTERS.items():
        chosen[name] = tuple(_parse_value(record, text) for text in getattr(options, name))
    for name, record in VALUE_FILTERS.items():
        if (text := getattr(options, name)) is not None:
            chosen[name] = _parse_value(record, text)
    return Filters(**chosen, **{name: getattr(options, name) for name in SWITCH_FILTERS})


def _period(options: argparse.Namespace, warehouse: Warehouse) -> dict[str, Any]:
    key = "metrics.command.bad_date"
    start, end = options.period_from, options.period_to
    last = warehouse.as_of_day if end is None else _parse("--to", end, parse_day, key)
    opening = max(default_period(warehouse.as_of_day)[0], warehouse.earliest_day)
    first = min(opening, last) if start is None else _parse("--from", start, parse_day, key)
    if first < warehouse.earliest_day:
        earliest = warehouse.earliest_day.isoformat()
        raise FilterError("metrics.filter.too_early", start=first.isoformat(), earliest=earliest)
    return {"period_from": first, "period_to": last}


def _parse_value(record: Filter, text: str) -> Any:
    return _parse(record.option, text, record.kind.from_option, record.kind.unreadable_option)


def _parse(option: str, text: str, parse: Callable[[str], T], key: str) -> T:
    try:
        return parse(text)
    except UnreadableError:
        raise FilterError(key, option=option, value=clean_text(text, MOST_SHOWN)) from None
