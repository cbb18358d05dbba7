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

from crm.resources import BY_ENTITY, NOTHING, RESOURCES
from crm.snapshots.damage import UNREADABLE, Verified, verified
from crm.snapshots.disk_errors import DiskFullError, SnapshotsError
from crm.snapshots.files import private_folder, put_aside, write_durably
from crm.snapshots.manifest import EntityState, FileRecord, Manifest, from_json, to_json
from crm.snapshots.parquet_files import SCRATCH, RowFiles

__all__ = ["NO_PULL", "UNLISTED_FOR_SECONDS", "DiskFullError", "Snapshots", "SnapshotsError", "UnknownManifest"]

UNLISTED_FOR_SECONDS = 3600.0  # a reader may still be opening what an older manifest named
NO_PULL = "0" * 12
MOST_FILES = 12  # of an entity beside its first one: a reader opens every one of them
MOST_SHARE = 4  # … or as many changed rows as a quarter of the first one has
FEWEST_ROWS = 20_000  # less is not worth a file of everything


class UnknownManifest(SnapshotsError):
    """The manifest is damaged, or of another version of the product. The next pull puts it aside and begins anew."""


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
            UnknownManifest: it is damaged, or of another version of the product.
            SnapshotsError: the folder cannot be read.
        """
        try:
            return from_json(json.loads(self._manifest_file.read_text("utf-8")), self.directory)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._unknown() from None
        except OSError as error:
            raise (self._unknown() if error.errno in UNREADABLE else self.explained(error)) from None

    def manifest_if_known(self) -> Manifest | None:
        """As `manifest`; None also where it is not known to this version, so that nothing is listed.

        Raises:
            SnapshotsError: the folder cannot be read.
        """
        try:
            return self.manifest()
        except UnknownManifest:
            return None

    def has_manifest(self) -> bool:
        """Whether a manifest lies here, known to this version or not."""
        return os.path.lexists(self._manifest_file)

    def verified(self, *, record_phase: bool = False) -> Verified | None:
        """What was published last without its damaged files, None where nothing was or is known to this version.

        ``record_phase``: of the second phase's entities alone, and by their sizes: the first has just read all files.

        Raises:
            SnapshotsError: the folder cannot be read.
        """
        manifest = self.manifest_if_known()
        if manifest is None:
            return None
        with self.explain_errors():
            looked_at = (resource for resource in RESOURCES if resource.phase == 2 or not record_phase)
            growing = {resource.entity: resource.grows for resource in looked_at}
            return verified(manifest, growing, None if record_phase else self.is_readable)

    def last_pull_id(self, manifest: Manifest | None) -> str:
        """The id of the last pull: that of the ``manifest``; of the newest file where the one here is not known."""
        if manifest is not None or not self.has_manifest():
            return manifest.pull_id if manifest else NO_PULL
        ids = (path.name[:12] for entity in BY_ENTITY for path in self.directory.glob(f"{entity}/*"))
        return max((number for number in ids if number.isdecimal() and len(number) == 12), default=NO_PULL)

    def publish(self, manifest: Manifest) -> None:
        """Make this manifest the truth, in one step. One that is not known to this version is put aside before.

        Raises:
            DiskFullError, SnapshotsError: it cannot be written; the old one stands.
        """
        with self.explain_errors():
            private_folder(self.directory)
            try:
                before = self.manifest()
            except UnknownManifest:
                before = None
                put_aside(self._manifest_file)
            for path in (before.listed() - manifest.listed()) if before else ():
                if (self.directory / path).exists():
                    os.utime(self.directory / path)  # from now on it is not listed: see `remove_leftovers`
            text = json.dumps(to_json(manifest), ensure_ascii=False, indent=1)
            write_durably(self._manifest_file, text.encode())

    def remove_leftovers(self, now: float | None = None, spared: Collection[str] = ()) -> None:
        """Remove what killed pulls left at once, and what has not been listed for an hour. Call it under the lock.

        ``spared`` are paths of files that a pull will resume from.
        """
        shutil.rmtree(self.directory / SCRATCH, ignore_errors=True)
        try:
            manifest = self.manifest()
        except UnknownManifest:
            return  # its files are its version's, until another manifest is published
        listed = manifest.listed() if manifest else set()
        newest = manifest.pull_id if manifest else NO_PULL
        moment = time.time() if now is None else now
        places = [*self.directory.glob(".manifest*.tmp")]
        for entity in BY_ENTITY:
            places += self.directory.glob(f"{entity}/*")
        for path in places:
            name = path.relative_to(self.directory).as_posix()
            if name in spared or (name in listed and path.is_file()):
                continue
            orphan = path.name.startswith(".") or path.name[:12] > newest or not path.is_file()
            if orphan or path.stat().st_mtime < moment - UNLISTED_FOR_SECONDS:
                _remove(path)

    def discard(self, records: Iterable[FileRecord], spared: Collection[str] = ()) -> None:
        """Remove files that were written for a manifest that never came; what is listed after all, or spared, stays."""
        manifest = self.manifest_if_known()
        listed = manifest.listed() if manifest else set()
        for record in records:
            if record.path not in listed and record.path not in spared:
                (self.directory / record.path).unlink(missing_ok=True)

    def _unknown(self) -> UnknownManifest:
        return UnknownManifest("snapshots.manifest_unreadable", path=str(self._manifest_file))


def has_piled_up(state: EntityState) -> bool:
    """Whether the files of an entity are so many, or so large beside the first one, that they are to become one."""
    if len(state.files) < 2:
        return False
    first, *later = state.files
    rows = sum(record.rows for record in later)
    return len(later) > MOST_FILES or (rows >= FEWEST_ROWS and rows * MOST_SHARE > first.rows)


def _remove(path: Path) -> None:
    """Remove a file, or a folder that stands where a file should."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
