"""Which plan a build takes: the stored one, or, while its file cannot be read, the one that was read last.

A workbook that was damaged must not keep the figures of a portal from being built. What was read last stands in the
current warehouse; the new one remembers by `UNREAD` before the digest of which file it was built without.
"""

import duckdb

from crm.settings import Settings
from inputs.plan.errors import PlanError
from inputs.plan.rows import PlanKey, PlanRow, Step
from inputs.plan.store import PlanStore, StoredPlan, plan_path, stored_plan
from language import Message
from metrics.warehouse.connection import Warehouse
from metrics.warehouse.plan_table import STEP_COLUMNS

UNREAD = "unread:"


def plan_in_force(settings: Settings, current: Warehouse | None) -> StoredPlan:
    """The plan as it is stored; that of the ``current`` warehouse (none without one) where its file cannot be read."""
    try:
        return stored_plan(settings)
    except PlanError:
        return StoredPlan(_rows_of(current) if current else (), UNREAD + _digest(settings))


def digest_in_force(settings: Settings, current: Warehouse) -> str:
    """The digest of the plan that a build now would take, without reading the file anew where ``current`` tells it."""
    digest = _digest(settings)
    return UNREAD + digest if current.meta["plan_digest"] == UNREAD + digest else digest


def plan_failure(settings: Settings, current: Warehouse | None) -> Message | None:
    """Why the stored plan cannot be read; None where it can. One that ``current`` was built with is not read anew."""
    try:
        digest = PlanStore(plan_path(settings)).digest()
        if current is None or current.meta["plan_digest"] != digest:
            stored_plan(settings)
    except PlanError as error:
        return error.message
    return None


def _digest(settings: Settings) -> str:
    """The digest of the stored file; "" where it is none or cannot be read at all."""
    try:
        return PlanStore(plan_path(settings)).digest()
    except PlanError:
        return ""


def _rows_of(warehouse: Warehouse) -> tuple[PlanRow, ...]:
    """The plan that a warehouse was built with; none where it is so old that it has no such table."""
    names = ", ".join(("month", "employee_id", "funnel_id", "plan_sum", "plan_count", *STEP_COLUMNS))
    cursor = warehouse.cursor()
    try:
        rows = cursor.table("fact_plan").project(names).fetchall()
    except duckdb.Error:
        return ()
    return tuple(
        PlanRow(
            PlanKey(month, employee_id, funnel_id),
            plan_sum,
            plan_count,
            tuple(Step(count, bonus) for count, bonus in zip(steps[::2], steps[1::2], strict=True)),
        )
        for month, employee_id, funnel_id, plan_sum, plan_count, *steps in rows
    )
