"""The SQL as text and as a tree: each figure is defined once, macros can be written out, filters prune."""

import json
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from metrics.query.filters import Filters
from metrics.query.query import set_variables
from metrics.warehouse.build import SQL, scripts
from metrics.warehouse.connection import Warehouse
from tests.metrics.macro_expansion import expanded, macros_of, statements, views_of
from tests.oracle.built import warehouse_of
from tests.oracle.nasty import nasty_portal

NO_LINES = 300
PARSED = statements(scripts("facts/**/*.sql", "scope.sql", "reports/**/*.sql"))
FIGURES = macros_of(statements([SQL / "macros.sql"]))
MACROS = {**FIGURES, **macros_of(PARSED)}
VIEWS = {name: query for name, query in views_of(PARSED).items() if name != "build_summary"}
REPORTS = views_of(statements(scripts("reports/**/*.sql")))


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return warehouse_of(nasty_portal(4), tmp_path_factory.mktemp("nasty"))


def asked(warehouse: Warehouse, **filters) -> duckdb.DuckDBPyConnection:
    """A cursor with the filters set; the period is the year up to the day the data speak of."""
    day = warehouse.as_of_day
    cursor = warehouse.cursor()
    set_variables(cursor, Filters(**{"period_from": day.replace(year=day.year - 1), "period_to": day, **filters}))
    return cursor


def answer(cursor: duckdb.DuckDBPyConnection, query: str) -> tuple[list, list]:
    """Columns with their types, and the rows in an order of their own; of doubles nine digits."""
    cursor.execute(query)
    columns = [(column[0], str(column[1])) for column in cursor.description]
    moments = {name for name, kind in columns if kind.endswith("TIME ZONE")}
    if moments:
        cells = ", ".join(f"epoch_us({name}) as {name}" if name in moments else name for name, _ in columns)
        cursor.execute(f"select {cells} from ({query})")
    rows = [[f"{cell:.9g}" if isinstance(cell, float) else cell for cell in row] for row in cursor.fetchall()]
    return columns, sorted(rows, key=repr)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_the_same_with_its_macros_written_out(view, nasty):
    cursor = asked(nasty, grain="quarter", departments=(1,), sources=("", "CALL"))
    written = expanded(VIEWS[view], MACROS).sql(dialect="duckdb")
    assert answer(cursor, written) == answer(cursor, f"from {view}")


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_can_be_written_for_spark_once_its_macros_are(view):
    written = expanded(VIEWS[view], MACROS)
    assert not [call.name for call in written.find_all(exp.Anonymous) if call.name in MACROS]
    spark = written.sql(dialect="spark")
    assert "EXPLODE" not in spark
    assert "STRUCT(" not in spark


def aggregates(tree: exp.Expression) -> set[str]:
    """The aggregates of a query or a macro, with their filters and without the names of tables; not count(*) alone,
    which counts rows whatever they are."""
    bare = exp.Paren(this=tree.copy())
    for column in bare.find_all(exp.Column):
        column.set("table", None)
    found = [node.parent if isinstance(node.parent, exp.Filter) else node for node in bare.find_all(exp.AggFunc)]
    written = {node.sql(dialect="duckdb", normalize=True) for node in found}
    return written - {"COUNT(*)"}


def test_no_report_spells_an_aggregate_that_a_macro_defines():
    defined = {
        spelled
        for _, body in FIGURES.values()
        for tree in (body, expanded(body, FIGURES))
        for spelled in aggregates(tree)
    }
    twice = {view: sorted(aggregates(query) & defined) for view, query in REPORTS.items()}
    assert {view: spelled for view, spelled in twice.items() if spelled} == {}


def test_no_two_reports_spell_the_same_aggregate():
    spelled_by = defaultdict(set)
    for view, query in REPORTS.items():
        for spelled in aggregates(query):
            if not spelled.startswith(("MIN(", "MAX(")):  # the ends of days are no figures
                spelled_by[spelled].add(view)
    assert {spelled: views for spelled, views in spelled_by.items() if len(views) > 1} == {}


def test_every_macro_is_used():
    called = {call.name for tree in PARSED for call in tree.find_all(exp.Anonymous)}
    called |= {call.name for _, body in FIGURES.values() for call in body.find_all(exp.Anonymous)}
    assert sorted(set(MACROS) - called) == []


