"""A warehouse is built from listed files alone, published whole or not at all, opened read-only, never pulled away."""

import datetime as dt
import gc
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow
import pytest
from pyarrow import parquet

from crm.resources import BY_ENTITY
from crm.snapshots.manifest import EntityState
from crm.snapshots.store import Snapshots
from metrics.warehouse import build as build_module
from metrics.warehouse import publish
from metrics.warehouse.build_settings import public_days
from metrics.warehouse.connection import open_file
from metrics.warehouse.publish import (
    BrokenWarehouse,
    NoSnapshots,
    NoWarehouse,
    build,
    build_with_report,
    current_path,
    is_stale,
    open_current,
)
from metrics.warehouse.raw import create_raw_table
from tests.metrics.conftest import NOW, company, make_warehouse, settings_of
from tests.snapshot_rows import write_snapshots

ROOT = Path(__file__).parents[3]


# From files to raw tables


def write(folder, name, rows):
    """A parquet file out of dict rows, the first of which has every column."""
    kinds = {column: pyarrow.bool_() if column == "is_deleted" else pyarrow.string() for column in rows[0]}
    parquet.write_table(pyarrow.Table.from_pylist(rows, pyarrow.schema(kinds)), folder / name)
    return folder / name


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


def raw(con, name, columns):
    return sorted(con.table(f"raw_{name}").project(columns).fetchall())


def test_of_one_key_the_newest_pull_wins_and_in_a_pull_the_later_row(con, tmp_path):
    old = [
        {"ID": "1", "TITLE": "old", "pull_id": "000000000001", "is_deleted": False},
        {"ID": "2", "TITLE": "first", "pull_id": "000000000001", "is_deleted": False},
        {"ID": "2", "TITLE": "second", "pull_id": "000000000001", "is_deleted": False},
    ]
    new = [{"ID": "1", "TITLE": "new", "pull_id": "000000000002", "is_deleted": False}]
    files = [write(tmp_path, "b.parquet", new), write(tmp_path, "a.parquet", old)]
    for number, order in enumerate((files, files[::-1])):
        assert create_raw_table(con, f"deals_{number}", ("ID", "TITLE"), ("ID",), order) == 2
        assert raw(con, f"deals_{number}", '"ID", "TITLE"') == [("1", "new"), ("2", "second")]


def test_a_tombstone_takes_the_row_away_and_a_row_that_came_back_stands(con, tmp_path):
    rows = [
        {"ID": "1", "TITLE": "gone", "pull_id": "000000000001", "is_deleted": False},
        {"ID": "1", "TITLE": None, "pull_id": "000000000002", "is_deleted": True},
        {"ID": "2", "TITLE": None, "pull_id": "000000000002", "is_deleted": True},
        {"ID": "2", "TITLE": "back", "pull_id": "000000000003", "is_deleted": False},
    ]
    files = [write(tmp_path, "a.parquet", rows)]
    create_raw_table(con, "deals", ("ID", "TITLE"), ("ID",), files)
    assert raw(con, "deals", '"ID", "TITLE"') == [("2", "back")]


def test_bindings_of_an_activity_are_those_of_its_newest_pull(con, tmp_path):
    def row(activity, entity, pull):
        return {"ACTIVITY_ID": activity, "ENTITY_ID": entity, "pull_id": f"{pull:012}", "is_deleted": False}

    rows = [row("5", "10", 1), row("5", "11", 1), row("6", "12", 1), row("5", "11", 2)]
    files = [write(tmp_path, "a.parquet", rows)]
    create_raw_table(con, "b", ("ACTIVITY_ID", "ENTITY_ID"), ("ACTIVITY_ID", "ENTITY_ID"), files, owner="ACTIVITY_ID")
    assert raw(con, "b", '"ACTIVITY_ID", "ENTITY_ID"') == [("5", "11"), ("6", "12")]


def test_a_field_a_file_lacks_is_null_and_one_we_do_not_know_is_left_out(con, tmp_path):
    old = write(tmp_path, "a.parquet", [{"ID": "1", "GONE": "x", "pull_id": "000000000001", "is_deleted": False}])
    new = [{"ID": "2", "TITLE": "t", "pull_id": "000000000002", "is_deleted": False}]
    create_raw_table(con, "deals", ("ID", "TITLE", "UTM_TERM"), ("ID",), [old, write(tmp_path, "b.parquet", new)])
    described = con.execute("select column_name, column_type from (describe raw_deals)").fetchall()
    assert described == [(name, "VARCHAR") for name in ("ID", "TITLE", "UTM_TERM", "pull_id", "pulled_at")]
    assert raw(con, "deals", '"ID", "TITLE", "UTM_TERM"') == [("1", None, None), ("2", "t", None)]


