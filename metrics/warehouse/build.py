"""The tables and views of one warehouse file, made in one order.

1. ``raw_<entity>``: tables of text, one an entity (raw.py); empty where the portal has none.
2. ``build_settings`` (one row) and ``holidays`` (day): build_settings.py; ``fact_plan``: plan_table.py.
3. Every script of metrics/sql, in the order of `SCRIPTS`: macros, staging, facts, scope, reports; inside a folder
   whatever makes a relation or a macro comes before whatever names it (script_order.py).
   They make ``stg_*`` tables, facts, ``filter_options`` and the reports' views, and two relations for this module:
   ``failed_cast_checks`` (entity, column_name, failed) and ``build_summary`` (base_currency, first_day). The tables of
   user fields (user_columns.py) come between staging and the rest.
4. ``entity_state`` and ``failed_casts``; then raw and staging tables are dropped: views read facts alone.
5. ``meta``, one row, last: a file without it was never finished.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from crm.pull.user_fields import with_named_fields
from crm.resources import BY_ENTITY, ENTITIES
from crm.settings import Settings
from crm.snapshots.damage import damaged_files
from crm.snapshots.disk_errors import FAILURES, NO_DAMAGE, is_disk_full
from crm.snapshots.manifest import Manifest
from crm.snapshots.statements import NEWEST_FIRST
from inputs.plan.store import StoredPlan
from language import Message
from metrics.warehouse.build_settings import create_build_settings, create_holidays, setting_values
from metrics.warehouse.connection import WarehouseError
from metrics.warehouse.plan_table import SCRIPT as PLAN_SCRIPT
from metrics.warehouse.plan_table import create_plan
from metrics.warehouse.raw import create_raw_rates, create_raw_table, drop_relations
from metrics.warehouse.script_order import in_order
from metrics.warehouse.user_columns import create_raw_user_values, create_user_columns

SQL = Path(__file__).parents[1] / "sql"
STAGING = ("macros.sql", "staging/**/*.sql")
SCRIPTS = (*STAGING, "facts/**/*.sql", "scope.sql", "reports/**/*.sql")
# A change of these changes what is built.
PYTHON_OF_BUILD = ("build.py", "raw.py", "build_settings.py", "plan_table.py", "script_order.py", "user_columns.py")
OWNERS = {"activity_bindings": "ACTIVITY_ID"}  # rows that are pulled anew as a set of their owner


class DamagedRows(WarehouseError):
    """A file of what was pulled is gone or damaged. The next pull brings it again."""

    def __init__(self, entity: str) -> None:
        super().__init__("metrics.warehouse.damaged", entity=Message(f"entity.{entity}"))


@dataclass(frozen=True)
class BuildStamp:
    """The id of the build that made a file, and when it did (UTC, without offset)."""

    build_id: str
    built_at: dt.datetime


@dataclass(frozen=True)
class BuildReport:
    """What a build made: rows by raw entity, failed casts by (entity, column), the number of views."""

    rows: Mapping[str, int]
    failed_casts: Mapping[tuple[str, str], int]
    views: int


def scripts(*patterns: str) -> list[Path]:
    """The SQL files of a build, or of those of its folders, in the order they run."""
    return [path for pattern in patterns or SCRIPTS for path in in_order(sorted(SQL.glob(pattern)))]


def fingerprint(settings: Settings, manifest: Manifest, plan_digest: str) -> str:
    """A digest of all a warehouse depends on: SQL, the code that builds, settings, what was pulled, the plan.

    Of the moment the data speak of, the day alone: a pull that brought nothing makes no other figures.
    """
    digest = hashlib.sha256()
    sql = sorted(path for pattern in SCRIPTS for path in SQL.glob(pattern))
    for path in [*sql, PLAN_SCRIPT, *(Path(__file__).with_name(name) for name in PYTHON_OF_BUILD)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    facts = {
        "settings": setting_values(settings),
        "engine": [version("duckdb"), version("holidays")],
        "newest_row": NEWEST_FIRST,
        "portal": [manifest.origin, manifest.host],
        "day": as_of_in(settings, manifest).date().isoformat(),
        "files": sorted(manifest.listed()),
        "states": {name: state.status for name, state in manifest.entities.items()},
        "plan": plan_digest,
    }
    digest.update(json.dumps(facts, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:32]


def as_of_in(settings: Settings, manifest: Manifest) -> dt.datetime:
    """The moment the data speak of, on the portal's wall (without offset)."""
    return dt.datetime.fromisoformat(manifest.as_of).astimezone(ZoneInfo(settings.timezone)).replace(tzinfo=None)


