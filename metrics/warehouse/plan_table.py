"""The plan's rows → the table `fact_plan`: of a warehouse, or of one cursor alone where nobody has saved them yet.

``fact_plan`` has one row a month × employee × funnel: month (its first day), employee_id, funnel_id, plan_sum
decimal(18, 2), plan_count, and the steps step1_count, step1_bonus … step3_bonus; null where nothing stands. A temporary
table of that name stands for the warehouse's own in every view, on its cursor alone and as long as that lives.
"""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import duckdb

from inputs.plan.rows import PlanRow

SCRIPT = Path(__file__).parents[1] / "sql" / "plan" / "fact_plan.sql"
STEP_COLUMNS = ("step1_count", "step1_bonus", "step2_count", "step2_bonus", "step3_count", "step3_bonus")
TEXTS = ("month", "employee_id", "funnel_id", "plan_sum", "plan_count", *STEP_COLUMNS)
RAW = "position bigint, " + ", ".join(f"{name} varchar" for name in TEXTS)
FACTS = "month date, employee_id bigint, funnel_id bigint, plan_sum decimal(18, 2), plan_count bigint, " + ", ".join(
    f"{name} {'bigint' if name.endswith('count') else 'decimal(18, 2)'}" for name in STEP_COLUMNS
)


def create_plan(con: duckdb.DuckDBPyConnection, rows: Iterable[PlanRow], *, temporary: bool = False) -> int:
    """Create ``fact_plan`` of the rows, replacing one there was; gives the number of its rows.

    An amount the table cannot hold is none: nothing that was typed stops a build.
    """
    kind = "temp table" if temporary else "table"
    con.execute(f"create or replace {kind} raw_plan ({RAW})")
    con.execute(f"create or replace {kind} fact_plan ({FACTS})")
    cells = [_texts(row) for row in rows]
    if cells:
        columns = ", ".join("unnest(cast(? as varchar[]))" for _ in TEXTS)
        con.execute(
            f"insert into raw_plan select unnest(range(?)), {columns}",
            [len(cells), *(list(column) for column in zip(*cells, strict=True))],
        )
        con.execute(SCRIPT.read_text(encoding="utf-8"))
    con.execute("drop table raw_plan")
    return len(con.table("fact_plan"))


def _texts(row: PlanRow) -> tuple[str | None, ...]:
    """The cells of a row in the order of `TEXTS`."""
    key = row.key
    steps = [value for step in row.steps for value in (step.count, step.bonus)]
    return (key.month.isoformat(), *map(_text, (key.employee_id, key.funnel_id, row.plan_sum, row.plan_count, *steps)))


def _text(value: int | Decimal | None) -> str | None:
    return None if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
