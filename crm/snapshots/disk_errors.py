"""What a disk or the engine raises over the folder of snapshots, as a person understands it."""

import errno
import os
from pathlib import Path

import duckdb

from language import ExplainedError

# What is not the fault of a file that is read; the engine has no one class for all that a damaged one makes of it.
NO_DAMAGE = (
    duckdb.OutOfMemoryException,
    duckdb.InterruptException,
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
)
FAILURES = (duckdb.Error, RuntimeError, UnicodeDecodeError)  # what reading a damaged file may raise
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class SnapshotsError(ExplainedError):
    """The folder of snapshots cannot be read or written. What was published before stands."""


class DiskFullError(SnapshotsError):
    """The disk is full."""


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of the system or of the engine says that there is no room on the disk."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return isinstance(error, duckdb.Error) and os.strerror(errno.ENOSPC).lower() in str(error).lower()


def failure_of_disk(error: BaseException, folder: Path) -> SnapshotsError:
    """What the system or the engine has raised over a ``folder``, as a person understands it."""
    if is_disk_full(error):
        return DiskFullError("snapshots.no_room", folder=str(folder))
    return SnapshotsError("snapshots.failed", folder=str(folder))
