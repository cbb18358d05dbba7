"""The lines of a resume journal: JSON objects, each with a checksum of its own (`crc`, CRC-32 of the rest of it).

A line is ``{"begun": {…}}``, the header; ``{"bytes": 812, "marks": [{…}], "spool": "9f86…"}``, how long the spool is,
the checkpoints its rows have come to and the SHA-256 of the spool up to there; or ``{"record": {…}}``, which names the
finished file.
Lines of an older version have neither `crc` nor `spool`.
"""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from crm.snapshots.damage import UNREADABLE
from crm.snapshots.files import sync

Line = Mapping[str, Any]


class UnknownJournal(Exception):
    """A journal cannot be read, or is of another version of the product."""


def write_line(lines: IO[bytes], line: Line) -> None:
    """Append a line and bring it to the disk.

    Raises:
        OSError: it cannot be written.
    """
    lines.write(json.dumps({**line, "crc": _checksum(line)}).encode() + b"\n")
    sync(lines)


def read_lines(path: Path) -> list[tuple[Line, int]]:
    """The lines of a journal up to the first torn one, each with the number of bytes up to its end; none where there
    is no journal, or none was begun.

    Raises:
        UnknownJournal: it cannot be read, its header is damaged, or a whole line is not known to this version.
        OSError: it cannot be read for a reason that may pass.
    """
    try:
        texts = path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return []
    except OSError as error:
        if error.errno in UNREADABLE:
            raise UnknownJournal from None
        raise
    found: list[tuple[Line, int]] = []
    end, is_checked = 0, bool(texts) and b'"crc"' in texts[0]
    for text in texts:
        line = _whole(text, is_checked=is_checked)
        if line is None:
            if text.endswith(b"\n") and not found:
                raise UnknownJournal
            break
        end += len(text)
        _refuse_unknown(line, is_header=not found)
        found.append((line, end))
    return found


def _whole(text: bytes, *, is_checked: bool) -> Line | None:
    """The line without its checksum; None where it was cut or damaged."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not text.endswith(b"\n") or not isinstance(line, dict):
        return None
    if not is_checked:
        return line
    return line if line.pop("crc", None) == _checksum(line) else None


def _checksum(line: Line) -> int:
    return zlib.crc32(json.dumps(line).encode())


def _refuse_unknown(line: Line, *, is_header: bool) -> None:
    """Look at what a line is made of.

    Raises:
        UnknownJournal: it is of another version.
    """
    if is_header or "record" in line:
        is_known = set(line) == ({"begun"} if is_header else {"record"})
    else:
        marks, size = line.get("marks"), line.get("bytes")
        is_known = set(line) <= {"bytes", "marks", "spool"} and isinstance(size, int) and size >= 0
        is_known = is_known and isinstance(marks, list) and all(map(_is_checkpoint, marks))
    if not is_known:
        raise UnknownJournal


def _is_checkpoint(mark: Any) -> bool:
    """Whether it is that of a range of ids, or of a record whose own rows are here."""
    if not isinstance(mark, dict):
        return False
    if "low" in mark:
        return isinstance(mark["low"], int) and isinstance(mark.get("cursor"), int) and "done" in mark
    return isinstance(mark.get("number"), int) and isinstance(mark.get("kind"), str)
