"""What became of a portal's fields between two pulls: which appeared, vanished or changed their type.

Nothing of it stops a pull. It is noted with its day for a month, and a field that the settings name and that changed
makes its entity be pulled anew: a portal that makes a field again touches none of the records.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crm.pull.known_fields import FieldChange, described_fields, field_changes
from crm.pull.user_fields import DESCRIBED_BY, named, setting_of
from crm.settings import Settings
from crm.snapshots.manifest import EntityState, Manifest, Note
from crm.snapshots.store import Snapshots

KEPT_DAYS = 30
MOST_NAMED = 10  # fields of one note; who has more has changed his whole CRM
MOST_NOTES = 30


@dataclass(frozen=True)
class Drift:
    """What a pull has to say of the fields: notes for people, and the entities whose named fields are others now."""

    notes: tuple[Note, ...]
    stale: frozenset[str]

    def marked(self, states: Mapping[str, EntityState]) -> dict[str, EntityState]:
        """The states, those of stale entities without their fingerprint, so that the next pull asks for all of them."""
        return {name: replace(state, fields="") if name in self.stale else state for name, state in states.items()}


def drift(
    snapshots: Snapshots, settings: Settings, before: Manifest | None, states: Mapping[str, EntityState], as_of: str
) -> Drift:
    """Compare what the portal tells of its fields (``states``, not yet published) with what it told ``before``.

    Raises:
        SnapshotsError: a file of either is gone or damaged.
    """
    day = dt.datetime.fromisoformat(as_of).date()
    notes: list[Note] = []
    stale: set[str] = set()
    for entity, describing in DESCRIBED_BY.items():
        state = states[describing]
        if state.status != "complete":
            continue
        files = [snapshots.directory / record.path for record in state.files]
        changes = field_changes(snapshots, before.files(describing) if before else [], files)
        notes += _notes(describing, changes, day)
        wanted = named(settings, entity)
        if any(change.field in wanted for change in changes):
            stale.add(entity)
        known = described_fields(snapshots, files) if wanted else set()
        if lacking := [field for field in wanted if field not in known]:
            notes.append(Note("pull.fields_unknown", {"name": setting_of(entity), "fields": ", ".join(lacking)}))
    return Drift((*notes, *_remembered(before, day)), frozenset(stale))


def _notes(describing: str, changes: Sequence[FieldChange], day: dt.date) -> list[Note]:
    notes = []
    for kind in ("appeared", "vanished", "retyped"):
        told = [_told(change) for change in changes if change.kind == kind]
        if told:
            fields = ", ".join(told[:MOST_NAMED]) + (" …" if len(told) > MOST_NAMED else "")
            notes.append(Note(f"drift.{describing}.{kind}", {"day": day.isoformat(), "fields": fields}))
    return notes


def _told(change: FieldChange) -> str:
    name = change.field if change.label == change.field else f"{change.label} ({change.field})"
    return f"{name}: {change.was} → {change.now}" if change.kind == "retyped" else name


def _remembered(before: Manifest | None, day: dt.date) -> list[Note]:
    """What earlier pulls noted within the month, the newest first."""
    notes = [note for note in before.notes if note.key.startswith("drift.")] if before else []
    young = [note for note in notes if (day - dt.date.fromisoformat(note.values["day"])).days < KEPT_DAYS]
    return young[:MOST_NOTES]
