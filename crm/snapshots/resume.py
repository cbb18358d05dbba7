"""Resume: what a killed pull had received so far, its rows in a spool and its checkpoints in a journal.

A journal's first line (the header) says what the rows are of; each further one, written after its rows are on the disk,
how long the spool is then and the checkpoints that the walks have come to. So a pull goes on from the last line that is
whole, and at most the batches that were in flight are asked for again. How lines are
written and checked: journal_lines.py.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from crm.paging.workers import Checkpoint
from crm.snapshots.damage import is_whole
from crm.snapshots.files import open_private, private_folder, put_aside, sync
from crm.snapshots.journal_lines import Line, UnknownJournal, read_lines, write_line
from crm.snapshots.manifest import FileRecord, file_from_json
from crm.snapshots.spool import Row, json_line
from language import Message

FOLDER = ".unfinished"
STALE_AFTER = dt.timedelta(hours=24)  # rows older than this are pulled anew


@dataclass(frozen=True)
class JournalHeader:
    """What the rows of a journal are of.

    `moment` is the portal's clock when their pull began, `newest` the highest id then, `workers` the batches in flight:
    the two that ranges are cut by. `fields` is the fingerprint of the resource. `pull_id` is the pull's own; of what is
    pulled by record, that of the pull which published the records.
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

    @classmethod
    def from_json(cls, stored: Any) -> "JournalHeader":
        """A header as it stands in a journal.

        Raises:
            TypeError, ValueError: it is none, or holds keys or values that are not known to this version.
        """
        header = cls(**stored)
        texts = (header.origin, header.fields, header.pull_id, header.moment)
        numbers = (header.newest, header.workers)
        if not all(isinstance(text, str) for text in texts) or not all(isinstance(number, int) for number in numbers):
            raise TypeError(f"no header: {stored!r}")
        if dt.datetime.fromisoformat(header.moment).tzinfo is None or header.newest < 0 or header.workers < 1:
            raise ValueError(f"no header: {stored!r}")
        return header


