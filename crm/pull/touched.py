"""Records that were worked with: the list by the time of the last activity, which a portal may be unable to filter by.

A comment or a call moves LAST_ACTIVITY_TIME alone, and whether a portal can filter by it is documented nowhere. One
refusal says nothing: portals in trouble refuse what they gave a minute ago. Only a refusal that repeats within a pull
means that this portal cannot. That is remembered with its moment; pulls of the next week do not ask, then one does. The
list has a watermark of its own, which moves by what it has brought: what happened while it could not be asked is asked
for as soon as it can.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from crm.paging.id_ranges import Outcomes, RangeWalk
from crm.paging.list_pages import PAGE, RawRow, StrangeAnswer, rows_in
from crm.portal.client import AccessDenied, Answer, PortalError
from crm.portal.errors import RequestRejected
from crm.portal.retries import Retries
from crm.resources import BY_ENTITY
from crm.snapshots.manifest import EntityState
from language import Message

ASKED_AGAIN_AFTER = dt.timedelta(days=7)
PROOF_LABELS = ("highest", "newest")  # commands of a walk that ask for ids alone


class TouchedWalk(RangeWalk):
    """The walk of the records that were worked with since a moment, one condition of `resource`.

    `is_refused`: the portal has refused the list, or given rows that were not asked for, as often as a contradiction is
    asked about again (crm/portal/retries.py), each time in a request of its own. Then it ends, without an error.
    """

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        [(condition, since)] = self.resource.conditions.items()
        self._field, self._since = condition.removeprefix(">="), dt.datetime.fromisoformat(since)
        self._refusals = Retries()
        self.is_refused = False

    def take(self, outcomes: Outcomes) -> list[RawRow]:
        """The rows that are certain; none where the list was refused: `commands` gives the same ones again then.

        Raises:
            PortalError: see `RangeWalk.take`.
        """
        try:
            self._verify(outcomes)
            rows = super().take(outcomes)
        except (RequestRejected, AccessDenied, _NotFiltered):
            self._ask_again()
            return []
        if rows:
            self._refusals.reset()
        return rows

    def _verify(self, outcomes: Outcomes) -> None:
        """Make sure that the rows of a chain, up to its first short page, are of the moments asked for.

        Raises:
            _NotFiltered: one is older, or bears no moment.
        """
        for label, outcome in outcomes.items():
            rows = [] if label in PROOF_LABELS else self._rows_in(outcome)
            if any(self._is_older(row.get(self._field)) for row in rows):
                raise _NotFiltered("pull.disagrees", method=self.resource.method)
            if label not in PROOF_LABELS and len(rows) < PAGE:
                return

    def _rows_in(self, outcome: Answer | PortalError) -> list[RawRow]:
        try:
            return rows_in(self.resource, outcome) if isinstance(outcome, Answer) else []
        except StrangeAnswer:
            return []  # `RangeWalk.take` sees to it

    def _is_older(self, moment: Any) -> bool:
        try:
            return dt.datetime.fromisoformat(str(moment)) < self._since
        except (ValueError, TypeError):  # TypeError: it has no offset
            return True

    def _ask_again(self) -> None:
        try:
            seconds = self._refusals.wait_after(StrangeAnswer("pull.disagrees", method=self.resource.method))
        except StrangeAnswer:
            self.done = self.is_refused = True
            return
        self._portal.pause(seconds, "portal.trying_again", method=self.resource.method)


class _NotFiltered(StrangeAnswer):
    """Rows that were not asked for: the condition was not heeded."""


def touched_since(state: EntityState) -> str | None:
    """The watermark of the list by the last activity: up to which it has brought all."""
    return state.touched_watermark or state.watermark


def is_refused_at(state: EntityState, now: str) -> bool:
    """Whether it is known at the moment ``now`` (ISO) that the portal cannot filter by the last activity, so that it is
    not asked."""
    if state.touched_refused is None:
        return False
    age = dt.datetime.fromisoformat(now) - dt.datetime.fromisoformat(state.touched_refused)
    return dt.timedelta() <= age < ASKED_AGAIN_AFTER


def with_touched(before: EntityState, after: EntityState, walks: Iterable[RangeWalk], now: str) -> EntityState:
    """The state ``after`` a pull of changes since ``before`` with the watermark that the list by the last activity has
    then; ``now`` (ISO) is the pull's moment, ``walks`` are those of the pull, which may be without that list."""
    for walk in walks:
        if isinstance(walk, TouchedWalk):
            if not walk.is_refused:
                return replace(after, touched_watermark=after.watermark, touched_refused=None)
            return replace(after, touched_watermark=touched_since(before), touched_refused=now)
    return after


def refusal_notes(states: Mapping[str, EntityState]) -> list[Message]:
    """What is to be told of entities that the portal cannot filter by the last activity."""
    return [
        Message(
            "pull.touched_refused",
            entity=Message(f"entity.{entity}"),
            field=str(BY_ENTITY[entity].touched),
            day=dt.datetime.fromisoformat(state.touched_refused).date(),
        )
        for entity, state in states.items()
        if state.touched_refused is not None
    ]
