"""Incremental pulls: what changed in an entity since its watermark, by the portal's clock, with an overlap.

A portal stamps each record with the moment of its change, so that one more condition in the filter leaves the changes.
Rows that were committed late, or while the pull before this one ran, lie within the overlap. A comment moves the time
of the last activity alone; the list by that field has a watermark of its own, as some portals cannot filter by it
(crm/pull/touched.py). What changes without a stamp (an import by administrators may) the sweep sees
(crm/pull/sweep.py).

What the sweep does not look at (stage history, calls) is asked for by id, as ids ascend whatever a clock says: one that
was put back and forth stamps rows with moments that no pull asks for again.
"""

from collections.abc import Sequence

from crm.paging.batch_size import BatchSize
from crm.paging.id_ranges import RangeWalk
from crm.paging.keyset import KeysetWalk
from crm.paging.prefetch import Lists
from crm.pull.lookups import rows_heard_again
from crm.pull.touched import TouchedWalk, is_refused_at, touched_since
from crm.resources import SWEPT, Resource, Walk, changed_since, moment_of_change
from crm.snapshots.manifest import EntityState
from crm.snapshots.store import Snapshots


def is_incremental(resource: Resource, state: EntityState | None) -> bool:
    """Whether only the changes since ``state`` have to be pulled: all of it is here, with its watermark and fields."""
    if state is None or state.status != "complete" or not state.files or state.watermark is None:
        return False
    known = resource.walk is Walk.KEYSET and resource.watermark is not None
    return known and state.fields == resource.fingerprint


def change_walks(
    portal: Lists, resource: Resource, state: EntityState, snapshots: Snapshots, now: str
) -> list[RangeWalk]:
    """The walks that bring the changes since ``state``, one a field with moments of change, or one by id; see
    `as_pages`.

    ``now`` is the portal's clock (ISO) as far as it is known: by it a portal that could not filter by the last activity
    is asked again.
    """
    if resource.entity not in SWEPT:
        return [_walk_by_id(portal, resource, state, snapshots)]
    kinds: list[tuple[type[RangeWalk], str | None, str | None]] = [(RangeWalk, resource.watermark, state.watermark)]
    if not is_refused_at(state, now):
        kinds.append((TouchedWalk, resource.touched, touched_since(state)))
    walks = []
    for kind, field, watermark in kinds:
        if field is not None and watermark is not None:
            since = moment_of_change(resource, watermark)
            expected = snapshots.count_since(state.files, field, since)
            changes = changed_since(resource, field, since)
            walks.append(
                kind(portal, changes, BatchSize(), low=0, high=None, expected=expected, has_rows=state.rows > 0)
            )
    return walks


def _walk_by_id(portal: Lists, resource: Resource, state: EntityState, snapshots: Snapshots) -> RangeWalk:
    """The walk of all that is newer than what is known of an entity, and of the known rows that may have changed."""
    since = moment_of_change(resource, str(state.watermark))
    low, expected = rows_heard_again(snapshots, state.files, str(resource.watermark), since)
    return RangeWalk(portal, resource, BatchSize(), low=low, high=None, expected=expected, has_rows=state.rows > 0)


def as_pages(portal: Lists, walks: Sequence[RangeWalk]) -> KeysetWalk:
    """The rows of these walks of one resource, one walk after another."""
    return KeysetWalk(portal, walks[0].resource, walks, walks[0].batch_size, 1)
