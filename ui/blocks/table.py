"""A view as a table: its own labels, formats and help; "Итого" from the view of totals; a click filters the report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from metrics.query.catalog import Column
from metrics.query.filters import LIST_FILTERS, UTM_DIMENSIONS
from ui import tree_table
from ui.blocks import figures
from ui.blocks.block import Block, Control, Note, framed
from ui.blocks.links import employee_card
from ui.blocks.value_labels import said
from ui.state import url_state
from ui.state.page_context import current
from ui.tree_table import Tip, Tree, TreeCell, TreeColumn, TreeRow

Badge = Callable[[Mapping[str, Any]], str | None]  # what is written beside a row's name
Tips = Callable[[Block], Mapping[Any, Tip]]  # what stands beside a row while it is pointed at, by the row's id

NOTHING_FULL: Mapping[str, float] = {}
NO_TIPS: Mapping[Any, Tip] = {}


@dataclass(frozen=True)
class Scale:
    """How long the bars of a table are: by the figure of each column at which its bar is full."""

    longest: Mapping[str, float]
    goals: Mapping[str, float]  # those that are reached, rather than the largest of a column

    @classmethod
    def of(cls, records: Sequence[Mapping[str, Any]], bars: Sequence[str], full: Mapping[str, float]) -> "Scale":
        """The scale of rows: the largest figure of each column of ``bars``, or what ``full`` says."""
        largest = {name: max((abs(float(row[name] or 0)) for row in records), default=0.0) for name in bars}
        return cls({**largest, **full}, full)

    def bar(self, column: str, value: Any) -> float | None:
        """The part of its column a bar fills; None where the column has no bars."""
        most = self.longest.get(column)
        return float(value or 0) / most if most else None

    def is_full(self, column: str, value: Any) -> bool:
        """Whether a figure has reached the goal of its column."""
        return column in self.goals and value is not None and float(value) >= self.goals[column]


# The filter a click on a row sets → the column that holds its value.
PICKS = {name: "utm" if name in UTM_DIMENSIONS else record.column for name, record in LIST_FILTERS.items()}


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
    in_order: str | Sequence[Any] | None = None,
    full: Mapping[str, float] = NOTHING_FULL,
    tips: Tips | None = None,
) -> None:
    """Draw a view as a table.

    ``total`` is the view "Итого" is read from; ``pick`` the filter a click on a row sets, by which this table is not
    narrowed ("utm" is the mark that is looked at); ``sort`` the main figure; ``bars`` the columns drawn with bars;
    ``even_share`` the view and column of the line across the bar of `sort`; ``pale_without`` the column whose zero
    makes a row pale; ``notes`` are the lines below; ``badge`` marks rows in words; ``in_order`` is the number rows
    stand by until the reader sorts, where no figure is the main one, or the values of the first column in their order;
    ``full`` the figure at which a column's bar is full, where that is not the largest one; ``tips`` tells more of rows.
    """
    pick = filter_of(pick)

    def draw(block: Block) -> None:
        columns = [c for c in block.view.columns.values() if c.format not in figures.HIDDEN and c.name not in hide]
        records = _ordered(block, columns[0].name, sort, in_order)
        scale = Scale.of(records, bars, full)
        told = tips(block) if tips else {}
        line = _even_share(even_share, pick, scale.longest.get(sort or "", 0.0))
        drawn = Tree(
            label=block.view.label(block.context.words.language),
            columns=[column_heading(block, column, line if column.name == sort else None) for column in columns],
            rows=[
                _row(block, row, columns, pick, scale, pale_without=pale_without, place=place, badge=badge, tips=told)
                for place, row in enumerate(records)
            ],
            total=total_cells(block, total, columns, pick),
            picked=[str(value) for value in getattr(url_state.selection(), pick)] if pick else [],
            sort=next((index for index, column in enumerate(columns) if column.name == sort), None),
            origin=block.context.origin,
        )
        on_pick = (lambda value: toggle_picked(pick, value)) if pick else None
        tree_table.draw(drawn, block.context.words, key=f"table_{block.name}", on_pick=on_pick)

    framed(view, draw, without=pick, notes=notes, title=title, name=name, controls=controls)


def _ordered(
    block: Block, name: str, sort: str | None, in_order: str | Sequence[Any] | None
) -> list[Mapping[str, Any]]:
    records: list[Mapping[str, Any]] = sorted(block.table.records(), key=lambda row: order(row, sort, name))
    if isinstance(in_order, str):
        records.sort(key=lambda row: row[in_order])
    elif in_order:
        records.sort(key=lambda row: in_order.index(row[name]))
    return records


def filter_of(pick: str | None) -> str | None:
    """The filter a click sets; "utm" stands for the mark that is looked at."""
    return current().filters().utm_dimension if pick == "utm" else pick


def order(row: Mapping[str, Any], sort: str | None, name: str) -> tuple[Any, ...]:
    """What rows are ordered by: the main figure, the largest first, and the name."""
    value = row[sort] if sort else None
    return (value is None, -float(value) if value is not None else 0.0, str(row[name]))


def column_heading(block: Block, column: Column, mark: float | None = None) -> TreeColumn:
    """A column's label with its help; ``mark`` draws a line across its bars."""
    language = block.context.words.language
    align = "end" if column.format in figures.RIGHT else "start"
    return TreeColumn(column.label(language), column.help(language), align, mark)


def _row(
    block: Block,
    row: Mapping[str, Any],
    columns: Sequence[Column],
    pick: str | None,
    scale: Scale,
    *,
    pale_without: str | None,
    place: int,
    badge: Badge | None = None,
    tips: Mapping[Any, Tip] = NO_TIPS,
) -> TreeRow:
    first, *rest = [cell(block, column, row, scale) for column in columns]
    cells = [badged(first, row, badge), *rest]
    value = row[PICKS[pick]] if pick else None
    return TreeRow(
        id=str(place) if value is None else str(value),
        cells=cells,
        pick=None if value is None else str(value),
        muted=pale_without is not None and not row[pale_without],
        tip=tips.get(value),
    )


def badged(named: TreeCell, row: Mapping[str, Any], badge: Badge | None) -> TreeCell:
    """The cell of a row's name with the badge the row deserves, if any."""
    return replace(named, badge=badge(row)) if badge else named


def cell(block: Block, column: Column, row: Mapping[str, Any], scale: Scale) -> TreeCell:
    """A value as the table shows it."""
    value = row[column.name]
    special = said(block.context.words, column.name, row)
    return TreeCell(
        text=special or figures.shown(block.context.words, column.format, value, block.context.currency),
        sort=special or figures.sortable(value),
        bar=scale.bar(column.name, value),
        tone="quiet" if value is None or value == 0 else "good" if scale.is_full(column.name, value) else None,
        url=employee_card(block.context, row.get("employee_id")) if column.name == "employee" else row.get("url"),
        url_is_text=column.name == "title",
    )


def total_cells(block: Block, total: str | None, columns: Sequence[Column], pick: str | None) -> list[TreeCell]:
    """The row "Итого", read from the view ``total``."""
    if not total:
        return []
    records = block.context.table(total, without=pick).records()
    if not records:
        return []
    words = block.context.words
    cells = [TreeCell(words("ui.table.total"))]
    for column in columns[1:]:
        known = column.name in records[0]
        value = records[0].get(column.name)
        cells.append(TreeCell(figures.shown(words, column.format, value, block.context.currency) if known else ""))
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
    url_state.toggle(pick, LIST_FILTERS[pick].value_of(value))
