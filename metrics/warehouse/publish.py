"""Build a warehouse out of snapshots and publish it: one DuckDB file under a new name, found by a pointer.

The file of a build is ``.build-<id>.duckdb`` until it is finished; its table ``meta`` is written last, and a file
without it is refused. Then it is renamed to ``warehouse-<id>.duckdb``, and the pointer, the file ``current`` that holds
this name, is replaced. A name is never used again, so readers go on with the file they have open. What the SQL of a
build finds, and what it must make, stands at the top of metrics/warehouse/build.py.
"""

import datetime as dt
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from filelock import FileLock

from crm.data_folder import open_data_folder
from crm.settings import Settings
from crm.snapshots.disk_errors import is_disk_full
from crm.snapshots.files import PRIVATE_FILE, private_folder, replace_durably, write_durably
from crm.snapshots.manifest import Manifest
from crm.snapshots.store import Snapshots, UnknownManifest
from inputs.plan.store import stored_plan
from metrics.warehouse.build import (
    BuildReport,
    BuildStamp,
    DamagedRows,
    as_of_in,
    build_into,
    fingerprint,
    replace_plan,
)
from metrics.warehouse.connection import (
    SPILL,
    BrokenWarehouse,
    NoWarehouse,
    Warehouse,
    WarehouseError,
    open_file,
)
from metrics.warehouse.plan_in_force import digest_in_force, plan_in_force

__all__ = [
    "BrokenWarehouse",
    "DamagedRows",
    "NoRoom",
    "NoSnapshots",
    "NoWarehouse",
    "Warehouse",
    "WarehouseError",
    "build",
    "current_path",
    "is_stale",
    "open_current",
    "publish",
    "publish_plan",
]

POINTER = "current"
NAME = re.compile(r"warehouse-[0-9a-z-]+\.duckdb")
BUILD_MEMORY = "4GB"
BUILD_THREADS = 2
LASTING = dt.timedelta(hours=1)  # in which silence and open stages do not age to speak of, where nothing came
KEPT = 2  # the current file and the one before it: somebody may just be opening it


class NoSnapshots(WarehouseError):
    """Nothing has been pulled yet; there is nothing to build from."""


class NoRoom(WarehouseError):
    """The disk is full; the figures that were published stand."""


def build(settings: Settings, *, now: dt.datetime | None = None, threads: int = BUILD_THREADS) -> Path:
    """Build a warehouse from the published snapshots, publish it and give its path; ``now`` is aware."""
    return build_with_report(settings, now=now, threads=threads)[0]


def build_with_report(
    settings: Settings, *, now: dt.datetime | None = None, threads: int = BUILD_THREADS
) -> tuple[Path, BuildReport]:
    """As `build`: the path of the warehouse, and what the build made.

    Raises:
        NoSnapshots: nothing has been pulled.
        DamagedRows: a file of what was pulled is gone or damaged.
        NoRoom, WarehouseError: the disk is full, or the folder cannot be written. What was published stands.
    """
    manifest = _manifest(settings)
    with _locked(settings) as folder:
        stamp, plan = _new_stamp(now), plan_in_force(settings, current_or_none(folder))
        unfinished = folder / f".build-{stamp.build_id}.duckdb"
        with _writable(unfinished, threads) as con:
            report = build_into(con, settings, manifest, plan, stamp)
        path = publish(unfinished, folder / f"warehouse-{stamp.build_id}.duckdb")
        _sweep_old(folder, path)
    return path, report


def publish_plan(settings: Settings, *, now: dt.datetime | None = None) -> Path:
    """Publish the figures with the plan as it is stored now, at once, and give the path.

    The current warehouse is copied and its plan replaced, in a moment; where it is stale for another reason too, there
    is a whole build instead. Does nothing where the current one has this plan already.

    Raises:
        NoSnapshots, DamagedRows, NoRoom, WarehouseError: see `build_with_report`.
        PlanError: there is a plan and it cannot be read; the figures that were published stand.
    """
    manifest = _manifest(settings)
    with _locked(settings) as folder:
        path = _publish_stored_plan(folder, settings, manifest, _new_stamp(now))
    return path or build(settings, now=now)


def _publish_stored_plan(folder: Path, settings: Settings, manifest: Manifest, stamp: BuildStamp) -> Path | None:
    """The current warehouse with the stored plan in it; None where more than the plan is not what it was."""
    current = current_or_none(folder)
    if current is None:
        return None
    meta, plan = current.meta, stored_plan(settings)
    if meta.get("fingerprint") != fingerprint(settings, manifest, str(meta.get("plan_digest"))):
        return None
    if meta["plan_digest"] == plan.digest:
        return current.path
    unfinished = folder / f".build-{stamp.build_id}.duckdb"
    shutil.copyfile(current.path, unfinished)
    with _writable(unfinished) as con:
        replace_plan(con, plan, fingerprint(settings, manifest, plan.digest), stamp)
    path = publish(unfinished, folder / f"warehouse-{stamp.build_id}.duckdb")
    _sweep_old(folder, path)
    return path


