"""What changed in an entity since it was pulled last: by the portal's clock, with an overlap.

Whatever a portal changes bears the moment of it, so that one more condition in the filter leaves what is new. Rows that
were committed late, or while the pull before this one ran, lie within the overlap. A comment moves the time of the last
activity alone. What a portal changes without saying when (an import by its administrators may) a full pull sees.
"""

from collections.abc import Sequence

from crm.paging.batch_size import Pace
from crm.paging.id_ranges import Outcomes, RangeWalk
from crm.paging.keyset import KeysetWalk
from crm.paging.prefetch import Lists
from crm.paging.workers import RawRow
from crm.portal.errors import RequestRejected
from crm.resources import Resource, Walk, changed_since, moment_of_change
from crm.snapshots.manifest import EntityState
from crm.snapshots.store import Snapshots


def is_followed(resource: Resource, state: EntityState | None) -> bool:
    """Whether the rows at hand are such that only what changed since has to be asked for."""
    if state is None or state.status != "complete" or not state.files or state.watermark is None:
        return False
    known = resource.walk is Walk.KEYSET and resource.watermark is not None
    return known and state.fields == resource.fingerprint


def changes_walks(portal: Lists, resource: Resource, state: EntityState, snapshots: Snapshots) -> list[RangeWalk]:
    """The walks that bring what changed since ``state``; see `as_pages`."""
    mark = moment_of_change(resource, state.watermark or "")
    walks = []
    for field in (resource.watermark, resource.touched):
        if field is not None:
            again = snapshots.count_since(state.files, field, mark)
            part = changed_since(resource, field, mark)
            kind = _Trial if field == resource.touched else RangeWalk
            walks.append(kind(portal, part, Pace(), low=0, high=None, expected=again, peopled=state.rows > 0))
    return walks


def as_pages(portal: Lists, walks: Sequence[RangeWalk]) -> KeysetWalk:
    """The rows of these walks."""
    return KeysetWalk(portal, walks[0].resource, walks, walks[0].pace, 1)


class _Trial(RangeWalk):
    """A walk by a field that a portal may not filter by: it ends where rows come that were not asked for."""

    def take(self, outcomes: Outcomes) -> list[RawRow]:
        [(condition, mark)] = self.resource.conditions.items()
        field = condition.removeprefix(">=")
        try:
            rows = super().take(outcomes)
        except RequestRejected:
            self.done = True
            return []
        # Moments of one portal have one offset: they compare as text.
        if any(str(row.get(field) or "") < mark for row in rows):
            self.done = True
            return []
        return rows
