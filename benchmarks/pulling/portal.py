"""The portal of a case, in a process of its own: ``python -m benchmarks.pulling.portal``.

Reads one line of JSON, `Order`; prints {"webhook": …}; at the next line prints what it has counted, and ends.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from demo import DemoPortal, Faults, Row, Span
from demo.bulk import BulkCompany

METHODS = {"deals": "crm.deal.list", "activities": "crm.activity.list"}
_NEVER = 10**9  # no portal is asked so often
_BIG = ("leads", "deals", "companies", "activities", "calls", "lead_stage_history", "deal_stage_history")


@dataclass(frozen=True)
class Order:
    """Which table has how many rows, and what the portal's answers cost (see `Conditions`)."""

    table: str
    rows: int
    page_work: float
    count_work: float
    latency: float
    at_once: int | None
    rate: tuple[float, int] | None
    operating_limit: float | None
    budget_speed: float
    failing_every: int | None


@dataclass(frozen=True)
class Counted:
    """What a portal counted of its measured method; `refused` and `all_requests` are of everything it was asked."""

    requests: int
    lists: int
    counted: int
    refused: int
    all_requests: int
    work: float


class OneTable(BulkCompany):
    """A company with rows of one kind, and the dictionaries and people that a portal always has."""

    def __init__(self, table: str, rows: int) -> None:
        super().__init__(rows, per_deal=1)
        self._empty = {name for name in _BIG if name != table}

    def rows(self, table: str, span: Span, *, descending: bool = False, offset: int = 0) -> Iterator[Row]:
        if table in self._empty:
            return iter(())
        return super().rows(table, span, descending=descending, offset=offset)

    def count(self, table: str, span: Span) -> int:
        return 0 if table in self._empty else super().count(table, span)


class MeasuredPortal:
    """A demo portal with one table, and the counts of the method that gives it."""

    def __init__(self, order: Order) -> None:
        rate = (order.rate[0], order.rate[1]) if order.rate else None
        faults = Faults(
            latency=order.latency,
            page_work=order.page_work,
            count_work=order.count_work,
            at_once=order.at_once,
            rate=rate,
            operating_limit=order.operating_limit,
        )
        if order.failing_every:
            failing = range(order.failing_every, _NEVER, order.failing_every)
            faults = replace(faults, failed={METHODS[order.table]: failing})
        company = OneTable(order.table, order.rows)
        self.portal = DemoPortal(company, faults=faults, on_hit=self._note, budget_speed=order.budget_speed)
        self._table, self._method = order.table, METHODS[order.table]
        self._requests = self._seen = 0

    def counted(self) -> Counted:
        """What has been counted so far."""
        with self.portal.lock:
            self._note(0)
            counters = self.portal.counters
            return Counted(
                requests=self._requests,
                lists=counters.commands[self._method],
                counted=counters.counts[self._table],
                refused=counters.refusals.total(),
                all_requests=counters.hits,
                work=round(counters.work, 2),
            )

    def _note(self, _: int) -> None:
        """Before each request: whether the one before it has asked anything of the measured method."""
        before, self._seen = self._seen, self.portal.counters.commands[self._method]
        self._requests += self._seen > before


def main() -> None:
    """Serve one case."""
    order = Order(**json.loads(sys.stdin.readline()))
    measured = MeasuredPortal(order)
    with measured.portal as portal:
        _say({"webhook": portal.webhook})
        sys.stdin.readline()
        _say(asdict(measured.counted()))


def _say(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
