"""A view of two keys as a table: one key down, the other across, each cell shaded by its figure."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from language import disambiguated_labels
from ui.blocks import figures
from ui.blocks.block import Block, Note, draw_block
from ui.blocks.links import employee_url
from ui.blocks.table import draw_kept, toggle_picked
from ui.blocks.value_labels import value_label
from ui.state import url_state
from ui.tree_table import Tree, TreeCell, TreeColumn, TreeRow

Total = tuple[str, str]  # a view and the column that holds the figure
DARKEST = 0.5  # the shade of the largest figure: text stays readable on it


@dataclass(frozen=True)
class Key:
    """One of the two keys: the columns of its id and of its name, and the column it is ordered by."""

    id_column: str
    name_column: str
    order: str | None = None


def cross_table(
    view: str,
    *,
    down: Key,
    across: Key,
    value: str,
    row_total: Total,
    column_total: Total,
    grand_total: Total,
    pick: str,
    title: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw ``value`` of a view of two keys as a table with a column and a row of totals.

    Totals are read from views, not summed up: that of ``row_total`` holds the key ``down``, that of ``column_total``
    the key ``across``, that of ``grand_total`` is one row. A click on a row sets the filter ``pick``, by which the
    table is not narrowed.
    """

    def make(block: Block) -> CrossTable:
        return CrossTable(
            block=block,
            records=block.table.records(),
            down=down,
            across=across,
            value=value,
            row_totals=_totals(block, row_total, down.id_column, pick),
            column_totals=_totals(block, column_total, across.id_column, pick),
            grand_total=block.context.table(grand_total[0], without=pick).records()[0][grand_total[1]],
            pick=pick,
        )

    def draw(block: Block) -> None:
        draw_cross_table(block, lambda: make(block), pick)

    draw_block(view, draw, title=title, without=pick, notes=notes)


def draw_cross_table(block: Block, make: Callable[[], "CrossTable"], pick: str) -> None:
    """Draw the table that ``make`` returns, unless the same is kept; a click on a row sets the filter ``pick``."""

    def on_pick(value: str) -> None:
        toggle_picked(pick, value)

    draw_kept(block, lambda: make().tree(), key=f"cross_{block.name}", on_pick=on_pick)


@dataclass(frozen=True)
class CrossTable:
    """A table of records of two keys; ``row_totals`` by the id of ``down``, ``column_totals`` by the id of ``across``.

    A cell without a record, or whose figure is null, stays empty; so does a total that is missing.
    """

    block: Block
    records: Sequence[Mapping[str, Any]]
    down: Key
    across: Key
    value: str
    row_totals: Mapping[Any, Any]
    column_totals: Mapping[Any, Any]
    grand_total: Any
    pick: str

    def tree(self) -> Tree:
        """The table as a component draws it."""
        words = self.block.context.words
        return Tree(
            label=self.block.view.label(words.language),
            columns=[
                TreeColumn(self.block.label(self.down.name_column)),
                TreeColumn(words("ui.table.total"), align="end"),
                *(TreeColumn(name, name, "end") for name in self._headings().values()),
            ],
            rows=self._rows(),
            total=[
                TreeCell(words("ui.table.total")),
                *(TreeCell(self._text(n)) for n in [self.grand_total, *map(self.column_totals.get, self._headings())]),
            ],
            picked=[str(each) for each in getattr(url_state.selection(), self.pick)],
            sort=1,
            origin=self.block.context.origin,
        )

    def _headings(self) -> dict[Any, str]:
        """The columns of the table, id → name, in their order."""
        ordered = sorted(self.records, key=lambda row: _place(row, self.across))
        return {row[self.across.id_column]: str(row[self.across.name_column]) for row in ordered}

    def _rows(self) -> list[TreeRow]:
        """The rows by their totals, the largest first."""
        cells: dict[Any, dict[Any, Any]] = {}
        for row in self.records:
            cells.setdefault(row[self.down.id_column], {})[row[self.across.id_column]] = row[self.value]
        largest = max((float(row[self.value] or 0) for row in self.records), default=0.0) or 1.0
        named = _disambiguated(self.block, {row[self.down.id_column]: row for row in self.records}, self.down)
        headings = self._headings()

        def place(key: Any) -> tuple[float, str]:
            return -float(self.row_totals.get(key) or 0), str(named[key][self.down.name_column])

        return [
            self._row(named[key], [cells[key].get(heading) for heading in headings], largest)
            for key in sorted(cells, key=place)
        ]

    def _row(self, row: Mapping[str, Any], values: Sequence[Any], largest: float) -> TreeRow:
        words, key, name_column = self.block.context.words, row[self.down.id_column], self.down.name_column
        name = value_label(words, name_column, row) or str(row[name_column])
        url = employee_url(self.block.context, key) if name_column == "employee" else None
        total = self.row_totals.get(key)
        cells = [
            TreeCell(name, name, url=url),
            TreeCell(self._text(total), figures.sort_value(total)),
            *(TreeCell(self._text(n), figures.sort_value(n), shade=self._shade(n, largest)) for n in values),
        ]
        return TreeRow(str(key), cells, pick=str(key))

    def _shade(self, value: Any, largest: float) -> float:
        """How strongly a cell is filled, 0 … `DARKEST`.

        Days are shaded by the root of their part, or one stay of two years would leave all others white.
        """
        part = float(value or 0) / largest
        return DARKEST * (math.sqrt(part) if self.block.view.columns[self.value].format == "days" else part)

    def _text(self, value: Any) -> str:
        kind = self.block.view.columns[self.value].format
        empty = value is None or (kind == "count" and value == 0)
        return "" if empty else figures.text(self.block.context.words, kind, value, self.block.context.currency)


def _disambiguated(block: Block, people: Mapping[Any, Mapping[str, Any]], key: Key) -> dict[Any, Mapping[str, Any]]:
    """The rows by id, namesakes with their number."""
    numbers = {identity: block.context.words("ui.number", number=str(identity)) for identity in people}
    names = disambiguated_labels({identity: str(row[key.name_column]) for identity, row in people.items()}, numbers)
    return {identity: {**row, key.name_column: names[identity]} for identity, row in people.items()}


def _place(row: Mapping[str, Any], key: Key) -> tuple[Any, str]:
    return (row[key.order] if key.order else 0, str(row[key.id_column]))


def _totals(block: Block, total: Total, id_column: str, pick: str) -> dict[Any, Any]:
    view, column = total
    return {row[id_column]: row[column] for row in block.context.table(view, without=pick).records()}
