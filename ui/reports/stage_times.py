"""How long leads and deals stay on their stages: employees against stages, or one stage with all its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.blocks import figures
from ui.blocks.block import Block, Note, draw_block
from ui.blocks.cross_table import CrossTable, Key, draw_cross_table
from ui.blocks.switches import chosen_funnel, funnel_picker, picker, switch
from ui.blocks.table import NOTHING_FULL, Scale, cell, column_heading, draw_kept, sort_key, toggle_picked
from ui.state import url_state
from ui.state.page_context import PageContext, current
from ui.tree_table import Tree, TreeCell, TreeRow

COLUMNS = ("visits", "avg_days", "max_days", "open_visits", "open_avg_days")
MAIN = "avg_days"
SWITCHED = ("avg_days", "max_days", "visits", "open_avg_days")
ALL_STAGES = "every"
PICK = "employees"
DOWN = Key("employee_id", "employee")
ACROSS = Key("stage_id", "stage", "stage_sort")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class StageTimeViews:
    """Views of the time on stages: by employee and stage, the totals of either, and the total of all.

    With ``has_funnels`` the views have a row for each funnel, and the block shows one of them.
    """

    by_employee_and_stage: str
    by_employee: str
    by_stage: str
    total: str
    has_funnels: bool = False


def stage_times(views: StageTimeViews, *, notes: Sequence[Note] = ()) -> None:
    """Draw employees × stages with a switch of the figure; where one stage is chosen, employees × all its figures."""

    def controls(block: str) -> None:
        if views.has_funnels:
            funnel_picker(views.by_stage, block, without=PICK)
        stages = _stages(views, block)
        picker(f"{block}_stage", {ALL_STAGES: current().words("ui.stage_times.every"), **stages})

    def draw(block: Block) -> None:
        stages = _stages(views, block.name)
        stage = url_state.switch(f"{block.name}_stage", [ALL_STAGES, *stages])
        if stage == ALL_STAGES:
            figure = f"{block.name}_figure"
            switch(figure, SWITCHED, block.label)
            _draw_all_stages(block, views, url_state.switch(figure, SWITCHED))
        else:
            _draw_one_stage(block, views, stage)

    draw_block(views.by_employee_and_stage, draw, without=PICK, controls=controls, notes=notes)


def _draw_all_stages(block: Block, views: StageTimeViews, figure: str) -> None:
    def read(view: str) -> list[dict[str, Any]]:
        return _rows_of_chosen_funnel(views, block.name, block.context.table(view, without=PICK).records())

    def make() -> CrossTable:
        return CrossTable(
            block=block,
            records=_rows_of_chosen_funnel(views, block.name, block.table.records()),
            down=DOWN,
            across=ACROSS,
            value=figure,
            row_totals={row[DOWN.id_column]: row[figure] for row in read(views.by_employee)},
            column_totals={row[ACROSS.id_column]: row[figure] for row in read(views.by_stage)},
            grand_total=next((row[figure] for row in read(views.total)), None),
            pick=PICK,
        )

    draw_cross_table(block, make, PICK)


def _draw_one_stage(block: Block, views: StageTimeViews, stage: str) -> None:
    def on_pick(value: str) -> None:
        toggle_picked(PICK, value)

    draw_kept(block, lambda: _one_stage(block, views, stage), key=f"stage_{block.name}", on_pick=on_pick)


def _one_stage(block: Block, views: StageTimeViews, stage: str) -> Tree:
    """The table of one stage, a row an employee."""
    records = [row for row in _rows_of_chosen_funnel(views, block.name, block.table.records()) if _option(row) == stage]
    totals = _rows_of_chosen_funnel(views, block.name, block.context.table(views.by_stage, without=PICK).records())
    total = next(row for row in totals if _option(row) == stage)
    columns = [block.view.columns[name] for name in (DOWN.name_column, *COLUMNS)]
    records.sort(key=lambda row: sort_key(row, MAIN, DOWN.name_column))
    scale = Scale.of(records, [MAIN], NOTHING_FULL)
    words, currency = block.context.words, block.context.currency
    return Tree(
        label=block.view.label(words.language),
        columns=[column_heading(block, column) for column in columns],
        rows=[
            TreeRow(
                str(row[DOWN.id_column]),
                [cell(block, column, row, scale) for column in columns],
                pick=str(row[DOWN.id_column]),
            )
            for row in records
        ],
        total=[
            TreeCell(words("ui.table.total")),
            *(TreeCell(figures.text(words, c.format, total[c.name], currency)) for c in columns[1:]),
        ],
        picked=[str(value) for value in getattr(url_state.selection(), PICK)],
        sort=1 + COLUMNS.index(MAIN),
        origin=block.context.origin,
    )


def _stages(views: StageTimeViews, block: str) -> dict[str, str]:
    """The stages to choose from in their order: option of the switch → name."""
    rows = _rows_of_chosen_funnel(views, block, current().table(views.by_stage, without=PICK).records())
    return {_option(row): str(row["stage"]) for row in sorted(rows, key=lambda row: row["stage_sort"])}


def _option(row: Row) -> str:
    """A stage's id as an option of a switch, which the address holds: letters, digits and underscores alone."""
    return f"stage_{str(row['stage_id']).encode().hex()}"


def _rows_of_chosen_funnel(views: StageTimeViews, block: str, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not views.has_funnels:
        return records
    funnel = chosen_funnel(views.by_stage, block, without=PICK)
    return [row for row in records if row["funnel_id"] == funnel]


def longest_stages_note(entity: str) -> Note:
    """The note that names the two stages with the most days of all, and their share; ``entity`` is "lead" or "deal"."""

    def note(context: PageContext) -> str | None:
        rows = [row for row in context.table("longest_stages").records() if row["entity"] == entity]
        rows.sort(key=lambda row: row["place"])
        if not rows:
            return None
        stages = context.words("pages.sales.and").join(_stage_with_share(context, row) for row in rows)
        return context.words(f"pages.sales.longest.{entity}", stages=stages)

    return note


def _stage_with_share(context: PageContext, row: Row) -> str:
    share = context.words.percent(row["days_share"])
    if row["funnel"] is None:
        return context.words("pages.sales.longest_stage", stage=row["stage"], share=share)
    return context.words("pages.sales.longest_funnel_stage", stage=row["stage"], funnel=row["funnel"], share=share)


def longest_stage_badge(entity: str, row: Row) -> str | None:
    """The badge of a table's row of one of those two stages; None for the others."""
    context = current()
    for other in context.table("longest_stages").records():
        same = all(other[name] == row.get(name) for name in ("funnel_id", "stage_id"))
        if other["entity"] == entity and same:
            return context.words("pages.sales.badge", share=context.words.percent(other["days_share"]))
    return None
