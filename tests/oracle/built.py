"""The other side: the same nasty rows as snapshots, built into a warehouse and asked through metrics."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from crm.settings import Settings, load_settings
from metrics import query
from metrics.filters import Filters
from metrics.opened import Warehouse
from metrics.warehouse import build, open_current
from tests.oracle.answers import CONTRACT, Oracle, disagreements
from tests.oracle.compare import Mismatch
from tests.oracle.nasty import NastyPortal, nasty_portal
from tests.oracle.nasty.asked import Asker
from tests.snapshot_rows import write_snapshots


def settings_of(portal: NastyPortal, folder: Path) -> Settings:
    return load_settings(data_dir=folder, timezone=portal.rules.timezone, sales_funnels=portal.rules.sales_funnels)


def warehouse_of(portal: NastyPortal, folder: Path) -> Warehouse:
    """A warehouse built of the portal's rows in a folder; one built there before gives way."""
    settings = settings_of(portal, folder)
    shutil.rmtree(settings.snapshots_dir, ignore_errors=True)
    as_of = portal.tables["portal"][0]["SERVER_TIME"]
    write_snapshots(settings.snapshots_dir, portal.tables, as_of=as_of, origin=portal.rules.origin)
    build(settings)
    return open_current(settings.warehouse_dir)


def soak(
    seed: int, count: int, folder: Path, views: Iterable[str] = (), skip: int = 0
) -> Iterator[tuple[Filters, list[Mismatch]]]:
    """What the warehouse of a seed's portal and the oracle disagree on, for each of `count` sets of filters."""
    portal = nasty_portal(seed)
    oracle = Oracle(portal.tables, portal.rules)
    warehouse = warehouse_of(portal, folder)
    names = [view for view in (views or CONTRACT) if view in warehouse.views]
    for number, filters in enumerate(Asker(oracle.model, seed).filters(count)):
        if number >= skip:
            yield filters, disagreements(oracle, partial(query.ask, warehouse), filters, names)
