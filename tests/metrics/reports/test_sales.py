"""Sales dynamics and deal statistics, rows in → whole rows out: like with like, lists, stays."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.metrics.portal_rows import (
    activity,
    ask,
    column,
    deal,
    deal_entry,
    lead,
    lead_entry,
    moment,
    portal,
)


def won(number, day, amount="10", **changed):
    return deal(number, "WON", created="2024-01-01 10:00", closed=day, OPPORTUNITY=amount, **changed)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return portal(
        tmp_path_factory.mktemp("sales"),
        deals=[
            won(1, "2026-11-01", "100"),
            won(2, "2026-11-25", "5", COMPANY_ID="5"),
            won(3, "2026-10-23", "20", COMPANY_ID="5"),
            won(4, "2026-10-24", "40"),
            won(5, "2025-11-23", "70"),
            won(6, "2025-11-24", "90"),
            won(7, "2026-09-30", "1"),
            won(8, "2025-10-31", "3"),
            deal(9, "LOSE", created="2026-11-01 10:00", closed="2026-11-08", OPPORTUNITY="9"),
            deal(10, created="2026-10-05 10:00", OPPORTUNITY="30"),
            deal(11, created="2026-11-20 10:00", OPPORTUNITY="31", ASSIGNED_BY_ID="8"),
        ],
    )


def test_a_bucket_not_over_stands_beside_the_same_days_and_a_whole_one_beside_a_whole_one(house):
    rows = ask(house, "sales_dynamics", period_from=dt.date(2026, 10, 1))  # as of 23 November
    assert [tuple(row.values()) for row in rows] == [
        (dt.date(2026, 10, 1), 2, 60, 30, 2, 60, 0, 0, 1, 1, 1, 3),
        (dt.date(2026, 11, 1), 2, 105, 52.5, 1, 100, 1, 5, 1, 20, 1, 70),
    ]


@pytest.mark.parametrize(
    ("grain", "first", "last", "previous", "year_ago"),
    [
        pytest.param("quarter", "2026-07-01", "2026-12-31", [0, 0], [0, 73], id="quarters: to as_of"),
        pytest.param("quarter", "2026-09-30", "2026-09-30", [0], [0], id="a day of a quarter"),
        pytest.param("year", "2026-01-01", "2026-12-31", [73], [73], id="a year: to as_of's day"),
        pytest.param("year", "2025-01-01", "2025-12-31", [0], [0], id="a whole year"),
        pytest.param("month", "2026-10-10", "2026-10-31", [1], [3], id="a cut month: its last day to the last"),
        pytest.param("month", "2026-12-01", "2026-12-31", [0], [0], id="nothing has come"),
    ],
)
def test_only_the_ends_move(house, grain, first, last, previous, year_ago):
    period = {"period_from": dt.date.fromisoformat(first), "period_to": dt.date.fromisoformat(last)}
    rows = ask(house, "sales_dynamics", grain=grain, **period)
    assert [row["previous_sum"] for row in rows] == previous
    assert [row["year_ago_sum"] for row in rows] == year_ago


def test_the_ends_of_february(tmp_path):
    house = portal(tmp_path, {"as_of": moment("2028-03-31 12:00")}, deals=[won(1, "2028-01-31"), won(2, "2027-02-28")])
    february = {"period_from": dt.date(2028, 2, 1), "period_to": dt.date(2028, 2, 29)}
    [row] = ask(house, "sales_dynamics", **february)
    assert (row["previous_count"], row["year_ago_count"]) == (1, 1)
    [row] = ask(house, "sales_dynamics", **{**february, "period_from": dt.date(2028, 2, 2)})
    assert (row["previous_count"], row["year_ago_count"]) == (0, 1)  # 2–29 January; 2–28 February


def test_new_and_repeat(house):
    assert ask(house, "sales_new_repeat") == [
        {
            "new_count": 1,
            "new_sum": 100,
            "repeat_count": 1,
            "repeat_sum": 5,
            "repeat_count_share": 0.5,
            "repeat_sum_share": pytest.approx(5 / 105),
        }
    ]


def test_each_ones_sales(house):
    rows = ask(house, "sales_by_employee")
    assert rows[0] == {
        "employee_id": 7,
        "employee": "Петров Иван",
        "department_id": 3,
        "department": "Опт",
        "created_count": 1,
        "won_count": 2,
        "won_sum": 105,
        "avg_check": 52.5,
        "conversion": pytest.approx(2 / 3),
        "avg_cycle_days": pytest.approx((1035 + 1059) / 2),
        "lost_count": 1,
        "lost_sum": 9,
        "in_work_count": 1,
        "in_work_sum": 30,
        "repeat_count": 1,
        "repeat_sum": 5,
        "repeat_share": pytest.approx(5 / 105),
    }
    assert (rows[1]["employee_id"], rows[1]["created_count"], rows[1]["conversion"]) == (8, 1, None)


def test_states_and_bands_stand_even_when_empty(house):
    december = {"period_from": dt.date(2026, 12, 1), "period_to": dt.date(2026, 12, 31)}
    assert {row["state"]: tuple(row.values())[1:] for row in ask(house, "deal_state_stats", **december)} == {
        "in_work": (0, 0, None, None),
        "won": (0, 0, None, None),
        "lost": (0, 0, None, None),
    }
    bands = {row["duration_band"]: (row["deal_count"], row["count_share"]) for row in ask(house, "deal_duration_stats")}
    third = pytest.approx(1 / 3)
    assert bands == {
        "0-7": (1, third),
        "8-30": (0, 0),
        "31-90": (0, 0),
        "91-180": (0, 0),
        "181+": (2, 2 * third.expected),
    }
    assert ask(house, "deal_long_cycle_dynamics") == [
        {
            "bucket": dt.date(2026, 11, 1),
            "closed_count": 3,
            "long_count": 2,
            "long_share": pytest.approx(2 / 3),
            "long_cycle_target": 0.1,
        }
    ]


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "0-7"), (7, "0-7"), (8, "8-30"), (30, "8-30"), (31, "31-90"), (90, "31-90"), (91, "91-180"), (181, "181+")],
)
def test_borders_of_the_bands(borders, days, band):
    [told] = [row for row in ask(borders, "deal_list") if row["deal_id"] == days + 1]
    assert told["duration_days"] == days
    on = {"period_from": told["closed_on"], "period_to": told["closed_on"]}
    counts = {row["duration_band"]: row["deal_count"] for row in ask(borders, "deal_duration_stats", **on)}
    assert [name for name, count in counts.items() if count] == [band]


@pytest.fixture(scope="module")
def borders(tmp_path_factory):
    start = dt.date(2026, 11, 2)
    deals = [
        deal(days + 1, "LOSE", closed=(start + dt.timedelta(days)).isoformat())
        for days in (0, 7, 8, 30, 31, 90, 91, 181)
    ]
    return portal(tmp_path_factory.mktemp("borders"), deals=deals)


# The list


def test_a_row_of_the_list_is_whole(tmp_path):
    house = portal(
        tmp_path,
        deals=[deal(1, ASSIGNED_BY_ID="57", SOURCE_ID="", COMPANY_ID="5", OPPORTUNITY="12.34", TITLE=None)],
        companies=[{"ID": "5", "TITLE": "Ромашка"}],
        activities=[activity(1, COMPLETED="N")],
    )
    assert ask(house, "deal_list") == [
        {
            "deal_id": 1,
            "title": None,
            "url": "https://acme.bitrix24.ru/crm/deal/details/1/",
            "funnel_id": 0,
            "funnel": "Общая",
            "stage_id": "NEW",
            "stage": "Новая",
            "stage_sort": 10,
            "state": "in_work",
            "employee_id": 57,
            "employee": "Сотрудник 57",
            "department_id": 0,
            "department": "Без отдела",
            "company": "Ромашка",
            "source_id": "",
            "source": "Без источника",
            "amount": Decimal("12.34"),
            "created_on": dt.date(2026, 11, 2),
            "closed_on": None,
            "duration_days": 21,
            "is_repeat": False,
            "last_action_at": dt.datetime(2026, 11, 2, 10),
            "open_activities": 1,
        }
    ]


@pytest.mark.parametrize(
    ("switches", "deals"),
    [
        pytest.param({}, [2, 3, 4, 7], id="created in the period or closed in it, each once"),
        pytest.param({"all_open": True}, [1, 2, 3, 4, 7, 8], id="all_open adds those in work created before"),
        pytest.param({"without_activities": True}, [3], id="without activities: in work with none open"),
        pytest.param({"all_open": True, "without_activities": True}, [1, 3], id="both"),
    ],
)
def test_switches_of_the_list(listed, switches, deals):
    assert column(listed, "deal_list", "deal_id", **switches) == deals


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    return portal(
        tmp_path_factory.mktemp("listed"),
        deals=[
            deal(1, created="2026-10-01 10:00"),
            deal(2, "WON", created="2026-10-01 10:00", closed="2026-11-05"),
            deal(3),
            deal(4, "LOSE", closed="2026-11-05"),
            deal(5, "LOSE", created="2026-10-01 10:00", closed="2026-10-05"),
            deal(6, created="2026-12-01 10:00"),
            deal(7),
            deal(8, created="2026-10-01 10:00"),
        ],
        activities=[activity(n, COMPLETED="N", OWNER_ID=str(n)) for n in (7, 8)],
    )


# Stays


def test_stays_that_ended_in_the_period_and_those_still_open(tmp_path):
    house = portal(
        tmp_path,
        leads=[lead(1, "IN_PROCESS"), lead(2, "NEW", ASSIGNED_BY_ID="8"), lead(3, "JUNK")],
        lead_stage_history=[
            lead_entry(1, 1, "NEW", "2026-10-30 12:00", 1),
            lead_entry(2, 1, "IN_PROCESS", "2026-11-01 00:00"),
            lead_entry(3, 2, "NEW", "2026-11-13 12:00", 1),
            lead_entry(4, 3, "NEW", "2026-10-01 12:00", 1),
            lead_entry(5, 3, "JUNK", "2026-10-31 23:59", 3),
        ],
    )
    assert [tuple(row.values()) for row in ask(house, "lead_stage_duration")] == [
        (7, "Петров Иван", "IN_PROCESS", "В работе", 20, 1, 22.5, 22.5, 1, 22.5),
        (7, "Петров Иван", "NEW", "Новый", 10, 1, 1.5, 1.5, 0, None),
        (8, "Сидорова Анна", "NEW", "Новый", 10, 1, 10, 10, 1, 10),
    ]
    assert [tuple(row.values()) for row in ask(house, "lead_stage_duration_total")] == [
        ("IN_PROCESS", "В работе", 20, 1, 22.5, 22.5, 1, 22.5),
        ("NEW", "Новый", 10, 2, 5.75, 10, 1, 10),
    ]
    early = {"period_to": dt.date(2026, 11, 12)}
    assert column(house, "lead_stage_duration_total", "open_visits", **early) == [1, 0]


def test_a_stay_stands_in_its_own_funnel_and_the_filter_asks_the_deal_as_it_is(tmp_path):
    house = portal(
        tmp_path,
        deals=[deal(1, "C7:NEW")],
        deal_stage_history=[
            deal_entry(1, 1, "NEW", "2026-11-02 12:00", 1),
            deal_entry(2, 1, "C7:NEW", "2026-11-03 12:00", 5, funnel=7),
        ],
    )
    rows = ask(house, "deal_stage_duration", funnels=(7,))
    assert [(row["funnel"], row["stage"], row["avg_days"]) for row in rows] == [
        ("Общая", "Новая", 1),
        ("Опт", "Заявка", 20),
    ]
    assert ask(house, "deal_stage_duration", funnels=(0,)) == []
