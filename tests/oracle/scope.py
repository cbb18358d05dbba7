"""The portal under a set of filters: which leads, deals and activities stay."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from tests.oracle.activities import Activities, Work
from tests.oracle.model import UTM, Deal, Entity, Model
from tests.oracle.periods import Bucket, Range, buckets


def passes(picked: Iterable[Any], value: Any) -> bool:
    """An empty filter filters nothing."""
    picked = tuple(picked)
    return not picked or value in picked


class Scope:
    """One model under one set of filters (an object with the fields of metrics.filters.Filters)."""

    def __init__(self, model: Model, activities: Activities, filters: Any) -> None:
        self.model = model
        self.activities = activities
        self.filters = filters
        self.rules = model.rules
        self.people = model.people
        self.dictionary = model.dictionary
        self.period = Range(filters.period_from, filters.period_to)
        self._departments = model.people.subtree(filters.departments)
        self._stages = {
            kind: {stage.partition(":")[2] for stage in filters.stages if stage.startswith(f"{kind}:")}
            for kind in ("lead", "deal")
        }

    def has_person(self, employee_id: int) -> bool:
        department = self.people.department_of(employee_id)
        in_department = not self.filters.departments or department in self._departments
        return in_department and passes(self.filters.employees, employee_id)

    def _has_stage(self, entity: Entity) -> bool:
        picked = self._stages[entity.kind]
        return not picked or entity.stage.id in picked

    def _has_marks(self, entity: Entity) -> bool:
        filters = self.filters
        return (
            passes(filters.sources, entity.source_id)
            and all(passes(getattr(filters, mark), entity.utm[at]) for at, mark in enumerate(UTM))
            and passes(filters.countries, entity.country)
            and passes(filters.cities, entity.city)
        )

    def stays(self, entity: Entity) -> bool:
        """Under all filters but those of people."""
        if isinstance(entity, Deal) and not passes(self.filters.funnels, entity.funnel_id):
            return False
        return self._has_marks(entity) and self._has_stage(entity)

    @cached_property
    def active_people(self) -> set[int]:
        """Users who are not dismissed; of outsiders those with a lead, a deal or an activity, whatever the filters."""
        found = {entity.employee_id for entity in [*self.model.leads.values(), *self.model.deals.values()]}
        return self.people.active(found | self.activities.people)

    @cached_property
    def leads(self) -> list[Entity]:
        return [e for e in self.model.leads.values() if self.stays(e) and self.has_person(e.employee_id)]

    @cached_property
    def deals(self) -> list[Deal]:
        return [e for e in self.model.deals.values() if self.stays(e) and self.has_person(e.employee_id)]

    @cached_property
    def company_work(self) -> list[Work]:
        """Completed activities under all filters but those of people: what the activity index is a share of."""
        return [work for work in self.activities.work if self._work_stays(work)]

    @cached_property
    def work(self) -> list[Work]:
        return [work for work in self.company_work if self.has_person(work.employee_id)]

    def _work_stays(self, work: Work) -> bool:
        filters = self.filters
        marks = any(getattr(filters, mark) for mark in UTM)
        place = filters.countries or filters.cities
        owner = self._owner(work)
        if filters.funnels or filters.sources or marks or place:
            if owner is None or (filters.funnels and owner.kind != "deal"):
                return False
            return self.stays(owner)
        if owner is None:
            # A lead or deal that is not in the data cannot stand on a picked stage of its kind.
            return work.owner is None or not self._stages[work.owner[0]]
        return self._has_stage(owner)

    def _owner(self, work: Work) -> Entity | None:
        if work.owner is None:
            return None
        kind, entity = work.owner
        return (self.model.leads if kind == "lead" else self.model.deals).get(entity)

    @cached_property
    def buckets(self) -> list[Bucket]:
        return self.buckets_by(self.filters.grain)

    def buckets_by(self, grain: str) -> list[Bucket]:
        return buckets(self.period.start, self.period.end, grain)

    def created_by_end(self, entities: Iterable[Any]) -> list[Any]:
        """Those created by the period's end and still in work."""
        return [e for e in entities if e.in_work and e.created_on and e.created_on <= self.period.end]