@dataclass
class ResumeJournal:
    """The journal of one entity, and its spool.

    What an earlier process came to: its `checkpoints`, oldest first, the `bytes` of the spool that belong to them, the
    `digest` of these, and `record`, the finished file.
    """

    header: JournalHeader
    spool: Path
    path: Path
    columns: Sequence[str]
    checkpoints: list[Checkpoint] = field(default_factory=list)
    bytes: int = 0
    record: FileRecord | None = None
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

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
            write_line(lines, {"record": asdict(record)})
        self.spool.unlink(missing_ok=True)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows of the spool, each value a text, in the order they came."""
        with self.spool.open("rb") as lines:
            yield from map(json.loads, lines)

    def reduce(self, is_kept: Callable[[Row], bool], checkpoints: Sequence[Checkpoint]) -> None:
        """Keep some rows alone, and the ``checkpoints`` of the walks that brought them. Ask `ResumeJournals` for the
        journal anew afterwards."""
        with self.spool.open("rb") as spool:
            kept = [row for row in map(json.loads, spool.read(self.bytes).splitlines()) if is_kept(row)]
        self.discard()
        with ResumeJournal(self.header, self.spool, self.path, self.columns).open() as open_journal:
            open_journal.add(kept, checkpoints)

    def discard(self) -> None:
        """Forget the rows: they are not to be believed."""
        self.path.unlink(missing_ok=True)
        self.spool.unlink(missing_ok=True)


class OpenJournal:
    """A journal and its spool, open for writing; a context manager."""

    def __init__(self, journal: ResumeJournal) -> None:
        self._columns, self._digest = journal.columns, journal.digest.copy()
        private_folder(journal.path.parent)
        if not journal.is_resumed:
            journal.path.unlink(missing_ok=True)
        self._lines = open_private(journal.path, "ab")
        self._rows = open_private(journal.spool, "ab")
        self._rows.truncate(journal.bytes)
        self._rows.seek(0, os.SEEK_END)
        if not journal.is_resumed:
            write_line(self._lines, {"begun": asdict(journal.header)})

    def add(self, rows: Iterable[Row], checkpoints: Sequence[Checkpoint]) -> None:
        """Write rows, and then the checkpoints of the walks they came from."""
        for row in rows:
            text = json_line(row, self._columns)
            self._rows.write(text)
            self._digest.update(text)
        if checkpoints:
            sync(self._rows)
            digest = self._digest.hexdigest()
            write_line(self._lines, {"bytes": self._rows.tell(), "marks": list(checkpoints), "spool": digest})

    def __enter__(self) -> "OpenJournal":
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()
        self._lines.close()


class ResumeJournals:
    """The journals in a folder of snapshots."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._folder = directory, directory / FOLDER
        self._notes: list[Message] = []

    def journal(self, entity: str, columns: Sequence[str], now: JournalHeader) -> ResumeJournal:
        """The journal of an entity: that of an earlier pull where it can be resumed, else a new one headed ``now``.

        One that is damaged, or of another version, is put aside, and `take_notes` says so.

        Raises:
            OSError: the folder cannot be read or written.
        """
        if self._folder.exists() and not self._folder.is_dir():
            put_aside(self._folder)
        fresh = ResumeJournal(now, self._folder / f"{entity}.ndjson", self._folder / f"{entity}.journal", columns)
        try:
            found = self._read(fresh)
        except UnknownJournal:
            self._put_aside(entity, fresh)
            return fresh
        if found is not None and self._can_be_resumed(found, now):
            return found
        fresh.discard()
        return fresh

    def take_notes(self) -> list[Message]:
        """What is to be told of journals that were put aside, once."""
        notes, self._notes = self._notes, []
        return notes

    def spared(self) -> set[str]:
        """Paths of the finished files that journals name: they are no leftovers."""
        records = (self._record(path) for path in self._folder.glob("*.journal"))
        return {record.path for record in records if record is not None}

    def clear(self, entities: Collection[str]) -> None:
        """Remove the journals of these entities, which are published."""
        for entity in entities:
            for suffix in ("ndjson", "journal"):
                (self._folder / f"{entity}.{suffix}").unlink(missing_ok=True)
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
        return journal.header.pull_id == pull_id and is_whole(self._directory / record.path, record)

    def _read(self, journal: ResumeJournal) -> ResumeJournal | None:
        """What lies at the paths of ``journal``, which is cut behind the last line that counts; None for nothing.

        Raises:
            UnknownJournal: see `read_lines`.
        """
        lines = read_lines(journal.path)
        if not lines:
            return None
        try:
            (header, end), *later = lines
            found = ResumeJournal(
                JournalHeader.from_json(header["begun"]), journal.spool, journal.path, journal.columns
            )
            records = [file_from_json(line["record"]) for line, _ in later if "record" in line]
        except (KeyError, TypeError, ValueError):
            raise UnknownJournal from None
        if records:
            found.record = records[-1]
        else:
            os.truncate(journal.path, _take_checkpoints(found, later) or end)
        return found

    def _record(self, path: Path) -> FileRecord | None:
        try:
            records = [file_from_json(line["record"]) for line, _ in read_lines(path) if "record" in line]
        except (OSError, UnknownJournal, KeyError, TypeError, ValueError):
            return None
        return records[-1] if records else None

    def _put_aside(self, entity: str, journal: ResumeJournal) -> None:
        name = put_aside(journal.path).name
        if journal.spool.exists():
            put_aside(journal.spool)
        day = dt.datetime.fromisoformat(journal.header.moment).date()
        self._notes.append(Message("damage.journal", day=day, entity=Message(f"entity.{entity}"), name=name))


def _take_checkpoints(journal: ResumeJournal, lines: Sequence[tuple[Line, int]]) -> int:
    """Take over the checkpoints whose rows are in the spool as they were written; the end of the last such line."""
    end = 0
    if not journal.spool.exists():
        return end
    if not journal.spool.is_file():
        raise UnknownJournal
    with journal.spool.open("rb") as spool:
        for line, line_end in lines:
            digest, size = journal.digest.copy(), line["bytes"] - journal.bytes
            rows = spool.read(max(size, 0))
            digest.update(rows)
            if len(rows) != size or line.get("spool", digest.hexdigest()) != digest.hexdigest():
                break
            journal.digest, journal.bytes, end = digest, line["bytes"], line_end
            journal.checkpoints += line["marks"]
    return end
