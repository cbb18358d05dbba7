"""The five largest sources of report 3.3: by day, against the period before, against the bucket before."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.oracle.leads import received
from tests.oracle.lists import source_columns
from tests.oracle.periods import Range, moved_back, previous_period
from tests.oracle.scope import Scope

Rows = list[dict[str, Any]]
REST = "*"
MOST = 5


class Top:
    """The sources with most received in the period, and the rest as one."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        counts = Counter(lead.source_id for lead in received(scope))
        order = sorted(counts, key=lambda source: (-counts[source], source))
        self._kept = order[:MOST]
        self.sources = self._kept + ([REST] if len(order) > MOST else [])

    def columns(self, source: str) -> dict[str, Any]:
        if source == REST:
            return {"source_id": REST, "source": "Остальные"}
        return source_columns(self._scope, source)

    def counts(self, days: Range | None) -> dict[str, int]:
        """Received on the days, by source; None is no day at all."""
        came = Counter(
            lead.source_id if lead.source_id in self._kept else REST
            for lead in (received(self._scope, days) if days is not None else ())
        )
        return {source: came[source] for source in self.sources}


def lead_top_sources_dynamics(scope: Scope) -> Rows:
    top = Top(scope)
    rows = []
    for bucket in scope.buckets_by("day"):
        counts = top.counts(bucket.inside)
        rows += [{"day": bucket.first} | top.columns(s) | {"received": counts[s]} for s in top.sources]
    return rows


def _compared(top: Top, days: Range, earlier: Range | None) -> Rows:
    now, then = top.counts(days), top.counts(earlier)
    return [
        top.columns(source)
        | {
            "received": now[source],
            "previous_received": then[source],
            "delta": now[source] - then[source],
        }
        for source in top.sources
    ]


def lead_source_delta(scope: Scope) -> Rows:
    earlier = previous_period(scope.period.start, scope.period.end, scope.rules.as_of_day)
    return _compared(Top(scope), scope.period, earlier)


def lead_source_change(scope: Scope) -> Rows:
    """Not dense: a row stands where either side has leads."""
    top, grain = Top(scope), scope.filters.grain
    rows = []
    for bucket in scope.buckets:
        earlier = moved_back(bucket, scope.rules.as_of_day, grain)
        rows += [
            {"bucket": bucket.first} | row
            for row in _compared(top, bucket.inside, earlier)
            if row["received"] or row["previous_received"]
        ]
    return rows


VIEWS = {view.__name__: view for view in (lead_top_sources_dynamics, lead_source_delta, lead_source_change)}
