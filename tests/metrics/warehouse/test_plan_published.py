"""A saved plan is in the figures at once, whole or not at all, and the same as after a whole build."""

import datetime as dt
from decimal import Decimal

import pytest

from inputs.plan.errors import PlanError
from inputs.plan.store import PlanStore, plan_path
from metrics.warehouse import publish
from metrics.warehouse.plan_in_force import plan_failure
from metrics.warehouse.publish import (
    NoSnapshots,
    build,
    current_path,
    is_stale,
    open_current,
    publish_plan,
)
from tests.metrics.conftest import NOW, company, make_warehouse, settings_of
from tests.metrics.portal_rows import ask, column, planned

LATER = NOW + dt.timedelta(minutes=1)
OURS = [planned("2026-11", 7, 0, "1000", 2, [(1, "50")]), planned("2026-11", 8, 0, "500.50")]


def save(settings, rows):
    PlanStore(plan_path(settings)).replace(rows)


def content(opened):
    """Every table of a warehouse, but for what says which build made it."""
    cursor = opened.cursor()
    names = cursor.execute("select table_name from duckdb_tables() where table_name <> 'meta' order by 1").fetchall()
    tables = {name: sorted(cursor.table(name).project("columns(*)::varchar").fetchall(), key=repr) for (name,) in names}
    own = {name: value for name, value in opened.meta.items() if name not in ("build_id", "built_at")}
    return tables | {"meta": own}


def test_a_saved_plan_makes_figures_stale_and_publishing_it_gives_what_a_whole_build_would(tmp_path):
    before = make_warehouse(tmp_path, company())
    settings = settings_of(tmp_path)
    save(settings, OURS)
    assert is_stale(settings)
    path = publish_plan(settings, now=LATER)
    quick = open_current(settings.warehouse_dir)
    assert (quick.path, is_stale(settings)) == (path.resolve(), False)
    assert quick.build_id != before.build_id
    assert quick.meta["built_at"] == dt.datetime(2026, 11, 23, 9, 6)
    told = [(row["plan_sum"], row["bonus"]) for row in ask(quick, "plan_by_employee")]
    assert told == [(1000, 50), (Decimal("500.50"), 0)]
    assert column(before, "plan_summary", "plan_sum") == [0]  # who reads the old one goes on reading it
    build(settings, now=LATER)
    assert content(quick) == content(open_current(settings.warehouse_dir))


def test_a_plan_that_is_published_already_is_not_published_again(tmp_path, tiny_sql):
    make_warehouse(tmp_path, company(), plan=OURS)
    settings = settings_of(tmp_path)
    assert publish_plan(settings) == current_path(settings.warehouse_dir).resolve()
    save(settings, [])
    emptied = publish_plan(settings)
    assert [path.name for path in settings.warehouse_dir.glob("*.duckdb")].count(emptied.name) == 1
    assert open_current(settings.warehouse_dir).cursor().table("fact_plan").fetchall() == []


def test_figures_stale_for_another_reason_are_built_whole(tmp_path, tiny_sql):
    make_warehouse(tmp_path, company())
    other = settings_of(tmp_path, weight_call=4)
    save(other, OURS)
    publish_plan(other)
    assert not is_stale(other)
    cursor = open_current(other.warehouse_dir).cursor()
    assert [str(value) for (value,) in cursor.execute("select weight_call from build_settings").fetchall()] == [
        "4.0000"
    ]
    assert len(cursor.table("fact_plan")) == 2


def test_without_figures_there_is_a_build_and_without_rows_a_sentence(tmp_path, tiny_sql):
    with pytest.raises(NoSnapshots):
        publish_plan(settings_of(tmp_path / "nothing"))
    settings = settings_of(tmp_path)
    make_warehouse(tmp_path, company())
    for path in settings.warehouse_dir.glob("*"):
        path.unlink()
    assert publish_plan(settings) == current_path(settings.warehouse_dir)


def test_a_publication_that_dies_leaves_the_old_figures_and_is_swept_by_the_next(tmp_path, tiny_sql, monkeypatch):
    settings = settings_of(tmp_path)
    before = make_warehouse(tmp_path, company())

    def fail(*_):
        raise KeyboardInterrupt

    save(settings, OURS)
    with monkeypatch.context() as broken:
        broken.setattr(publish, "replace_plan", fail)
        with pytest.raises(KeyboardInterrupt):
            publish_plan(settings)
    assert open_current(settings.warehouse_dir) is before
    assert not list(settings.warehouse_dir.glob(".build-*"))
    (settings.warehouse_dir / ".build-killed.duckdb").write_bytes(b"half of it")
    publish_plan(settings)
    assert not list(settings.warehouse_dir.glob(".build-*"))
    assert len(open_current(settings.warehouse_dir).cursor().table("fact_plan")) == 2


def plan_of(warehouse):
    return warehouse.cursor().execute("select * from fact_plan order by all").fetchall()


def test_a_damaged_plan_is_told_by_name_and_the_one_that_was_read_last_stands(tmp_path, tiny_sql):
    settings = settings_of(tmp_path)
    before = make_warehouse(tmp_path, company(), plan=OURS)
    sound = plan_path(settings).read_bytes()
    plan_path(settings).write_bytes(b"torn")
    assert is_stale(settings)
    with pytest.raises(PlanError):
        publish_plan(settings)
    assert open_current(settings.warehouse_dir) is before
    for _ in range(2):
        build(settings)
        built = open_current(settings.warehouse_dir)
        assert plan_of(built) == plan_of(before) != []
        assert not is_stale(settings)
        assert plan_failure(settings, built).values["name"] == str(plan_path(settings))
    plan_path(settings).write_bytes(sound)
    assert is_stale(settings)
    publish_plan(settings)
    assert plan_failure(settings, open_current(settings.warehouse_dir)) is None
    assert plan_of(open_current(settings.warehouse_dir)) == plan_of(before)


def test_a_plan_that_was_never_readable_keeps_no_figures_from_being_built(tmp_path, tiny_sql):
    settings = settings_of(tmp_path)
    plan_path(settings).parent.mkdir(parents=True)
    plan_path(settings).write_bytes(b"torn")
    assert plan_of(make_warehouse(tmp_path, company())) == []
