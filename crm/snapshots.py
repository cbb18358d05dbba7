"""Rows as they were received, in parquet files under one folder; the only file that touches data/snapshots.

A file ``<entity>/<pull-id>.parquet`` is never changed once it is written. What counts is what ``manifest.json`` names:
it is replaced as a whole, after everything it names is safely on the disk. Stopped anywhere, a pull leaves the old
state or the new one.
"""

import errno
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from crm.manifest import FileRecord, Manifest, from_json, to_json
from crm.resources import BY_ENTITY
from language import ExplainedError

Row = Mapping[str, Any]

UNLISTED_FOR_SECONDS = 3600.0  # a reader may still be opening what an older manifest named
NO_PULL = "0" * 12
SCRATCH = ".scratch"  # where the engine puts what does not fit into memory

_TO_PARQUET = """
copy (
    select *, $pull_id as pull_id, $pulled_at as pulled_at, false as is_deleted
    from read_json($spool, columns = $columns, format = 'newline_delimited')
) to $target (format parquet, compression zstd, row_group_size 20480)
"""
_KEEP = """
copy (
    select older.* exclude (file_row_number)
    from (
        select * from read_parquet($older, file_row_number = true, union_by_name = true)
        qualify row_number() over (partition by ID order by pull_id desc, file_row_number desc) = 1
    ) as older
    anti join read_parquet($newer) as newer on older.ID = newer.ID
    order by pull_id, try_cast(ID as bigint)
) to $target (format parquet, compression zstd, row_group_size 20480)
"""


class SnapshotsError(ExplainedError):
    """The folder of snapshots cannot be read or written. What was published before stands."""


class DiskFullError(SnapshotsError):
    """The disk is full."""