def publish(unfinished: Path, path: Path) -> Path:
    """Make a finished file the current one: it and the pointer survive a power cut, or neither is there."""
    replace_durably(unfinished, path)
    try:
        write_durably(path.with_name(POINTER), path.name.encode())
    except OSError:
        with suppress(NoWarehouse):
            if current_path(path.parent) == path.resolve():
                raise
        path.unlink(missing_ok=True)  # nobody will ever find it
        raise
    return path


def current_path(folder: Path) -> Path:
    """The file the pointer names, by its absolute path, as in `Warehouse.path`.

    Raises:
        NoWarehouse: there is no pointer, or what it names is gone.
    """
    try:
        name = (folder / POINTER).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise NoWarehouse("metrics.warehouse.none") from None
    if not NAME.fullmatch(name) or not (folder / name).is_file():
        raise NoWarehouse("metrics.warehouse.none")
    return (folder / name).resolve()


def open_current(folder: Path) -> Warehouse:
    """The current warehouse of a folder, opened read-only; the same object while it stays the current one.

    Raises:
        NoWarehouse: nothing has been built.
        BrokenWarehouse: the file is not one a build has finished.
    """
    try:
        return open_file(current_path(folder))
    except FileNotFoundError:  # replaced and removed between the two steps: the pointer is newer now
        return open_file(current_path(folder))


def current_or_none(folder: Path) -> Warehouse | None:
    """As `open_current`; None where there is none that can be opened."""
    try:
        return open_current(folder)
    except WarehouseError:
        return None


def is_stale(settings: Settings) -> bool:
    """Whether a build now would make another warehouse than the current one, or there is none.

    Pulls that bring nothing move the moment the data speak of: they make a warehouse stale once an hour, and by a new
    day. False without snapshots, or with those of another version, which nothing can be built from.
    """
    try:
        manifest = Snapshots(settings.snapshots_dir).manifest()
    except UnknownManifest:
        return False
    current = current_or_none(settings.warehouse_dir)
    if manifest is None or current is None:
        return manifest is not None
    if abs(as_of_in(settings, manifest) - current.as_of) >= LASTING:
        return True
    return bool(current.meta["fingerprint"] != fingerprint(settings, manifest, digest_in_force(settings, current)))


def _manifest(settings: Settings) -> Manifest:
    manifest = Snapshots(settings.snapshots_dir).manifest()
    if manifest is None:
        raise NoSnapshots("metrics.warehouse.no_snapshots")
    return manifest


def _new_stamp(now: dt.datetime | None) -> BuildStamp:
    now = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC)
    return BuildStamp(f"{now:%Y%m%dt%H%M%S}-{secrets.token_hex(3)}", now.replace(tzinfo=None))


@contextmanager
def _locked(settings: Settings) -> Iterator[Path]:
    """The folder of warehouses, made where there is none, under the lock of its one writer.

    What builds have left half-made is removed before, so that there is room, and behind one that failed.

    Raises:
        NoRoom, WarehouseError: what a disk or the engine has raised in here, as a person understands it.
    """
    folder = settings.warehouse_dir
    try:
        open_data_folder(settings)
        with FileLock(private_folder(folder) / ".lock", mode=PRIVATE_FILE):
            _sweep_unfinished(folder)
            try:
                yield folder
            finally:
                _sweep_unfinished(folder)
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise _explained(error, folder) from None


def _explained(error: Exception, folder: Path) -> Exception:
    """What a person understands of an error of the disk or the engine; the error itself where that is nothing."""
    if is_disk_full(error):
        return NoRoom("metrics.warehouse.no_room", folder=str(folder))
    if isinstance(error, OSError | duckdb.IOException):
        return WarehouseError("metrics.warehouse.unwritable", folder=str(folder))
    return error


@contextmanager
def _writable(path: Path, threads: int = BUILD_THREADS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the file of a build, with a checkpoint at the end of what did not fail."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": BUILD_MEMORY,
        "threads": threads,
        "temp_directory": f"{path}.tmp",
        "python_enable_replacements": False,
    }
    con = duckdb.connect(path, config=config)
    try:
        con.execute("set timezone = 'UTC'")
        yield con
        con.execute("checkpoint")
    finally:
        con.close()


def _sweep_unfinished(folder: Path) -> None:
    """Remove what builds that died left behind. The caller holds the lock, so none of them is running."""
    for path in folder.glob(".build-*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _sweep_old(folder: Path, current: Path) -> None:
    """Keep the newest `KEPT` files, ``current`` among them; a removed one stays readable to whoever has it open."""
    paths = sorted(
        (path for path in folder.iterdir() if NAME.fullmatch(path.name) and path != current),
        key=lambda path: path.stat().st_mtime_ns,
    )
    for path in paths[: -(KEPT - 1)]:
        with suppress(PermissionError):  # some systems keep a file that is open; the next build removes it
            path.unlink(missing_ok=True)
    for spill in folder.glob(f"{SPILL}*"):
        if not (folder / f"{spill.name.removeprefix(SPILL)}.duckdb").exists():
            shutil.rmtree(spill, ignore_errors=True)
