"""A spool: rows as lines of JSON, while they come."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from crm.snapshots.files import digest_of, open_private

Row = Mapping[str, Any]


def spool_rows(rows: Iterable[Row], columns: Sequence[str], spool: Path) -> int:
    """Write rows into a file of JSON lines; how many there were."""
    count = 0
    with open_private(spool, "wb", buffering=1 << 20) as lines:
        for row in rows:
            lines.write(json_line(row, columns))
            count += 1
    return count


def content_of(spool: Path, without: Collection[str] = ()) -> str:
    """The SHA-256 of the rows of a spool, in hex, ``without`` some of their columns."""
    if not without:
        return digest_of(spool)
    with spool.open("rb") as lines:
        rows = [{name: text for name, text in json.loads(line).items() if name not in without} for line in lines]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def json_line(row: Row, columns: Sequence[str]) -> bytes:
    """One JSON object a line, every value a text: nothing of a type is decided before staging."""
    texts = {column: _text(row.get(column)) for column in columns}
    # read_json refuses a lone surrogate, which Bitrix24 sends where it has cut an emoji in two.
    return json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
