"""A portal made of lists of ids, whose answers a test may spoil: references, garbage and all, without HTTP."""

import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from crm.portal.client import Answer, Command, MissingLabel, PortalError, Ref

PAGE = 50
TEXTS = {
    "user.get": "LAST_NAME",
    "voximplant.statistic.get": "CALL_DURATION",
    "crm.stagehistory.list": "STAGE_ID",
    "crm.timeline.comment.list": "AUTHOR_ID",
}
Outcome = Answer | PortalError
Meddle = Callable[[int, str, Command, Outcome], Outcome | None]


class TablePortal:
    """Serves ids of one table as Bitrix24 lists them: pages of fifty, chained references, garbage behind the end.

    ``meddle(batch, label, command, answer)`` may give another answer in place of the right one; a batch is counted
    from 1. ``before`` is called with the number of a batch before it is answered, and may raise. ``row`` makes the row
    of an id; without it a row has a text in a field that its list gives.
    """

    def __init__(
        self,
        ids: Iterable[int],
        *,
        wrapped: str | None = None,
        meddle: Meddle | None = None,
        before: Callable[[int], None] | None = None,
        seconds: float = 0.01,
        row: Callable[[int], dict[str, Any]] | None = None,
    ) -> None:
        self.ids = sorted(ids)
        self.wrapped = wrapped
        self.meddle = meddle
        self.before = before
        self.seconds = seconds
        self.row = row
        self.batches: list[list[str]] = []
        self.asked: Counter[str] = Counter()
        self.pauses: list[float] = []
        self._lock = threading.Lock()

    @property
    def requests_made(self) -> int:
        return len(self.batches)

    def pause(self, seconds: float, key: str, **values: str) -> None:
        self.pauses.append(seconds)

    def call(self, method: str, params: Mapping[str, Any]) -> Answer:
        outcome = self.batch({"only": Command(method, params)})["only"]
        if isinstance(outcome, PortalError):
            raise outcome
        return outcome

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        with self._lock:
            assert 0 < len(commands) <= PAGE
            self.batches.append(list(commands))
            number = len(self.batches)
            if self.before:
                self.before(number)
            given: dict[str, list[dict[str, Any]]] = {}
            outcomes: dict[str, Outcome] = {}
            for label, command in commands.items():
                given[label] = self._page(command, given)
                result: Any = {self.wrapped: given[label]} if self.wrapped else given[label]
                right = Answer(result, total=0, time={"duration": self.seconds})
                spoilt = self.meddle(number, label, command, right) if self.meddle else None
                outcomes[label] = right if spoilt is None else spoilt
            return outcomes

    def _page(self, command: Command, given: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
        params = command.params
        assert params["start"] == -1
        limits = params.get("filter", params.get("FILTER"))
        order = params["order"]["ID"] if "filter" in params else params.get("order", params.get("ORDER"))
        above, upto = self._resolve(limits.get(">ID", 0), given), limits.get("<=ID")
        first = 0 if above is None else bisect_right(self.ids, above)
        last = len(self.ids) if upto is None else bisect_right(self.ids, upto)
        found = (
            self.ids[first : min(last, first + PAGE)]
            if order == "ASC"
            else self.ids[max(first, last - PAGE) : last][::-1]
        )
        if self.row is not None:
            return [self.row(n) for n in found]
        field = TEXTS.get(command.method, "TITLE")
        return [{"ID": str(n), field: f"row {n}"} for n in found]

    def _resolve(self, value: Any, given: Mapping[str, list[dict[str, Any]]]) -> int | None:
        """A reference into a page that is shorter than it says is no condition at all."""
        if not isinstance(value, Ref):
            return int(value)
        place = next(step for step in value.path if isinstance(step, int))
        rows = given.get(value.label, [])
        return int(rows[place]["ID"]) if place < len(rows) else None


def lost(method: str = "crm.deal.list", label: str = "c00") -> MissingLabel:
    """A command the portal said nothing about."""
    return MissingLabel("portal.missing_label", host="acme", method=method, label=label)
