"""The plan beside the data: ``plan/plan.xlsx``, a workbook people can open, and ``plan/problems.json``, what was told.

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
from crm.snapshots.files import write_durably
from inputs.plan.errors import PlanChanged, PlanError
from inputs.plan.export import xlsx_bytes
from inputs.plan.files import read_file
from inputs.plan.grid import Reading
from inputs.plan.people import NOBODY, Names
from inputs.plan.rows import PlanRow
from language import Message

OF_CELLS = "plan.told."
PATIENCE = 30  # seconds for another writer to finish


def plan_path(settings: Settings) -> Path:
    """Where an installation keeps its plan."""
    return settings.data_dir / "plan" / "plan.xlsx"


@dataclass(frozen=True)
class _Note:
    """The digest of the file as it was written last, what its source told then, and which source that was."""

    written: str = ""
    problems: tuple[Message, ...] = ()
    source: str = ""


class PlanStore:
    """The plan in one workbook. Every method may raise `PlanError`: the file is damaged, or cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._notes = self.path.with_name("problems.json")

    def rows(self) -> tuple[PlanRow, ...]:
        """The plan, one row a key, in the order of keys; empty when there is none."""
        return self._reading().rows

    def digest(self) -> str:
        """A word that changes with what the file holds; "" when there is no plan."""
        try:
            return hashlib.sha256(self.path.read_bytes()).hexdigest()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise self._failed("plan.store.unreadable", error) from None

    def problems(self) -> tuple[Message, ...]:
        """What the last import, or the last reading of the linked sheet, told; then what the file itself tells."""
        return (*self._noted().problems, *self._reading().problems)

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

    def tell(self, failure: Message) -> None:
        """Note why a source gave no rows; the plan stands, and so does what was told of its cells."""
        with self._locked():
            noted = self._noted()
            cells = [problem for problem in noted.problems if problem.key.startswith(OF_CELLS)]
            self._note(replace(noted, problems=(failure, *cells)))

    def _replace(self, rows: Iterable[PlanRow], problems: Sequence[Message], names: Names, source: str) -> None:
        wanted = tuple(sorted((row for row in rows if not row.is_empty), key=lambda row: row.key))
        noted, current = self._noted(), self.digest()
        is_edited = current != noted.written
        if not is_edited and current and wanted == self.rows():  # the same plan: no figure needs to be built anew
            self._note(_Note(current, tuple(problems), source))
            return
        if is_edited or (source and source != noted.source):
            self._keep(current)
        data = xlsx_bytes(wanted, names)
        self._write(self.path, data)
        self._note(_Note(hashlib.sha256(data).hexdigest(), tuple(problems), source))

    def _keep(self, digest: str) -> None:
        """What a person did to the file by hand, or typed before a sheet was linked, is nobody's to throw away."""
        if digest:
            self._write(self.path.with_name(f"plan-kept-{digest[:12]}.xlsx"), self.path.read_bytes())

    def _reading(self) -> Reading:
        digest = self.digest()
        return _read(self.path, digest) if digest else Reading()

    def _noted(self) -> "_Note":
        """What was noted last; nothing where the note is lost."""
        try:
            noted = json.loads(self._notes.read_text("utf-8"))
            problems = tuple(Message.from_json(problem) for problem in noted["told"])
            return _Note(str(noted["written"]), problems, str(noted["source"]))
        except (OSError, ValueError, KeyError, TypeError):
            return _Note()

    def _note(self, note: "_Note") -> None:
        told = [problem.to_json() for problem in note.problems]
        text = json.dumps({"written": note.written, "told": told, "source": note.source}, ensure_ascii=False, indent=1)
        self._write(self._notes, text.encode("utf-8", "replace"))

    def _write(self, path: Path, data: bytes) -> None:
        try:
            write_durably(path, data)
        except OSError as error:
            raise self._failed("plan.store.unwritable", error) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path.with_name("plan.lock"), timeout=PATIENCE)
            lock.acquire()
        except OSError as error:  # a lock that is not given in time is one too
            raise self._failed("plan.store.unwritable", error) from None
        try:
            yield
        finally:
            lock.release()

    def _failed(self, key: str, error: OSError) -> PlanError:
        return PlanError(key, path=str(self.path), reason=error.strerror or type(error).__name__)


@dataclass(frozen=True)
class StoredPlan:
    """The plan as it is stored, and a word that changes with it; "" where there is none."""

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


@lru_cache(maxsize=4)
def _read(path: Path, digest: str) -> Reading:
    """The file as it was when ``digest`` was taken: read once, however often a page asks."""
    del digest
    return read_file(path)
