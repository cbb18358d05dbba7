"""The manifest's files → the ``raw_<entity>`` tables a build starts with.

Only files the manifest lists are read: others are leftovers of a pull that died, or of a newer one. All columns are
text as received; a pull adds ``pull_id`` and ``pulled_at``. Rows of one key are deduped: the newest pull wins, and
inside a pull the later row (a portal repeats rows when data shift under its pages).
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from crm.snapshots.statements import NEWEST_FIRST

PULL_COLUMNS = ("pull_id", "pulled_at")


def create_raw_table(
    con: duckdb.DuckDBPyConnection,
    entity: str,
    columns: Sequence[str],
    key: Sequence[str],
    files: Sequence[Path],
    *,
    owner: str | None = None,
) -> int:
    """Create ``raw_<entity>`` of Parquet files; gives the number of its rows.

    The table has ``columns``, whether the files have them or not: a field a portal lacks is null everywhere. Rows a
    pull saw deleted are gone. Rows pulled anew as the set of an ``owner`` (a column of the key) stand only if they
    are of the owner's newest pull: a binding that is gone is simply not sent again.
    """
    wanted = [*columns, *PULL_COLUMNS]
    if not files:
        nothing = ", ".join(f"cast(null as varchar) as {quoted(name)}" for name in wanted)
        con.sql("select 1 as nothing").project(nothing).filter("false").create(f"raw_{entity}")
        return 0
    rows = con.read_parquet([str(path) for path in files], union_by_name=True, file_row_number=True)
    rows = _with_pull_columns(rows)
    same = ", ".join(quoted(name) for name in key) or "1"
    newest = f"row_number() over (partition by {same} order by {NEWEST_FIRST})"
    last_of_owner = f"max(pull_id) over (partition by {quoted(owner)})" if owner else "pull_id"
    ranked = rows.project(f"*, {newest} as newest_rank, {last_of_owner} as owner_pull_id")
    is_newest = "newest_rank = 1 and pull_id is not distinct from owner_pull_id and not coalesce(is_deleted, false)"
    ranked.filter(is_newest).project(", ".join(_column(name, rows.columns) for name in wanted)).create(f"raw_{entity}")
    return len(con.table(f"raw_{entity}"))


def create_raw_rates(con: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """Create ``raw_currency_rates``: the rows of currencies of every pull whose rows are here, each with its pull."""
    columns = ["CURRENCY", "AMOUNT", "AMOUNT_CNT", "BASE"]
    create_raw_table(con, "currency_rates", columns, ("CURRENCY", "pull_id"), files)


def drop_relations(con: duckdb.DuckDBPyConnection, prefix: str) -> None:
    """Drop every table and view whose name starts with ``prefix``."""
    found = con.execute(
        "select table_name, table_type from information_schema.tables where starts_with(table_name, ?) order by 1",
        [prefix],
    ).fetchall()
    for name, kind in found:
        con.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {quoted(name)}")


def _with_pull_columns(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The rows with a pull's own columns, null where a file was written without them."""
    missing = [name for name in PULL_COLUMNS if name not in rows.columns]
    added = [f"cast(null as varchar) as {name}" for name in missing]
    if "is_deleted" in rows.columns:
        return rows.project(", ".join(["* replace (try_cast(is_deleted as boolean) as is_deleted)", *added]))
    return rows.project(", ".join(["*", "false as is_deleted", *added]))


def _column(name: str, present: Sequence[str]) -> str:
    return f"cast({quoted(name) if name in present else 'null'} as varchar) as {quoted(name)}"


def quoted(name: str) -> str:
    """A name as an identifier of SQL, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'
