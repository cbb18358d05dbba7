"""The rows of published snapshots as the oracle takes them, whoever pulled them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from crm.settings import Settings
from crm.snapshots.manifest import Manifest
from crm.snapshots.store import Snapshots
from inputs.plan.store import PlanStore, plan_path
from tests.oracle.answers import Oracle
from tests.oracle.model import Rules
from tests.oracle.planned import Planned

Row = dict[str, Any]
KEYS = {"activity_bindings": ("ACTIVITY_ID", "ENTITY_TYPE_ID", "ENTITY_ID"), "currencies": ("CURRENCY",)}
OWNERS = {"activity_bindings": "ACTIVITY_ID"}


def rows_of(files: list[Path]) -> list[Row]:
    """The rows of parquet files in their order, pull by pull."""
    found: list[Row] = []
    for path in files:
        with duckdb.connect() as connection:
            cursor = connection.execute("from read_parquet(?) order by file_row_number", [str(path)])
            names = [column[0] for column in cursor.description or ()]
            found += [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return sorted(found, key=lambda row: row["pull_id"])


def standing(entity: str, rows: list[Row]) -> list[Row]:
    """The newest state of each row, without those deleted; of an owner's rows only those of its newest pull."""
    key = KEYS.get(entity, ("ID",)) if entity != "portal" else ()
    newest = {tuple(row[column] for column in key): row for row in rows}
    owner = OWNERS.get(entity)
    last = {row[owner]: row["pull_id"] for row in rows} if owner else {}
    return [
        row
        for row in newest.values()
        if not row.get("is_deleted") and (owner is None or last[row[owner]] == row["pull_id"])
    ]


def rules_of(settings: Settings, manifest: Manifest) -> Rules:
    kinds = ("meeting", "call", "email", "task", "comment", "other")
    return Rules(
        as_of=datetime.fromisoformat(manifest.as_of),
        timezone=settings.timezone,
        origin=manifest.origin,
        sales_funnels=settings.sales_funnels,
        holidays=settings.holidays,
        weights={kind: getattr(settings, f"weight_{kind}") for kind in kinds},
    )


def plan_of(settings: Settings) -> list[Planned]:
    """The plan that is stored beside them."""
    return [
        Planned(
            row.key.month,
            row.key.employee_id,
            row.key.funnel_id,
            row.plan_sum,
            row.plan_count,
            tuple((step.count, step.bonus) for step in row.steps),
        )
        for row in PlanStore(plan_path(settings)).rows()
    ]


def oracle_of(settings: Settings) -> Oracle:
    """The oracle over the snapshots of an installation."""
    manifest = Snapshots(settings.snapshots_dir).manifest()
    assert manifest is not None, "nothing has been pulled"
    tables = {entity: standing(entity, rows_of(manifest.files(entity))) for entity in manifest.entities}
    # The pull's own rows are the newest; those it kept are of earlier pulls, in two copies.
    newest = {path.name for path in manifest.newest_files("currencies")}
    files = manifest.files("currencies")
    tables["currencies"] = rows_of([path for path in files if path.name in newest])
    tables["seen_rates"] = rows_of([path for path in files if path.name not in newest])
    return Oracle(tables, rules_of(settings, manifest), plan_of(settings))
