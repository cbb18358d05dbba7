"""Options of the command line → `Filters`."""

import argparse
from collections.abc import Callable
from typing import Any, TypeVar

from metrics.query.filters import ID_FILTERS, TEXT_FILTERS, FilterError, Filters, printable
from metrics.query.parsing import UnreadableError, parse_day, parse_fraction, parse_whole
from metrics.query.periods import default_period
from metrics.warehouse.connection import Warehouse

T = TypeVar("T")

LISTS = {  # filter → its option, which may be repeated
    "funnels": "--funnel",
    "departments": "--department",
    "employees": "--employee",
    "sources": "--source",
    "utm_source": "--utm-source",
    "utm_medium": "--utm-medium",
    "utm_campaign": "--utm-campaign",
    "utm_content": "--utm-content",
    "utm_term": "--utm-term",
    "countries": "--country",
    "cities": "--city",
    "stages": "--stage",
}
CHOICES = {
    "grain": "--grain",
    "utm_dimension": "--utm-dimension",
    "min_completion": "--min-completion",
    "lead_days": "--lead-days",
    "deal_days": "--deal-days",
}
SWITCHES = {"without_activities": "--without-activities", "all_open": "--all-open"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of filters; each keeps what was typed, `filters_of` reads it."""
    parser.add_argument("--from", dest="period_from", metavar="DAY", help="first day; default: the first of last month")
    parser.add_argument("--to", dest="period_to", metavar="DAY", help="last day; default: the day of the data")
    for name, option in LISTS.items():
        parser.add_argument(option, dest=name, action="append", default=[], metavar="VALUE", help="may be repeated")
    for name, option in CHOICES.items():
        parser.add_argument(option, dest=name, metavar="VALUE")
    for name, option in SWITCHES.items():
        parser.add_argument(option, dest=name, action="store_true")


def filters_of(options: argparse.Namespace, warehouse: Warehouse) -> Filters:
    """The filters that options mean; what was not given is what the warehouse was built with.

    Raises:
        FilterError: one of them means nothing, or the period begins before what may be asked for.
    """
    chosen: dict[str, Any] = _period(options, warehouse)
    for name in ID_FILTERS:
        texts = getattr(options, name)
        chosen[name] = tuple(_read(LISTS[name], text, parse_whole, "metrics.command.bad_number") for text in texts)
    for name in TEXT_FILTERS:
        chosen[name] = tuple(getattr(options, name))
    defaults = warehouse.defaults
    chosen["min_completion"] = defaults.min_completion
    chosen["lead_days"], chosen["deal_days"] = defaults.lead_days, defaults.deal_days
    readers: dict[str, tuple[Callable[[str], Any], str]] = {
        "grain": (str, ""),
        "utm_dimension": (str, ""),
        "min_completion": (parse_fraction, "metrics.command.bad_fraction"),
        "lead_days": (parse_whole, "metrics.command.bad_number"),
        "deal_days": (parse_whole, "metrics.command.bad_number"),
    }
    for name, (parse, key) in readers.items():
        if (text := getattr(options, name)) is not None:
            chosen[name] = _read(CHOICES[name], text, parse, key)
    return Filters(**chosen, **{name: getattr(options, name) for name in SWITCHES})


def _period(options: argparse.Namespace, warehouse: Warehouse) -> dict[str, Any]:
    key = "metrics.command.bad_date"
    start, end = options.period_from, options.period_to
    last = warehouse.as_of_day if end is None else _read("--to", end, parse_day, key)
    opening = max(default_period(warehouse.as_of_day)[0], warehouse.earliest_day)
    first = min(opening, last) if start is None else _read("--from", start, parse_day, key)
    if first < warehouse.earliest_day:
        earliest = warehouse.earliest_day.isoformat()
        raise FilterError("metrics.filter.too_early", start=first.isoformat(), earliest=earliest)
    return {"period_from": first, "period_to": last}


def _read(option: str, text: str, parse: Callable[[str], T], key: str) -> T:
    try:
        return parse(text)
    except UnreadableError:
        raise FilterError(key, option=option, value=printable(text)) from None
