"""The tips of the table of employees: their last months, and the funnels of each month."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from ui.blocks import figures
from ui.blocks.block import Block
from ui.charts.grains import bucket_name
from ui.tree_table import Tip

MOST_BUCKETS = 6
FIGURES = ("plan_sum", "fact_sum", "completion")
Record = Mapping[str, Any]


def employee_tips(block: Block) -> Mapping[int, Tip]:
    """The tip of each employee by id: plan, fact and percent of the last buckets, and of their funnels if several."""
    context = block.context
    filters = context.filters(without="employees")
    totals = _by_employee(context.rows("plan_employee_dynamics", filters).records())
    by_funnel = _by_employee(context.rows("plan_employee_funnel_dynamics", filters).records())
    return {employee: _tip(block, rows, by_funnel.get(employee, ())) for employee, rows in totals.items()}


def _by_employee(records: Sequence[Record]) -> dict[int, list[Record]]:
    """The records of each employee, the latest bucket first."""
    rows_of: dict[int, list[Record]] = defaultdict(list)
    for row in sorted(records, key=lambda row: row["bucket"], reverse=True):
        rows_of[row["employee_id"]].append(row)
    return rows_of


def _tip(block: Block, buckets: Sequence[Record], funnel_rows: Sequence[Record]) -> Tip:
    words, grain = block.context.words, block.context.filters().grain
    lines: list[list[str]] = []
    totals: list[int] = []  # places of the lines that are a bucket's total
    for row in buckets[:MOST_BUCKETS]:
        totals.append(len(lines))
        lines.append([bucket_name(words, grain, row["bucket"]), *_figures(block, row)])
        funnels = [part for part in funnel_rows if part["bucket"] == row["bucket"] and _has_figures(part)]
        if len(funnels) > 1:
            funnels.sort(key=lambda part: (-float(part["fact_sum"]), part["funnel_id"]))
            lines += [[part["funnel"], *_figures(block, part)] for part in funnels]
    heading = ["", *(block.label(name) for name in FIGURES)]
    left = len(buckets) - MOST_BUCKETS
    return Tip(heading, lines, totals, words("pages.plan.earlier", count=left) if left > 0 else "")


def _figures(block: Block, row: Record) -> list[str]:
    columns = block.view.columns
    return [
        figures.text(block.context.words, columns[name].format, row[name], block.context.currency) for name in FIGURES
    ]


def _has_figures(row: Record) -> bool:
    return any(row[name] for name in ("plan_sum", "fact_sum", "won_count", "plan_count"))
