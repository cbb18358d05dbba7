"""Rows as they were received, in parquet files under one folder, and the manifest that says which of them count.

A file ``<entity>/<pull-id>.parquet`` is never changed once it is written. What counts is what ``manifest.json`` names:
it is replaced as a whole, after everything it names is safely on the disk. Stopped anywhere, a pull leaves the old
state or the new one.
"""

import json
import os
import shutil
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from crm.resources import BY_ENTITY, NOTHING
from crm.snapshots.files import write_durably
from crm.snapshots.manifest import EntityState, FileRecord, Manifest, from_json, to_json
from crm.snapshots.parquet_files import SCRATCH, DiskFullError, RowFiles, SnapshotsError

__all__ = ["NO_PULL", "UNLISTED_FOR_SECONDS", "DiskFullError", "Snapshots", "SnapshotsError"]

UNLISTED_FOR_SECONDS = 3600.0  # a reader may still be opening what an older manifest named
NO_PULL = "0" * 12
MOST_FILES = 12  # of an entity beside its first one: a reader opens every one of them
MOST_SHARE = 4  # … or as many changed rows as a quarter of the first one has
FEWEST_ROWS = 20_000  # less is not worth a file of everything


class Snapshots(RowFiles):
    """The snapshots under ``directory``; one writer at a time (the pull holds a lock), any number of readers.

    ``further`` maps entities to the columns that their rows have behind those of the resource.
    """

    def __init__(self, directory: Path, further: Mapping[str, Sequence[str]] = NOTHING) -> None:
        super().__init__(directory, further)
        self._manifest_file = self.directory / "manifest.json"

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

    def publish(self, manifest: Manifest) -> None:
        """Make this manifest the truth, in one step.

        Raises:
            DiskFullError, SnapshotsError: it cannot be written; the old one stands.
        """
        before = self.manifest()
        with self.explain_errors():
            self.directory.mkdir(parents=True, exist_ok=True)
            for path in (before.listed() - manifest.listed()) if before else ():
                if (self.directory / path).exists():
                    os.utime(self.directory / path)  # from now on it is not listed: see `sweep`
            text = json.dumps(to_json(manifest), ensure_ascii=False, indent=1)
            write_durably(self._manifest_file, text.encode())

    def sweep(self, now: float | None = None, spared: Collection[str] = ()) -> None:
        """Remove what killed pulls left at once, and what has not been listed for an hour. Call it under the lock.

        ``spared`` are paths of files that a pull will resume from.
        """
        shutil.rmtree(self.directory / SCRATCH, ignore_errors=True)
        manifest = self.manifest()
        listed = manifest.listed() if manifest else set()
        newest = manifest.pull_id if manifest else NO_PULL
        moment = time.time() if now is None else now
        places = [*self.directory.glob(".manifest*.tmp")]
        for entity in BY_ENTITY:
            places += self.directory.glob(f"{entity}/*")
        for path in places:
            name = path.relative_to(self.directory).as_posix()
            if name in listed or name in spared or not path.is_file():
                continue
            orphan = path.name.startswith(".") or path.name[:12] > newest
            if orphan or path.stat().st_mtime < moment - UNLISTED_FOR_SECONDS:
                path.unlink(missing_ok=True)

    def discard(self, records: Iterable[FileRecord], spared: Collection[str] = ()) -> None:
        """Remove files that were written for a manifest that never came; what is listed after all, or spared, stays."""
        manifest = self.manifest()
        listed = manifest.listed() if manifest else set()
        for record in records:
            if record.path not in listed and record.path not in spared:
                (self.directory / record.path).unlink(missing_ok=True)


def has_piled_up(state: EntityState) -> bool:
    """Whether the files of an entity are so many, or so large beside the first one, that they are to become one."""
    if len(state.files) < 2:
        return False
    first, *later = state.files
    rows = sum(record.rows for record in later)
    return len(later) > MOST_FILES or (rows >= FEWEST_ROWS and rows * MOST_SHARE > first.rows)
