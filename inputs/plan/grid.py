"""A grid of cells, from a file or a Google Sheet, → rows of a plan and what a person should know of them.

Whatever people do to a table is forgiven where its meaning is plain: columns in another order or added, blank rows,
lines above the head, a row that stands twice. Whatever is not plain becomes a problem that names its cell; the rest
is used.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openpyxl.utils import get_column_letter

from inputs.plan.amounts import PARTING, Fault, Spoiled, amount, count, identifier
from inputs.plan.columns import AMOUNTS, FIGURES, KEYS, column_of
from inputs.plan.errors import excerpt
from inputs.plan.months import month_of
from inputs.plan.rows import NO_STEPS, STEPS, PlanKey, PlanRow, Step
from language import Message
from language.clean import clean_text

HEAD_WITHIN = 20  # rows in which the head is looked for
MOST_PROBLEMS = 200  # of one reading: beyond it a person reads none of them


Cell = str | int | float | Decimal | dt.date | Spoiled | None


@dataclass(frozen=True)
class Grid:
    """Cells row by row, ragged at the right; ``name`` is the sheet's where there are several, else "".

    ``thousands`` are the marks that may part thousands in what is typed there.
    """

    name: str
    cells: Sequence[Sequence[Cell]]
    thousands: str = PARTING

    def address(self, row: int, column: int) -> str:
        """ "F12", or "План 2026!F12"; both counted from 0."""
        cell = f"{get_column_letter(column + 1)}{row + 1}"
        return f"{clean_text(self.name)}!{cell}" if self.name else cell


@dataclass(frozen=True)
class Head:
    """Where a grid's head stands (from 0) and which column each name of a plan has there."""

    row: int
    columns: Mapping[str, int]


@dataclass
class Reading:
    """What was read: one row a key with something planned in it, every key met, the months whose plan this is.

    A month is named by a row with figures, or by one that is truly empty; one that only spoiled cells speak of is not.
    ``problems``: a message for each cell that is not what it seems or cannot be used; its values are ``cell`` ("F12",
    with its sheet where there are several) and, by the key, ``found`` or ``first``.
    """

    rows: tuple[PlanRow, ...] = ()
    keys: frozenset[PlanKey] = frozenset()
    months: frozenset[dt.date] = frozenset()
    problems: list[Message] = field(default_factory=list)


