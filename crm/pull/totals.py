"""The totals of a pull: how many records the portal has of each entity, and what follows where we have others."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from crm.portal.client import PortalContradicts, PortalError
from crm.pull import deletions
from crm.pull.entity_writer import EntityWriter
from crm.pull.errors import EntityFailed
from crm.pull.run import Run
from crm.resources import BY_ENTITY, Resource
from crm.snapshots.manifest import EntityState

# Dictionaries, and the entity and the column that name their ids.
NAMED_BY = {
    "funnels": ("deals", "CATEGORY_ID"),
    "statuses": ("deals", "STAGE_ID"),
    "currencies": ("deals", "CURRENCY_ID"),
    "users": ("deals", "ASSIGNED_BY_ID"),
    "departments": ("users", "UF_DEPARTMENT"),
}


class TotalsOf:
    """Counts the entities of a ``run``; ``newest`` are the highest ids that the portal has told of, by entity."""

    def __init__(self, run: Run, writer: EntityWriter, newest: Mapping[str, int | PortalError]) -> None:
        self._run, self._writer, self._newest = run, writer, newest

    def without_deleted(
        self, resources: Iterable[Resource], states: Mapping[str, EntityState], *, is_due: bool
    ) -> dict[str, EntityState]:
        """The new states of the entities that are counted now, without the records that are gone.

        Those are all whose totals cost the portal little, others in their turn; each of them where that ``is_due``.
        """
        run = self._run
        counted = [
            resource
            for resource in resources
            if states[resource.entity].status == "complete"
            and states[resource.entity].pulled_at == run.server_time  # not one that failed, and was kept
            and (is_due or deletions.is_total_due(states[resource.entity], states.values(), run.server_time))
        ]
        dear = [resource for resource in counted if not deletions.is_cheap(states[resource.entity])]
        run.lists.prefetch(deletions.total_commands(resource) for resource in dear)
        return {resource.entity: self._counted_state(resource, states[resource.entity]) for resource in counted}

    def _counted_state(self, resource: Resource, state: EntityState) -> EntityState:
        run, newest = self._run, self._newest[resource.entity]
        total = deletions.fetch_total(run.lists, resource)
        if total is None or total.records != state.rows:
            highest = newest if isinstance(newest, int) else 0
            state = self._writer.write_deletions(
                resource, state, partial(self._doubtful_ranges, resource, state, highest)
            )
        seconds = total.seconds if total else state.count_seconds
        return replace(state, counted_at=run.server_time, count_seconds=seconds)

    def _doubtful_ranges(self, resource: Resource, state: EntityState, newest: int) -> deletions.DoubtfulRanges | None:
        run = self._run
        known = run.snapshots.current_ids(state.files)
        accepts, workers = run.accept_deletions, run.settings.in_flight
        return deletions.find_doubtful_ranges(run.lists, resource, known, newest, workers, accept_deletions=accepts)


def refuse_emptied(run: Run, states: Mapping[str, EntityState]) -> None:
    """Refuse to believe that a dictionary has no entries any more whose ids are in use.

    Raises:
        EntityFailed: the portal says so.
    """
    for entity, (user, column) in NAMED_BY.items():
        before, now, naming = run.state_before(entity), states.get(entity), states.get(user)
        is_emptied = now and now.status == "complete" and not now.rows and before and before.rows
        if is_emptied and naming and naming.files and run.snapshots.has_values(naming.files, column):
            method = BY_ENTITY[entity].method
            raise EntityFailed(entity, PortalContradicts("pull.dictionary_emptied", method=method))
