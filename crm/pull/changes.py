"""Incremental pulls: what changed in an entity since its watermark, by the portal's clock, with an overlap.

A portal stamps each record with the moment of its change, so that one more condition in the filter leaves the changes.
Rows that were committed late, or while the pull before this one ran, lie within the overlap. A comment moves the time
of the last activity alone. What changes without a stamp (an import by administrators may) a full pull sees.
"""

from collections.abc import Sequence

from crm.paging.batch_size import BatchSize
from crm.paging.id_ranges import Outcomes, RangeWalk
from crm.paging.keyset import KeysetWalk
from crm.paging.list_pages import RawRow
from crm.paging.prefetch import Lists
from crm.portal.errors import RequestRejected
from crm.resources import Resource, Walk, changed_since, moment_of_change
from crm.snapshots.manifest import EntityState
from crm.snapshots.store import Snapshots


def is_incremental(resource: Resource, state: EntityState | None) -> bool:
    """Whether only the changes since ``state`` have to be pulled: all of it is here, with its watermark and fields."""
    if state is None or state.status != "complete" or not state.files or state.watermark is None:
        return False
    known = resource.walk is Walk.KEYSET and resource.watermark is not None
    return known and state.fields == resource.fingerprint


def change_walks(portal: Lists, resource: Resource, state: EntityState, snapshots: Snapshots) -> list[RangeWalk]:
    """The walks that bring the changes since ``state``, one a field with moments of change; see `as_pages`."""
    since = moment_of_change(resource, state.watermark or "")
    walks = []
    for field in (resource.watermark, resource.touched):
        if field is not None:
            expected = snapshots.count_since(state.files, field, since)
            changes = changed_since(resource, field, since)
            kind = _DoubtfulFilterWalk if field == resource.touched else RangeWalk
            walks.append(
                kind(portal, changes, BatchSize(), low=0, high=None, expected=expected, has_rows=state.rows > 0)
            )
    return walks


def as_pages(portal: Lists, walks: Sequence[RangeWalk]) -> KeysetWalk:
    """The rows of these walks of one resource, one walk after another."""
    return KeysetWalk(portal, walks[0].resource, walks, walks[0].batch_size, 1)


class _DoubtfulFilterWalk(RangeWalk):
    """A walk by a field that a portal may not filter by: it ends where rows come that were not asked for."""

    def take(self, outcomes: Outcomes) -> list[RawRow]:
        [(condition, since)] = self.resource.conditions.items()
        field = condition.removeprefix(">=")
        try:
            rows = super().take(outcomes)
        except RequestRejected:
            self.done = True
            return []
        # Moments of one portal have one offset: they compare as text.
        if any(str(row.get(field) or "") < since for row in rows):
            self.done = True
            return []
        return rows
