"""The plan beside the data: ``plan/plan.xlsx``, a workbook people can open, and ``plan/problems.json``, what its source
said of it.

The plan belongs to no portal and to no pull: it can be saved while one runs. It is replaced as a whole, by rename,
under a lock. A workbook that somebody edited by hand is read like any other; before it is replaced it is kept beside.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from filelock import FileLock

from crm.settings import Settings
from crm.snapshots.disk_errors import is_disk_full
from crm.snapshots.files import PRIVATE_FILE, private_folder, write_durably
from inputs.plan.errors import PlanChanged, PlanError
from inputs.plan.export import xlsx_bytes
from inputs.plan.files import read_file
from inputs.plan.grid import Reading
from inputs.plan.people import NOBODY, Names
from inputs.plan.rows import PlanRow
from language import Message

OF_CELLS = "plan.told."
DAMAGED = ("plan.file.empty", "plan.file.not_xlsx", "plan.file.no_head")  # what reading a damaged workbook says
PATIENCE = 30  # seconds for another writer to finish


def plan_path(settings: Settings) -> Path:
    """Where an installation keeps its plan."""
    return settings.data_dir / "plan" / "plan.xlsx"


@dataclass(frozen=True)
class _Notes:
    """``plan/problems.json``: the digest of the workbook as it was written last, the problems of its source then, and
    which source that was (the key of a linked sheet, "" for this machine)."""

    written: str = ""
    problems: tuple[Message, ...] = ()
    source: str = ""


class PlanStore:
    """The plan in one workbook. Every method may raise `PlanError`: the file is damaged, or cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._notes_path = self.path.with_name("problems.json")

    def rows(self) -> tuple[PlanRow, ...]:
        """The plan, one row a key, in the order of keys; empty when there is none."""
        return self._reading().rows

    def digest(self) -> str:
        """SHA-256 of the file, in hex; "" when there is no plan."""
        try:
            return hashlib.sha256(self.path.read_bytes()).hexdigest()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise self._error("plan.store.unreadable", error) from None

    def problems(self) -> tuple[Message, ...]:
        """Problems of the last import, or of the last reading of the linked sheet; then those of the file itself."""
        return (*self._read_notes().problems, *self._reading().problems)

    def replace(
        self, rows: Iterable[PlanRow], *, problems: Sequence[Message] = (), names: Names = NOBODY, source: str = ""
    ) -> None:
        """Store these rows, one a key, in the place of all others; empty ones are dropped.

        ``problems`` are those of their ``source``, in the place of the problems known before; ``names`` are written
        beside the ids. A plan of another source (a linked sheet; "" is this machine) is kept in a copy.
        """
        with self._locked():
            self._replace({row.key: row for row in rows}.values(), problems, names, source)

    def replace_months(
        self,
        months: Collection[dt.date],
        rows: Iterable[PlanRow],
        *,
        problems: Sequence[Message] = (),
        names: Names = NOBODY,
        seen: Sequence[PlanRow] | None = None,
        source: str = "",
    ) -> None:
        """`replace`, of ``months`` (their first days) alone; rows of other months stand as they are.

        Raises:
            PlanChanged: the months' rows are not those that were ``seen``: somebody else has saved them meanwhile.
        """
        with self._locked():
            stored = self.rows()
            if seen is not None and [row for row in stored if row.key.month in months] != list(seen):
                raise PlanChanged("plan.store.changed")
            kept = [row for row in stored if row.key.month not in months]
            given = {row.key: row for row in rows if row.key.month in months}
            self._replace([*kept, *given.values()], problems, names, source)

    def damage(self) -> Message | None:
        """What is to be told of a workbook that cannot be understood, once `replace` has put it aside; None where it
        can, or there is none."""
        try:
            self._reading()
        except PlanError as error:
            if error.message.key not in DAMAGED:
                raise
            return Message("plan.store.put_aside", path=str(self.path), name=_kept_name(self.digest()))
        return None

    def note_failure(self, failure: Message) -> None:
        """Put before the problems of cells why a source gave no rows; the plan itself stands."""
        with self._locked():
            notes = self._read_notes()
            cells = [problem for problem in notes.problems if problem.key.startswith(OF_CELLS)]
            self._write_notes(replace(notes, problems=(failure, *cells)))

    def _replace(self, rows: Iterable[PlanRow], problems: Sequence[Message], names: Names, source: str) -> None:
        wanted = tuple(sorted((row for row in rows if not row.is_empty), key=lambda row: row.key))
        notes, current = self._read_notes(), self.digest()
        is_edited = current != notes.written
        if not is_edited and current and wanted == self.rows():  # the same plan: no figure needs to be built anew
            self._write_notes(_Notes(current, tuple(problems), source))
            return
        if is_edited or (source and source != notes.source):
            self._keep(current)
        data = xlsx_bytes(wanted, names)
        self._write(self.path, data)
        self._write_notes(_Notes(hashlib.sha256(data).hexdigest(), tuple(problems), source))

    def _keep(self, digest: str) -> None:
        """What a person did to the file by hand, or typed before a sheet was linked, is nobody's to throw away."""
        if digest:
            self._write(self.path.with_name(_kept_name(digest)), self.path.read_bytes())

    def _reading(self) -> Reading:
        digest = self.digest()
        return _read(self.path, digest) if digest else Reading()

    def _read_notes(self) -> "_Notes":
        """What `_write_notes` wrote last; nothing where the file is lost or damaged."""
        try:
            stored = json.loads(self._notes_path.read_text("utf-8"))
            problems = tuple(Message.from_json(problem) for problem in stored["told"])
            return _Notes(str(stored["written"]), problems, str(stored["source"]))
        except (OSError, ValueError, KeyError, TypeError):
            return _Notes()

    def _write_notes(self, notes: "_Notes") -> None:
        problems = [problem.to_json() for problem in notes.problems]
        text = json.dumps(
            {"written": notes.written, "told": problems, "source": notes.source}, ensure_ascii=False, indent=1
        )
        self._write(self._notes_path, text.encode("utf-8", "replace"))

    def _write(self, path: Path, data: bytes) -> None:
        try:
            write_durably(path, data)
        except OSError as error:
            raise self._error("plan.store.unwritable", error) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            private_folder(self.path.parent)
            lock = FileLock(self.path.with_name("plan.lock"), timeout=PATIENCE, mode=PRIVATE_FILE)
            lock.acquire()
        except OSError as error:  # a lock that is not given in time is one too
            raise self._error("plan.store.unwritable", error) from None
        try:
            yield
        finally:
            lock.release()

    def _error(self, key: str, error: OSError) -> PlanError:
        if is_disk_full(error):
            return PlanError("plan.store.no_room", folder=str(self.path.parent))
        return PlanError(key, path=str(self.path), reason=error.strerror or type(error).__name__)


@dataclass(frozen=True)
class StoredPlan:
    """The plan as it is stored, one row a key, and the `PlanStore.digest` of its file; "" where there is none."""

    rows: tuple[PlanRow, ...] = ()
    digest: str = ""


def stored_plan(settings: Settings) -> StoredPlan:
    """The plan of an installation.

    Raises:
        PlanError: it is there and cannot be read.
    """
    store = PlanStore(plan_path(settings))
    digest = store.digest()  # first: a plan saved between the two makes figures look old, never newer than they are
    return StoredPlan(store.rows(), digest)


def _kept_name(digest: str) -> str:
    return f"plan-kept-{digest[:12]}.xlsx"


@lru_cache(maxsize=4)
def _read(path: Path, digest: str) -> Reading:
    """The file as it was when ``digest`` was taken: read once, however often a page asks."""
    del digest
    return read_file(path)
