"""How long leads and deals stay on their stages: employees against stages, or one stage with all its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui import tree_table
from ui.blocks import figures
from ui.blocks.block import Block, Note, draw_block
from ui.blocks.cross_table import CrossTable, Key
from ui.blocks.switches import chosen_funnel, funnel_picker, picker, switch
from ui.blocks.table import NOTHING_FULL, Scale, cell, column_heading, sort_key, toggle_picked
from ui.state import url_state
from ui.state.page_context import PageContext, current
from ui.tree_table import Tree, TreeCell, TreeRow

COLUMNS = ("visits", "avg_days", "max_days", "open_visits", "open_avg_days")
MAIN = "avg_days"
FIGURES = ("avg_days", "max_days", "visits", "open_avg_days")
EVERY = "every"
PICK = "employees"
DOWN = Key("employee_id", "employee")
ACROSS = Key("stage_id", "stage", "stage_sort")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stays:
    """The views of stays of one kind: the whole table, its sums by employee and by stage, and the sum of all."""

    view: str
    by_employee: str
    by_stage: str
    whole: str
    funnels: bool = False


def stage_times(stays: Stays, *, notes: Sequence[Note] = ()) -> None:
    """Draw employees × stages with a switch of the figure; one stage chosen, the table of all its figures."""

    def controls(block: str) -> None:
        if stays.funnels:
            funnel_picker(stays.by_stage, block, without=PICK)
        stages = _stages(stays, block)
        picker(f"{block}_stage", {EVERY: current().words("ui.stage_times.every"), **stages})

    def draw(block: Block) -> None:
        stages = _stages(stays, block.name)
        stage = url_state.switch(f"{block.name}_stage", [EVERY, *stages])
        if stage == EVERY:
            figure = f"{block.name}_figure"
            switch(figure, FIGURES, block.label)
            _crossed(block, stays, url_state.switch(figure, FIGURES))
        else:
            _one_stage(block, stays, stage)

    draw_block(stays.view, draw, without=PICK, controls=controls, notes=notes)


def _crossed(block: Block, stays: Stays, figure: str) -> None:
    def read(view: str) -> list[dict[str, Any]]:
        return _of_funnel(stays, block.name, block.context.table(view, without=PICK).records())

    CrossTable(
        block=block,
        records=_of_funnel(stays, block.name, block.table.records()),
        down=DOWN,
        across=ACROSS,
        value=figure,
        row_totals={row[DOWN.id_column]: row[figure] for row in read(stays.by_employee)},
        column_totals={row[ACROSS.id_column]: row[figure] for row in read(stays.by_stage)},
        grand_total=next((row[figure] for row in read(stays.whole)), None),
        pick=PICK,
    ).draw()


def _one_stage(block: Block, stays: Stays, stage: str) -> None:
    records = [row for row in _of_funnel(stays, block.name, block.table.records()) if _option(row) == stage]
    totals = _of_funnel(stays, block.name, block.context.table(stays.by_stage, without=PICK).records())
    total = next(row for row in totals if _option(row) == stage)
    columns = [block.view.columns[name] for name in (DOWN.name_column, *COLUMNS)]
    records.sort(key=lambda row: sort_key(row, MAIN, DOWN.name_column))
    scale = Scale.of(records, [MAIN], NOTHING_FULL)
    words, currency = block.context.words, block.context.currency
    drawn = Tree(
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
    tree_table.draw(drawn, words, key=f"stage_{block.name}", on_pick=lambda told: toggle_picked(PICK, told))


def _stages(stays: Stays, block: str) -> dict[str, str]:
    rows = _of_funnel(stays, block, current().table(stays.by_stage, without=PICK).records())
    return {_option(row): str(row["stage"]) for row in sorted(rows, key=lambda row: row["stage_sort"])}


def _option(row: Row) -> str:
    """A stage's id as a part of an address may hold it: letters and digits alone."""
    return f"stage_{str(row['stage_id']).encode().hex()}"


def _of_funnel(stays: Stays, block: str, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not stays.funnels:
        return records
    funnel = chosen_funnel(stays.by_stage, block, without=PICK)
    return [row for row in records if row["funnel_id"] == funnel]


def longest(entity: str) -> Note:
    """A line that names the two stages which hold the most days of all, and their share."""

    def said(context: PageContext) -> str | None:
        rows = [row for row in context.table("longest_stages").records() if row["entity"] == entity]
        rows.sort(key=lambda row: row["place"])
        told = [_named(context, row) for row in rows]
        return (
            context.words(f"pages.sales.longest.{entity}", stages=context.words("pages.sales.and").join(told))
            if told
            else None
        )

    return said


def _named(context: PageContext, row: Row) -> str:
    share = context.words.percent(row["days_share"])
    if row["funnel"] is None:
        return context.words("pages.sales.longest_stage", stage=row["stage"], share=share)
    return context.words("pages.sales.longest_funnel_stage", stage=row["stage"], funnel=row["funnel"], share=share)


def held_longest(entity: str, row: Row) -> str | None:
    """The badge of such a stage in a table."""
    context = current()
    for other in context.table("longest_stages").records():
        same = all(other[name] == row.get(name) for name in ("funnel_id", "stage_id"))
        if other["entity"] == entity and same:
            return context.words("pages.sales.badge", share=context.words.percent(other["days_share"]))
    return None
