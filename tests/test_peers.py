"""The peers' figures are ours, and a difference is found; polars is not needed to know it."""

import datetime as dt
from decimal import Decimal

import pytest

from benchmarks.peers.comparison import Different, Times, check, compare, is_equal, total
from benchmarks.peers.frames import FIGURES, Peer
from benchmarks.peers.with_pandas import PANDAS
from benchmarks.scale.sets import write_set
from benchmarks.scale.timings import filter_sets
from crm.settings import load_settings
from metrics.query.filters import Filters
from metrics.warehouse.publish import build, open_current


@pytest.fixture(scope="module")
def small_set(tmp_path_factory):
    settings = load_settings(webhook_url=None, data_dir=tmp_path_factory.mktemp("set"))
    write_set(settings, 5_000, 1)
    build(settings)
    return open_current(settings.warehouse_dir)


def test_the_eight_figures_by_pandas_are_ours_on_a_made_company(small_set):
    times = compare(small_set, filter_sets(small_set)["year"], [PANDAS], trials=1)
    assert [told.view for told in times] == [figure.view for figure in FIGURES]
    assert all(told.rows > 0 and told.ours > 0 and told.planning > 0 and told.peers[PANDAS.name] > 0 for told in times)


def test_the_eight_figures_by_pandas_are_ours_over_all_time_of_the_small_company(shop_data):
    shop = open_current(shop_data / "warehouse")
    always = Filters(shop.first_day, shop.as_of_day)
    assert len(compare(shop, always, [PANDAS], trials=1)) == len(FIGURES)


def test_a_peer_that_leaves_out_a_deal_is_found_out(small_set):
    def without_one(warehouse):
        frames = dict(PANDAS.read(warehouse))
        deals = frames["deals"]
        newest = deals[(deals["state"] == "won") & deals["is_new"]].index[-1]
        return {**frames, "deals": deals.drop(newest)}

    careless = Peer("careless", without_one, PANDAS.figures, PANDAS.rows)
    with pytest.raises(Different, match=r"careless, \w+, .*ours is"):
        compare(small_set, filter_sets(small_set)["year"], [careless], trials=1)


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"),
    [
        (3, 3.0, True),
        (3, 3.5, False),
        (0, None, False),
        (None, None, True),
        ("А", "Б", False),
        (dt.date(2026, 1, 2), dt.date(2026, 1, 2), True),
        (Decimal("1000.50"), 1000.5, True),
        (Decimal("1000.50"), 1000.49, False),
        (Decimal("99999999.99"), 99999999.99, True),
        (0.1, 0.1 + 1e-11, True),
        (1000.0, 1000.00001, False),
    ],
)
def test_values_are_equal_to_the_kopeck_and_to_a_thousand_millionth(ours, theirs, equal):
    assert is_equal(ours, theirs) is equal


def test_a_row_too_many_and_a_column_that_is_missing_are_differences():
    figure = FIGURES[0]
    row = {"employee_id": 1, "meetings": 2}
    check(figure, "it", [row], [dict(row)])
    with pytest.raises(Different, match="2 rows, ours are 1"):
        check(figure, "it", [row], [row, row])
    with pytest.raises(Different, match="no such column"):
        check(figure, "it", [row], [{"employee_id": 1}])


def test_sums_are_of_all_figures():
    both = total([Times("a", "v", 3, 1.0, 0.5, {"polars 1": 4.0}), Times("b", "w", 4, 2.0, 1.5, {"polars 1": 5.0})])
    assert (both.rows, both.ours, both.planning, both.peers) == (7, 3.0, 2.0, {"polars 1": 9.0})
