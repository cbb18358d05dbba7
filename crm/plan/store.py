"""The plan beside the data: ``plan/plan.xlsx``, a workbook people can open, and ``plan/problems.json``, what was told.

The plan belongs to no portal and to no pull: it can be saved while one runs. It is replaced as a whole, by rename,
under a lock. A workbook that somebody edited by hand is read like any other; before it is replaced it is kept beside.
"""

import datetime as dt
import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from filelock import FileLock

from crm.plan.files import read_file
from crm.plan.grid import Reading
from crm.plan.people import NOBODY, Names
from crm.plan.rows import PlanRow
from crm.plan.told import PlanError, Told
from crm.plan.written import xlsx_bytes
from crm.settings import Settings

PATIENCE = 30  # seconds for another writer to finish


def plan_path(settings: Settings) -> Path:
    """Where an installation keeps its plan."""
    return settings.data_dir / "plan" / "plan.xlsx"


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

    def problems(self) -> tuple[Told, ...]:
        """What the last import, or the last reading of the linked sheet, told; then what the file itself tells."""
        return (*self._noted()[1], *self._reading().told)

    def replace(self, rows: Iterable[PlanRow], *, told: Sequence[Told] = (), names: Names = NOBODY) -> None:
        """Store these rows, one a key, in the place of all others; empty ones are dropped.

        ``told`` is what their source told, in the place of what was told before; ``names`` are written beside the ids.
        """
        with self._locked():
            self._replace({row.key: row for row in rows}.values(), told, names)

    def replace_months(
        self,
        months: Collection[dt.date],
        rows: Iterable[PlanRow],
        *,
        told: Sequence[Told] = (),
        names: Names = NOBODY,
    ) -> None:
        """`replace`, of ``months`` (their first days) alone; rows of other months stand as they are."""
        with self._locked():
            kept = [row for row in self.rows() if row.key.month not in months]
            given = {row.key: row for row in rows if row.key.month in months}
            self._replace([*kept, *given.values()], told, names)

    def tell(self, told: Sequence[Told]) -> None:
        """Note what a source told that gave no rows; the plan stands."""
        with self._locked():
            self._note(self._noted()[0], told)

    def _replace(self, rows: Iterable[PlanRow], told: Sequence[Told], names: Names) -> None:
        wanted = tuple(sorted((row for row in rows if not row.is_empty), key=lambda row: row.key))
        written, current = self._noted()[0], self.digest()
        if current != written:
            self._keep_edited(current)
        elif current and wanted == self.rows():  # the same plan: the figures need not be built anew
            self._note(current, told)
            return
        data = xlsx_bytes(wanted, names)
        self._write(self.path, data)
        self._note(hashlib.sha256(data).hexdigest(), told)

    def _keep_edited(self, digest: str) -> None:
        """What a person did to the file by hand is nobody's to throw away."""
        if digest:
            copy = self.path.with_name(f"plan-edited-{digest[:12]}.xlsx")
            self._write(copy, self.path.read_bytes())

    def _reading(self) -> Reading:
        digest = self.digest()
        return _read(self.path, digest) if digest else Reading()

    def _noted(self) -> tuple[str, tuple[Told, ...]]:
        """The digest of the file as it was written last, and what was told then; nothing where the note is lost."""
        try:
            noted = json.loads(self._notes.read_text("utf-8"))
            return str(noted["written"]), tuple(Told(str(one["key"]), dict(one["values"])) for one in noted["told"])
        except (OSError, ValueError, KeyError, TypeError):
            return "", ()

    def _note(self, written: str, told: Sequence[Told]) -> None:
        noted = {"written": written, "told": [asdict(one) for one in told]}
        self._write(self._notes, json.dumps(noted, ensure_ascii=False, indent=1).encode("utf-8", "replace"))

    def _write(self, path: Path, data: bytes) -> None:
        draft: Path | None = None
        try:
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
                draft = Path(file.name)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(0o644)
            draft.replace(path)
        except OSError as error:
            raise self._failed("plan.store.unwritable", error) from None
        finally:
            if draft:
                draft.unlink(missing_ok=True)
        _flush_folder(path.parent)

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


@lru_cache(maxsize=4)
def _read(path: Path, digest: str) -> Reading:
    """The file as it was when ``digest`` was taken: read once, however often a page asks."""
    del digest
    return read_file(path)


def _flush_folder(folder: Path) -> None:
    with suppress(OSError):  # some systems do not let a folder be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
