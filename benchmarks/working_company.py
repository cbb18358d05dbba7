"""A large company of the past in which people work: rows changed, made and deleted over those of a bulk company."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice

from demo.bulk import BulkCompany
from demo.company import Owner, Row, Span, Table

LATER = timedelta(days=400)  # since the last of its own records were made, all of them closed meanwhile


class WorkingCompany(BulkCompany):
    """A bulk company some hundred days after its last record was touched; ``empty`` tables have no rows of their own.

    `moment` is its clock and may be set anew. What is `put` or `delete`d stands over its own rows.
    """

    def __init__(self, deals: int, per_deal: int = 1, empty: Sequence[str] = ()) -> None:
        super().__init__(deals, per_deal)
        self._sizes |= dict.fromkeys(empty, 0)
        self.moment = super().now() + LATER
        self._put: dict[str, Table] = defaultdict(Table)
        self._deleted: dict[str, list[int]] = defaultdict(list)
        self._newest = defaultdict(int, self._sizes)
        self._owned: dict[tuple[str, Owner], list[Row]] = defaultdict(list)

    def now(self) -> datetime:
        return self.moment

    def put(self, table: str, row: Row) -> None:
        """Put a row in place of the one with its id, or as a new one."""
        self._put[table].put(row)

    def delete(self, table: str, number: int) -> None:
        """Take away a row that is there."""
        if self._put[table].get(number) is not None:
            self._put[table].delete(number)
        if number <= self._sizes[table]:
            insort(self._deleted[table], number)

    def get(self, table: str, number: int) -> Row | None:
        """The row with this id, or None."""
        return next(iter(self.rows(table, Span(number - 1, number))), None)

    def newest_id(self, table: str) -> int:
        """The highest id that was given in a table."""
        return self._newest[table]

    def next_id(self, table: str) -> int:
        """The id of a new row."""
        self._newest[table] += 1
        return self._newest[table]

    def own(self, table: str, owner: Owner, row: Row) -> None:
        """Add a row to a per-owner table."""
        self._owned[table, owner].append(row)

    def rows(self, table: str, span: Span, *, descending: bool = False, offset: int = 0) -> Iterator[Row]:
        if table in self._small:
            return super().rows(table, span, descending=descending, offset=offset)
        own = self._own_rows(table, span, descending=descending)
        new = self._put[table].rows(self._behind(table, span), descending=descending)
        return islice(chain(*((new, own) if descending else (own, new))), offset, None)

    def rows_since(self, table: str, span: Span, since: str, *, descending: bool = False) -> Iterator[Row]:
        """Of a table that people work in, what they have put; see `KnowsMoments`."""
        del since
        if table in self._small:
            return self.rows(table, span, descending=descending)
        return self._put[table].rows(span, descending=descending)

    def count(self, table: str, span: Span) -> int:
        if table in self._small:
            return super().count(table, span)
        deleted, upto = self._deleted[table], span.upto
        places = (bisect_right(deleted, span.above), len(deleted) if upto is None else bisect_right(deleted, upto))
        gone = max(0, places[1] - places[0])
        return super().count(table, span) - gone + self._put[table].count(self._behind(table, span))

    def owned(self, table: str, owner: Owner) -> Sequence[Row]:
        if table == "activity_bindings":
            row = self.get("activities", owner[1])
            return [{"entityTypeId": int(row["OWNER_TYPE_ID"]), "entityId": int(row["OWNER_ID"])}] if row else []
        return self._owned.get((table, owner), ())

    def _own_rows(self, table: str, span: Span, *, descending: bool) -> Iterator[Row]:
        """Its own rows as they are now."""
        first, last = self._ends(table, span)
        deleted, put, make = set(self._deleted[table]), self._put[table], self._makers[table]
        numbers = range(last, first - 1, -1) if descending else range(first, last + 1)
        return (put.get(number) or make(number) for number in numbers if number not in deleted)

    def _behind(self, table: str, span: Span) -> Span:
        """The part of a span that lies above its own rows."""
        return span.within(above=self._sizes[table])
