"""Two views as a tree table: the rows of one, and behind each a plus with the rows of the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metrics.query import catalog
from metrics.query.catalog import Column
from ui import tree_table
from ui.blocks import figures
from ui.blocks.block import Block, Control, Note, framed
from ui.blocks.table import (
    NOTHING_FULL,
    PICKS,
    Badge,
    Scale,
    badged,
    cell,
    column_heading,
    filter_of,
    order,
    toggle_picked,
    total_cells,
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

    ``linked`` are the key columns by which a child finds its parent; ``child`` the column a child stands under in the
    first column of the table (a month, a funnel); its other columns are the parent's, by name, and empty where the
    child has none. ``total`` is the view "Итого" is read from; a click on a parent sets the filter ``pick``, by which
    neither view is narrowed, one on a child the filter ``child_pick``. Parents open by ``sort``, the largest first;
    children stand by ``child`` or the number ``child_order`` (``children_in_order``), or by ``sort`` too, until the
    reader sorts. ``badge`` marks children in words; ``full`` is the figure at which a column's bar is full, where that
    is not the largest one.
    """
    pick, child_pick = filter_of(pick), filter_of(child_pick)

    def draw(block: Block) -> None:
        columns = [c for c in block.view.columns.values() if c.format not in figures.HIDDEN and c.name not in hide]
        parents = sorted(block.table.records(), key=lambda row: order(row, sort, columns[0].name))
        children = block.context.table(child_view, without=pick).records()
        children.sort(key=lambda row: order(row, None if children_in_order else sort, child))
        if child_order:
            children.sort(key=lambda row: row[child_order])
        upper = _Level(block, columns, linked, parent_view, columns[0].name, pick, bars, full)
        lower = _Level(block, columns, linked, child_view, child, child_pick, bars, full, badge)
        drawn = Tree(
            label=block.view.label(block.context.words.language),
            columns=[column_heading(block, column) for column in columns],
            rows=[*upper.rows(parents), *lower.rows(children, below=True)],
            total=total_cells(block, total, columns, pick),
            picked=[*_picked(pick), *_picked(child_pick)],
            sort=next((index for index, column in enumerate(columns) if column.name == sort), None),
            origin=block.context.origin,
            children_in_order=children_in_order,
        )
        on_pick = _clicked if pick or child_pick else None
        tree_table.draw(drawn, block.context.words, key=f"tree_{block.name}", on_pick=on_pick)

    framed(parent_view, draw, without=pick, behind=child_view, title=title, name=name, controls=controls, notes=notes)


@dataclass(frozen=True)
class _Level:
    """The rows of one view on their way into the table: under which column they stand, and what a click tells."""

    block: Block
    columns: Sequence[Column]
    linked: Sequence[str]
    view: str
    named: str
    pick: str | None
    bars: Sequence[str]
    full: Mapping[str, float]
    badge: Badge | None = None

    def rows(self, records: Rows, *, below: bool = False) -> list[TreeRow]:
        own = {column.name: column for column in catalog.columns(self.view)}
        scale = Scale.of(records, [bar for bar in self.bars if bar in own], self.full)
        found = []
        for place, row in enumerate(records):
            cells = [badged(cell(self.block, own[self.named], row, scale), row, self.badge)]
            for column in self.columns[1:]:
                known = own.get(column.name)
                cells.append(cell(self.block, known, row, scale) if known else TreeCell(""))
            parent = _identity(row, self.linked)
            identity = f"{parent}/{place}" if below else parent
            found.append(TreeRow(identity, cells, parent=parent if below else None, pick=self._told(row)))
        return found

    def _told(self, row: Mapping[str, Any]) -> str | None:
        return f"{self.pick}:{row[PICKS[self.pick]]}" if self.pick and PICKS[self.pick] in row else None


def _identity(row: Mapping[str, Any], linked: Sequence[str]) -> str:
    return "=" + "/".join(str(row[column]) for column in linked)  # never empty: that would be the root


def _picked(pick: str | None) -> list[str]:
    return [f"{pick}:{value}" for value in getattr(url_state.selection(), pick)] if pick else []


def _clicked(told: str) -> None:
    pick, _, value = told.partition(":")
    toggle_picked(pick, value)
