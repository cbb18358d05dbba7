"""List pages: how a page is asked for in the method's dialect, and the rows in its answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.portal.client import Answer, Command, PortalContradicts, PortalError, Ref
from crm.resources import RESOURCES, Dialect, Resource, Walk

PAGE = 50  # rows a page, fixed by Bitrix24

RawRow = dict[str, Any]


class StrangeAnswer(PortalContradicts):
    """Rows that are no rows, or that do not ascend above the one before; asking again may mend it."""

    retriable = True


def page_above(resource: Resource, above: int | Ref, upto: int | None = None) -> Command:
    """Rows with ids above ``above`` and up to ``upto``, in the order of ids, without a count."""
    limits: dict[str, Any] = {**resource.conditions, ">ID": above}
    if upto is not None and resource.bounded:
        limits["<=ID"] = upto
    return Command(resource.method, _params(resource, limits, "ASC", sent_fields(resource)))


def newest_page(resource: Resource, above: int = 0, upto: int | None = None) -> Command:
    """The highest ids above ``above`` and up to ``upto``, highest first."""
    limits: dict[str, Any] = {**resource.conditions, **({">ID": above} if above else {})}
    if upto is not None and resource.bounded:
        limits["<=ID"] = upto
    return Command(resource.method, _params(resource, limits, "DESC", ["ID"]))


def counted_page(resource: Resource, above: int, upto: int | None = None) -> Command:
    """The lowest ids above ``above`` and up to ``upto``, and how many there are: counting is dear to a portal."""
    limits: dict[str, Any] = {**resource.conditions, ">ID": above}
    if upto is not None and resource.bounded:
        limits["<=ID"] = upto
    return Command(resource.method, {**_params(resource, limits, "ASC", ["ID"]), "start": 0})


def sent_fields(resource: Resource) -> list[str]:
    """The fields to ask for, by the portal's names."""
    return [resource.sent_as.get(column, column) for column in resource.columns]


def last_id(resource: Resource, label: str) -> Ref:
    """A reference to the id of the last row of a full page that an earlier command of the batch gives."""
    return Ref(label, *resource.rows_at, PAGE - 1, "ID")


def rows_in(resource: Resource, answer: Answer) -> list[RawRow]:
    """The rows of an answer. PHP writes an empty map as a list, and a list with holes as a map: both are read.

    Raises:
        StrangeAnswer: there are no rows where they belong.
    """
    found: Any = answer.result
    for step in resource.rows_at:
        found = [] if found == [] else found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, Mapping):
        found = list(found.values())
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise StrangeAnswer("pull.no_rows", method=resource.method)
    return found


def own_rows(resource: Resource, answer: Answer) -> list[RawRow]:
    """The rows of an answer that are the resource's.

    Raises:
        StrangeAnswer: there are none where they belong, or they are plainly another list's.
    """
    rows = rows_in(resource, answer)
    if rows and _is_foreign(resource, rows[0]):
        raise StrangeAnswer("pull.other_list", method=resource.method)
    return rows


def is_bare(resource: Resource, rows: Sequence[RawRow]) -> bool:
    """Whether rows hold nothing but their ids though more is asked for: what a `newest_page` gives."""
    return bool(rows) and len(resource.columns) > 1 and rows[0].keys() == {"ID"}


def rows_from(resource: Resource, answer: Answer, start: int) -> list[RawRow]:
    """The rows of a page asked for by its offset.

    Raises:
        StrangeAnswer: there are none where they belong, or fewer than lie before the page it says is next.
    """
    rows = own_rows(resource, answer)
    if answer.next is not None and answer.next - start > len(rows):
        raise StrangeAnswer("pull.cut_page", method=resource.method)
    return rows


def ascending_rows(resource: Resource, answer: Answer, above: int) -> tuple[list[RawRow], list[int]]:
    """The rows of a page and their ids.

    Raises:
        StrangeAnswer: an id is missing or no number, they do not strictly ascend from above ``above``, or the rows are
            plainly another list's.
    """
    rows = own_rows(resource, answer)
    ids = [row_id(resource, row) for row in rows]
    if any(second <= first for first, second in zip([above, *ids], ids, strict=False)):
        raise StrangeAnswer("pull.out_of_order", method=resource.method)
    return rows, ids


def newest_id(resource: Resource, answer: Answer) -> int:
    """The highest id on a `newest_page`, 0 when it has no rows; too low where a method ignores the order.

    Raises:
        StrangeAnswer: a row has no id.
    """
    return max((row_id(resource, row) for row in rows_in(resource, answer)), default=0)


def row_ids(resource: Resource, outcome: Answer | PortalError) -> list[int]:
    """The ids of an answer's rows, as they come.

    Raises:
        StrangeAnswer: a row has none.
        PortalError: ``outcome`` itself, where it is no answer.
    """
    if isinstance(outcome, PortalError):
        raise outcome
    return [row_id(resource, row) for row in rows_in(resource, outcome)]


def row_id(resource: Resource, row: RawRow) -> int:
    """The id of a row.

    Raises:
        StrangeAnswer: it has none.
    """
    try:
        return int(row["ID"])
    except (KeyError, TypeError, ValueError):
        raise StrangeAnswer("pull.no_rows", method=resource.method) from None


# The fields that each list gives: by them an answer shows whose it is.
_IDS = frozenset(("ID", "id"))
_GIVEN = tuple(
    frozenset(sent_fields(resource))
    for resource in RESOURCES
    if resource.walk in (Walk.KEYSET, Walk.WHOLE, Walk.STATUSES)
)


def _is_foreign(resource: Resource, row: RawRow) -> bool:
    """Whether a row has all that another list gives, and less of what this one was asked for; or nothing of this one
    but an id, and something of another.

    A field that a portal does not know makes no row foreign, nor does one that nobody asked for.
    """
    own = frozenset(sent_fields(resource))
    known = own & row.keys()
    if known <= _IDS:
        return any((given - own - _IDS) & row.keys() for given in _GIVEN)
    return any(given != own and len(given) > len(known) and given <= row.keys() for given in _GIVEN)


def _params(resource: Resource, limits: Mapping[str, Any], way: str, select: list[str]) -> dict[str, Any]:
    match resource.dialect:
        case Dialect.CRM:
            query = {"order": {"ID": way}, "filter": limits, "select": select}
        case Dialect.USERS:
            query = {"sort": "ID", "order": way, "FILTER": limits, "select": select}
        case Dialect.CALLS:
            query = {"SORT": "ID", "ORDER": way, "FILTER": limits}
    return {**resource.params, **query, "start": -1}