def test_an_entity_without_files_is_an_empty_table_with_its_columns(con):
    for name, resource in BY_ENTITY.items():
        assert create_raw_table(con, name, resource.columns, resource.key, []) == 0
        assert [row[0] for row in con.execute(f"describe raw_{name}").fetchall()][:-2] == list(resource.columns)


# Building and publishing


def test_a_warehouse_says_of_itself_what_it_holds(small):
    assert (small.as_of, small.as_of_day) == (dt.datetime(2026, 11, 23, 12, 0), dt.date(2026, 11, 23))
    assert (small.first_day, small.history_months, small.earliest_day) == (dt.date(2026, 11, 2), None, dt.date(1, 1, 1))
    told = {name: small.meta[name] for name in ("timezone", "base_currency", "portal_origin", "is_demo", "built_at")}
    assert told == {
        "timezone": "Europe/Moscow",
        "base_currency": "RUB",
        "portal_origin": "https://acme.bitrix24.ru",
        "is_demo": False,
        "built_at": dt.datetime(2026, 11, 23, 9, 5),
    }


def test_as_of_is_the_portals_wall_clock(tmp_path, tiny_sql):
    built = make_warehouse(tmp_path, company(), as_of="2026-11-23T23:30:00+00:00", timezone="Asia/Vladivostok")
    assert (built.as_of, built.as_of_day) == (dt.datetime(2026, 11, 24, 9, 30), dt.date(2026, 11, 24))


def test_raw_and_staging_tables_are_gone_and_views_still_answer(small):
    cursor = small.cursor()
    tables = {row[0] for row in cursor.execute("select table_name from information_schema.tables").fetchall()}
    assert not [name for name in tables if name.startswith(("raw_", "stg_", "build_summary", "failed_cast_checks"))]
    assert {"meta", "entity_state", "failed_casts", "build_settings", "filter_options"} <= tables
    for view in small.views:
        cursor.table(view).fetchall()


def test_the_state_of_each_entity_is_kept(tmp_path, tiny_sql):
    built = make_warehouse(tmp_path, company(), absent={"calls": "pull.no_scope"}, coming=["comments"])
    cursor = built.cursor()
    told = {
        row[0]: row[1:] for row in cursor.execute("select entity, status, reason, rows from entity_state").fetchall()
    }
    assert set(told) == set(BY_ENTITY)
    assert (told["calls"], told["comments"], told["deals"]) == (
        ("absent", "pull.no_scope", 0),
        ("coming", None, 0),
        ("complete", None, 3),
    )


def test_casts_that_fail_are_counted_and_told(tmp_path, tiny_sql):
    settings = settings_of(tmp_path)
    rows = company()
    rows["deals"][0]["OPPORTUNITY"] = "a lot"
    write_snapshots(settings.snapshots_dir, rows)
    _, report = build_with_report(settings, now=NOW)
    assert report.failed_casts == {("deals", "OPPORTUNITY"): 1}
    cursor = open_current(settings.warehouse_dir).cursor()
    assert cursor.execute("select * from failed_casts").fetchall() == [("deals", "OPPORTUNITY", 1)]


def test_files_the_manifest_does_not_list_are_not_read(tmp_path, tiny_sql):
    settings = settings_of(tmp_path)
    manifest = write_snapshots(settings.snapshots_dir, company())
    Snapshots(settings.snapshots_dir).write("deals", "000000000009", [{"ID": "99"}], "2026-11-23T12:00:00+03:00")
    (settings.snapshots_dir / "deals" / "000000000010.parquet").write_bytes(b"torn")
    assert build_with_report(settings)[1].rows["deals"] == 3
    assert len(manifest.files("deals")) == 1


def test_nothing_pulled_is_one_sentence(tmp_path, tiny_sql):
    with pytest.raises(NoSnapshots, match="metrics refresh"):
        build(settings_of(tmp_path))


def test_nothing_built_is_one_sentence(tmp_path):
    with pytest.raises(NoWarehouse, match="metrics build"):
        open_current(tmp_path)


@pytest.mark.parametrize("name", ["", "../other.duckdb", "/etc/passwd", "warehouse-x.duckdb", ".build-1.duckdb"])
def test_a_pointer_to_anything_but_a_finished_file_is_refused(tmp_path, name):
    (tmp_path / "current").write_text(name)
    with pytest.raises(NoWarehouse):
        current_path(tmp_path)


def test_a_file_without_meta_is_refused(tmp_path):
    with duckdb.connect(tmp_path / "warehouse-1.duckdb") as con:
        con.execute("create table fact_deal (id bigint)")
    (tmp_path / "current").write_text("warehouse-1.duckdb")
    with pytest.raises(BrokenWarehouse, match="warehouse-1"):
        open_current(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "warehouse-1.duckdb").write_bytes(b"x" * 5000)
    (tmp_path / "current").write_text("warehouse-1.duckdb")
    with pytest.raises(BrokenWarehouse):
        open_current(tmp_path)


