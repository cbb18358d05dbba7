"""A view as a table: its own labels, formats and help; "Итого" from the view of totals; a click filters the report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from metrics.query.catalog import Column
from metrics.query.filters import LIST_FILTERS, UTM_DIMENSIONS
from ui import tree_table
from ui.blocks import figures, render_cache
from ui.blocks.block import Block, Control, Note, draw_block
from ui.blocks.links import employee_url
from ui.blocks.value_labels import value_label
from ui.state import url_state
from ui.state.page_context import current
from ui.tree_table import Tip, Tree, TreeCell, TreeColumn, TreeRow

Badge = Callable[[Mapping[str, Any]], str | None]  # a row → a few words behind its name
Tips = Callable[[Block], Mapping[Any, Tip]]  # a block → the tooltip of each row, by the value of the row's id

NOTHING_FULL: Mapping[str, float] = {}
NO_TIPS: Mapping[Any, Tip] = {}


@dataclass(frozen=True)
class Scale:
    """How long the bars of a table are: ``full`` is the figure of each column at which its bar fills the cell.

    ``goals`` are those of them that are a goal to reach rather than the largest figure of the column.
    """

    full: Mapping[str, float]
    goals: Mapping[str, float]

    @classmethod
    def of(cls, records: Sequence[Mapping[str, Any]], bars: Sequence[str], goals: Mapping[str, float]) -> "Scale":
        """The scale of rows: the goal of a column, else the largest figure of each column of ``bars``."""
        largest = {name: max((abs(float(row[name] or 0)) for row in records), default=0.0) for name in bars}
        return cls({**largest, **goals}, goals)

    def bar(self, column: str, value: Any) -> float | None:
        """The part of a cell its bar fills, 1.0 the whole of it; None where the column has no bars."""
        full = self.full.get(column)
        return float(value or 0) / full if full else None

    def has_reached_goal(self, column: str, value: Any) -> bool:
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

    ``total`` is the view the row "Итого" is read from; ``pick`` the filter a click on a row sets, by which this table
    is not narrowed ("utm" is the mark chosen by the switch); ``sort`` the column rows stand by, the largest first;
    ``bars`` the columns drawn with bars, ``full`` the figure at which a column's bar is full, where that is a goal and
    not the largest one; ``even_share`` the view and column of the line across the bars of ``sort``; ``pale_without``
    the column whose zero makes a row pale; ``badge`` marks rows in words, ``tips`` are their tooltips. ``in_order`` is
    the column of a number that rows stand by until the reader sorts, or the values of the first column in their order.
    ``hide`` names columns left out; ``notes``, ``title``, ``name`` and ``controls`` are those of `draw_block`.
    """
    pick = resolve_pick(pick)

    def make(block: Block) -> Tree:
        columns = [c for c in block.view.columns.values() if c.format not in figures.HIDDEN and c.name not in hide]
        records = _ordered(block, columns[0].name, sort, in_order)
        scale = Scale.of(records, bars, full)
        tooltips = tips(block) if tips else {}
        mark = _even_share(even_share, pick, scale.full.get(sort or "", 0.0))
        return Tree(
            label=block.view.label(block.context.words.language),
            columns=[column_heading(block, column, mark if column.name == sort else None) for column in columns],
            rows=[
                _row(block, place, row, columns, pick, scale, pale_without=pale_without, badge=badge, tips=tooltips)
                for place, row in enumerate(records)
            ],
            total=total_cells(block, total, columns, pick),
            picked=[str(value) for value in getattr(url_state.selection(), pick)] if pick else [],
            sort=next((index for index, column in enumerate(columns) if column.name == sort), None),
            origin=block.context.origin,
        )

    def draw(block: Block) -> None:
        on_pick = (lambda value: toggle_picked(pick, value)) if pick else None
        draw_kept(block, lambda: make(block), key=f"table_{block.name}", on_pick=on_pick)

    draw_block(view, draw, without=pick, notes=notes, title=title, name=name, controls=controls)


