"""Files of rows as they were received: a spool of JSON lines while they come, parquet once they are all there.

A file ``<entity>/<pull-id>.parquet`` is never changed once it is written. Of rows with one id the newest pull's counts,
and a tombstone (`is_deleted`) over a row of the same pull: see `RECENCY` in statements.py.
DuckDB does the work: no Python per field.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from crm.resources import BY_ENTITY, NOTHING
from crm.snapshots import statements
from crm.snapshots.damage import is_whole
from crm.snapshots.disk_errors import FAILURES, NO_DAMAGE, SnapshotsError, failure_of_disk
from crm.snapshots.files import digest_of, private_folder, put_aside, replace_durably
from crm.snapshots.manifest import KEPT, FileRecord, is_kept
from crm.snapshots.spool import Row, content_of, spool_rows

SCRATCH = ".scratch"  # where the engine puts what does not fit into memory
MEMORY = "256MB"  # of the engine; what is more goes to the scratch
THREADS = 1  # the portal is slower than one; a second would hold as much memory again


class RowFiles:
    """Files of rows under ``directory``, written whole or not at all. None of them is published by being written.

    Every method raises DiskFullError or SnapshotsError when a file cannot be written, or an older one is gone or
    damaged; nothing is left behind then.
    """

    def __init__(self, directory: Path, further: Mapping[str, Sequence[str]] = NOTHING) -> None:
        self._further = further
        self.directory = directory.absolute()
        self._engine: duckdb.DuckDBPyConnection | None = None  # made for the first file: it takes a while
        self._numbers: dict[tuple[Any, ...], list[int]] = {}

    def write(self, entity: str, pull_id: str, rows: Iterable[Row], pulled_at: str) -> FileRecord:
        """Write the rows of one pull (columns of the entity → value as received; a missing one is null).

        Rows are taken one by one and never held together.
        """
        path = f"{entity}/{pull_id}.parquet"
        with self._new_file(path) as (target, spool):
            spool_rows(rows, self._columns(entity), spool)
            return self._from_spool(entity, pull_id, spool, target, pulled_at)

    def write_if_new(
        self, entity: str, pull_id: str, rows: Iterable[Row], pulled_at: str, known: FileRecord | None
    ) -> FileRecord:
        """As `write`; but ``known``, the file of an earlier pull, where it has the same rows in the same order.

        Columns that change by themselves (`Resource.unsteady`) make no difference.
        """
        path = f"{entity}/{pull_id}.parquet"
        with self._new_file(path) as (target, spool):
            spool_rows(rows, self._columns(entity), spool)
            content = content_of(spool, BY_ENTITY[entity].unsteady)
            if known is not None and known.content == content:
                return known
            return replace(self._from_spool(entity, pull_id, spool, target, pulled_at), content=content)

    def write_spooled(self, entity: str, pull_id: str, spool: Path, pulled_at: str) -> FileRecord:
        """Write the rows that lie in a spool already; it stays."""
        path = f"{entity}/{pull_id}.parquet"
        with self._new_file(path) as (target, _):
            return self._from_spool(entity, pull_id, spool, target, pulled_at)

    def write_changes(
        self,
        entity: str,
        pull_id: str,
        rows: Iterable[Row],
        pulled_at: str,
        older: Sequence[FileRecord],
        *,
        only_new: str = "",
    ) -> tuple[FileRecord | None, int]:
        """Write those rows that ``older`` files have not, or have otherwise; each ID comes once.

        ``only_new``, a part of the file's name, leaves out those that they have otherwise. Returns the file, None
        when nothing differs, and how many of its rows are new. Where one of the ``older`` files is this pull's own,
        `keep` has to free them of the rows that have changed.
        """
        path = f"{entity}/{pull_id}{only_new}.parquet"
        if any(record.path == path for record in older):
            path = f"{entity}/{pull_id}.changed.parquet"
        with self._new_file(path) as (target, spool):
            if not spool_rows(rows, self._columns(entity), spool):
                return None, 0
            before = {"older": self._paths(older)}
            values = {**before, "pull_id": pull_id, "pulled_at": pulled_at, "only_new": bool(only_new)}
            changed = self._copy(statements.CHANGES, {**self._copy_values(entity, spool, target), **values})
            if not changed:
                return None, 0
            new = self._run(statements.NEW_OF_CHANGES, {"newer": str(target), **before})[0][0]
            return self._publish(path, target, changed), int(new)

    def write_deleted(self, entity: str, pull_id: str, numbers: Iterable[int], pulled_at: str) -> FileRecord:
        """Write tombstones: the rows with these ids are gone."""
        path = f"{entity}/{pull_id}.deleted.parquet"
        with self._new_file(path) as (target, spool):
            spool_rows(({"ID": number} for number in numbers), self._columns(entity), spool)
            values = self._copy_values(entity, spool, target) | {"pull_id": pull_id, "pulled_at": pulled_at}
            return self._publish(path, target, self._copy(statements.TOMBSTONES, values))

    def keep(self, entity: str, pull_id: str, older: Sequence[FileRecord], newer: FileRecord) -> FileRecord | None:
        """Write the rows of ``older`` files whose ID the ``newer`` one lacks, as they were; None for none."""
        return self._write_rest(
            f"{entity}/{pull_id}.kept.parquet", statements.KEEP, older, {"newer": self._path(newer)}
        )

    def keep_changes(self, entity: str, pull_id: str, older: Sequence[FileRecord]) -> tuple[FileRecord, ...]:
        """The files with each value that currencies had in ``older`` files, from the pull on that saw it first.

        There are two alike: what a portal has forgotten must outlive a damaged file. Those among ``older`` ones are
        given back as they are while there is nothing to add.
        """
        kept = tuple(record for record in older if is_kept(record))
        written: list[FileRecord] = []
        for copy in KEPT:
            path = f"{entity}/{pull_id}.{copy}.parquet"
            with self._new_file(path) as (target, _):
                values = {"files": self._paths(older), "target": str(target)}
                rows = self._copy(statements.KEEP_CHANGES, values)
                if len(kept) == len(KEPT) and {record.rows for record in kept} == {rows}:
                    return kept
                written.append(self._publish(path, target, rows))
        return tuple(written)

    def keep_of_owners(
        self, entity: str, pull_id: str, older: Sequence[FileRecord], owners: Iterable[int]
    ) -> FileRecord | None:
        """Write the rows of ``older`` files that belong to these activities, as they were; None when there are none."""
        values = {"owners": sorted(owners)}
        return self._write_rest(f"{entity}/{pull_id}.kept.parquet", statements.KEEP_OF_OWNERS, older, values)

    def compact(self, entity: str, pull_id: str, older: Sequence[FileRecord]) -> FileRecord:
        """Write the current rows of ``older`` files into one: each ID once, as its newest pull wrote it."""
        path = f"{entity}/{pull_id}.whole.parquet"
        with self._new_file(path) as (target, _):
            values = {"older": self._paths(older), "target": str(target)}
            return self._publish(path, target, self._copy(statements.COMPACT, values))

    def holds(self, records: Iterable[FileRecord]) -> bool:
        """Whether files are here in the size they were written in; a pull has hashed them before it began."""
        return all(is_whole(self.directory / record.path, record, hashed=False) for record in records)

    def is_readable(self, entity: str, record: FileRecord) -> bool:
        """Whether all of a file can be read, and holds as many rows as it should, in columns that are known."""
        known = {*self._columns(entity), *statements.OF_PULL}
        with self.explain_errors():
            try:
                [(rows, _)] = self._run(statements.READ_THROUGH, {"files": self._paths([record])})
                columns = self._connection().read_parquet(self._path(record)).columns
            except NO_DAMAGE:
                raise
            except FAILURES:
                return False
        return rows == record.rows and (known.issuperset(columns) or BY_ENTITY[entity].grows)

    def current_ids(self, records: Sequence[FileRecord]) -> "array[int]":
        """The ids of the records that files hold now, without those that are gone; ascending."""
        with self.explain_errors():
            found = self._connection().execute(statements.CURRENT_IDS, {"files": self._paths(records)})
            numbers = array("q")
            while some := found.fetchmany(10_000):
                numbers.extend(number for (number,) in some)
        return numbers

    def count_since(self, records: Sequence[FileRecord], column: str, moment: str) -> int:
        """About how many rows have a ``moment`` (ISO, the portal's offset) or a later one in a column."""
        with self.explain_errors():
            rows = self._connection().read_parquet(self._paths(records), union_by_name=True)
            later = rows.filter(duckdb.ColumnExpression(column) >= duckdb.ConstantExpression(moment))
            return len(later.project("1"))

    def has_values(self, records: Sequence[FileRecord], column: str) -> bool:
        """Whether any row has a value in a column that is not PHP's nothing."""
        with self.explain_errors():
            values = self._connection().read_parquet(self._paths(records), union_by_name=True).project(f'"{column}"')
            nothing = [duckdb.ConstantExpression(text) for text in ("", "0", "[]", "false")]
            return bool(values.filter(duckdb.ColumnExpression(column).isnotin(*nothing)).limit(1).fetchall())

    def select(self, statement: str, files: Sequence[Path], **values: Any) -> list[tuple[Any, ...]]:
        """The rows that a ``statement`` selects out of ``$files``, none where there are none; it may use `RECENCY`."""
        with self.explain_errors():
            return self._run(statement, {"files": [str(path) for path in files], **values}) if files else []

    def numbers(self, statement: str, files: Sequence[Path], **values: Any) -> list[int]:
        """The numbers that a ``statement`` of one column selects out of ``$files``; none where there are no files.

        Files never change, so that what was asked once is known.
        """
        asked = (statement, tuple(files), repr(sorted(values.items())))
        if asked not in self._numbers:
            self._numbers[asked] = [int(number) for (number,) in self.select(statement, files, **values)]
        return list(self._numbers[asked])

    def _write_rest(
        self, path: str, statement: str, older: Sequence[FileRecord], values: Mapping[str, Any]
    ) -> FileRecord | None:
        if not older:
            return None
        with self._new_file(path) as (target, _):
            rows = self._copy(statement, {"older": self._paths(older), "target": str(target), **values})
            return self._publish(path, target, rows) if rows else None

    def _from_spool(self, entity: str, pull_id: str, spool: Path, target: Path, pulled_at: str) -> FileRecord:
        values = self._copy_values(entity, spool, target) | {"pull_id": pull_id, "pulled_at": pulled_at}
        return self._publish(f"{entity}/{pull_id}.parquet", target, self._copy(statements.TO_PARQUET, values))

    def _copy_values(self, entity: str, spool: Path, target: Path) -> dict[str, Any]:
        columns = dict.fromkeys(self._columns(entity), "VARCHAR")
        return {"spool": str(spool), "columns": columns, "target": str(target)}

    def _columns(self, entity: str) -> tuple[str, ...]:
        return (*BY_ENTITY[entity].columns, *self._further.get(entity, ()))

    def _path(self, record: FileRecord) -> str:
        return str(self.directory / record.path)

    def _paths(self, records: Iterable[FileRecord]) -> list[str]:
        return [self._path(record) for record in records]

    @contextmanager
    def _new_file(self, path: str) -> Iterator[tuple[Path, Path]]:
        """Two hidden places beside ``path``: for the file until it is whole, and for a spool."""
        final = self.directory / path
        target = final.with_name(f".{final.name}.tmp")
        spool = final.with_name(f".{final.name}.ndjson")
        try:
            with self.explain_errors():
                _make_folder(final.parent)
                yield target, spool
        finally:
            spool.unlink(missing_ok=True)
            target.unlink(missing_ok=True)

    def _copy(self, statement: str, values: Mapping[str, Any]) -> int:
        """Run one COPY; how many rows it wrote."""
        return int(self._run(statement, values)[0][0])

    def _run(self, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        try:
            return self._connection().execute(statement, values).fetchall()
        except duckdb.Error:
            self._engine = None  # it may be unusable from here on
            raise

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._engine is None:
            scratch = str(self.directory / SCRATCH)
            config: dict[str, str | bool | int | float | list[str]] = {
                "temp_directory": scratch,
                "memory_limit": MEMORY,
                "threads": THREADS,
            }
            self._engine = duckdb.connect(config=config)
            self._engine.execute(statements.RECENCY)
        return self._engine

    def _publish(self, path: str, target: Path, rows: int) -> FileRecord:
        """Give a whole file its name; its record."""
        final = self.directory / path
        replace_durably(target, final)
        return FileRecord(path=path, rows=rows, bytes=final.stat().st_size, digest=digest_of(final))

    @contextmanager
    def explain_errors(self) -> Iterator[None]:
        """Raise what a disk or the engine raises in here as a SnapshotsError, which a person understands."""
        try:
            yield
        except (OSError, duckdb.Error) as error:
            raise self.explained(error) from None

    def explained(self, error: Exception) -> SnapshotsError:
        """What a disk or the engine has raised, as a person understands it."""
        return failure_of_disk(error, self.directory)


def _make_folder(folder: Path) -> None:
    """Make the folder of an entity; a file that stands in its place is put aside."""
    if folder.exists() and not folder.is_dir():
        put_aside(folder)
    private_folder(folder)