def test_a_build_that_fails_leaves_the_old_warehouse_and_no_rubbish(tmp_path, monkeypatch, tiny_sql):
    built = make_warehouse(tmp_path, company())
    settings = settings_of(tmp_path)

    def fail(*_):
        raise duckdb.InvalidInputException("out of luck")

    with monkeypatch.context() as broken:
        broken.setattr(build_module, "_create_meta", fail)
        with pytest.raises(duckdb.Error, match="out of luck"):
            build(settings)
    assert open_current(settings.warehouse_dir) is built
    build(settings_of(tmp_path))
    assert not [path for path in settings.warehouse_dir.iterdir() if path.name.startswith(".build")]


def test_a_script_that_fails_is_named(tmp_path, monkeypatch):
    settings = settings_of(tmp_path / "data")
    write_snapshots(settings.snapshots_dir, {})
    broken = tmp_path / "sql" / "scope.sql"
    broken.parent.mkdir()
    broken.write_text("select nothing from nowhere;")
    monkeypatch.setattr(build_module, "SQL", broken.parent)
    with pytest.raises(duckdb.Error) as caught:
        build(settings)
    assert caught.value.__notes__ == ["while running scope.sql"]


def test_a_build_killed_anywhere_leaves_the_old_warehouse_or_the_new_one(tmp_path, tiny_sql):
    make_warehouse(tmp_path, company())
    folder = settings_of(tmp_path).warehouse_dir
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(tiny_sql)]
    for fraction in (0.05, 0.2, 0.35, 0.5):
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        began = time.monotonic()
        while time.monotonic() - began < fraction and child.poll() is None:
            threading.Event().wait(0.01)
        child.kill()
        child.wait()
        child.stdout.close()
        probe = subprocess.run([sys.executable, "-c", PROBE, str(folder)], cwd=ROOT, capture_output=True, check=True)
        assert probe.stdout.strip() == b"3"
    build(settings_of(tmp_path))
    assert not [path for path in folder.iterdir() if path.name.startswith(".build")]


KILLED = """
import sys
from pathlib import Path
import metrics.warehouse.build
from crm.settings import load_settings
from metrics.warehouse.publish import build
metrics.warehouse.build.SQL = Path(sys.argv[2])
print("begun", flush=True)
while True:
    build(load_settings(data_dir=Path(sys.argv[1])))
"""
PROBE = """
import sys
from pathlib import Path
from metrics.warehouse.publish import open_current
cursor = open_current(Path(sys.argv[1])).cursor()
print(cursor.execute("select count(*) from fact_deal").fetchone()[0])
"""


# Opening, swapping, sweeping


def test_an_open_warehouse_cannot_be_written_nor_reach_outside(small, tmp_path):
    cursor = small.cursor()
    for statement in (
        "create table mine (x int)",
        "delete from meta",
        f"copy meta to '{tmp_path}/stolen.csv'",
        "select * from read_csv('/etc/passwd')",
        "attach ':memory:' as other",
        "set memory_limit = '100GB'",
        "set enable_external_access = true",
        "install httpfs",
    ):
        with pytest.raises(duckdb.Error):
            cursor.execute(statement)


def test_python_objects_are_no_tables(small):
    secrets = [1, 2]
    with pytest.raises(duckdb.CatalogException):
        small.cursor().execute("select * from secrets")
    assert secrets == [1, 2]


