"""The one truth about which rows are here: which files make up each entity, as of when, from which portal."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from language import Message

Status = Literal["complete", "absent", "coming"]
VERSION = 1
KEPT = ("seen", "seen-too")  # a part of the names of the two files with what earlier pulls have seen
_PATH = re.compile(r"\w+/[\w.-]+")  # of a file, below the folder: never out of it
_PULL_ID = re.compile(r"\d{12}")
_DIGEST = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True)
class FileRecord:
    """One parquet file: its path under the snapshots' folder, how many rows and bytes it holds.

    `digest` is the SHA-256 of it, in hex; "" for a file that a version without digests has written. `content` is that
    of its rows as they came, where a pull asks for all of them each time (`RowFiles.write_if_new`), else "".
    """

    path: str
    rows: int
    bytes: int
    digest: str = ""
    content: str = ""


@dataclass(frozen=True)
class EntityState:
    """What is here of one entity.

    "complete": all of it, proven; "absent": the portal does not give it, `reason` says why; "coming": the
    record phase has not pulled it yet (`files` may hold those of an earlier pull).
    `rows` counts the records that `files` hold now, where it `is_damaged` also those of files that were dropped for
    that: all of it is to be pulled anew. `watermark` and `pulled_at` are moments of the portal's clock; `fields` is the
    fingerprint of the resource. What is pulled by record has as its `watermark` the id of the pull
    whose changes it knows. `counted_at` is when the portal was last asked for the total of its records, and
    `count_seconds` how long it worked at that.

    `touched_watermark` is that of the list by the last activity (`Resource.touched`), None where it is `watermark`;
    `touched_refused` when the portal was last found unable to filter by it, None where it can. `owed` are records whose
    own rows the portal refused to give ("deal:57" → the moment of the first refusal): each pull asks for them again.
    """

    status: Status
    files: tuple[FileRecord, ...] = ()
    reason: Message | None = None
    watermark: str | None = None
    fields: str = ""
    rows: int = 0
    pulled_at: str | None = None
    counted_at: str | None = None
    count_seconds: float | None = None
    is_damaged: bool = False
    touched_watermark: str | None = None
    touched_refused: str | None = None
    owed: Mapping[str, str] = field(default_factory=dict)

    def without(self, damaged: tuple[FileRecord, ...], *, grows: bool) -> "EntityState":
        """The state once ``damaged`` files of it are dropped, so that the next pull asks for all of the entity.

        Of what only ``grows``, and of what keeps what earlier pulls have seen, the other files stay: they may hold rows
        that a portal has forgotten. Else none stays: rows of an older file must not stand for those that a damaged
        newer one had changed.
        """
        keeps = grows or any(map(is_kept, self.files))
        rest = tuple(record for record in self.files if record not in damaged) if keeps else ()
        return replace(self, files=rest, watermark=None, touched_watermark=None, fields="", is_damaged=True)


@dataclass(frozen=True)
class SweepState:
    """How far the sweep of all fields is, and when the last one ended; moments are ISO, of the portal's clock.

    `entity` and `cursor` say where the one under way stands: all its records up to this id are as the portal has them.
    `found` counts, by entity, the records that it has found otherwise than they were here; `last_found` those of the
    last whole one.
    """

    ended_at: str | None = None
    entity: str = ""
    cursor: int = 0
    found: Mapping[str, int] = field(default_factory=dict)
    last_found: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_under_way(self) -> bool:
        """Whether one was begun and has not come to its end."""
        return bool(self.entity)


@dataclass(frozen=True)
class Manifest:
    """`origin` ("https://acme.bitrix24.ru") and `host` say whose rows these are.

    `as_of` is the portal's clock (ISO, with its offset) when the newest complete pull began; `counted_at` when it was
    last counted in every entity, whatever that costs; `pull_id` has 12 digits; `directory` is where the paths of the
    files begin.
    """

    directory: Path
    origin: str
    host: str
    as_of: str
    pull_id: str
    entities: Mapping[str, EntityState]
    notes: tuple[Message, ...] = ()
    counted_at: str | None = None
    sweep: SweepState = SweepState()

    def state(self, entity: str) -> EntityState | None:
        """What is known of an entity, or None when no pull ever asked for it."""
        return self.entities.get(entity)

    def files(self, entity: str) -> list[Path]:
        """The files of an entity, oldest first; empty when there are none."""
        state = self.entities.get(entity)
        return [self.directory / record.path for record in state.files] if state else []

    def newest_files(self, entity: str) -> list[Path]:
        """The files of an entity that say how it is now: without those that keep what earlier pulls have seen."""
        state = self.entities.get(entity)
        return [self.directory / record.path for record in state.files if not is_kept(record)] if state else []

    def files_since(self, entity: str, pull_id: str) -> list[Path]:
        """The files of an entity that pulls after ``pull_id`` wrote: all rows of those pulls, and maybe older ones."""
        return [path for path in self.files(entity) if path.name[: len(self.pull_id)] > pull_id]

    def listed(self) -> set[str]:
        """Every path the manifest names."""
        return {record.path for state in self.entities.values() for record in state.files}

    def with_entities(self, entities: Mapping[str, EntityState]) -> "Manifest":
        """The same manifest with these entities put in the place of their namesakes."""
        return replace(self, entities={**self.entities, **entities})


def is_kept(record: FileRecord) -> bool:
    """Whether a file holds what earlier pulls have seen (`RowFiles.keep_changes`), and not what the portal says now."""
    return record.path.split(".")[-2] in KEPT


def to_json(manifest: Manifest) -> dict[str, Any]:
    """The manifest as it is written."""
    return {
        "version": VERSION,
        "portal": {"origin": manifest.origin, "host": manifest.host},
        "as_of": manifest.as_of,
        "counted_at": manifest.counted_at,
        "pull_id": manifest.pull_id,
        "entities": {name: _state_to_json(state) for name, state in manifest.entities.items()},
        "notes": [note.to_json() for note in manifest.notes],
        "sweep": asdict(manifest.sweep),
    }


def from_json(document: Any, directory: Path) -> Manifest:
    """Read a manifest back.

    Raises:
        KeyError, TypeError, ValueError: it is none, or holds keys or values that are not known to this version.
    """
    if document["version"] != VERSION:
        raise ValueError(f"version {document['version']}")
    counted_at = document.get("counted_at")
    return Manifest(
        directory=directory,
        origin=_text(document["portal"]["origin"]),
        host=_text(document["portal"]["host"]),
        as_of=_moment(document["as_of"]),
        pull_id=_matching(_PULL_ID, document["pull_id"]),
        entities={str(name): _state(state) for name, state in document["entities"].items()},
        notes=tuple(Message.from_json(note) for note in document["notes"]),
        counted_at=None if counted_at is None else _moment(counted_at),
        sweep=_sweep(document.get("sweep", {})),
    )


def _state_to_json(state: EntityState) -> dict[str, Any]:
    """A reason is kept as two members: `reason` (its key, or null) and `reason_values`."""
    reason = state.reason.to_json() if state.reason else {"key": None, "values": {}}
    files = [asdict(record) for record in state.files]
    stored = {"files": files, "reason": reason["key"], "reason_values": reason["values"], "owed": dict(state.owed)}
    return {**vars(state), **stored}


def _state(document: Mapping[str, Any]) -> EntityState:
    members = dict(document)
    key, values = members.pop("reason"), members.pop("reason_values")
    reason = Message.from_json({"key": key, "values": values}) if key else None
    state = EntityState(
        **{**members, "files": tuple(file_from_json(record) for record in document["files"]), "reason": reason}
    )
    if state.status not in get_args(Status) or not isinstance(state.is_damaged, bool):
        raise ValueError(f"status {state.status!r}")
    _text(state.fields)
    _count(state.rows)
    if state.watermark is not None and not _PULL_ID.fullmatch(_text(state.watermark)):
        _moment(state.watermark)
    moments = (state.pulled_at, state.counted_at, state.touched_watermark, state.touched_refused)
    for moment in (*moments, *dict(state.owed).values()):
        if moment is not None:
            _moment(moment)
    if state.count_seconds is not None:
        _seconds(state.count_seconds)
    return state


def _sweep(document: Mapping[str, Any]) -> SweepState:
    sweep = SweepState(**document)
    if sweep.ended_at is not None:
        _moment(sweep.ended_at)
    _text(sweep.entity)
    _count(sweep.cursor)
    for found in (sweep.found, sweep.last_found):
        for entity, count in dict(found).items():
            _text(entity)
            _count(count)
    return sweep


def file_from_json(document: Mapping[str, Any]) -> FileRecord:
    """A file as it stands in JSON.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    record = FileRecord(**document)
    _matching(_PATH, record.path)
    _matching(_DIGEST, record.digest)
    _matching(_DIGEST, record.content)
    _count(record.rows)
    _count(record.bytes)
    return record


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"no text: {value!r}")
    return value


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(_text(value)):
        raise ValueError(f"{value!r}")
    return str(value)


def _count(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"no count: {value!r}")


def _seconds(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"no seconds: {value!r}")


def _moment(value: Any) -> str:
    """A moment with its offset, as ISO has it."""
    if dt.datetime.fromisoformat(_text(value)).tzinfo is None:
        raise ValueError(f"no moment: {value!r}")
    return str(value)
