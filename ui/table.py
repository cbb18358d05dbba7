"""A view as a table: its own labels, formats and help; "Итого" from the view of totals; a click filters the report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from metrics.catalog import Column
from metrics.filters import ID_FILTERS, UTM_DIMENSIONS
from ui import choices, figures, tree_table
from ui.block import Block, Control, Note, framed
from ui.links import employee_card
from ui.said import said
from ui.tree_table import Tree, TreeCell, TreeColumn, TreeRow
from ui.visit import current

Badge = Callable[[Mapping[str, Any]], str | None]  # what is written beside a row's name

# The filter a click on a row sets → the column that holds its value.
PICKS = {
    "employees": "employee_id",
    "departments": "department_id",
    "sources": "source_id",
    "funnels": "funnel_id",
    **dict.fromkeys(UTM_DIMENSIONS, "utm"),
}


def table(
    view: str,
    *,
    total: str | None = None,
    pick: str | None = None,
    sort: str | None = None,
    bars: Sequence[str] = (),
    even_share: tuple[str, str] | None = None,
    hide: Sequence[str] = (),
    pale_without: str | None = None,
    notes: Sequence[Note] = (),
    title: str | None = None,
    name: str | None = None,
    controls: Control | None = None,
    badge: Badge | None = None,
    in_order: str | None = None,
) -> None:
    """Draw a view as a table.

    ``total`` is the view "Итого" is read from; ``pick`` the filter a click on a row sets, by which this table is not
    narrowed ("utm" is the mark that is looked at); ``sort`` the main figure; ``bars`` the columns drawn with bars;
    ``even_share`` the view and column of the line across the bar of `sort`; ``pale_without`` the column whose zero
    makes a row pale; ``notes`` are the lines below; ``badge`` marks rows in words; ``in_order`` is the number rows
    stand by until the reader sorts, where no figure is the main one.
    """
    pick = filter_of(pick)

    def draw(block: Block) -> None:
        columns = [c for c in block.view.columns.values() if c.format not in figures.HIDDEN and c.name not in hide]
        records = sorted(block.table.records(), key=lambda row: order(row, sort, columns[0].name))
        if in_order:
            records.sort(key=lambda row: row[in_order])
        longest = {name: max((abs(float(row[name] or 0)) for row in records), default=0.0) for name in bars}
        line = _even_share(even_share, pick, longest.get(sort or "", 0.0))
        drawn = Tree(
            label=block.view.label(block.visit.words.language),
            columns=[column_heading(block, column, line if column.name == sort else None) for column in columns],
            rows=[
                _row(
                    block, row, columns, pick=pick, longest=longest, pale_without=pale_without, place=place, badge=badge
                )
                for place, row in enumerate(records)
            ],
            total=total_cells(block, total, columns, pick),
            picked=[str(value) for value in getattr(choices.selection(), pick)] if pick else [],
            sort=next((index for index, column in enumerate(columns) if column.name == sort), None),
            origin=block.visit.origin,
        )
        on_pick = (lambda value: toggle_picked(pick, value)) if pick else None
        tree_table.draw(drawn, block.visit.words, key=f"table_{block.name}", on_pick=on_pick)

    framed(view, draw, without=pick, notes=notes, title=title, name=name, controls=controls)


def filter_of(pick: str | None) -> str | None:
    """The filter a click sets; "utm" stands for the mark that is looked at."""
    return current().filters().utm_dimension if pick == "utm" else pick


def order(row: Mapping[str, Any], sort: str | None, name: str) -> tuple[Any, ...]:
    """What rows are ordered by: the main figure, the largest first, and the name."""
    value = row[sort] if sort else None
    return (value is None, -float(value) if value is not None else 0.0, str(row[name]))


def column_heading(block: Block, column: Column, mark: float | None = None) -> TreeColumn:
    """A column's label with its help; ``mark`` draws a line across its bars."""
    language = block.visit.words.language
    align = "end" if column.format in figures.RIGHT else "start"
    return TreeColumn(column.label(language), column.help(language), align, mark)


def _row(
    block: Block,
    row: Mapping[str, Any],
    columns: Sequence[Column],
    *,
    pick: str | None,
    longest: Mapping[str, float],
    pale_without: str | None,
    place: int,
    badge: Badge | None = None,
) -> TreeRow:
    first, *rest = [cell(block, column, row, longest) for column in columns]
    cells = [badged(first, row, badge), *rest]
    value = row[PICKS[pick]] if pick else None
    return TreeRow(
        id=str(place) if value is None else str(value),
        cells=cells,
        pick=None if value is None else str(value),
        muted=pale_without is not None and not row[pale_without],
    )


def badged(named: TreeCell, row: Mapping[str, Any], badge: Badge | None) -> TreeCell:
    """The cell of a row's name with the badge the row deserves, if any."""
    return replace(named, badge=badge(row)) if badge else named


def cell(block: Block, column: Column, row: Mapping[str, Any], longest: Mapping[str, float]) -> TreeCell:
    """A value as the table shows it; ``longest`` holds the largest figure of each column that has bars."""
    value = row[column.name]
    most = longest.get(column.name)
    special = said(block.visit.words, column.name, row)
    return TreeCell(
        text=special or figures.shown(block.visit.words, column.format, value, block.visit.currency),
        sort=special or figures.sortable(value),
        bar=float(value or 0) / most if most else None,
        tone="quiet" if value is None or value == 0 else None,
        url=employee_card(block.visit, row.get("employee_id")) if column.name == "employee" else row.get("url"),
        url_is_text=column.name == "title",
    )


def total_cells(block: Block, total: str | None, columns: Sequence[Column], pick: str | None) -> list[TreeCell]:
    """The row "Итого", read from the view ``total``."""
    if not total:
        return []
    records = block.visit.table(total, without=pick).records()
    if not records:
        return []
    words = block.visit.words
    cells = [TreeCell(words("ui.table.total"))]
    for column in columns[1:]:
        known = column.name in records[0]
        value = records[0].get(column.name)
        cells.append(TreeCell(figures.shown(words, column.format, value, block.visit.currency) if known else ""))
    return cells


def _even_share(told: tuple[str, str] | None, pick: str | None, most: float) -> float | None:
    if not told:
        return None
    view, column = told
    records = current().table(view, without=pick).records()
    share = records[0][column] if records else None
    return float(share) / most if share is not None and most else None


def toggle_picked(pick: str, value: str) -> None:
    """Filter by what a click told, or release it."""
    choices.toggle(pick, int(value) if pick in ID_FILTERS else value)
