"""Views bound once for all warehouses that a test process builds: binding them is most of what a small build takes.

A build still runs every other script. Its reports' scripts run where no build of the process has run the same ones over
tables of the same columns; later ones get a copy of the views that these have made.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import duckdb

from metrics.warehouse import build

RUN = build._run
_COLUMNS = "select table_name, column_name, data_type from duckdb_columns() where not internal order by all"
_RELATIONS = """
select view_name, 'view' from duckdb_views() where not internal and database_name = current_database()
union all
select table_name, 'table' from duckdb_tables() where not internal and database_name = current_database()
union all
select distinct function_name, case function_type when 'macro' then 'macro' else 'macro table' end
from duckdb_functions() where not internal and database_name = current_database()
"""


class BoundViews:
    """Runs scripts as a build does; ``folder`` keeps files of views alone, by what they depend on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, con: duckdb.DuckDBPyConnection, paths: Iterable[Path]) -> None:
        """Run the scripts ``paths``, those of reports by copying the views they would make."""
        scripts = list(paths)
        reports = [path for path in scripts if "reports" in path.relative_to(build.SQL).parts]
        RUN(con, [path for path in scripts if path not in reports])
        if not reports:
            return
        file = self._folder / f"{self._key(con, reports)}.duckdb"
        if file.exists():
            _copy_schema(con, file, of_file=True)
            return
        before = set(con.execute(_RELATIONS).fetchall())
        RUN(con, reports)
        self._keep(con, file, before)

    def _key(self, con: duckdb.DuckDBPyConnection, reports: Iterable[Path]) -> str:
        digest = hashlib.sha256(repr(con.execute(_COLUMNS).fetchall()).encode())
        for path in reports:
            digest.update(path.read_bytes() + b"\0")
        return digest.hexdigest()

    def _keep(self, con: duckdb.DuckDBPyConnection, file: Path, before: Iterable[tuple[str, str]]) -> None:
        draft = file.with_suffix(".draft")
        _copy_schema(con, draft, of_file=False)
        with duckdb.connect(str(draft)) as kept:
            for name, kind in before:
                kept.execute(f'drop {kind} "{name}"')
        draft.rename(file)


def _copy_schema(con: duckdb.DuckDBPyConnection, file: Path, *, of_file: bool) -> None:
    """Copy all relations and macros, without rows, out of a database ``file`` or into it."""
    [(own,)] = con.execute("select current_database()").fetchall()
    con.execute(f"attach '{file}' as views_kept{' (read_only)' if of_file else ''}")
    source, target = ("views_kept", own) if of_file else (own, "views_kept")
    con.execute(f'copy from database "{source}" to "{target}" (schema)')
    con.execute("detach views_kept")
