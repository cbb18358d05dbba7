"""What stands beside an employee while pointed at: their months, and the funnels of each."""

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


def months_of_employees(block: Block) -> Mapping[int, Tip]:
    """The last buckets of each employee: plan, fact and percent, and below them the funnels where they are several."""
    context = block.context
    filters = context.filters(without="employees")
    whole = _by_employee(context.rows("plan_employee_dynamics", filters).records())
    parts = _by_employee(context.rows("plan_employee_funnel_dynamics", filters).records())
    return {employee: _tip(block, rows, parts.get(employee, ())) for employee, rows in whole.items()}


def _by_employee(records: Sequence[Record]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for row in sorted(records, key=lambda row: row["bucket"], reverse=True):
        found[row["employee_id"]].append(row)
    return found


def _tip(block: Block, buckets: Sequence[Record], parts: Sequence[Record]) -> Tip:
    words, grain = block.context.words, block.context.filters().grain
    lines: list[list[str]] = []
    strong: list[int] = []
    for row in buckets[:MOST_BUCKETS]:
        strong.append(len(lines))
        lines.append([bucket_name(words, grain, row["bucket"]), *_figures(block, row)])
        funnels = [part for part in parts if part["bucket"] == row["bucket"] and _holds(part)]
        if len(funnels) > 1:
            funnels.sort(key=lambda part: (-float(part["fact_sum"]), part["funnel_id"]))
            lines += [[part["funnel"], *_figures(block, part)] for part in funnels]
    head = ["", *(block.label(name) for name in FIGURES)]
    left = len(buckets) - MOST_BUCKETS
    return Tip(head, lines, strong, words("pages.plan.earlier", count=left) if left > 0 else "")


def _figures(block: Block, row: Record) -> list[str]:
    columns = block.view.columns
    return [
        figures.text(block.context.words, columns[name].format, row[name], block.context.currency) for name in FIGURES
    ]


def _holds(row: Record) -> bool:
    return any(row[name] for name in ("plan_sum", "fact_sum", "won_count", "plan_count"))
