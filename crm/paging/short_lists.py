"""Short lists that are asked for as a whole: funnels, departments, currencies and the dictionaries of statuses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from crm.paging.list_pages import PAGE, RawRow, StrangeAnswer, rows_from, rows_in
from crm.paging.prefetch import Lists
from crm.portal.client import Answer, Command, PortalError, ignore
from crm.resources import Resource

TRIES = 5
DOUBTS = 3
DICTIONARIES_A_BATCH = 50
DICTIONARIES = ("STATUS", "SOURCE", "DEAL_STAGE")


class CutList(StrangeAnswer):
    """A list that promises more rows than it gives."""

    retriable = False


def whole_list(
    portal: Lists, resource: Resource, params: Mapping[str, Any] | None = None, doubts: int = DOUBTS
) -> Iterator[list[RawRow]]:
    """The rows of a list page by page, each row once, until a page has nothing new.

    A page after which rows are missing is asked for again, ``doubts`` times.

    Raises:
        CutList: it gives fewer rows than it says there are.
        PortalError: it is not given, or makes no sense again and again.
    """
    seen: set[tuple[str, ...]] = set()
    start = rows_behind = doubted = 0
    while True:
        query = {**resource.params, **(params or {}), **({resource.start_param: start} if start else {})}
        answer, rows = _fetch_page(portal, resource, query, start)
        fresh = _new_rows(resource, rows, seen)
        row_count = rows_behind + (len(rows) if fresh else 0)
        yield fresh
        # Some of these methods page, some ignore `start`; a full page alone proves nothing.
        if fresh and (answer.next is not None or len(rows) >= PAGE):
            start = start + len(rows) if answer.next is None else answer.next
            rows_behind, doubted = row_count, 0
        elif answer.next is None and row_count >= (answer.total or 0):
            return
        elif doubted >= doubts:
            raise CutList("pull.cut_list", method=resource.method)
        else:
            doubted += 1
            portal.pause(2.0**doubted, "portal.trying_again", method=resource.method)


def statuses(
    portal: Lists, resource: Resource, funnels: Iterable[int], on_cut: Callable[[str], None] = ignore
) -> Iterator[list[RawRow]]:
    """All statuses: whatever the list without a filter gives, and each dictionary that reports need by its name.

    ``on_cut`` is called with the name of a dictionary that the portal gives only the beginning of: the method has no
    documented offset.
    """
    names = _dictionaries(funnels)
    seen: set[tuple[str, ...]] = set()
    with suppress(CutList):
        for rows in whole_list(portal, resource, doubts=0):
            yield _new_rows(resource, rows, seen)
    for first in range(0, len(names), DICTIONARIES_A_BATCH):
        part = names[first : first + DICTIONARIES_A_BATCH]
        outcomes = portal.batch(_commands_of(resource, part))
        for name, outcome in zip(part, outcomes.values(), strict=True):
            try:
                for rows in _dictionary(portal, resource, name, outcome):
                    yield _new_rows(resource, rows, seen)
            except CutList:
                on_cut(name)


def whole_list_commands(resource: Resource, rows: int) -> dict[str, Command]:
    """The commands of `whole_list` where it has about so many ``rows``."""
    starts = range(0, max(1, rows), PAGE)
    queries = ({**resource.params, **({resource.start_param: start} if start else {})} for start in starts)
    return {f"p{place}": Command(resource.method, query) for place, query in enumerate(queries)}


def dictionary_commands(resource: Resource, funnels: Iterable[int]) -> dict[str, Command]:
    """The first batch in which `statuses` asks for dictionaries by their names."""
    return _commands_of(resource, _dictionaries(funnels)[:DICTIONARIES_A_BATCH])


def _dictionaries(funnels: Iterable[int]) -> list[str]:
    return [*DICTIONARIES, *(f"DEAL_STAGE_{funnel}" for funnel in funnels if funnel)]


def _commands_of(resource: Resource, names: Iterable[str]) -> dict[str, Command]:
    return {f"d{place}": Command(resource.method, _dictionary_params(name)) for place, name in enumerate(names)}


def _dictionary(portal: Lists, resource: Resource, name: str, outcome: Answer | PortalError) -> Iterator[list[RawRow]]:
    """The rows of one dictionary: those a batch gave, or all of it anew where they cannot be all."""
    if isinstance(outcome, Answer) and outcome.next is None:
        try:
            rows = rows_in(resource, outcome)
        except StrangeAnswer:
            rows = []
        if 0 < len(rows) < PAGE and len(rows) >= (outcome.total or 0):
            yield rows
            return
    yield from whole_list(portal, resource, _dictionary_params(name), doubts=0)


def _dictionary_params(name: str) -> dict[str, Any]:
    return {"filter": {"ENTITY_ID": name}, "order": {"SORT": "ASC"}}


def _fetch_page(
    portal: Lists, resource: Resource, params: Mapping[str, Any], start: int
) -> tuple[Answer, list[RawRow]]:
    for _ in range(TRIES - 1):
        answer = portal.call(resource.method, params)
        try:
            return answer, rows_from(resource, answer, start)
        except StrangeAnswer:
            continue
    answer = portal.call(resource.method, params)
    return answer, rows_from(resource, answer, start)


def _new_rows(resource: Resource, rows: Iterable[RawRow], seen: set[tuple[str, ...]]) -> list[RawRow]:
    fresh = []
    for row in rows:
        key = tuple(str(row.get(resource.sent_as.get(column, column))) for column in resource.key)
        if key not in seen:
            seen.add(key)
            fresh.append(row)
    return fresh
