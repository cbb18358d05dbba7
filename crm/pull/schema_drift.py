"""Schema drift: which of a portal's fields appeared, vanished or changed their type between two pulls.

It never stops a pull. It is noted with its day for a month, and a field that the settings name and that changed
makes its entity be pulled anew: a portal that makes a field again touches none of the records.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from crm.pull.user_fields import DESCRIBED_BY, named_fields, setting_name
from crm.settings import Settings
from crm.snapshots.manifest import EntityState, Manifest
from crm.snapshots.store import Snapshots
from language import Message

KEPT_DAYS = 30
MOST_NAMED = 10  # fields of one note; who has more has changed his whole CRM
MOST_NOTES = 30

_FIELDS = "select distinct FIELD from read_parquet($files) where FIELD is not null order by 1"
_FIELD_CHANGES = """
with older as (
    select FIELD, LABEL, TYPE || case when IS_MULTIPLE = 'true' then '[]' else '' end as kind
    from read_parquet($older)
),

newer as (
    select FIELD, LABEL, TYPE || case when IS_MULTIPLE = 'true' then '[]' else '' end as kind
    from read_parquet($files)
)

select
    coalesce(newer.FIELD, older.FIELD),
    coalesce(newer.LABEL, older.LABEL, newer.FIELD, older.FIELD),
    coalesce(older.kind, ''),
    coalesce(newer.kind, ''),
    case when older.FIELD is null then 'appeared' when newer.FIELD is null then 'vanished' else 'retyped' end
from older
full outer join newer on newer.FIELD = older.FIELD
where older.kind is distinct from newer.kind
order by 1
"""


@dataclass(frozen=True)
class FieldChange:
    """A field that appeared, vanished or changed; `was` and `now` are its types, "" where it is not there."""

    field: str
    label: str
    was: str
    now: str
    kind: Literal["appeared", "vanished", "retyped"]


@dataclass(frozen=True)
class Drift:
    """Notes for people on fields that changed, and the entities of which the settings name such a field (`stale`)."""

    notes: tuple[Message, ...]
    stale: frozenset[str]

    def mark_stale(self, states: Mapping[str, EntityState]) -> dict[str, EntityState]:
        """The states, those of stale entities without their fingerprint, so that the next pull asks for all of them."""
        return {name: replace(state, fields="") if name in self.stale else state for name, state in states.items()}


def find_drift(
    snapshots: Snapshots, settings: Settings, before: Manifest | None, states: Mapping[str, EntityState], as_of: str
) -> Drift:
    """Compare the portal's description of its fields (``states``, not yet published) with the one published ``before``.

    Raises:
        SnapshotsError: a file of either is gone or damaged.
    """
    day = dt.datetime.fromisoformat(as_of).date()
    notes: list[Message] = []
    stale: set[str] = set()
    for entity, describing in DESCRIBED_BY.items():
        state = states[describing]
        if state.status != "complete":
            continue
        files = [snapshots.directory / record.path for record in state.files]
        older = before.files(describing) if before else []
        changes = field_changes(snapshots, older, files) if older != files else []
        notes += _notes(describing, changes, day)
        wanted = named_fields(settings, entity)
        if any(change.field in wanted for change in changes):
            stale.add(entity)
        known = described_fields(snapshots, files) if wanted else set()
        if lacking := [field for field in wanted if field not in known]:
            notes.append(Message("pull.fields_unknown", name=setting_name(entity), fields=", ".join(lacking)))
    return Drift((*notes, *recent_notes(before, day, "drift.")), frozenset(stale))


def _notes(describing: str, changes: Sequence[FieldChange], day: dt.date) -> list[Message]:
    notes = []
    for kind in ("appeared", "vanished", "retyped"):
        texts = [_change_text(change) for change in changes if change.kind == kind]
        if texts:
            fields = ", ".join(texts[:MOST_NAMED]) + (" …" if len(texts) > MOST_NAMED else "")
            notes.append(Message(f"drift.{describing}.{kind}", day=day, fields=fields))
    return notes


def _change_text(change: FieldChange) -> str:
    name = change.field if change.label == change.field else f"{change.label} ({change.field})"
    return f"{name}: {change.was} → {change.now}" if change.kind == "retyped" else name


def recent_notes(before: Manifest | None, day: dt.date, prefix: str) -> list[Message]:
    """The notes of earlier pulls whose keys begin with ``prefix``, of the month before ``day``, the newest first."""
    notes = [note for note in before.notes if note.key.startswith(prefix)] if before else []
    return [note for note in notes if _is_recent(note, day)][:MOST_NOTES]


def _is_recent(note: Message, today: dt.date) -> bool:
    day = note.values.get("day")
    return isinstance(day, dt.date) and (today - day).days < KEPT_DAYS


def described_fields(snapshots: Snapshots, files: Sequence[Path]) -> set[str]:
    """The names of the fields that ``files`` describe."""
    return {str(field) for (field,) in snapshots.select(_FIELDS, files)}


def field_changes(snapshots: Snapshots, older: Sequence[Path], files: Sequence[Path]) -> list[FieldChange]:
    """How the fields that ``files`` describe differ from those of ``older`` ones, by name; nothing without those."""
    if not older:
        return []
    changes = snapshots.select(_FIELD_CHANGES, files, older=[str(path) for path in older])
    return [FieldChange(*change) for change in changes]
