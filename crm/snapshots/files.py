"""Files that survive a power cut: written beside their place, brought to the disk, then given their name in one step.

A reader sees the old file or the new one, never a part of it. Works on every system: where a folder cannot be opened
(Windows), its names are the system's own care.
"""

import errno
import os
import time
from pathlib import Path
from typing import IO

_NO_SYNC_HERE = (errno.EINVAL, errno.ENOTSUP)  # file systems over a network that know no fsync of a folder
_WAITS = (0.02, 0.1, 0.5)  # seconds: on Windows a file that somebody is just reading cannot be replaced


def write_durably(path: Path, data: bytes) -> None:
    """Replace the contents of ``path``, or make it; no draft is left behind when that fails.

    Two writers of one path must not run at once: their draft has one name.

    Raises:
        OSError: it cannot be written; the old file stands.
    """
    draft = path.with_name(f".{path.name}.tmp")
    try:
        draft.write_bytes(data)
        replace_durably(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def replace_durably(draft: Path, path: Path) -> None:
    """Give a finished file the name ``path``, in the place of what had it, so that it survives a power cut.

    Raises:
        OSError: it cannot be done; the old file stands (or, if only the folder could not be synced, the new one).
    """
    with draft.open("rb+") as file:  # Windows syncs no file that is open for reading alone
        sync(file)
    replace_file(draft, path)
    _sync_folder(path.parent)


def replace_file(draft: Path, path: Path) -> None:
    """Give a file the name ``path`` in one step; a power cut may undo it. For what is written anew all the time.

    Raises:
        OSError: it cannot be done, however long somebody is waited for who reads the old file.
    """
    for wait in _WAITS:
        try:
            draft.replace(path)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    draft.replace(path)


def sync(file: IO[bytes]) -> None:
    """Bring what was written into an open file to the disk."""
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system lets a folder be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC_HERE:
            raise
    finally:
        os.close(handle)
