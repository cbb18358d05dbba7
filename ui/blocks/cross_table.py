"""A view of two keys as a table: one key down, the other across, each cell shaded by its figure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from language import disambiguated_labels
from ui import tree_table
from ui.blocks import figures
from ui.blocks.block import Block, Note, framed
from ui.blocks.links import employee_card
from ui.blocks.table import toggle_picked
from ui.blocks.value_labels import said
from ui.state import url_state
from ui.tree_table import Tree, TreeCell, TreeColumn, TreeRow

Sum = tuple[str, str]  # a view and the column that holds the figure
STRONGEST = 0.5  # the shade of the largest figure: ink stays readable on it


@dataclass(frozen=True)
class Key:
    """One of the two keys: the columns of its id and its name, and the one it is ordered by."""

    identified: str
    named: str
    order: str | None = None


def cross_table(
    view: str,
    *,
    down: Key,
    across: Key,
    value: str,
    row_sum: Sum,
    column_sum: Sum,
    whole: Sum,
    pick: str,
    title: str | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw ``value`` of a view of two keys as a table with a column and a row of totals.

    The totals are read: ``row_sum`` holds the key of the rows, ``column_sum`` that of the columns, ``whole`` is one
    row. A click on a row sets the filter ``pick``, by which the table is not narrowed.
    """

    def draw(block: Block) -> None:
        crossed = Crossed(
            block=block,
            records=block.table.records(),
            down=down,
            across=across,
            value=value,
            sums=_sums(block, row_sum, down.identified, pick),
            feet=_sums(block, column_sum, across.identified, pick),
            whole=block.context.table(whole[0], without=pick).records()[0][whole[1]],
            pick=pick,
        )
        crossed.draw()

    framed(view, draw, title=title, without=pick, notes=notes)


@dataclass(frozen=True)
class Crossed:
    """Rows on their way into the table: ``sums`` by the key down, ``feet`` by the key across, ``whole`` for both.

    A cell without a row, or whose figure is null, stays empty; so does a sum that is missing.
    """

    block: Block
    records: Sequence[Mapping[str, Any]]
    down: Key
    across: Key
    value: str
    sums: Mapping[Any, Any]
    feet: Mapping[Any, Any]
    whole: Any
    pick: str

    def draw(self) -> None:
        """Put the table on the page."""
        words = self.block.context.words
        drawn = Tree(
            label=self.block.view.label(words.language),
            columns=[
                TreeColumn(self.block.label(self.down.named)),
                TreeColumn(words("ui.table.total"), align="end"),
                *(TreeColumn(name, name, "end") for name in self._heads().values()),
            ],
            rows=self._rows(),
            total=[
                TreeCell(words("ui.table.total")),
                *(TreeCell(self._written(n)) for n in [self.whole, *map(self.feet.get, self._heads())]),
            ],
            picked=[str(each) for each in getattr(url_state.selection(), self.pick)],
            sort=1,
            origin=self.block.context.origin,
        )
        key = f"cross_{self.block.name}"
        tree_table.draw(drawn, words, key=key, on_pick=lambda told: toggle_picked(self.pick, told))

    def _heads(self) -> dict[Any, str]:
        ordered = sorted(self.records, key=lambda row: _place(row, self.across))
        return {row[self.across.identified]: str(row[self.across.named]) for row in ordered}

    def _rows(self) -> list[TreeRow]:
        cells: dict[Any, dict[Any, Any]] = {}
        for row in self.records:
            cells.setdefault(row[self.down.identified], {})[row[self.across.identified]] = row[self.value]
        most = max((float(row[self.value] or 0) for row in self.records), default=0.0) or 1.0
        people = _disambiguated(self.block, {row[self.down.identified]: row for row in self.records}, self.down)
        heads = self._heads()
        ordered = sorted(cells, key=lambda key: (-float(self.sums.get(key) or 0), str(people[key][self.down.named])))
        return [
            self._row(people[key], self.sums.get(key), [cells[key].get(head) for head in heads], most)
            for key in ordered
        ]

    def _row(self, row: Mapping[str, Any], total: Any, values: Sequence[Any], most: float) -> TreeRow:
        words, named = self.block.context.words, self.down.named
        name = said(words, named, row) or str(row[named])
        url = employee_card(self.block.context, row[self.down.identified]) if named == "employee" else None
        shaded = [
            TreeCell(self._written(n), figures.sortable(n), shade=STRONGEST * self._strength(n, most)) for n in values
        ]
        cells = [TreeCell(name, name, url=url), TreeCell(self._written(total), figures.sortable(total)), *shaded]
        return TreeRow(str(row[self.down.identified]), cells, pick=str(row[self.down.identified]))

    def _strength(self, value: Any, most: float) -> float:
        """0 … 1; of days by the root, or one stay of two years would leave all others white."""
        part = float(value or 0) / most
        return math.sqrt(part) if self.block.view.columns[self.value].format == "days" else part

    def _written(self, value: Any) -> str:
        kind = self.block.view.columns[self.value].format
        empty = value is None or (kind == "count" and value == 0)
        return "" if empty else figures.shown(self.block.context.words, kind, value, self.block.context.currency)


def _disambiguated(block: Block, people: Mapping[Any, Mapping[str, Any]], key: Key) -> dict[Any, Mapping[str, Any]]:
    """The rows by id, namesakes with their number."""
    numbers = {identity: block.context.words("ui.number", number=str(identity)) for identity in people}
    names = disambiguated_labels({identity: str(row[key.named]) for identity, row in people.items()}, numbers)
    return {identity: {**row, key.named: names[identity]} for identity, row in people.items()}


def _place(row: Mapping[str, Any], key: Key) -> tuple[Any, str]:
    return (row[key.order] if key.order else 0, str(row[key.identified]))


def _sums(block: Block, told: Sum, identified: str, pick: str) -> dict[Any, Any]:
    view, column = told
    return {row[identified]: row[column] for row in block.context.table(view, without=pick).records()}