def head_of(grid: Grid) -> Head | None:
    """The head: the first row that names the month and both ids. None: the grid holds no plan."""
    for number, row in enumerate(grid.cells[:HEAD_WITHIN]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            name = column_of(cell) if isinstance(cell, str) else None
            if name:
                columns.setdefault(name, place)
        if set(KEYS) <= set(columns):
            return Head(number, columns)
    return None


def read(grids: Iterable[tuple[Grid, Head]]) -> Reading:
    """The plan that the grids hold together, rows in the order of keys; amounts of a key met twice add up."""
    reader = _Reader()
    for grid, head in grids:
        reader.read(grid, head)
    return reader.reading()


class _Reader:
    """Collects rows, keys, months and problems over all grids of one reading."""

    def __init__(self) -> None:
        self._rows: dict[PlanKey, PlanRow] = {}
        self._first: dict[PlanKey, str] = {}
        self._keys: set[PlanKey] = set()
        self._months: set[dt.date] = set()
        self._problems: list[Message] = []

    def reading(self) -> Reading:
        rows = tuple(self._rows[key] for key in sorted(self._rows))
        problems = self._problems[:MOST_PROBLEMS]
        if len(self._problems) > MOST_PROBLEMS:
            problems.append(Message("plan.told.and_more", count=len(self._problems) - MOST_PROBLEMS))
        return Reading(rows, frozenset(self._keys), frozenset(self._months), problems)

    def read(self, grid: Grid, head: Head) -> None:
        self._report_doubled(grid, head)
        for number in range(head.row + 1, len(grid.cells)):
            _Line(self, grid, head, number).read()

    def report(self, kind: str, cell: str, **values: str) -> None:
        self._problems.append(Message(f"plan.told.{kind}", cell=cell, **values))

    def take(self, row: PlanRow, address: str, *, is_spoiled: bool) -> None:
        self._keys.add(row.key)
        if not row.is_empty or not is_spoiled:
            self._months.add(row.key.month)
        if row.is_empty:
            return
        before = self._rows.get(row.key)
        if before is None:
            self._rows[row.key], self._first[row.key] = row, address
            return
        self.report("twice", address, first=self._first[row.key])
        try:
            self._rows[row.key] = sum_rows(before, row)
        except Fault as fault:
            self.report(fault.kind, address, found=f"{before.plan_sum} + {row.plan_sum}")

    def _report_doubled(self, grid: Grid, head: Head) -> None:
        for place, cell in enumerate(grid.cells[head.row]):
            name = column_of(cell) if isinstance(cell, str) else None
            if name and head.columns[name] != place:
                first = grid.address(head.row, head.columns[name])
                self.report("doubled_column", grid.address(head.row, place), first=first, found=excerpt(cell))


class _Line:
    """One row of a grid on its way to a row of the plan."""

    def __init__(self, reader: _Reader, grid: Grid, head: Head, number: int) -> None:
        self._reader, self._grid, self._head, self._number = reader, grid, head, number
        self._row = grid.cells[number]
        self._is_spoiled = False

    def read(self) -> None:
        if all(_is_blank(self._cell(column)) for column in (*KEYS, *FIGURES)):
            return
        key = self._key()
        if key is None:
            return
        figures = {column: self._figure(column) for column in FIGURES}
        steps = tuple(
            Step(_whole(figures[f"step{number}_count"]), _exact(figures[f"step{number}_bonus"]))
            for number in range(1, STEPS + 1)
        )
        row = PlanRow(key, _exact(figures["plan_sum"]), _whole(figures["plan_count"]), steps)
        self._reader.take(row, self._address("month"), is_spoiled=self._is_spoiled)

    def _key(self) -> PlanKey | None:
        """The key; None when a part of it is missing or unreadable, a problem unless nothing is planned in the row."""
        month = month_of(self._cell("month"))
        ids: dict[str, int] = {}
        faulty = [] if month else ["month"]
        for column in ("employee_id", "funnel_id"):
            try:
                number = identifier(self._cell(column))
            except Fault:
                number = None
            if number is None or (number == 0 and column == "employee_id"):
                faulty.append(column)
            else:
                ids[column] = number
        if month and not faulty:
            return PlanKey(month, ids["employee_id"], ids["funnel_id"])
        if any(not _is_blank(self._cell(column)) for column in FIGURES):
            for column in faulty:
                found = self._cell(column)
                kind = f"no_{column}" if _is_blank(found) else f"bad_{column}"
                self._reader.report(kind, self._address(column), found=excerpt("" if found is None else found))
        return None

    def _figure(self, column: str) -> Decimal | int | None:
        value = self._cell(column)
        try:
            read_as = amount if column in AMOUNTS else count
            return read_as(value, self._grid.thousands)
        except Fault as fault:
            self._is_spoiled = True
            self._reader.report(fault.kind, self._address(column), found=excerpt(value))
            return None

    def _cell(self, column: str) -> Cell:
        place = self._head.columns.get(column)
        return self._row[place] if place is not None and place < len(self._row) else None

    def _address(self, column: str) -> str:
        return self._grid.address(self._number, self._head.columns[column])


def sum_rows(one: PlanRow, other: PlanRow) -> PlanRow:
    """Two rows of one key as one: amounts and counts add up, the steps are those of the first that has any.

    Raises:
        Fault: together they are more than a plan can hold.
    """
    amounts = [row.plan_sum for row in (one, other) if row.plan_sum is not None]
    counts = [row.plan_count for row in (one, other) if row.plan_count is not None]
    has_none = other.steps if one.steps == NO_STEPS else one.steps
    return PlanRow(
        one.key,
        amount(sum(amounts, Decimal(0))) if amounts else None,
        count(sum(counts)) if counts else None,
        next((row.steps for row in (one, other) if row.has_steps), has_none),
    )


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip("\u00a0\u200b\ufeff '").strip())


def _whole(figure: Decimal | int | None) -> int | None:
    return figure if isinstance(figure, int) else None


def _exact(figure: Decimal | int | None) -> Decimal | None:
    return figure if isinstance(figure, Decimal) else None