def draw_kept(block: Block, make: Callable[[], Tree], *, key: str, on_pick: Callable[[str], None] | None) -> None:
    """Draw a table of a block, made by ``make`` unless the same is kept; it depends on what `render_cache.kept` allows.

    ``key`` and ``on_pick`` are those of `tree_table.draw`.
    """

    def encode() -> bytes:
        return tree_table.encode(make(), block.context.words, clickable=on_pick is not None)

    tree_table.draw_encoded(render_cache.kept(block, key, encode, len), key=key, on_pick=on_pick)


def _ordered(
    block: Block, name: str, sort: str | None, in_order: str | Sequence[Any] | None
) -> list[Mapping[str, Any]]:
    records: list[Mapping[str, Any]] = sorted(block.table.records(), key=lambda row: sort_key(row, sort, name))
    if isinstance(in_order, str):
        records.sort(key=lambda row: row[in_order])
    elif in_order:
        records.sort(key=lambda row: in_order.index(row[name]))
    return records


def resolve_pick(pick: str | None) -> str | None:
    """The filter a click sets: ``pick`` itself, or for "utm" the mark chosen by the switch."""
    return current().filters().utm_dimension if pick == "utm" else pick


def sort_key(row: Mapping[str, Any], sort: str | None, name: str) -> tuple[Any, ...]:
    """The key that sorts rows by the column ``sort``, the largest first and nulls last, then by the column ``name``."""
    value = row[sort] if sort else None
    return (value is None, -float(value) if value is not None else 0.0, str(row[name]))


def column_heading(block: Block, column: Column, mark: float | None = None) -> TreeColumn:
    """The heading of a column; ``mark`` (0 … 1) draws a line across its bars."""
    language = block.context.words.language
    align = "end" if column.format in figures.RIGHT_ALIGNED else "start"
    return TreeColumn(column.label(language), column.help(language), align, mark)


def _row(
    block: Block,
    place: int,
    row: Mapping[str, Any],
    columns: Sequence[Column],
    pick: str | None,
    scale: Scale,
    *,
    pale_without: str | None,
    badge: Badge | None = None,
    tips: Mapping[Any, Tip] = NO_TIPS,
) -> TreeRow:
    first, *rest = [cell(block, column, row, scale) for column in columns]
    cells = [with_badge(first, row, badge), *rest]
    value = row[PICKS[pick]] if pick else None
    return TreeRow(
        id=str(place) if value is None else str(value),
        cells=cells,
        pick=None if value is None else str(value),
        muted=pale_without is not None and not row[pale_without],
        tip=tips.get(value),
    )


def with_badge(name: TreeCell, row: Mapping[str, Any], badge: Badge | None) -> TreeCell:
    """The cell of a row's name, with what ``badge`` returns for the row."""
    return replace(name, badge=badge(row)) if badge else name


def cell(block: Block, column: Column, row: Mapping[str, Any], scale: Scale) -> TreeCell:
    """The cell of a value: its text, what it is sorted by, its bar, its tone and its link."""
    value = row[column.name]
    label = value_label(block.context.words, column.name, row)
    return TreeCell(
        text=label or figures.text(block.context.words, column.format, value, block.context.currency),
        sort=label or figures.sort_value(value),
        bar=scale.bar(column.name, value),
        tone="quiet" if value is None or value == 0 else "good" if scale.has_reached_goal(column.name, value) else None,
        url=employee_url(block.context, row.get("employee_id")) if column.name == "employee" else row.get("url"),
        url_is_text=column.name == "title",
    )


def total_cells(block: Block, total: str | None, columns: Sequence[Column], pick: str | None) -> list[TreeCell]:
    """The cells of the row "Итого", read from the view ``total``: empty where it has no such column."""
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
        cells.append(TreeCell(figures.text(words, column.format, value, block.context.currency) if known else ""))
    return cells


def _even_share(source: tuple[str, str] | None, pick: str | None, full: float) -> float | None:
    """Where the line of the even share crosses bars that are full at ``full``, 0 … 1; None for no line."""
    if not source:
        return None
    view, column = source
    records = current().table(view, without=pick).records()
    share = records[0][column] if records else None
    return float(share) / full if share is not None and full else None


def toggle_picked(pick: str, value: str) -> None:
    """Filter the report by the value of a row that was clicked, or release it where it is the one picked."""
    url_state.toggle(pick, LIST_FILTERS[pick].value_of(value))
