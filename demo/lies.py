"""Pages of lists that a portal spoils at random and answers as if nothing was wrong: HTTP 200, no error, fewer rows."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from demo.replies import Reply

KINDS = ("emptied", "doubled", "cut", "swapped")


@dataclass(frozen=True)
class Lies:
    """A ``share`` (0 to 1) of the pages that a portal's list commands give is spoilt, each by one of ``kinds``.

    - emptied: no rows, and the word that there are none; "blanked" (not drawn unless it is named): no rows alone;
    - doubled: the same rows twice, or once more the page that the same method gave before it in this request;
    - cut: a run of rows is missing, from the beginning, the middle or the end;
    - swapped: the answer of another list command of the same batch.

    A page is spoilt as it is made, so that references into it lead astray, or as it is sent, by lot. All is drawn from
    ``draw``: the same seed and the same commands give the same lies. Methods in ``spared`` tell the truth.
    """

    share: float
    draw: random.Random
    kinds: tuple[str, ...] = KINDS
    spared: Collection[str] = frozenset()

    def of_one(self, method: str, reply: Reply) -> Reply:
        """The answer to a command that is sent alone, which cannot be swapped."""
        kind = self.kind(method, reply)
        return reply if kind in (None, "swapped") else _spoilt(kind, reply, reply, self.draw)

    def of_batch(self, methods: Mapping[str, str]) -> "BatchLies":
        """What a batch of commands is answered with; ``methods`` by the labels of its commands."""
        return BatchLies(self, methods)

    def kind(self, method: str, reply: Reply) -> str | None:
        """Draw how an answer is spoilt; None where it is not, or is no page of a list."""
        if method in self.spared or page_of(reply.result) is None or self.draw.random() >= self.share:
            return None
        return self.draw.choice(self.kinds)


class BatchLies:
    """The lies of one batch: `made` for each command as it is answered, `sent` for all of them in the end."""

    def __init__(self, lies: Lies, methods: Mapping[str, str]) -> None:
        self._lies, self._methods = lies, methods
        self._before: dict[str, Reply] = {}  # the last page of each method
        self._late: dict[str, str] = {}  # labels whose pages are spoilt when all is answered

    def made(self, label: str, reply: Reply) -> Reply:
        """The answer to one command, as commands that refer to it see it."""
        method, draw = self._methods[label], self._lies.draw
        kind = self._lies.kind(method, reply)
        before = self._before.get(method, reply)
        self._before[method] = reply
        if kind is None:
            return reply
        if kind == "swapped" or draw.random() < 0.5:
            self._late[label] = kind
            return reply
        return _spoilt(kind, reply, before, draw)

    def sent(self, replies: Mapping[str, Reply]) -> dict[str, Reply]:
        """All answers of the batch as they are sent."""
        pages = {label: reply for label, reply in replies.items() if page_of(reply.result) is not None}
        before = _pages_before(pages, self._methods)
        told = dict(replies)
        for label, kind in self._late.items():
            if kind == "swapped":
                others = [other for other in pages if other != label]
                told[label] = pages[self._lies.draw.choice(others)] if others else pages[label]
            else:
                told[label] = _spoilt(kind, pages[label], before[label], self._lies.draw)
        return told


def page_of(result: Any) -> list[Any] | None:
    """The rows of an answer that is a page of a list; None where it is something else."""
    if isinstance(result, Mapping):
        result = next(iter(result.values())) if len(result) == 1 else None
    is_page = isinstance(result, list) and all(isinstance(row, Mapping) for row in result)
    return result if is_page else None


def _spoilt(kind: str, reply: Reply, before: Reply, draw: random.Random) -> Reply:
    rows = page_of(reply.result) or []
    if kind == "emptied":
        return replace(reply, result=_with(reply.result, []), next=None, total=reply.total and 0)
    if kind == "doubled":
        again = page_of(before.result) or []
        return replace(reply, result=_with(reply.result, again if again != rows and draw.random() < 0.5 else rows * 2))
    if kind == "blanked":
        return replace(reply, result=_with(reply.result, []))
    first, last = sorted((draw.randint(0, len(rows)), draw.randint(0, len(rows))))
    left = draw.choice((rows[first:], rows[:first] + rows[last:], rows[:last]))
    return replace(reply, result=_with(reply.result, left))


def _with(result: Any, rows: list[Any]) -> Any:
    return dict.fromkeys(result, rows) if isinstance(result, Mapping) else rows


def _pages_before(pages: Mapping[str, Reply], methods: Mapping[str, str]) -> dict[str, Reply]:
    """For each page the one that its method gave before it, itself where there is none."""
    last: dict[str, Reply] = {}
    before: dict[str, Reply] = {}
    for label, page in pages.items():
        before[label] = last.get(methods[label], page)
        last[methods[label]] = page
    return before
