"""What a portal needs of a company: rows of a table by id, rows of an owner, and a clock.

Tables are named as the snapshots are: leads, deals, companies, activities, lead_stage_history, deal_stage_history,
calls, users, departments, statuses, funnels, currencies, user_fields (demo/field_descriptions.py); per owner:
activity_bindings, comments. Rows are dicts exactly as Bitrix24 sends them: numbers as strings, "Y"/"N", datetimes with
the portal's offset.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol, runtime_checkable

Row = dict[str, Any]
Owner = tuple[str, int]  # ("activity", 15) for bindings; ("lead", 7) or ("deal", 7) for comments

MOSCOW = timezone(timedelta(hours=3))  # the one offset of all the datetimes of a demo portal


@dataclass(frozen=True)
class Span:
    """Ids above ``above`` and up to ``upto`` (None: without an end)."""

    above: int = 0
    upto: int | None = None

    def within(self, above: int | None = None, upto: int | None = None) -> "Span":
        """The part of this span that also lies above ``above`` and up to ``upto``."""
        ends = [end for end in (self.upto, upto) if end is not None]
        return Span(max(self.above, above or 0), min(ends) if ends else None)


class Company(Protocol):
    """What `DemoPortal` asks; it asks one thing at a time, under its own lock."""

    def now(self) -> datetime:
        """The portal's clock, with its offset. Whatever is later than this has not happened yet."""

    def rows(self, table: str, span: Span, *, descending: bool = False, offset: int = 0) -> Iterator[Row]:
        """Rows of ``table`` in the span, in the order of ids, the first ``offset`` of them passed over."""

    def count(self, table: str, span: Span) -> int:
        """How many rows `rows` would give."""

    def owned(self, table: str, owner: Owner) -> Sequence[Row]:
        """Rows of a per-owner table, in the order of their making; none: an empty sequence."""


@runtime_checkable
class KnowsMoments(Protocol):
    """A company that knows where its late rows are, as a database has an index: for large ones."""

    def rows_since(self, table: str, span: Span, since: str, *, descending: bool = False) -> Iterator[Row]:
        """The rows of `Company.rows` that have a moment ``since`` (ISO, the portal's offset), and maybe others."""


class Table:
    """Rows kept in the order of their ids."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._ids: list[int] = []
        self._rows: list[Row] = []
        for row in rows:
            self.put(row)

    def put(self, row: Row, key: int | None = None) -> None:
        """Add a row, or put it in place of the one with the same id. ``key``: for a row that has no id."""
        number = int(row["ID"] if "ID" in row else row["id"]) if key is None else key
        if not self._ids or number > self._ids[-1]:
            self._ids.append(number)
            self._rows.append(row)
            return
        place = bisect_left(self._ids, number)
        if self._ids[place] == number:
            self._rows[place] = row
        else:
            self._ids.insert(place, number)
            self._rows.insert(place, row)

    def delete(self, number: int) -> None:
        """Take a row away.

        Raises:
            KeyError: there is no row with this id.
        """
        place = bisect_left(self._ids, number)
        if place == len(self._ids) or self._ids[place] != number:
            raise KeyError(number)
        del self._ids[place], self._rows[place]

    def get(self, number: int) -> Row | None:
        """The row with this id, or None."""
        place = bisect_left(self._ids, number)
        return self._rows[place] if place < len(self._ids) and self._ids[place] == number else None

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def count(self, span: Span) -> int:
        """How many rows lie in the span."""
        low, high = self._places(span)
        return max(0, high - low)

    def rows(self, span: Span, *, descending: bool = False, offset: int = 0) -> Iterator[Row]:
        """Rows of the span in the order of ids, without the first ``offset``."""
        low, high = self._places(span)
        places = range(high - 1 - offset, low - 1, -1) if descending else range(low + offset, high)
        rows = self._rows
        return (rows[place] for place in places)

    def _places(self, span: Span) -> tuple[int, int]:
        low = bisect_right(self._ids, span.above)
        return low, len(self._ids) if span.upto is None else bisect_right(self._ids, span.upto)


class TableCompany:
    """A company held in memory: what a test fills by hand, changes while it is pulled, and what the story fills.

    ``tables`` may be given as lists of rows; ``owned`` as {"comments": {("deal", 7): [row]}}. ``moment`` is the
    portal's clock and may be set anew; without one it is noon of 23 November 2026.
    """

    def __init__(
        self,
        tables: Mapping[str, Iterable[Row]] | None = None,
        owned: Mapping[str, Mapping[Owner, list[Row]]] | None = None,
        moment: datetime = datetime(2026, 11, 23, 12, tzinfo=MOSCOW),
    ) -> None:
        self.tables: dict[str, Table] = {}
        for name, rows in (tables or {}).items():
            self._fill(name, rows)
        self.owners: dict[str, dict[Owner, list[Row]]] = {name: dict(lists) for name, lists in (owned or {}).items()}
        self.moment = moment

    def _fill(self, name: str, rows: Iterable[Row]) -> None:
        table = self.table(name)
        for place, row in enumerate(rows, start=1):
            table.put(row, None if "ID" in row or "id" in row else place)

    def table(self, name: str) -> Table:
        """The table of that name, made empty at the first asking."""
        return self.tables.setdefault(name, Table())

    def now(self) -> datetime:
        return self.moment

    def rows(self, table: str, span: Span, *, descending: bool = False, offset: int = 0) -> Iterator[Row]:
        return self.table(table).rows(span, descending=descending, offset=offset)

    def count(self, table: str, span: Span) -> int:
        return self.table(table).count(span)

    def owned(self, table: str, owner: Owner) -> Sequence[Row]:
        return self.owners.get(table, {}).get(owner, ())

    def own(self, table: str, owner: Owner, row: Row) -> None:
        """Add a row to a per-owner table."""
        self.owners.setdefault(table, {}).setdefault(owner, []).append(row)
