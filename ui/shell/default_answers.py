"""The answers of a first opening, asked as soon as there is a new build: who opens a page then waits for none of them.

Asked are all views but lists, whose rows travel by pages, under the filters of a page that was opened without an
address. They lie in the cache of `metrics.query.query`, where whoever asks the same meanwhile waits for one asking.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from language import ExplainedError
from metrics.query import catalog, query
from metrics.query.catalog import View
from metrics.query.filters import Filters
from metrics.query.selection import Selection
from metrics.query.values import FIRST_DAY
from metrics.warehouse import publish
from metrics.warehouse.connection import Warehouse

LOG = logging.getLogger("vitrina.background")
LOOK_SECONDS = 2.0  # between two looks whether there is a new build
OPTIONS = "filter_options"  # asked for all days: what may be chosen depends on no period


def ask_defaults(warehouse: Warehouse, *, wanted: Callable[[], bool] = lambda: True) -> None:
    """Ask a warehouse what pages ask that are opened without an address, as long as ``wanted()``."""
    filters = Selection().resolve(
        warehouse.as_of_day,
        warehouse.first_day,
        history_months=warehouse.history_months,
        defaults=warehouse.defaults,
    )
    query.rows(warehouse, OPTIONS, Filters(FIRST_DAY, FIRST_DAY))
    for view in catalog.views():
        if not wanted():
            return
        if view.name in warehouse.views and not _is_list(view):
            query.rows(warehouse, view.name, filters)


def keep_asked(folder: Path, stop: threading.Event) -> None:
    """Ask each build that is published in a folder until ``stop``; what cannot be opened or asked is passed over."""
    asked: Path | None = None
    while not stop.is_set():
        try:
            path = publish.current_path(folder)
            if path != asked:
                ask_defaults(publish.open_current(folder), wanted=lambda: not stop.is_set())
                asked = path
        except (ExplainedError, OSError):
            pass  # the page says so
        except Exception:
            LOG.exception("the answers of a first opening could not be asked")
            asked = path
        stop.wait(LOOK_SECONDS)


def _is_list(view: View) -> bool:
    return any(column.format == "link" for column in view.columns.values())
