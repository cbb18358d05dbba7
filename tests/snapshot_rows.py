"""Published snapshots out of plain rows, without a portal: what the tests of everything above the pull begin with."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from crm.resources import RESOURCES
from crm.snapshots.manifest import KEPT, EntityState, FileRecord, Manifest
from crm.snapshots.store import Snapshots
from language import Message

AS_OF = "2026-11-23T12:00:00+03:00"
ORIGIN = "https://acme.bitrix24.ru"


def write_snapshots(
    directory: Path,
    entities: Mapping[str, Iterable[Mapping[str, Any]]],
    *,
    as_of: str | dt.datetime = AS_OF,
    origin: str = ORIGIN,
    pull_id: str = "000000000001",
    absent: Mapping[str, str] | None = None,
    coming: Iterable[str] = (),
    notes: Iterable[Message] = (),
    seen_rates: Iterable[Mapping[str, Any]] = (),
) -> Manifest:
    """Publish ``entities`` (name → rows, columns as the snapshots name them, a missing column is null).

    An entity that is not given is complete and empty; `portal` gets a row of its own. ``absent`` maps entities to the
    catalogue keys of their reasons; ``coming`` are those the second phase has not brought yet. A column UF_CRM_… is a
    field that people made. ``seen_rates`` are rows of currencies that earlier pulls saw, with their `pulled_at`
    and their `pull_id`, which sorts before this one.

    Raises:
        ValueError: a row has a column, or the mapping an entity, that snapshots do not have.
    """
    moment = as_of if isinstance(as_of, str) else as_of.isoformat()
    host = origin.partition("://")[2]
    given: dict[str, list[Mapping[str, Any]]] = {
        "portal": [_portal(origin, host, moment)],
        **{name: list(rows) for name, rows in entities.items()},
    }
    _check(given)
    snapshots = Snapshots(directory, {name: _made_by_people(rows) for name, rows in given.items()})
    states: dict[str, EntityState] = {}
    for resource in RESOURCES:
        name = resource.entity
        if absent and name in absent:
            states[name] = EntityState(status="absent", reason=Message(absent[name]))
            continue
        if name in coming:
            states[name] = EntityState(status="coming")
            continue
        record = snapshots.write(name, pull_id, given.get(name, ()), moment)
        states[name] = EntityState(
            status="complete", files=(record,), rows=record.rows, fields=resource.fingerprint, pulled_at=moment
        )
    states["currencies"] = _with_seen(snapshots, states["currencies"], seen_rates)
    manifest = Manifest(snapshots.directory, origin, host, moment, pull_id, states, tuple(notes))
    snapshots.publish(manifest)
    return manifest


def _with_seen(snapshots: Snapshots, state: EntityState, rates: Iterable[Mapping[str, Any]]) -> EntityState:
    by_pull: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rates:
        by_pull.setdefault((row["pull_id"], row["pulled_at"]), []).append(row)
    files = []
    for (pull_id, pulled_at), rows in by_pull.items():
        record = snapshots.write("currencies", pull_id, rows, pulled_at)
        path = record.path.replace(".parquet", f".{KEPT[0]}.parquet")
        (snapshots.directory / record.path).rename(snapshots.directory / path)
        files.append(replace(record, path=path))
    return replace(state, files=(*files, *state.files))


def write_as_before(directory: Path, lacking: Mapping[str, Iterable[str]]) -> Manifest:
    """Make published snapshots those of an older version of the product, which did not ask for some columns.

    ``lacking`` maps entities to these columns: their files lose them, and their fingerprints are others.
    """
    manifest = Snapshots(directory).manifest()
    assert manifest is not None
    states = {}
    for name, columns in lacking.items():
        state = manifest.entities[name]
        files = tuple(_without(manifest.directory, record, columns) for record in state.files)
        states[name] = replace(state, files=files, fields="of another version")
    manifest = manifest.with_entities(states)
    Snapshots(directory).publish(manifest)
    return manifest


def _without(folder: Path, record: FileRecord, columns: Iterable[str]) -> FileRecord:
    path = folder / record.path
    older = path.with_suffix(".older")
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.read_parquet(str(path)).project(f"* exclude ({', '.join(columns)})").write_parquet(str(older))
    older.replace(path)
    return replace(record, bytes=path.stat().st_size, digest="")


def _portal(origin: str, host: str, moment: str) -> dict[str, Any]:
    return {
        "ORIGIN": origin,
        "HOST": host,
        "USER_ID": "1",
        "IS_ADMIN": True,
        "SERVER_TIME": moment,
        "LEADS_MODE": "1",
        "SCOPES": ["crm", "user", "department", "telephony"],
    }


def _made_by_people(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted({column for row in rows for column in row if column.startswith("UF_CRM_")})


def _check(given: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    columns = {resource.entity: set(resource.columns) for resource in RESOURCES}
    for name, rows in given.items():
        if name not in columns:
            raise ValueError(f"no such entity: {name}")
        unknown = {column for row in rows for column in row} - columns[name] - set(_made_by_people(rows))
        if unknown:
            raise ValueError(f"{name} has no columns {sorted(unknown)}")