class Snapshots:
    """The snapshots under ``directory``; one writer at a time (the pull holds a lock), any number of readers."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self._manifest_file = self.directory / "manifest.json"
        self._engine: duckdb.DuckDBPyConnection | None = None  # made for the first file: it takes a while

    def manifest(self) -> Manifest | None:
        """What was published last, or None before the first pull.

        Raises:
            SnapshotsError: the manifest is unreadable, or of a newer version of the product.
        """
        try:
            return from_json(json.loads(self._manifest_file.read_text("utf-8")), self.directory)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            raise SnapshotsError("snapshots.manifest_unreadable", path=str(self._manifest_file)) from None

    def write(self, entity: str, pull_id: str, rows: Iterable[Row], pulled_at: str) -> FileRecord:
        """Write the rows of one pull (columns of the entity → value as received; a missing one is null).

        Rows are taken one by one and never held together. The file is not published by this.

        Raises:
            DiskFullError, SnapshotsError: it cannot be written; nothing is left behind.
        """
        path = f"{entity}/{pull_id}.parquet"
        columns = BY_ENTITY[entity].columns
        with self._new_file(path) as (target, spool):
            _spool(rows, columns, spool)
            values = {
                "pull_id": pull_id,
                "pulled_at": pulled_at,
                "spool": str(spool),
                "columns": dict.fromkeys(columns, "VARCHAR"),
                "target": str(target),
            }
            return self._record(path, target, self._copy(_TO_PARQUET, values))

    def keep(self, entity: str, pull_id: str, older: Sequence[FileRecord], newer: FileRecord) -> FileRecord | None:
        """Write the rows of ``older`` files whose ID the ``newer`` one lacks, as they were; None when there are none.

        Raises:
            DiskFullError, SnapshotsError: it cannot be written, or an older file is gone.
        """
        path = f"{entity}/{pull_id}.kept.parquet"
        if not older:
            return None
        with self._new_file(path) as (target, _):
            values = {
                "older": [str(self.directory / record.path) for record in older],
                "newer": str(self.directory / newer.path),
                "target": str(target),
            }
            rows = self._copy(_KEEP, values)
            return self._record(path, target, rows) if rows else None

    def numbers(self, statement: str, files: Sequence[Path], **values: Any) -> list[int]:
        """What a ``statement`` of one column finds in the rows of ``$files``; nothing where there are no files.

        Raises:
            SnapshotsError: a file is gone or damaged.
        """
        return [int(number) for (number,) in self.found(statement, files, **values)]

    def found(self, statement: str, files: Sequence[Path], **values: Any) -> list[tuple[Any, ...]]:
        """The rows a ``statement`` finds in those of ``$files``; none where there are no files.

        Raises:
            SnapshotsError: a file is gone or damaged.
        """
        with self._explained():
            return self._run(statement, {"files": [str(path) for path in files], **values}) if files else []

    def publish(self, manifest: Manifest) -> None:
        """Make this manifest the truth, in one step.

        Raises:
            DiskFullError, SnapshotsError: it cannot be written; the old one stands.
        """
        before = self.manifest()
        temporary = self._manifest_file.with_name(".manifest.tmp")
        with self._explained():
            self.directory.mkdir(parents=True, exist_ok=True)
            for path in (before.listed() - manifest.listed()) if before else ():
                if (self.directory / path).exists():
                    os.utime(self.directory / path)  # from now on it is not listed: see `sweep`
            temporary.write_text(json.dumps(to_json(manifest), ensure_ascii=False, indent=1), "utf-8")
            _flush(temporary)
            temporary.replace(self._manifest_file)
            _flush(self.directory)

    def sweep(self, now: float | None = None) -> None:
        """Remove what killed pulls left at once, and what has not been listed for an hour. Call it under the lock."""
        shutil.rmtree(self.directory / SCRATCH, ignore_errors=True)
        manifest = self.manifest()
        listed = manifest.listed() if manifest else set()
        newest = manifest.pull_id if manifest else NO_PULL
        moment = time.time() if now is None else now
        places = [*self.directory.glob(".manifest.tmp")]
        for entity in BY_ENTITY:
            places += self.directory.glob(f"{entity}/*")
        for path in places:
            name = path.relative_to(self.directory).as_posix()
            if name in listed or not path.is_file():
                continue
            orphan = path.name.startswith(".") or path.name[:12] > newest
            if orphan or path.stat().st_mtime < moment - UNLISTED_FOR_SECONDS:
                path.unlink(missing_ok=True)

    def discard(self, records: Iterable[FileRecord]) -> None:
        """Remove files that were written for a manifest that never came; what is listed after all stays."""
        manifest = self.manifest()
        listed = manifest.listed() if manifest else set()
        for record in records:
            if record.path not in listed:
                (self.directory / record.path).unlink(missing_ok=True)

    @contextmanager
    def _new_file(self, path: str) -> Iterator[tuple[Path, Path]]:
        """Two hidden places beside ``path``: for the file until it is whole, and for a spool."""
        final = self.directory / path
        target = final.with_name(f".{final.name}.tmp")
        spool = final.with_name(f".{final.name}.ndjson")
        try:
            with self._explained():
                final.parent.mkdir(parents=True, exist_ok=True)
                yield target, spool
        finally:
            spool.unlink(missing_ok=True)
            target.unlink(missing_ok=True)

    def _copy(self, statement: str, values: Mapping[str, Any]) -> int:
        """Run one COPY; how many rows it wrote."""
        return int(self._run(statement, values)[0][0])

    def _run(self, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        if self._engine is None:
            scratch = str(self.directory / SCRATCH)
            self._engine = duckdb.connect(config={"temp_directory": scratch, "memory_limit": "2GB"})
        try:
            return self._engine.execute(statement, values).fetchall()
        except duckdb.Error:
            self._engine = None  # it may be unusable from here on
            raise

    def _record(self, path: str, target: Path, rows: int) -> FileRecord:
        _flush(target)
        final = self.directory / path
        target.replace(final)
        _flush(final.parent)
        return FileRecord(path=path, rows=rows, bytes=final.stat().st_size)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._error(error.errno in _FULL) from None
        except duckdb.Error as error:
            raise self._error(os.strerror(errno.ENOSPC).lower() in str(error).lower()) from None

    def _error(self, full: bool) -> SnapshotsError:
        if full:
            return DiskFullError("snapshots.no_room", folder=str(self.directory))
        return SnapshotsError("snapshots.failed", folder=str(self.directory))


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _spool(rows: Iterable[Row], columns: Sequence[str], spool: Path) -> None:
    """One JSON object a line, every value a text: nothing of a type is decided before staging."""
    with spool.open("wb", buffering=1 << 20) as lines:
        for row in rows:
            texts = {column: _text(row.get(column)) for column in columns}
            # read_json refuses a lone surrogate, which Bitrix24 sends where it has cut an emoji in two.
            lines.write(json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace"))
            lines.write(b"\n")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _flush(path: Path) -> None:
    """Bring a file, or the names in a folder, safely to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