def test_the_current_warehouse_is_opened_once_for_everybody(small):
    found = []
    threads = [threading.Thread(target=lambda: found.append(open_current(small.path.parent))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {id(one) for one in found} == {id(small)}


def test_who_reads_an_old_warehouse_goes_on_reading_while_new_ones_come_and_go(tmp_path, tiny_sql):
    first = make_warehouse(tmp_path, company())
    cursor = first.cursor()
    cursor.execute("select range from range(3000000)")
    head = cursor.fetchone()
    settings = settings_of(tmp_path)
    for _ in range(3):
        build(settings)
    second = open_current(settings.warehouse_dir)
    assert second.build_id != first.build_id
    assert not first.path.exists()
    assert (head, len(cursor.fetchall())) == ((0,), 2_999_999)
    assert first.cursor().execute("select count(*) from fact_deal").fetchall() == [(3,)]


def test_a_warehouse_nobody_holds_is_closed(tmp_path, tiny_sql):
    first = make_warehouse(tmp_path, company())
    path = str(first.path)
    settings = settings_of(tmp_path)
    build(settings)
    open_current(settings.warehouse_dir)
    del first
    gc.collect()
    held = {os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()}
    assert not [name for name in held if name.startswith(path)]


def test_the_current_file_and_the_one_before_are_kept(tmp_path, tiny_sql):
    settings = settings_of(tmp_path)
    write_snapshots(settings.snapshots_dir, company())
    paths = [build(settings) for _ in range(4)]
    kept = {path for path in settings.warehouse_dir.iterdir() if path.suffix == ".duckdb"}
    assert kept == set(paths[-2:])
    assert len(set(paths)) == 4


def test_a_file_swept_between_pointer_and_opening_is_looked_for_again(tmp_path, monkeypatch, tiny_sql):
    built = make_warehouse(tmp_path, company())
    real, calls = open_file, []

    def late(path):
        calls.append(path)
        if len(calls) == 1:
            raise FileNotFoundError(path)
        return real(path)

    monkeypatch.setattr(publish, "open_file", late)
    assert open_current(built.path.parent) is built


# Staleness


def test_a_warehouse_is_stale_when_what_it_was_built_from_is_not_what_there_is(tmp_path, monkeypatch, tiny_sql):
    settings = settings_of(tmp_path)
    assert not is_stale(settings)
    manifest = write_snapshots(settings.snapshots_dir, company())
    assert is_stale(settings)
    build(settings)
    assert not is_stale(settings)
    assert is_stale(settings_of(tmp_path, weight_call=4))
    assert is_stale(settings_of(tmp_path, timezone="Asia/Omsk"))
    assert is_stale(settings_of(tmp_path, holidays=""))
    assert is_stale(settings_of(tmp_path, sales_funnels="0,7"))
    assert not is_stale(settings_of(tmp_path, language="en", refresh_minutes=60))
    coming = manifest.with_entities({"comments": EntityState(status="coming")})
    Snapshots(settings.snapshots_dir).publish(coming)
    assert is_stale(settings)


@pytest.mark.parametrize(
    ("as_of", "stale"),
    [
        ("2026-11-23T12:59:59+03:00", False),
        ("2026-11-23T13:00:00+03:00", True),
        ("2026-11-23T11:00:00+03:00", True),
        ("2026-11-24T12:10:00+03:00", True),
    ],
)
def test_pulls_that_brought_nothing_make_a_warehouse_stale_once_an_hour(tmp_path, tiny_sql, as_of, stale):
    make_warehouse(tmp_path, company())
    settings = settings_of(tmp_path)
    snapshots = Snapshots(settings.snapshots_dir)
    snapshots.publish(replace(snapshots.manifest(), as_of=as_of, pull_id="000000000002"))
    assert is_stale(settings) is stale


def test_a_new_day_of_the_portal_makes_a_warehouse_stale_within_the_hour(tmp_path, tiny_sql):
    settings = settings_of(tmp_path)
    manifest = write_snapshots(settings.snapshots_dir, company(), as_of="2026-11-23T23:50:00+03:00")
    build(settings)
    Snapshots(settings.snapshots_dir).publish(replace(manifest, as_of="2026-11-24T00:00:00+03:00"))
    assert is_stale(settings)


def test_a_portal_under_another_name_makes_a_warehouse_stale(tmp_path, tiny_sql):
    make_warehouse(tmp_path, company())
    settings = settings_of(tmp_path)
    snapshots = Snapshots(settings.snapshots_dir)
    snapshots.publish(replace(snapshots.manifest(), origin="https://other.bitrix24.ru", host="other.bitrix24.ru"))
    assert is_stale(settings)


def test_a_changed_script_makes_a_warehouse_stale(tmp_path, tiny_sql):
    make_warehouse(tmp_path, company())
    assert not is_stale(settings_of(tmp_path))
    (tiny_sql / "reports" / "20_more.sql").write_text("create view more as select 1 as one")
    assert is_stale(settings_of(tmp_path))


def test_moving_the_data_folder_makes_nothing_stale(tmp_path, tiny_sql):
    make_warehouse(tmp_path / "here", company())
    (tmp_path / "here").rename(tmp_path / "there")
    assert not is_stale(settings_of(tmp_path / "there"))


# Holidays


def test_holidays_are_the_packages_over_the_years_of_the_calendar():
    days = public_days("RU")
    assert dt.date(2026, 1, 1) in days
    assert dt.date(2026, 2, 23) in days
    assert (min(days).year, max(days).year) == (1991, 2060) or min(days).year == 1990
    assert public_days("") == []


def test_the_settings_of_the_build_are_a_row_the_sql_can_read(tmp_path, tiny_sql):
    built = make_warehouse(tmp_path, {}, weight_call="2.5", sales_funnels="0,7", history_months=12, holidays="")
    cursor = built.cursor()
    row = cursor.execute("select weight_call, sales_funnels, history_months, lead_days from build_settings").fetchone()
    assert [str(value) for value in row or ()] == ["2.5000", "[0, 7]", "12", "3"]
    assert cursor.execute("select count(*) from holidays").fetchall() == [(0,)]
    assert built.earliest_day == dt.date(2025, 11, 24)
