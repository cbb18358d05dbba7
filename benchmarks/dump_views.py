"""Dumps every view of a warehouse under ten sets of filters, and compares two dumps.

    python benchmarks/dump_views.py dump <warehouse.duckdb> <dump.duckdb>
    python benchmarks/dump_views.py compare <dump.duckdb> <other dump.duckdb>

So that a change of the SQL can be shown to change no figure: dump the warehouse built before and the one built after,
of the same snapshots, and compare. Equal are columns and their order, types, and rows by key: decimals, counts, texts,
flags and days exactly, doubles to twelve digits. One thread asks, because sums of doubles depend on their order.
Nothing here imports the application: a dump of any age can be compared with one of today.
"""

import datetime as dt
import math
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

Cells = tuple[Any, ...]
DIGITS = 12
SHOWN = 20
IDS = ("funnels", "departments", "employees")
MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
LISTS = (*IDS, "sources", *MARKS, "countries", "cities", "stages")


def main() -> int:
    """Do what the command line says; 1 where two dumps differ."""
    match sys.argv[1:]:
        case ["dump", warehouse, dump]:
            print(f"{dump_views(Path(warehouse), Path(dump))} answers dumped")
            return 0
        case ["compare", one, other]:
            answers, rows, wrong = compare(Path(one), Path(other))
            print("\n".join(wrong[:SHOWN]))
            print(f"{answers} answers, {rows} rows compared; {len(wrong)} differ")
            return 1 if wrong else 0
    print(__doc__)
    return 2


def dump_views(warehouse: Path, dump: Path) -> int:
    """Ask each view of the warehouse under each set of filters; keep the answers as tables, and give their number."""
    dump.unlink(missing_ok=True)
    con = duckdb.connect()
    con.execute("set threads = 1")
    con.execute(f"attach '{warehouse}' as warehouse (read_only)")
    con.execute(f"attach '{dump}' as dump")
    con.execute("use warehouse")
    names = "select view_name from duckdb_views() where database_name = 'warehouse' and not internal order by 1"
    views = [name for (name,) in con.execute(names).fetchall()]
    sets = filter_sets(con)
    con.execute("begin")
    for set_name, variables in sets.items():
        for variable, value in variables.items():
            con.execute(f"set variable {variable} = ?", [value])
        for view in views:
            con.execute(f'create table dump."{set_name}: {view}" as from warehouse."{view}"')
    con.execute("commit")
    con.close()
    return len(sets) * len(views)


