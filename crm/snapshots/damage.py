"""Damage: files of a manifest that are gone, cut or changed, as a failing disk or a stray hand leaves them.

Every file bears its digest in the manifest. A pull hashes them all before it begins, which takes about a second a
gigabyte, drops what does not match, and pulls those entities anew. A file that a version without digests has written
is read through once, and has its digest from then on.
"""

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crm.snapshots.files import digest_of
from crm.snapshots.manifest import EntityState, FileRecord, Manifest

# What a file says that cannot be read itself; anything else (no memory, too many open files) may pass.
UNREADABLE = (
    errno.ENOENT, errno.EIO, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENXIO,
)  # fmt: skip


@dataclass(frozen=True)
class Verified:
    """A `manifest` whose files are all here as they were written, and which ones were `dropped`, by entity."""

    manifest: Manifest
    dropped: Mapping[str, Sequence[FileRecord]]


IsReadable = Callable[[str, FileRecord], bool]  # an entity and a file of it without a digest → whether it can be read


def verified(manifest: Manifest, growing: Mapping[str, bool], is_readable: IsReadable | None = None) -> Verified:
    """A manifest without damaged files; see `EntityState.without`.

    Args:
        growing: of each entity that is known here, whether it only ever grows; others are left as they are.
        is_readable: how to look at files that bear no digest, to give them one; None: look at the sizes of all alone.

    Raises:
        OSError: a file cannot be read for a reason that may pass.
    """
    dropped: dict[str, tuple[FileRecord, ...]] = {}
    states: dict[str, EntityState] = {}
    for name, grows in growing.items():
        state = manifest.state(name)
        if state is None:
            continue
        damaged = set(damaged_files(manifest, name, hashed=is_readable is not None))
        if is_readable is not None:
            old = [record for record in state.files if not record.digest and record not in damaged]
            damaged.update(record for record in old if not is_readable(name, record))
        if damaged:
            dropped[name] = tuple(record for record in state.files if record in damaged)
            state = state.without(dropped[name], grows=grows)
        if is_readable is not None:
            state = replace(state, files=tuple(_with_digest(manifest, record) for record in state.files))
        states[name] = state
    return Verified(manifest.with_entities(states), dropped)


def _with_digest(manifest: Manifest, record: FileRecord) -> FileRecord:
    return record if record.digest else replace(record, digest=digest_of(manifest.directory / record.path))


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
