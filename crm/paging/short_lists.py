"""Short lists that are asked for as a whole: funnels, departments, currencies and the dictionaries of statuses.

What a list says of itself proves it: as many rows as it counts, all of them its own. A list that says it has none, or
that does not count, has only its word: it has to say the same in several requests.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from crm.paging.list_pages import PAGE, RawRow, StrangeAnswer, is_bare, rows_from
from crm.paging.prefetch import Lists
from crm.portal.client import Answer, Command, PortalError, ignore
from crm.resources import Resource, Walk

TRIES = 5
DOUBTS = 3
HEARD = 3  # passes that say the same, before a list without a count or without rows is believed
MOST_PASSES = 10
UNCOUNTED = ("crm.currency.list",)  # says that there are none, whatever it gives
DICTIONARIES_A_BATCH = 50
DICTIONARIES = ("STATUS", "SOURCE", "DEAL_STAGE")

Key = tuple[str, ...]


class CutList(StrangeAnswer):
    """A list that promises more rows than it gives."""

    retriable = False


def whole_list(
    portal: Lists,
    resource: Resource,
    params: Mapping[str, Any] | None = None,
    *,
    repeats: int = DOUBTS,
    times: int = HEARD,
    belongs: Callable[[RawRow], bool] = lambda _: True,
) -> Iterator[list[RawRow]]:
    """The rows of a list page by page, each row once, until there are as many as it says there are.

    A page after which rows are missing is asked for again, `DOUBTS` times; only ``repeats`` times where it is the page
    before it once more, as of a method that ignores the offset. A list that is empty, or does not count its rows, is
    asked for as a whole until it has said the same so many ``times``. A row that does not ``belong`` makes no sense.

    Raises:
        CutList: it gives fewer rows than it says there are.
        PortalError: it is not given, or makes no sense again and again.
    """
    seen: set[Key] = set()
    said: Counter[frozenset[str]] = Counter()
    while True:
        rows, is_counted = _Pass(), False
        for answer, page in _pages(portal, resource, params or {}, rows, repeats, belongs):
            is_counted = is_counted or answer.total is None or answer.total > 0
            yield _new_rows(resource, page, seen)
        said[frozenset(rows.texts)] += 1
        if (rows.texts and is_counted) or said[frozenset(rows.texts)] >= times:
            return
        if said.total() > MOST_PASSES:
            raise CutList("pull.cut_list", method=resource.method)


class _Pass:
    """What one pass through a list has given: its rows as text, and the most rows that a page has said there are."""

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self.total = 0

    def add(self, answer: Answer, rows: Iterable[RawRow]) -> bool:
        """Count a page in; whether it has brought anything new."""
        before = len(self.texts)
        self.texts.update(json.dumps(row, sort_keys=True) for row in rows)
        self.total = max(self.total, answer.total or 0)
        return len(self.texts) > before


def _pages(
    portal: Lists,
    resource: Resource,
    params: Mapping[str, Any],
    passed: _Pass,
    repeats: int,
    belongs: Callable[[RawRow], bool],
) -> Iterator[tuple[Answer, list[RawRow]]]:
    """One pass through the pages of a list, whose rows are added to ``passed``."""
    start = doubted = 0
    before: tuple[int | None, list[RawRow]] | None = None
    while True:
        query = {**resource.params, **params, **({resource.start_param: start} if start else {})}
        answer, rows = _fetch_page(portal, resource, query, start, belongs)
        is_new = passed.add(answer, rows)
        yield answer, rows
        # Some of these methods page, some ignore `start`; a full page alone proves nothing.
        if is_new and (answer.next is not None or len(rows) >= PAGE):
            before = answer.next, rows
            start = start + len(rows) if answer.next is None else answer.next
            doubted = 0
            continue
        if answer.next is None and len(passed.texts) >= passed.total:
            return
        most = repeats if (answer.next, rows) == before else DOUBTS
        if doubted >= most:
            raise CutList("pull.cut_list", method=resource.method)
        doubted += 1
        if most == DOUBTS:
            portal.pause(2.0**doubted, "portal.trying_again", method=resource.method)


def statuses(
    portal: Lists, resource: Resource, funnels: Iterable[int], on_cut: Callable[[str], None] = ignore
) -> Iterator[list[RawRow]]:
    """All statuses: whatever the list without a filter gives, and each dictionary that reports need by its name.

    ``on_cut`` is called with the name of a dictionary that the portal gives only the beginning of: the method has no
    documented offset.
    """
    names = _dictionaries(funnels)
    seen: set[Key] = set()
    for _ in range(HEARD):
        found: set[str] = set()
        with suppress(CutList):
            for rows in whole_list(portal, resource, repeats=1):
                found.update(str(row.get("ENTITY_ID")) for row in rows)
                yield _new_rows(resource, rows, seen)
        if len(found) != 1:  # the list of all is never of one dictionary: that is the answer to another command
            break
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


def commands_heard_again(resource: Resource, rows: int) -> dict[str, Command]:
    """The commands that `whole_list` and `statuses` ask more than once, of a list that has about so many ``rows``."""
    if resource.method in UNCOUNTED:
        command = Command(resource.method, resource.params)
        return {f"p{place}": command for place in range(HEARD - 1)}
    pages = list(whole_list_commands(resource, rows).values())
    return {"p1": pages[1]} if resource.walk is Walk.STATUSES and len(pages) > 1 else {}


def dictionary_commands(resource: Resource, funnels: Iterable[int]) -> dict[str, Command]:
    """The first batch in which `statuses` asks for dictionaries by their names."""
    return _commands_of(resource, _dictionaries(funnels)[:DICTIONARIES_A_BATCH])


def _dictionaries(funnels: Iterable[int]) -> list[str]:
    return [*DICTIONARIES, *(f"DEAL_STAGE_{funnel}" for funnel in funnels if funnel)]


def _commands_of(resource: Resource, names: Iterable[str]) -> dict[str, Command]:
    return {f"d{place}": Command(resource.method, _dictionary_params(name)) for place, name in enumerate(names)}


def _dictionary(portal: Lists, resource: Resource, name: str, outcome: Answer | PortalError) -> Iterator[list[RawRow]]:
    """The rows of one dictionary: those a batch gave, or all of it anew where they cannot be all."""

    def belongs(row: RawRow) -> bool:
        return str(row.get("ENTITY_ID", name)) == name

    if isinstance(outcome, Answer) and outcome.next is None:
        try:
            rows = _new_rows(resource, _own_page(resource, outcome, 0, belongs), set())
        except StrangeAnswer:
            rows = []
        if 0 < len(rows) < PAGE and len(rows) >= (outcome.total or 0):
            yield rows
            return
    times = HEARD - 1  # and the answer in the batch
    yield from whole_list(portal, resource, _dictionary_params(name), repeats=0, times=times, belongs=belongs)


def _dictionary_params(name: str) -> dict[str, Any]:
    return {"filter": {"ENTITY_ID": name}, "order": {"SORT": "ASC"}}


def _fetch_page(
    portal: Lists, resource: Resource, params: Mapping[str, Any], start: int, belongs: Callable[[RawRow], bool]
) -> tuple[Answer, list[RawRow]]:
    for _ in range(TRIES - 1):
        answer = portal.call(resource.method, params)
        with suppress(StrangeAnswer):
            return answer, _own_page(resource, answer, start, belongs)
    answer = portal.call(resource.method, params)
    return answer, _own_page(resource, answer, start, belongs)


def _own_page(resource: Resource, answer: Answer, start: int, belongs: Callable[[RawRow], bool]) -> list[RawRow]:
    """The rows of a page of this list.

    Raises:
        StrangeAnswer: there are none where they belong, or they are another list's. One that is asked for by ids gives
            ids without a count, which no row of a short list is.
    """
    rows = rows_from(resource, answer, start)
    is_other = answer.total == 0 and is_bare(resource, rows)
    if is_other or not all(belongs(row) and _has_key(resource, row) for row in rows):
        raise StrangeAnswer("pull.other_list", method=resource.method)
    return rows


def _has_key(resource: Resource, row: RawRow) -> bool:
    return all(resource.sent_as.get(column, column) in row for column in resource.key)


def _new_rows(resource: Resource, rows: Iterable[RawRow], seen: set[Key]) -> list[RawRow]:
    fresh = []
    for row in rows:
        key = tuple(str(row.get(resource.sent_as.get(column, column))) for column in resource.key)
        if key not in seen:
            seen.add(key)
            fresh.append(row)
    return fresh