def filter_sets(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Ten sets of session variables by name, of values this warehouse has: a filter of each kind, and no filter."""
    today, first = con.execute("select as_of_day, first_day from meta").fetchall()[0]
    first = first or today
    no_filter: dict[str, Any] = {
        **dict.fromkeys(LISTS),
        "period_from": today.replace(day=1),
        "period_to": (today.replace(day=1) + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1),
        "grain": "month",
        "utm_dimension": "utm_source",
        "min_completion": Decimal(1),
        "lead_days": 3,
        "deal_days": 14,
        "without_activities": False,
        "all_open": False,
    }
    year = {"period_from": today.replace(month=1, day=1), "period_to": today}
    ever = {"period_from": first, "period_to": today}
    weeks = {"period_from": today - dt.timedelta(days=100), "period_to": today - dt.timedelta(days=9)}

    def some(name: str, *places: int, like: str = "%") -> list[Any]:
        """Values of a filter that can be picked, by their place in the list."""
        asked = "select value from filter_options where filter = ? and value like ? order by sort, value"
        found = [value for (value,) in con.execute(asked, [name, like]).fetchall()]
        picked = [found[place % len(found)] for place in places] if found else []
        return [int(value) for value in picked] if name in IDS else picked

    asked: dict[str, dict[str, Any]] = {
        "no filter": {},
        "all time by quarter": {**ever, "grain": "quarter", "utm_dimension": "utm_campaign", "all_open": True},
        "funnels by year": {**ever, "funnels": some("funnels", 0, 1), "grain": "year"},
        "departments": {**year, "departments": some("departments", 1), "min_completion": Decimal("0.8")},
        "employees": {**year, "employees": some("employees", 0, 2, 5), "all_open": True},
        "sources by week": {**weeks, "sources": some("sources", 0, -1), "grain": "week"},
        "utm marks": {**ever, "utm_source": some("utm_source", 0, 1, -1), "utm_dimension": "utm_medium"},
        "places": {**ever, "countries": some("countries", 0, -1), "cities": some("cities", 0, 1, -1)},
        "lead stages": {**year, "stages": some("stages", 0, 1, 2, like="lead:%"), "without_activities": True},
        "deal stages, a funnel and a department": {
            **year,
            "stages": [*some("stages", 0, 1, 2, 3, like="deal:%"), *some("stages", 0, like="lead:%")],
            "funnels": some("funnels", 0),
            "departments": some("departments", 0, 1),
            "lead_days": 1,
            "deal_days": 2,
        },
    }
    return {name: {**no_filter, **variables} for name, variables in asked.items()}


def compare(one: Path, other: Path) -> tuple[int, int, list[str]]:
    """The number of answers and of rows compared, and a sentence for each answer that differs."""
    ours, theirs = duckdb.connect(str(one), read_only=True), duckdb.connect(str(other), read_only=True)
    listed = "select table_name from duckdb_tables() order by 1"
    names = sorted({name for con in (ours, theirs) for (name,) in con.execute(listed).fetchall()})
    rows, wrong = 0, []
    for name in names:
        try:
            types, our_rows = _answer(ours, name)
            other_types, their_rows = _answer(theirs, name)
        except duckdb.CatalogException:
            wrong.append(f"{name}: there in one dump alone")
            continue
        rows += len(our_rows)
        if types != other_types:
            wrong.append(f"{name}: columns {sorted(set(types) ^ set(other_types))}")
        elif difference := _difference(types, our_rows, their_rows):
            wrong.append(f"{name}: {difference}")
    return len(names), rows, wrong


def _answer(con: duckdb.DuckDBPyConnection, name: str) -> tuple[list[tuple[str, str]], list[Cells]]:
    types = [(column[0], str(column[1])) for column in con.execute(f'from "{name}" limit 0').description or []]
    # a moment with a zone is read as a number: as a moment it would need the zones of the machine
    cells = [f'epoch_us("{column}")' if kind.endswith("TIME ZONE") else f'"{column}"' for column, kind in types]
    return types, con.execute(f'select {", ".join(cells)} from "{name}"').fetchall()


def _difference(types: Sequence[tuple[str, str]], ours: list[Cells], theirs: list[Cells]) -> str:
    """What two answers of the same columns differ in, the first row of it; "" where they are equal."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows and {len(theirs)}"
    floating = [kind in ("DOUBLE", "FLOAT") for _, kind in types]

    def key(row: Cells) -> tuple[str, str]:
        exact = [cell for cell, is_floating in zip(row, floating, strict=True) if not is_floating]
        loose = [
            f"{cell:.9g}" for cell, is_floating in zip(row, floating, strict=True) if is_floating and cell is not None
        ]
        return repr(exact), repr(loose)

    for our_row, their_row in zip(sorted(ours, key=key), sorted(theirs, key=key), strict=True):
        for (column, _), our, their in zip(types, our_row, their_row, strict=True):
            if not _equal(our, their):
                return f"{column} {our!r} and {their!r} in {our_row}"
    return ""


def _equal(our: object, their: object) -> bool:
    if isinstance(our, float) and isinstance(their, float):
        return our == their or math.isclose(our, their, rel_tol=10**-DIGITS) or (math.isnan(our) and math.isnan(their))
    return type(our) is type(their) and our == their


if __name__ == "__main__":
    sys.exit(main())
