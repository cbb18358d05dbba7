"""What a pull that was killed had brought so far: rows in a spool, and a journal of where it stood after them.

A journal's first line says what the rows are of; each further one, written after its rows are on the disk, how long the
spool is and where those who brought the rows stand. So a pull goes on from the last line that is whole, and at most the
batches that were in flight are asked for again.
"""

import datetime as dt
import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from crm.paging.workers import Mark
from crm.snapshots.files import sync
from crm.snapshots.manifest import FileRecord
from crm.snapshots.parquet_files import Row, json_line

FOLDER = ".unfinished"
STALE_AFTER = dt.timedelta(hours=24)  # rows older than this are pulled anew


@dataclass(frozen=True)
class Begun:
    """What the rows of a journal are of.

    `moment` is the portal's clock when they were begun, `newest` the highest id then, `workers` the batches in flight:
    the two that ranges are cut by. `fields` is the fingerprint of what is asked for.
    """

    origin: str
    fields: str
    pull_id: str
    moment: str
    newest: int = 0
    workers: int = 1

    def goes_on(self, now: "Begun") -> bool:
        """Whether a pull that begins ``now`` may go on from these rows."""
        age = dt.datetime.fromisoformat(now.moment) - dt.datetime.fromisoformat(self.moment)
        same = (self.origin, self.fields) == (now.origin, now.fields)
        return same and dt.timedelta() <= age < STALE_AFTER


@dataclass
class Journal:
    """The journal of one entity, and its spool. `marks`, oldest first, and `record`, the finished file, are what an
    earlier process came to."""

    begun: Begun
    spool: Path
    path: Path
    columns: Sequence[str]
    marks: list[Mark] = field(default_factory=list)
    bytes: int = 0
    record: FileRecord | None = None

    @property
    def is_continued(self) -> bool:
        """Whether an earlier process has brought a part."""
        return bool(self.marks) or self.record is not None

    def open(self) -> "Writing":
        """Go on writing."""
        return Writing(self)

    def finished(self, record: FileRecord) -> None:
        """All rows are in a file: the spool is not needed any more."""
        with self.path.open("ab") as lines:
            _line(lines, {"record": asdict(record)})
        self.spool.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget the rows: they are not to be believed."""
        self.path.unlink(missing_ok=True)
        self.spool.unlink(missing_ok=True)


class Writing:
    """A spool and a journal that are being written; a context manager."""

    def __init__(self, journal: Journal) -> None:
        self._columns = journal.columns
        journal.path.parent.mkdir(parents=True, exist_ok=True)
        if not journal.is_continued:
            journal.path.write_bytes(b"")
        self._lines = journal.path.open("ab")
        self._rows = journal.spool.open("ab")
        self._rows.truncate(journal.bytes)
        self._rows.seek(0, os.SEEK_END)
        if not journal.is_continued:
            _line(self._lines, {"begun": asdict(journal.begun)})

    def add(self, rows: Iterable[Row], marks: Sequence[Mark]) -> None:
        """Take rows, and then where those who brought them stand."""
        for row in rows:
            self._rows.write(json_line(row, self._columns))
        if marks:
            sync(self._rows)
            _line(self._lines, {"bytes": self._rows.tell(), "marks": list(marks)})

    def __enter__(self) -> "Writing":
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()
        self._lines.close()


class Unfinished:
    """The journals in a folder of snapshots."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._folder = directory, directory / FOLDER

    def journal(self, entity: str, columns: Sequence[str], now: Begun) -> Journal:
        """The journal of an entity: that of an earlier pull where it may be gone on from, else a new one."""
        fresh = Journal(now, self._folder / f"{entity}.ndjson", self._folder / f"{entity}.journal", columns)
        found = self._read(fresh)
        if found is not None and found.is_continued and found.begun.goes_on(now) and self._is_here(found, now.pull_id):
            return found
        fresh.discard()
        return fresh

    def spared(self) -> set[str]:
        """Paths of the files that journals tell of: they are not to be swept."""
        records = (self._record(path) for path in self._folder.glob("*.journal"))
        return {record.path for record in records if record is not None}

    def clear(self, entities: Collection[str]) -> None:
        """These entities are published: nothing of them is unfinished."""
        for entity in entities:
            for path in self._folder.glob(f"{entity}.*"):
                path.unlink(missing_ok=True)
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            shutil.rmtree(self._folder, ignore_errors=True)

    def _is_here(self, journal: Journal, pull_id: str) -> bool:
        """Whether the file that a journal tells of is there, and not published already."""
        record = journal.record
        if record is None:
            return True
        file = self._directory / record.path
        return journal.begun.pull_id == pull_id and file.is_file() and file.stat().st_size == record.bytes

    def _read(self, journal: Journal) -> Journal | None:
        lines = _whole_lines(journal.path)
        if not lines or "begun" not in lines[0]:
            return None
        told = Journal(Begun(**lines[0]["begun"]), journal.spool, journal.path, journal.columns)
        here = journal.spool.stat().st_size if journal.spool.exists() else 0
        for line in lines[1:]:
            if "record" in line:
                told.record = FileRecord(**line["record"])
            elif line["bytes"] <= here:
                told.bytes = line["bytes"]
                told.marks += line["marks"]
        return told

    def _record(self, path: Path) -> FileRecord | None:
        told = [line["record"] for line in _whole_lines(path) if "record" in line]
        return FileRecord(**told[-1]) if told else None


def _whole_lines(path: Path) -> list[Mapping[str, Any]]:
    """The lines of a journal up to the first torn one; the file is cut there."""
    if not path.is_file():
        return []
    lines: list[Mapping[str, Any]] = []
    good = 0
    held = path.read_bytes()
    for line in held.splitlines(keepends=True):
        try:
            told = json.loads(line)
        except ValueError:
            break
        if not line.endswith(b"\n") or not isinstance(told, dict):
            break
        lines.append(told)
        good += len(line)
    if good < len(held):
        os.truncate(path, good)
    return lines


def _line(lines: IO[bytes], told: Mapping[str, Any]) -> None:
    lines.write(json.dumps(told).encode() + b"\n")
    sync(lines)
