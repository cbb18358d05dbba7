"""The pages of one request of a range's walk, read in order, until one ends the chain or cannot be true."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.paging.list_pages import PAGE, RawRow, StrangeAnswer, ascending_rows
from crm.portal.client import Answer, PortalError
from crm.resources import Resource

Outcome = Answer | PortalError


@dataclass(frozen=True)
class Page:
    """The rows of a page that belong to the range, and their ids.

    `is_full`: more may follow. `is_past`: ids beyond the upper end came, as of a method that takes no upper limit.
    """

    rows: list[RawRow]
    ids: list[int]
    is_full: bool
    is_past: bool


@dataclass(frozen=True)
class Chain:
    """The pages of a request that can be true together: full ones, and behind them perhaps one that is not.

    `fault` is why the chain breaks off before its end; nothing of the answer that it is about is among the pages.
    """

    pages: list[Page]
    fault: PortalError | None = None

    @property
    def is_ended(self) -> bool:
        """Whether the last page shows an end."""
        return bool(self.pages) and not self.pages[-1].is_full

    @property
    def is_contradicted(self) -> bool:
        """Whether one of its answers excludes another: which of them lies, it does not show."""
        return isinstance(self.fault, StrangeAnswer)


def read_chain(resource: Resource, outcomes: Sequence[Outcome], above: int, high: int | None) -> Chain:
    """Read pages each of which was asked for above the last id of the one before it, the first above ``above``.

    A page that is not full ends a chain: behind it stands what a portal makes of a reference that leads nowhere, the
    beginning of the list. If that answer holds rows behind the end instead, the end was none.
    """
    pages: list[Page] = []
    begin = above
    answers = iter(outcomes)
    for outcome in answers:
        try:
            page = read_page(resource, outcome, above, high)
        except PortalError as fault:
            return Chain(pages, fault)
        if not page.is_full:
            known = above if pages else max([begin, *page.ids])
            if not page.is_past and _goes_on(resource, next(answers, None), known, high):
                return Chain(pages, StrangeAnswer("pull.disagrees", method=resource.method))
            return Chain([*pages, page])
        pages.append(page)
        above = page.ids[-1]
    return Chain(pages)


def read_page(resource: Resource, outcome: Outcome, above: int, high: int | None) -> Page:
    """One page of rows above ``above``, of which those up to ``high`` belong to the range.

    Raises:
        PortalError: there is none, or it cannot be what was asked for.
    """
    if isinstance(outcome, PortalError):
        raise outcome
    rows, ids = ascending_rows(resource, outcome, above)
    inside = len(ids) if high is None else sum(number <= high for number in ids)
    is_past = inside < len(ids)
    return Page(rows[:inside], ids[:inside], is_full=not is_past and inside >= PAGE, is_past=is_past)


def _goes_on(resource: Resource, behind: Outcome | None, above: int, high: int | None) -> bool:
    """Whether the answer behind an end holds a row of the range above ``above``."""
    if not isinstance(behind, Answer):
        return False
    try:
        ids = ascending_rows(resource, behind, 0)[1]
    except StrangeAnswer:
        return False
    return any(above < number and (high is None or number <= high) for number in ids)
