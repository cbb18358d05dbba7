"""Files that survive a power cut: written beside their place, brought to the disk, then given their name in one step.

A reader sees the old file or the new one, never a part of it. Works on every system: where a folder cannot be opened
(Windows), its names are the system's own care.

Whatever the product writes is its user's alone: folders have mode 0700 and files 0600, decided here and nowhere else.
"""

import errno
import hashlib
import os
import stat
import time
from itertools import count
from pathlib import Path
from typing import IO

_NO_SYNC_HERE = (errno.EINVAL, errno.ENOTSUP)  # file systems over a network that know no fsync of a folder
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO  # the bits of a mode that let anybody but the owner in
HAS_MODES = os.name == "posix"
_WAITS = (0.02, 0.1, 0.5)  # seconds: on Windows a file that somebody is just reading cannot be replaced


def write_durably(path: Path, data: bytes) -> None:
    """Replace the contents of ``path``, or make it; no draft is left behind when that fails.

    Two writers of one path must not run at once: their draft has one name.

    Raises:
        OSError: it cannot be written; the old file stands.
    """
    draft = path.with_name(f".{path.name}.tmp")
    try:
        with open_private(draft, "wb") as file:
            file.write(data)
        replace_durably(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def replace_durably(draft: Path, path: Path) -> None:
    """Give a finished file the name ``path``, in the place of what had it, so that it survives a power cut; whoever
    wrote it (DuckDB opens its files itself), it is its owner's alone from then on.

    Raises:
        OSError: it cannot be done; the old file stands (or, if only the folder could not be synced, the new one).
    """
    close_to_others(draft)
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


def open_private(path: Path, mode: str, buffering: int = -1) -> IO[bytes]:
    """Open a binary file to write (``mode`` "wb" or "ab") that nobody but its owner may read, a new one or not.

    Raises:
        OSError: it cannot be opened.
    """
    return open(path, mode, buffering, opener=_private_opener)


def private_folder(path: Path) -> Path:
    """Make a folder, and those above it, that nobody but its owner may enter, where there is none; gives ``path``.

    Raises:
        OSError: it cannot be made.
    """
    for folder in reversed([folder for folder in path.parents if not folder.exists()]):
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return path


def close_to_others(path: Path) -> bool:
    """Take what rights others than the owner have on a file or folder, if any; whether there were some.

    A folder that everybody shares by its purpose (/tmp, whose mode has the sticky bit) is left alone.

    Raises:
        OSError: it is not here, or another user's.
    """
    mode = path.stat().st_mode
    if not HAS_MODES or not mode & OTHERS or mode & stat.S_ISVTX:
        return False
    path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    return True


def put_aside(path: Path) -> Path:
    """Rename what cannot be understood, so that it is in nobody's way and not lost; its new name, ``….unknown-1``.

    Raises:
        OSError: it is not here, or cannot be renamed.
    """
    free = (path.with_name(f"{path.name}.unknown-{number}") for number in count(1))
    return path.rename(next(name for name in free if not name.exists()))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex. It takes about a second a gigabyte.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(file: IO[bytes]) -> None:
    """Bring what was written into an open file to the disk."""
    file.flush()
    os.fsync(file.fileno())


def _private_opener(path: str, flags: int) -> int:
    handle = os.open(path, flags, PRIVATE_FILE)
    if HAS_MODES and os.fstat(handle).st_mode & OTHERS:
        os.fchmod(handle, PRIVATE_FILE)  # it was here already
    return handle


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
