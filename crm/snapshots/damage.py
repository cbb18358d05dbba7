"""Damage: files of a manifest that are gone, cut or changed, as a failing disk or a stray hand leaves them.

Every file bears its digest in the manifest. A pull hashes them all before it begins, which takes about a second a
gigabyte, drops what does not match, and pulls those entities anew.
"""

import errno
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crm.snapshots.files import digest_of
from crm.snapshots.manifest import FileRecord, Manifest

# What a file says that cannot be read itself; anything else (no memory, too many open files) may pass.
UNREADABLE = (
    errno.ENOENT, errno.EIO, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENXIO,
)  # fmt: skip


@dataclass(frozen=True)
class Verified:
    """A `manifest` whose files are all here as they were written, and which ones were `dropped`, by entity."""

    manifest: Manifest
    dropped: Mapping[str, Sequence[FileRecord]]


def verified(manifest: Manifest, growing: Mapping[str, bool], *, hashed: bool = True) -> Verified:
    """A manifest without damaged files; see `EntityState.without`.

    Args:
        growing: of each entity that is known here, whether it only ever grows; others are left as they are.
        hashed: read every file, else look at sizes alone.

    Raises:
        OSError: a file cannot be read for a reason that may pass.
    """
    dropped = {name: tuple(damaged_files(manifest, name, hashed=hashed)) for name in growing}
    dropped = {name: records for name, records in dropped.items() if records}
    states = {name: manifest.entities[name].without(records, grows=growing[name]) for name, records in dropped.items()}
    return Verified(manifest.with_entities(states), dropped)


def damaged_files(manifest: Manifest, entity: str, *, hashed: bool = True) -> Iterator[FileRecord]:
    """The files of an entity that are not as they were written.

    Raises:
        OSError: a file cannot be read for a reason that may pass.
    """
    state = manifest.state(entity)
    for record in state.files if state else ():
        if not is_whole(manifest.directory / record.path, record, hashed=hashed):
            yield record


def is_whole(path: Path, record: FileRecord, *, hashed: bool = True) -> bool:
    """Whether a file is here as it was written: its size and its digest; its size alone where no digest is known.

    Raises:
        OSError: it cannot be read for a reason that may pass.
    """
    try:
        if not path.is_file() or path.stat().st_size != record.bytes:
            return False
        return not hashed or not record.digest or digest_of(path) == record.digest
    except OSError as error:
        if error.errno in UNREADABLE:
            return False
        raise
