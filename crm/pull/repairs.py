"""What a pull begins with: the manifest without damaged files, and what people are told of damage and of its repair.

Notes on damage stay for a month, as those on schema drift do: who looks at "Данные" once a week learns of it.
"""

import datetime as dt
from dataclasses import dataclass

from crm.pull.schema_drift import recent_notes
from crm.snapshots.manifest import EntityState, Manifest
from crm.snapshots.store import Snapshots
from language import Message

PREFIX = "damage."


@dataclass(frozen=True)
class Beginning:
    """What a pull begins with: the manifest published `before` without damaged files (None: there is none that is
    known), the pull's own id, the files that were `dropped` as (entity, path); and whether the manifest that lies there
    `is_unknown` to this version."""

    before: Manifest | None
    pull_id: str
    dropped: tuple[tuple[str, str], ...] = ()
    is_unknown: bool = False

    def notes(self, as_of: str) -> list[Message]:
        """What is to be told of damage: found now, at a moment (ISO) of the portal's clock, or within the month."""
        day = dt.datetime.fromisoformat(as_of).date()
        found = [Message("damage.manifest", day=day)] if self.is_unknown else []
        found += [
            Message("damage.file", day=day, entity=Message(f"entity.{name}"), path=path) for name, path in self.dropped
        ]
        return [*found, *recent_notes(self.before, day, PREFIX)]


def begin(snapshots: Snapshots, *, record_phase: bool) -> Beginning:
    """Read what was published last and look for damage; nothing is changed on the disk.

    ``record_phase``: for the second phase alone; see `Snapshots.verified`.

    Raises:
        SnapshotsError: the folder cannot be read.
    """
    verified = snapshots.verified(record_phase=record_phase)
    before = verified.manifest if verified else None
    pull_id = f"{int(snapshots.last_pull_id(before)) + 1:012d}"
    if verified is None:
        return Beginning(None, pull_id, is_unknown=snapshots.has_manifest())
    dropped = tuple((name, record.path) for name, records in verified.dropped.items() for record in records)
    return Beginning(before, pull_id, dropped)


def note_loss(entity: str, before: EntityState | None, rows: int, moment: str) -> list[Message]:
    """The note on rows that went with damaged files of a growing entity and that the portal gives no more; none
    where all came again. ``rows``: how many there are after the pull that began at the ``moment``."""
    lost = before.rows - rows if before is not None and before.is_damaged else 0
    if lost <= 0:
        return []
    day = dt.datetime.fromisoformat(moment).date()
    return [Message("damage.lost", day=day, entity=Message(f"entity.{entity}"), count=lost)]
