"""A view of two keys as a table: one key down, the other across, each cell shaded by its figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui import choices, figures, tree_table
from ui.block import Block, Note, framed
from ui.links import employee_card
from ui.said import said
from ui.table import toggle_picked
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
        words, records = block.visit.words, block.table.records()
        heads = {row[across.identified]: row for row in sorted(records, key=lambda row: _place(row, across))}
        sums = _sums(block, row_sum, down.identified, pick)
        feet = _sums(block, column_sum, across.identified, pick)
        everything = block.visit.table(whole[0], without=pick).records()[0][whole[1]]
        most = max((row[value] for row in records), default=0) or 1
        cells: dict[Any, dict[Any, Any]] = {}
        people = {row[down.identified]: row for row in records}
        for row in records:
            cells.setdefault(row[down.identified], {})[row[across.identified]] = row[value]
        drawn = Tree(
            label=block.view.label(words.language),
            columns=[
                TreeColumn(block.label(down.named)),
                TreeColumn(words("ui.table.total"), align="end"),
                *(TreeColumn(str(head[across.named]), str(head[across.named]), "end") for head in heads.values()),
            ],
            rows=[
                _row(block, down, people[key], [sums.get(key, 0), *(cells[key].get(head, 0) for head in heads)], most)
                for key in sorted(cells, key=lambda key: (-sums.get(key, 0), str(people[key][down.named])))
            ],
            total=[TreeCell(words("ui.table.total")), *(_plain(block, n) for n in [everything, *map(feet.get, heads)])],
            picked=[str(each) for each in getattr(choices.selection(), pick)],
            sort=1,
            origin=block.visit.origin,
        )
        tree_table.draw(drawn, words, key=f"cross_{block.name}", on_pick=lambda told: toggle_picked(pick, told))

    framed(view, draw, title=title, without=pick, notes=notes)


def _place(row: Mapping[str, Any], key: Key) -> tuple[Any, str]:
    return (row[key.order] if key.order else 0, str(row[key.identified]))


def _sums(block: Block, told: Sum, identified: str, pick: str) -> dict[Any, Any]:
    view, column = told
    return {row[identified]: row[column] for row in block.visit.table(view, without=pick).records()}


def _row(block: Block, down: Key, row: Mapping[str, Any], values: Sequence[Any], most: float) -> TreeRow:
    name = said(block.visit.words, down.named, row) or str(row[down.named])
    url = employee_card(block.visit, row[down.identified]) if down.named == "employee" else None
    total, *rest = values
    shaded = [
        TreeCell(figures.shown(block.visit.words, "count", n, "") if n else "", float(n), shade=STRONGEST * n / most)
        for n in rest
    ]
    cells = [TreeCell(name, name, url=url), TreeCell(block.visit.words.number(total), float(total)), *shaded]
    return TreeRow(str(row[down.identified]), cells, pick=str(row[down.identified]))


def _plain(block: Block, value: Any) -> TreeCell:
    return TreeCell(block.visit.words.number(value or 0))
