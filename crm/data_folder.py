"""The data folder is its owner's alone, and so are the files with secrets: who else could read them is told.

Rows of a portal, the plan and the figures lie in it unencrypted. Where the system has no modes (Windows), the folder's
own rights hold and nothing is said.
"""

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from crm.settings import ENV_FILE, Settings
from crm.snapshots.files import HAS_MODES, OTHERS, close_to_others, private_folder
from language import Message


def open_data_folder(settings: Settings) -> Path:
    """The data folder, made where there is none and closed to others, with all that lies in it, where it was open.

    One that holds the folder the program runs in (``VITRINA_DATA_DIR=.``) is not the data's alone and keeps its mode.

    Raises:
        OSError: it cannot be made.
    """
    folder = private_folder(settings.data_dir)
    if not Path.cwd().is_relative_to(folder.resolve()):
        with suppress(OSError):  # it is another user's: `exposed` says so
            if close_to_others(folder):
                _close_all(folder)
    return folder


def exposed(settings: Settings) -> Iterator[Message]:
    """A note on each file with a secret, and on the data folder, that others than its owner may read."""
    key_file = settings.google_service_account_file
    for path in (ENV_FILE, *([key_file] if key_file else [])):
        if _is_open(path):
            yield Message("settings.exposed", path=str(path))
    if _is_open(settings.data_dir):
        yield Message("settings.exposed_folder", path=str(settings.data_dir))


def _is_open(path: Path) -> bool:
    try:
        return HAS_MODES and bool(stat.S_IMODE(path.stat().st_mode) & OTHERS)
    except OSError:  # it is not here, or cannot be read by us either
        return False


def _close_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        if not path.is_symlink():
            with suppress(OSError):
                close_to_others(path)
