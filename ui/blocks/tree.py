"""Two views as a tree table: the rows of one, and behind each a plus with the rows of the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metrics.query import catalog
from metrics.query.catalog import Column
from ui.blocks import figures
from ui.blocks.block import Block, Control, Note, draw_block
from ui.blocks.table import (
    NOTHING_FULL,
    PICKS,
    Badge,
    Scale,
    cell,
    column_heading,
    draw_kept,
    resolve_pick,
    sort_key,
    toggle_picked,
    total_cells,
    with_badge,
)
from ui.state import url_state
from ui.tree_table import Tree, TreeCell, TreeRow

Rows = Sequence[Mapping[str, Any]]


def tree(
    parent_view: str,
    child_view: str,
    *,
    linked: Sequence[str],
    child: str,
    total: str | None = None,
    pick: str | None = None,
    child_pick: str | None = None,
    sort: str | None = None,
    bars: Sequence[str] = (),
    full: Mapping[str, float] = NOTHING_FULL,
    hide: Sequence[str] = (),
    children_in_order: bool = True,
    child_order: str | None = None,
    badge: Badge | None = None,
    title: str | None = None,
    name: str | None = None,
    controls: Control | None = None,
    notes: Sequence[Note] = (),
) -> None:
    """Draw ``parent_view`` as a table with a plus that opens the rows of ``child_view`` in the browser.

    ``linked`` are the key columns both views have, by which a child finds its parent; ``child`` is the child's column
    that stands in the first column of the table (a month, a funnel), its others stand under the parent's of the same
    name. A click on a parent sets the filter ``pick``, by which neither view is narrowed, one on a child the filter
    ``child_pick``. Until the reader sorts, parents stand by ``sort``, the largest first, children by ``child`` or the
    number ``child_order`` where ``children_in_order``, else by ``sort`` too. ``badge`` marks children in words.
    ``total``, ``bars``, ``full`` and ``hide`` are those of `table`; the rest are those of `draw_block`.
    """
    pick, child_pick = resolve_pick(pick), resolve_pick(child_pick)

    def make(block: Block) -> Tree:
        columns = [c for c in block.view.columns.values() if c.format not in figures.HIDDEN and c.name not in hide]
        parents = sorted(block.table.records(), key=lambda row: sort_key(row, sort, columns[0].name))
        children = block.context.table(child_view, without=pick).records()
        children.sort(key=lambda row: sort_key(row, None if children_in_order else sort, child))
        if child_order:
            children.sort(key=lambda row: row[child_order])
        upper = _Level(block, columns, linked, parent_view, columns[0].name, pick, bars, full)
        lower = _Level(block, columns, linked, child_view, child, child_pick, bars, full, badge)
        return Tree(
            label=block.view.label(block.context.words.language),
            columns=[column_heading(block, column) for column in columns],
            rows=[*upper.rows(parents), *lower.rows(children, below=True)],
            total=total_cells(block, total, columns, pick),
            picked=[*_picked(pick), *_picked(child_pick)],
            sort=next((index for index, column in enumerate(columns) if column.name == sort), None),
            origin=block.context.origin,
            children_in_order=children_in_order,
        )

    def draw(block: Block) -> None:
        on_pick = _row_clicked if pick or child_pick else None
        draw_kept(block, lambda: make(block), key=f"tree_{block.name}", on_pick=on_pick)

    draw_block(
        parent_view, draw, without=pick, behind=child_view, title=title, name=name, controls=controls, notes=notes
    )


@dataclass(frozen=True)
class _Level:
    """One view in the tree: its ``name_column`` stands in the first column, a click sets the filter ``pick``."""

    block: Block
    columns: Sequence[Column]
    linked: Sequence[str]
    view: str
    name_column: str
    pick: str | None
    bars: Sequence[str]
    full: Mapping[str, float]
    badge: Badge | None = None

    def rows(self, records: Rows, *, below: bool = False) -> list[TreeRow]:
        """The rows of the table; ``below`` puts each under the parent it shares the linked columns with."""
        own = {column.name: column for column in catalog.columns(self.view)}
        scale = Scale.of(records, [bar for bar in self.bars if bar in own], self.full)
        rows = []
        for place, row in enumerate(records):
            cells = [with_badge(cell(self.block, own[self.name_column], row, scale), row, self.badge)]
            for column in self.columns[1:]:
                known = own.get(column.name)
                cells.append(cell(self.block, known, row, scale) if known else TreeCell(""))
            parent = _identity(row, self.linked)
            identity = f"{parent}/{place}" if below else parent
            rows.append(TreeRow(identity, cells, parent=parent if below else None, pick=self._pick_of(row)))
        return rows

    def _pick_of(self, row: Mapping[str, Any]) -> str | None:
        return f"{self.pick}:{row[PICKS[self.pick]]}" if self.pick and PICKS[self.pick] in row else None


def _identity(row: Mapping[str, Any], linked: Sequence[str]) -> str:
    """The id of a parent's row: never empty, which would be the root."""
    return "=" + "/".join(str(row[column]) for column in linked)


def _picked(pick: str | None) -> list[str]:
    return [f"{pick}:{value}" for value in getattr(url_state.selection(), pick)] if pick else []


def _row_clicked(identifier: str) -> None:
    pick, _, value = identifier.partition(":")
    toggle_picked(pick, value)
