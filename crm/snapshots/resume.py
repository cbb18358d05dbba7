"""Resume: what a killed pull had received so far, its rows in a spool and its checkpoints in a journal.

A journal's first line (the header) says what the rows are of; each further one, written after its rows are on the disk,
how long the spool is then and the checkpoints that the walks have come to. So a pull goes on from the last line that is
whole, and at most the batches that were in flight are asked for again.
"""

import datetime as dt
import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from crm.paging.workers import Checkpoint
from crm.snapshots.files import sync
from crm.snapshots.manifest import FileRecord
from crm.snapshots.parquet_files import Row, json_line

FOLDER = ".unfinished"
STALE_AFTER = dt.timedelta(hours=24)  # rows older than this are pulled anew


@dataclass(frozen=True)
class JournalHeader:
    """What the rows of a journal are of.

    `moment` is the portal's clock when their pull began, `newest` the highest id then, `workers` the batches in flight:
    the two that ranges are cut by. `fields` is the fingerprint of the resource.
    """

    origin: str
    fields: str
    pull_id: str
    moment: str
    newest: int = 0
    workers: int = 1

    def can_be_resumed(self, now: "JournalHeader") -> bool:
        """Whether a pull whose own header is ``now`` may go on from these rows."""
        age = dt.datetime.fromisoformat(now.moment) - dt.datetime.fromisoformat(self.moment)
        same = (self.origin, self.fields) == (now.origin, now.fields)
        return same and dt.timedelta() <= age < STALE_AFTER


@dataclass
class ResumeJournal:
    """The journal of one entity, and its spool.

    What an earlier process came to: its `checkpoints`, oldest first, the `bytes` of the spool that belong to them, and
    `record`, the finished file.
    """

    header: JournalHeader
    spool: Path
    path: Path
    columns: Sequence[str]
    checkpoints: list[Checkpoint] = field(default_factory=list)
    bytes: int = 0
    record: FileRecord | None = None

    @property
    def is_resumed(self) -> bool:
        """Whether an earlier process has written a part."""
        return bool(self.checkpoints) or self.record is not None

    def open(self) -> "OpenJournal":
        """Open it to write on, behind what is there."""
        return OpenJournal(self)

    def finish(self, record: FileRecord) -> None:
        """Note that all rows are in a file: the spool is not needed any more."""
        with self.path.open("ab") as lines:
            _write_line(lines, {"record": asdict(record)})
        self.spool.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget the rows: they are not to be believed."""
        self.path.unlink(missing_ok=True)
        self.spool.unlink(missing_ok=True)


class OpenJournal:
    """A journal and its spool, open for writing; a context manager."""

    def __init__(self, journal: ResumeJournal) -> None:
        self._columns = journal.columns
        journal.path.parent.mkdir(parents=True, exist_ok=True)
        if not journal.is_resumed:
            journal.path.write_bytes(b"")
        self._lines = journal.path.open("ab")
        self._rows = journal.spool.open("ab")
        self._rows.truncate(journal.bytes)
        self._rows.seek(0, os.SEEK_END)
        if not journal.is_resumed:
            _write_line(self._lines, {"begun": asdict(journal.header)})

    def add(self, rows: Iterable[Row], checkpoints: Sequence[Checkpoint]) -> None:
        """Write rows, and then the checkpoints of the walks they came from."""
        for row in rows:
            self._rows.write(json_line(row, self._columns))
        if checkpoints:
            sync(self._rows)
            _write_line(self._lines, {"bytes": self._rows.tell(), "marks": list(checkpoints)})

    def __enter__(self) -> "OpenJournal":
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()
        self._lines.close()


class ResumeJournals:
    """The journals in a folder of snapshots."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._folder = directory, directory / FOLDER

    def journal(self, entity: str, columns: Sequence[str], now: JournalHeader) -> ResumeJournal:
        """The journal of an entity: that of an earlier pull where it can be resumed, else a new one headed ``now``."""
        fresh = ResumeJournal(now, self._folder / f"{entity}.ndjson", self._folder / f"{entity}.journal", columns)
        found = self._read(fresh)
        if found is not None and self._can_be_resumed(found, now):
            return found
        fresh.discard()
        return fresh

    def spared(self) -> set[str]:
        """Paths of the finished files that journals name: they are not to be swept."""
        records = (self._record(path) for path in self._folder.glob("*.journal"))
        return {record.path for record in records if record is not None}

    def clear(self, entities: Collection[str]) -> None:
        """Remove the journals of these entities, which are published."""
        for entity in entities:
            for path in self._folder.glob(f"{entity}.*"):
                path.unlink(missing_ok=True)
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            shutil.rmtree(self._folder, ignore_errors=True)

    def _can_be_resumed(self, journal: ResumeJournal, now: JournalHeader) -> bool:
        is_fit = journal.is_resumed and journal.header.can_be_resumed(now)
        return is_fit and self._has_its_file(journal, now.pull_id)

    def _has_its_file(self, journal: ResumeJournal, pull_id: str) -> bool:
        """Whether the finished file that a journal names, if it names one, is there and not published already."""
        record = journal.record
        if record is None:
            return True
        file = self._directory / record.path
        return journal.header.pull_id == pull_id and file.is_file() and file.stat().st_size == record.bytes

    def _read(self, journal: ResumeJournal) -> ResumeJournal | None:
        """What lies at the paths of ``journal``; None where there is no whole header."""
        lines = _whole_lines(journal.path)
        if not lines or "begun" not in lines[0]:
            return None
        header = JournalHeader(**lines[0]["begun"])
        found = ResumeJournal(header, journal.spool, journal.path, journal.columns)
        spooled = journal.spool.stat().st_size if journal.spool.exists() else 0
        for line in lines[1:]:
            if "record" in line:
                found.record = FileRecord(**line["record"])
            elif line["bytes"] <= spooled:
                found.bytes = line["bytes"]
                found.checkpoints += line["marks"]
        return found

    def _record(self, path: Path) -> FileRecord | None:
        records = [line["record"] for line in _whole_lines(path) if "record" in line]
        return FileRecord(**records[-1]) if records else None


def _whole_lines(path: Path) -> list[Mapping[str, Any]]:
    """The lines of a journal up to the first torn one; the file is cut there."""
    if not path.is_file():
        return []
    lines: list[Mapping[str, Any]] = []
    whole_bytes = 0
    content = path.read_bytes()
    for text in content.splitlines(keepends=True):
        try:
            line = json.loads(text)
        except ValueError:
            break
        if not text.endswith(b"\n") or not isinstance(line, dict):
            break
        lines.append(line)
        whole_bytes += len(text)
    if whole_bytes < len(content):
        os.truncate(path, whole_bytes)
    return lines


def _write_line(lines: IO[bytes], line: Mapping[str, Any]) -> None:
    lines.write(json.dumps(line).encode() + b"\n")
    sync(lines)