def test_every_column_of_a_select_has_a_name():
    nameless = {
        view: shown.sql()
        for view, query in VIEWS.items()
        for select in query.find_all(exp.Select)
        for shown in select.expressions
        if not isinstance(shown, exp.Alias | exp.Column | exp.Star | exp.Explode)
        and not select.find_ancestor(exp.Exists)
    }
    assert nameless == {}


@pytest.mark.parametrize("path", sorted(SQL.rglob("*.sql")), ids=lambda path: str(path.relative_to(SQL)))
def test_a_script_is_short_enough_to_be_read(path: Path):
    assert len(path.read_text("utf-8").splitlines()) < NO_LINES


def scanned(cursor: duckdb.DuckDBPyConnection, view: str) -> list[str]:
    """The facts of work, leads and deals that the plan of a view reads, each as often as it does."""
    plan = json.loads(cursor.execute(f"explain (format json) from {view}").fetchall()[0][1])
    found, nodes = [], list(plan)
    while nodes:
        node = nodes.pop()
        nodes.extend(node["children"])
        found.append(str(node.get("extra_info", {}).get("Table", "")).rpartition(".")[2])
    return sorted(name for name in found if name in ("fact_activity", "fact_lead", "fact_deal"))


@pytest.mark.parametrize(
    ("filters", "read"),
    [
        ({}, ["fact_activity"]),
        ({"employees": (3,)}, ["fact_activity"]),
        ({"sources": ("CALL",)}, ["fact_activity", "fact_activity", "fact_deal", "fact_lead"]),
        ({"cities": ("",)}, ["fact_activity", "fact_activity", "fact_deal", "fact_lead"]),
        ({"funnels": (0,)}, ["fact_activity", "fact_deal"]),
        ({"stages": ("lead:NEW",)}, ["fact_activity", "fact_activity", "fact_lead"]),
        ({"stages": ("deal:NEW",)}, ["fact_activity", "fact_activity", "fact_deal"]),
    ],
    ids=str,
)
def test_a_branch_nobody_asks_for_is_not_read(filters, read, nasty):
    assert scanned(asked(nasty, **filters), "scope_activity_company") == read


@pytest.mark.parametrize(
    ("view", "filters", "read"),
    [
        ("scope_work_day_company", {}, []),
        ("scope_work_day_company", {"funnels": (0,)}, []),
        ("scope_work_day_company", {"cities": ("",)}, ["fact_activity", "fact_activity", "fact_deal", "fact_lead"]),
        ("period_lead_stay", {"employees": (3,), "departments": (1,), "funnels": (0,)}, []),
        ("period_lead_stay", {"sources": ("CALL",)}, ["fact_lead"]),
        ("period_deal_stay", {"employees": (3,), "departments": (1,), "funnels": (0,)}, []),
        ("period_deal_stay", {"stages": ("deal:NEW",)}, ["fact_deal"]),
        ("period_lead_reach", {"employees": (3,)}, []),
        ("period_lead_reach", {"utm_term": ("",)}, ["fact_lead"]),
        ("period_deal_reach", {"funnels": (0,)}, []),
        ("period_deal_reach", {"countries": ("",)}, ["fact_deal"]),
        ("lead_availability", {}, []),
    ],
    ids=str,
)
def test_records_are_read_only_where_a_filter_asks_what_they_are(view, filters, read, nasty):
    assert scanned(asked(nasty, **filters), view) == read


@pytest.mark.parametrize("filters", [{}, {"employees": (3,)}], ids=str)
def test_nobody_is_joined_to_know_whose_a_record_is(filters, nasty):
    plan = asked(nasty, **filters).execute("explain from scope_deal").fetchall()[0][1]
    assert "JOIN" not in plan


@pytest.mark.parametrize("picked", [(), ("CALL", "")], ids=["nothing picked", "two sources picked"])
def test_the_macro_of_a_filter_has_the_plan_of_its_condition_spelled_out(picked, nasty):
    cursor = asked(nasty, sources=picked)
    sources = "cast(getvariable('sources') as varchar[])"
    conditions = ("passes('sources', source_id)", f"{sources} is null or list_contains({sources}, source_id)")
    plans = [cursor.execute(f"explain select lead_id from fact_lead where {asked}").fetchall() for asked in conditions]
    assert plans[0] == plans[1]
