"""The sets of any size are what they claim to be, build, and are asked every view."""

from pathlib import Path

import duckdb
import pytest

from benchmarks.scale.sets import sizes, write_set
from benchmarks.scale.timings import filter_sets, table, time_views, views_of_pages
from crm.settings import Settings, load_settings
from metrics.query import catalog, query
from metrics.query.filters import Filters
from metrics.warehouse.connection import Warehouse
from metrics.warehouse.publish import build, open_current

TINY = 2_000


def written(folder: Path, seed: int = 1) -> tuple[Settings, dict[str, int]]:
    settings = load_settings(webhook_url=None, data_dir=folder)
    return settings, write_set(settings, TINY, seed)


def rows_of(settings: Settings, entity: str) -> list[tuple]:
    files = str(settings.snapshots_dir / entity / "*.parquet")
    with duckdb.connect() as con:
        return con.execute("from read_parquet($1) order by all", [files]).fetchall()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    settings, _ = written(tmp_path_factory.mktemp("tiny"))
    build(settings)
    return open_current(settings.warehouse_dir)


def test_a_set_has_as_many_rows_of_each_entity_as_its_size_says(tmp_path):
    settings, rows = written(tmp_path)
    asked = sizes(TINY)
    assert asked["activities"] == TINY
    assert {entity: rows[entity] for entity in asked} == asked
    assert {entity: len(rows_of(settings, entity)) for entity in asked} == asked


def test_one_seed_makes_the_same_rows_again_and_another_seed_others(tmp_path):
    first, again, other = (written(tmp_path / name, seed)[0] for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    for entity in ("users", "leads", "deals", "activities", "deal_stage_history", "calls"):
        assert rows_of(first, entity) == rows_of(again, entity), entity
        assert rows_of(first, entity) != rows_of(other, entity), entity


def test_people_are_skewed_and_no_id_or_moment_fails_to_be_read(tiny):
    year = filter_sets(tiny)["year"]
    activities = sorted(
        (row["activities"] for row in query.rows(tiny, "manager_activity", year).records()), reverse=True
    )
    assert activities[0] > 3 * activities[len(activities) // 2]
    assert tiny.cursor().execute("from failed_casts").fetchall() == []


def test_every_view_is_timed_under_every_set_of_filters_and_stands_in_the_table(tiny):
    sets = filter_sets(tiny)
    spent = time_views(tiny, sets, trials=1)
    assert set(spent) == {view.name for view in catalog.views()}
    assert all(set(by_set) == set(sets) for by_set in spent.values())
    assert set(spent) <= set(table(spent).split())


def test_no_view_is_empty_over_all_time(tiny):
    always = Filters(tiny.first_day, tiny.as_of_day)
    empty = {view.name for view in catalog.views() if not query.rows(tiny, view.name, always).rows}
    # sentences that are true of some companies alone
    assert {name for name in empty if not name.startswith("overview_") and name not in ("manager_idle",)} == set()


def test_every_page_of_reports_names_views_that_can_be_timed():
    found = views_of_pages()
    assert {"overview", "managers", "plan", "marketing", "sales", "forgotten"} <= set(found)
    assert all(len(views) >= 5 for views in found.values())