def replace_plan(con: duckdb.DuckDBPyConnection, plan: StoredPlan, new_fingerprint: str, stamp: BuildStamp) -> None:
    """Turn a copy of a finished warehouse into what a build with this plan would have made."""
    create_plan(con, plan.rows)
    con.execute(
        "update meta set build_id = ?, built_at = ?, fingerprint = ?, plan_digest = ?",
        [stamp.build_id, stamp.built_at, new_fingerprint, plan.digest],
    )


def build_into(
    con: duckdb.DuckDBPyConnection, settings: Settings, manifest: Manifest, plan: StoredPlan, stamp: BuildStamp
) -> BuildReport:
    """Fill an empty database with everything a warehouse holds.

    Raises:
        DamagedRows: a file of the manifest is not as it was written.
    """
    rows = read_rows(con, settings, manifest)
    create_raw_user_values(con, settings)
    create_build_settings(con, settings, _of_pull(manifest))
    create_holidays(con, settings.holidays)
    create_plan(con, plan.rows)
    _run(con, scripts(*STAGING))
    create_user_columns(con, settings)
    _run(con, scripts(*SCRIPTS[len(STAGING) :]))
    _create_entity_state(con, manifest)
    con.execute("create table failed_casts as select * from failed_cast_checks where failed > 0 order by all")
    failed = con.execute("select entity, column_name, failed from failed_casts").fetchall()
    con.execute("create table summary_of_build as select * from build_summary")
    for prefix in ("failed_cast_checks", "build_summary", "raw_", "stg_"):
        drop_relations(con, prefix)
    _create_meta(con, settings, manifest, plan, stamp)
    views = con.execute("select count(*) from duckdb_views() where not internal").fetchall()[0][0]
    return BuildReport(rows, {(entity, column): count for entity, column, count in failed}, views)


def read_rows(con: duckdb.DuckDBPyConnection, settings: Settings, manifest: Manifest) -> dict[str, int]:
    """Create ``raw_<entity>`` of each entity and ``raw_currency_rates``; how many rows each entity has.

    Raises:
        DamagedRows: a file of the manifest is not as it was written.
    """
    rows = {}
    for name, resource in BY_ENTITY.items():
        if any(damaged_files(manifest, name)):  # a flipped bit may well make another amount of an amount
            raise DamagedRows(name)
        owner, columns = OWNERS.get(name), with_named_fields(resource, settings).columns
        try:
            files = manifest.newest_files(name)
            rows[name] = create_raw_table(con, name, columns, resource.key, files, owner=owner)
            if resource.keeps_changes:
                create_raw_rates(con, manifest.files(name))
        except FAILURES as error:
            if is_disk_full(error) or isinstance(error, NO_DAMAGE):
                raise
            raise DamagedRows(name) from None  # a version without digests has written it, or it went just now
    return rows


def _run(con: duckdb.DuckDBPyConnection, paths: Iterable[Path]) -> None:
    for script in paths:
        try:
            con.execute(script.read_text(encoding="utf-8"))
        except duckdb.Error as error:
            error.add_note(f"while running {script.relative_to(SQL)}")
            raise


def _of_pull(manifest: Manifest) -> dict[str, str]:
    return {
        "as_of": manifest.as_of,
        "portal_origin": manifest.origin,
        "portal_host": manifest.host,
        "pull_id": manifest.pull_id,
    }


def _create_entity_state(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    con.execute(
        "create table entity_state (entity varchar, status varchar, reason varchar, rows bigint, pulled_at varchar)"
    )
    for name in ENTITIES:
        state = manifest.entities.get(name)
        reason = state.reason.key if state and state.reason else None
        row = (state.status, reason, state.rows, state.pulled_at) if state else ("absent", None, 0, None)
        con.execute("insert into entity_state values (?, ?, ?, ?, ?)", [name, *row])


def _create_meta(
    con: duckdb.DuckDBPyConnection, settings: Settings, manifest: Manifest, plan: StoredPlan, stamp: BuildStamp
) -> None:
    as_of = as_of_in(settings, manifest)
    own: Mapping[str, Any] = {
        "build_id": stamp.build_id,
        "built_at": stamp.built_at,
        "as_of": as_of,
        "fingerprint": fingerprint(settings, manifest, plan.digest),
        "plan_digest": plan.digest,
    }
    columns = ", ".join(f"? as {name}" for name in own)
    con.execute(f"create table meta_of_build as select {columns}, cast(? as date) as as_of_day", [*own.values(), as_of])
    con.execute(
        "create table meta as select own.*, pulled.* exclude (as_of), summary.*"
        " from meta_of_build as own, build_settings as pulled, summary_of_build as summary"
    )
    con.execute("drop table meta_of_build")
    con.execute("drop table summary_of_build")
