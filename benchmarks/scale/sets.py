"""Sets of rows of any size, written as the snapshots that a real pull would have left.

Everything follows from the number of activities: leads a fifth of them, deals a tenth, and so on (`sizes`). Employees,
sources, marks and companies are skewed (the k-th is met about 1/k times as often as the first), with long tails.
"""

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path

import duckdb

from crm.resources import RESOURCES, Resource
from crm.settings import Settings
from crm.snapshots.files import digest_of
from crm.snapshots.manifest import EntityState, FileRecord, Manifest
from crm.snapshots.store import Snapshots
from inputs.plan.rows import NO_STEPS, STEPS, PlanKey, PlanRow, Step
from inputs.plan.store import PlanStore, plan_path

NAMED_SIZES = {"S": 100_000, "M": 1_000_000, "L": 10_000_000, "XL": 100_000_000}  # activities
ROWS = Path(__file__).with_name("rows.sql")
AS_OF = dt.datetime(2026, 11, 23, 12, tzinfo=dt.timezone(dt.timedelta(hours=3)))
ORIGIN = "https://acme.bitrix24.ru"
PULL_ID = "000000000001"
PLAN_MONTHS, PLAN_PEOPLE, PLAN_FUNNELS = 14, 40, 2


def sizes(activities: int) -> dict[str, int]:
    """How many rows each entity that grows with the company has."""
    return {
        "activities": activities,
        "leads": max(1, activities // 5),
        "deals": max(1, activities // 10),
        "companies": max(1, activities * 3 // 100),
        "calls": activities // 4,
        "comments": activities // 20,
        "activity_bindings": activities // 50,
        "lead_stage_history": activities * 3 // 10,
        "deal_stage_history": activities // 5,
        "users": max(5, round(300 * math.pow(activities / 10_000_000, 0.35))),
    }


def write_set(settings: Settings, activities: int, seed: int) -> dict[str, int]:
    """Publish a set under the settings' folders, with a sales plan; gives its rows by entity."""
    snapshots = Snapshots(settings.snapshots_dir)
    with duckdb.connect(config={"temp_directory": str(settings.data_dir / ".scratch")}) as con:
        variables = {**sizes(activities), "seed": seed, "as_of": AS_OF.replace(tzinfo=None)}
        for name, value in variables.items():
            con.execute(f"set variable {name} = ?", [value])
        con.execute(ROWS.read_text(encoding="utf-8"))
        _create_portal(con)
        states = {resource.entity: _write(con, snapshots.directory, resource) for resource in RESOURCES}
    host = ORIGIN.partition("://")[2]
    snapshots.publish(Manifest(snapshots.directory, ORIGIN, host, AS_OF.isoformat(), PULL_ID, states))
    PlanStore(plan_path(settings)).replace(plan_rows(sizes(activities)["users"]))
    return {name: state.rows for name, state in states.items()}


def plan_rows(people: int) -> list[PlanRow]:
    """A plan of the last months for those who have most to do."""
    number = AS_OF.year * 12 + AS_OF.month - 1
    months = [dt.date((number - back) // 12, (number - back) % 12 + 1, 1) for back in range(PLAN_MONTHS)]
    steps = (Step(5, Decimal(1000)), Step(10, Decimal(3000)), *NO_STEPS)[:STEPS]
    return [
        PlanRow(PlanKey(month, person, funnel), Decimal(10_000_000 // person), 100 // person + 1, steps)
        for month in months
        for person in range(1, min(people, PLAN_PEOPLE) + 1)
        for funnel in range(PLAN_FUNNELS)
    ]


def _create_portal(con: duckdb.DuckDBPyConnection) -> None:
    portal = {"ORIGIN": ORIGIN, "HOST": ORIGIN.partition("://")[2], "USER_ID": "1", "IS_ADMIN": "true"}
    told = {**portal, "SERVER_TIME": AS_OF.isoformat(), "LEADS_MODE": "1", "SCOPES": '["crm","user","department"]'}
    columns = ", ".join(f'? as "{name}"' for name in told)
    con.execute(f"create table rows_of_portal as select {columns}", list(told.values()))


def _write(con: duckdb.DuckDBPyConnection, folder: Path, resource: Resource) -> EntityState:
    """Write the file of an entity as a pull does; one that no view makes rows of is there and empty."""
    made = con.execute("select 1 from information_schema.tables where table_name = ?", [f"rows_of_{resource.entity}"])
    has_rows = bool(made.fetchall())
    path = folder / resource.entity / f"{PULL_ID}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(f'"{name}"' if has_rows else f'cast(null as varchar) as "{name}"' for name in resource.columns)
    source = f"rows_of_{resource.entity}" if has_rows else "range(0)"
    of_pull = "$pull_id as pull_id, $pulled_at as pulled_at, false as is_deleted"
    [(rows,)] = con.execute(
        f"copy (select {columns}, {of_pull} from {source}) to $target"
        " (format parquet, compression zstd, row_group_size 20480)",
        {"pull_id": PULL_ID, "pulled_at": AS_OF.isoformat(), "target": str(path)},
    ).fetchall()
    record = FileRecord(f"{resource.entity}/{path.name}", rows, path.stat().st_size, digest_of(path))
    return EntityState("complete", (record,), rows=rows, fields=resource.fingerprint, pulled_at=AS_OF.isoformat())
