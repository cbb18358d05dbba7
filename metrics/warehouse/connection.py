"""The connection to a published warehouse: read-only, without access to other files, one a file for the process."""

import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import duckdb

from crm.snapshots.disk_errors import FAILURES
from language import ExplainedError
from metrics.query import catalog
from metrics.query.catalog import Column, View
from metrics.query.periods import earliest_day
from metrics.query.selection import Defaults
from metrics.warehouse.user_columns import user_columns

MEMORY = "4GB"
THREADS = 2
SPILL = ".spill-"  # and the file's stem: the folder for what its queries cannot keep in memory


@dataclass(frozen=True)
class Limits:
    """What questions of one process may take: memory ("4GB"), threads, and the folder for what does not fit in memory.

    Without ``spill`` the folder lies beside the warehouse's file; two processes must not share one.
    """

    memory: str = MEMORY
    threads: int = THREADS
    spill: Path | None = None


SERVING = Limits()


class WarehouseError(ExplainedError):
    """A warehouse cannot be built or opened; the sentence says what to run."""


class NoWarehouse(WarehouseError):
    """Nothing has been built yet."""


class BrokenWarehouse(WarehouseError):
    """The file is not one a build has finished."""


@dataclass(frozen=True, eq=False)
class Warehouse:
    """An open warehouse. Hold it as long as its figures are shown: it closes when nobody holds it or a cursor of it.

    ``meta`` is the one row of the table of that name: build_id, as_of (portal-local), as_of_day, first_day, timezone,
    base_currency, portal_origin, is_demo, history_months, min_completion, lead_days, deal_days …
    ``views`` are the names that may be asked; ``user_columns`` describes, by view, the columns this portal alone has.
    """

    path: Path
    build_id: str
    meta: Mapping[str, Any]
    views: frozenset[str]
    user_columns: Mapping[str, tuple[Column, ...]]
    _connection: duckdb.DuckDBPyConnection = field(repr=False)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of one's own: session variables set on it are seen by nobody else. Keep it in a variable."""
        return self._connection.cursor()

    def meaning(self, view: str) -> View:
        """The view's entry in the dictionary, with the columns this portal alone has behind its own.

        Raises:
            UnknownView: there is no such view.
        """
        return catalog.view(view).with_columns(self.user_columns.get(view, ()))

    @property
    def as_of(self) -> dt.datetime:
        """The moment the data speak of, portal-local, without offset."""
        moment: dt.datetime = self.meta["as_of"]
        return moment

    @property
    def as_of_day(self) -> dt.date:
        """The day the data speak of."""
        day: dt.date = self.meta["as_of_day"]
        return day

    @property
    def first_day(self) -> dt.date:
        """The first day anything was created on; as_of's day where there is nothing."""
        day: dt.date = self.meta["first_day"] or self.as_of_day
        return day

    @property
    def history_months(self) -> int | None:
        """How many months back may be asked for; None: all."""
        months: int | None = self.meta["history_months"]
        return months

    @property
    def earliest_day(self) -> dt.date:
        """The first day that may be asked for."""
        return earliest_day(self.as_of_day, self.history_months)

    @property
    def defaults(self) -> Defaults:
        """What stands where a reader chose nothing: the settings of the build."""
        return Defaults(self.meta["min_completion"], self.meta["lead_days"], self.meta["deal_days"])


_lock = threading.Lock()
_open: "WeakValueDictionary[Path, Warehouse]" = WeakValueDictionary()
_current: dict[Path, Warehouse] = {}  # by folder: the newest is held, older ones only by their readers


def open_file(path: Path, limits: Limits = SERVING) -> Warehouse:
    """The warehouse of a file, and from now on the one held for its folder.

    The engine refuses one file under two configurations, so a process opens each file once, under the ``limits`` it
    was opened with first.

    Raises:
        FileNotFoundError: there is no such file.
        BrokenWarehouse: the file is not one a build has finished.
    """
    path = path.resolve()
    with _lock:
        warehouse = _open.get(path)
        if warehouse is None:
            warehouse = _connect(path, limits)
            _open[path] = warehouse
        _current[path.parent] = warehouse
        return warehouse


def _connect(path: Path, limits: Limits) -> Warehouse:
    if not path.is_file():
        raise FileNotFoundError(path)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": limits.memory,
        "threads": limits.threads,
        "temp_directory": str(limits.spill or path.with_name(SPILL + path.stem)),
        "python_enable_replacements": False,
    }
    try:
        connection = duckdb.connect(path, read_only=True, config=config)
        connection.execute("set timezone = 'UTC'; set enable_external_access = false; set lock_configuration = true")
        cursor = connection.cursor()
        row = cursor.execute("select * from meta").fetchone()
        columns = [column[0] for column in cursor.description or ()]
        views = cursor.execute("select view_name from duckdb_views() where not internal").fetchall()
        further = user_columns(cursor)
    except FAILURES as error:
        raise BrokenWarehouse("metrics.warehouse.broken", name=path.name) from error
    if row is None:
        raise BrokenWarehouse("metrics.warehouse.broken", name=path.name)
    meta = dict(zip(columns, row, strict=True))
    names = frozenset(name for (name,) in views)
    return Warehouse(path, str(meta["build_id"]), meta, names, further, connection)
