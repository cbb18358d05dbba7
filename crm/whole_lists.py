"""Short lists that are asked for as a whole: funnels, departments, currencies and the dictionaries of statuses."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm.client import Answer, Command, Portal, PortalError
from crm.listing import PAGE, RawRow, StrangeAnswer, rows_from, rows_in
from crm.resources import Resource

TRIES = 5
BATCH = 50
DICTIONARIES = ("STATUS", "SOURCE", "DEAL_STAGE")


def whole_list(portal: Portal, resource: Resource, params: Mapping[str, Any] | None = None) -> Iterator[list[RawRow]]:
    """The rows of a list page by page, each row once, until a page brings nothing new.

    Raises:
        PortalError: it is not given, or makes no sense again and again.
    """
    seen: set[tuple[str, ...]] = set()
    start = 0
    while True:
        asked = {**resource.params, **(params or {}), **({resource.start_param: start} if start else {})}
        answer, rows = _asked(portal, resource, asked, start)
        fresh = _fresh(resource, rows, seen)
        yield fresh
        # Some of these methods page, some ignore `start`; a full page alone tells nothing.
        if not fresh or (answer.next is None and len(rows) < PAGE):
            return
        start = start + len(rows) if answer.next is None else answer.next


def statuses(portal: Portal, resource: Resource, funnels: Iterable[int]) -> Iterator[list[RawRow]]:
    """All statuses: whatever the list without a filter gives, and each dictionary that reports need by its name."""
    names = [*DICTIONARIES, *(f"DEAL_STAGE_{funnel}" for funnel in funnels if funnel)]
    seen: set[tuple[str, ...]] = set()
    for rows in whole_list(portal, resource):
        yield _fresh(resource, rows, seen)
    for first in range(0, len(names), BATCH):
        part = names[first : first + BATCH]
        outcomes = portal.batch(
            {f"d{place}": Command(resource.method, _named(name)) for place, name in enumerate(part)}
        )
        for name, outcome in zip(part, outcomes.values(), strict=True):
            for rows in _dictionary(portal, resource, name, outcome):
                yield _fresh(resource, rows, seen)


def _dictionary(portal: Portal, resource: Resource, name: str, outcome: Answer | PortalError) -> Iterator[list[RawRow]]:
    """The rows of one dictionary: those a batch gave, or all of it anew where they cannot be all."""
    if isinstance(outcome, Answer) and outcome.next is None:
        try:
            rows = rows_in(resource, outcome)
        except StrangeAnswer:
            rows = []
        if 0 < len(rows) < PAGE:
            yield rows
            return
    yield from whole_list(portal, resource, _named(name))


def _named(name: str) -> dict[str, Any]:
    return {"filter": {"ENTITY_ID": name}, "order": {"SORT": "ASC"}}


def _asked(portal: Portal, resource: Resource, params: Mapping[str, Any], start: int) -> tuple[Answer, list[RawRow]]:
    for _ in range(TRIES - 1):
        answer = portal.call(resource.method, params)
        try:
            return answer, rows_from(resource, answer, start)
        except StrangeAnswer:
            continue
    answer = portal.call(resource.method, params)
    return answer, rows_from(resource, answer, start)


def _fresh(resource: Resource, rows: Iterable[RawRow], seen: set[tuple[str, ...]]) -> list[RawRow]:
    fresh = []
    for row in rows:
        key = tuple(str(row.get(resource.sent_as.get(column, column))) for column in resource.key)
        if key not in seen:
            seen.add(key)
            fresh.append(row)
    return fresh
