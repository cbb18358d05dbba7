"""What can be picked in a company: other people, funnels and sources in each."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from benchmarks.serving.session import Address
from crm.settings import load_settings
from metrics.query import query
from metrics.query.filters import Filters
from metrics.warehouse.connection import Warehouse
from metrics.warehouse.publish import open_current
from refresh.demo_settings import with_data

PERIODS = ("this_month", "last_month", "this_quarter", "last_quarter", "this_year", "days_90", "months_12")
MOST = 20  # of each filter's values


@dataclass(frozen=True)
class Choices:
    """Some values of the filters, as the address of a page has them."""

    employees: tuple[str, ...]
    funnels: tuple[str, ...]
    sources: tuple[str, ...]

    def changes(self, seed: int) -> Iterator[Address]:
        """Every period with every value of one filter, each once, in an order that follows from the seed."""
        picked = [(name, value) for name in ("employee", "funnel", "source") for value in getattr(self, f"{name}s")]
        pairs = list(product(PERIODS, picked))
        random.Random(seed).shuffle(pairs)
        return ({"period": period, name: value} for period, (name, value) in pairs)


def choices_of(warehouse: Warehouse) -> Choices:
    """The first values of each filter by their ids; "none" is not among them."""
    day = warehouse.as_of_day
    options = query.ask(warehouse, "filter_options", Filters(day, day)).records()

    def values(name: str) -> tuple[str, ...]:
        found = {str(row["value"]) for row in options if row["filter"] == name}
        return tuple(sorted(found - {""}, key=lambda value: (len(value), value))[:MOST])

    employees = tuple(value for value in values("employees") if value != "0")
    return Choices(employees, values("funnels"), values("sources"))


def warehouse_of(data_folder: Path) -> Warehouse:
    """The warehouse that the application shows of a data folder.

    Raises:
        NoWarehouse: nothing has been built there.
    """
    return open_current(with_data(load_settings(webhook_url=None, data_dir=data_folder)).warehouse_dir)
