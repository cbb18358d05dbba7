"""Manager efficiency, rows in → whole rows out: who counts, what follows its owner, and like with like."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.metrics.portal_rows import activity, ask, column, deal, lead, portal

OCTOBER = {"period_from": dt.date(2026, 10, 1), "period_to": dt.date(2026, 10, 31)}
KINDS = ("meetings", "calls", "emails", "tasks", "comments", "other", "activities", "call_minutes", "points")


def on(number, day, **changed):
    return activity(number, start=f"2026-{day} 12:00", **changed)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Employee 7 works and sells, 8 has only old leads, 9 is dismissed with a deal, 57 is unknown, 0 is nobody."""
    return portal(
        tmp_path_factory.mktemp("managers"),
        activities=[
            on(1, "11-03", PROVIDER_ID="CRM_MEETING", OWNER_ID="1"),
            on(2, "11-03", PROVIDER_ID="VOXIMPLANT_CALL", OWNER_ID="2"),
            on(3, "11-04", PROVIDER_ID="VOXIMPLANT_CALL", OWNER_ID="1", OWNER_TYPE_ID="1"),
            on(4, "11-30", OWNER_ID="404"),
            on(5, "12-01", OWNER_ID="1"),
            on(6, "11-05", OWNER_ID="5", OWNER_TYPE_ID="4", RESPONSIBLE_ID="57"),
            on(7, "10-05", OWNER_ID="1"),
            on(8, "10-31", OWNER_ID="1", RESPONSIBLE_ID="57"),
        ],
        calls=[{"ID": "1", "CRM_ACTIVITY_ID": "2", "CALL_DURATION": "90"}],
        deals=[
            deal(1, "WON", created="2026-10-01 10:00", closed="2026-11-10", OPPORTUNITY="1000.10"),
            deal(2, "C7:WON", created="2026-11-01 10:00", closed="2026-11-01", OPPORTUNITY="500", SOURCE_ID=""),
            deal(3, "LOSE", closed="2026-11-20", OPPORTUNITY="70"),
            deal(4, created="2026-11-30 23:00", OPPORTUNITY="30"),
            deal(5, created="2026-12-01 00:30", OPPORTUNITY="40"),
            deal(6, ASSIGNED_BY_ID="9"),
            deal(7, ASSIGNED_BY_ID=""),
            deal(8, "WON", created="2026-09-01 10:00", closed="2026-10-11", OPPORTUNITY="2000"),
        ],
        leads=[lead(1, "IN_PROCESS", ASSIGNED_BY_ID="8", created="2026-01-01 10:00"), lead(2, "JUNK")],
    )


def row(*values):
    return dict(zip(KINDS, values, strict=True))


def test_activity_of_each_with_zeros_for_the_active_who_have_something_in_work(house):
    work = ask(house, "manager_activity")
    ivanov = {"employee_id": 7, "employee": "Петров Иван", "department_id": 3, "department": "Опт"}
    unknown = {"employee_id": 57, "employee": "Сотрудник 57", "department_id": 0, "department": "Без отдела"}
    idle = {"employee_id": 8, "employee": "Сидорова Анна", "department_id": 1, "department": "Продажи"}
    assert work == [
        {**unknown, **row(0, 0, 0, 1, 0, 0, 1, 0, 2), "activity_index": pytest.approx(100 * 2 / 15)},
        {**ivanov, **row(1, 2, 0, 1, 0, 0, 4, 1.5, 13), "activity_index": pytest.approx(100 * 13 / 15)},
        {**idle, **row(0, 0, 0, 0, 0, 0, 0, 0, 0), "activity_index": 0},
    ]


def test_an_unknown_person_has_no_row_of_zeros(house):
    november = column(house, "manager_activity", "employee_id", period_from=dt.date(2026, 11, 10))
    assert november == [7, 8]  # 57 was active in the 90 days before, but is no user


def test_nobody_works_the_index_is_unknown(house):
    future = {"period_from": dt.date(2027, 1, 1), "period_to": dt.date(2027, 1, 31)}
    assert {row["activity_index"] for row in ask(house, "manager_activity", **future)} == {None}


def test_results_of_each_and_nobodys_deals_stay_in_the_table(house):
    rows = {row["employee_id"]: row for row in ask(house, "manager_results")}
    assert sorted(rows) == [0, 7, 8, 9, 57]
    assert rows[7] == {
        "employee_id": 7,
        "employee": "Петров Иван",
        "department_id": 3,
        "department": "Опт",
        "activity_index": pytest.approx(100 * 13 / 15),
        "leads_in_work": 0,
        "won_count": 2,
        "won_sum": Decimal("1500.10"),
        "avg_check": pytest.approx(750.05),
        "conversion": pytest.approx(2 / 3),
        "avg_cycle_days": 20,
        "lost_count": 1,
        "lost_sum": 70,
        "in_work_count": 1,
        "in_work_sum": 30,
    }
    assert (rows[0]["employee"], rows[0]["in_work_count"]) == ("Без ответственного", 1)
    assert (rows[8]["leads_in_work"], rows[8]["conversion"], rows[8]["won_sum"]) == (1, None, 0)
    assert (rows[9]["in_work_count"], rows[9]["activity_index"]) == (1, 0)


def test_the_total_is_one_row_of_all(house):
    [total] = ask(house, "manager_total")
    assert total == {
        **row(1, 2, 0, 2, 0, 0, 5, 1.5, 15),
        "leads_in_work": 1,
        "won_count": 2,
        "won_sum": Decimal("1500.10"),
        "avg_check": pytest.approx(750.05),
        "conversion": pytest.approx(2 / 3),
        "avg_cycle_days": 20,
        "lost_count": 1,
        "lost_sum": 70,
        "in_work_count": 3,
        "in_work_sum": 2030,
    }


@pytest.mark.parametrize(
    ("filters", "activities"),
    [
        pytest.param({}, 5, id="all"),
        pytest.param({"funnels": (0, 7)}, 2, id="funnels keep those of deals that stay"),
        pytest.param({"funnels": (7,)}, 1, id="one funnel"),
        pytest.param({"sources": ("WEB",)}, 1, id="a source keeps those of its deals and leads"),
        pytest.param({"sources": ("CALL", "WEB")}, 2, id="sources of both"),
        pytest.param({"sources": ("",)}, 1, id="no source is a value"),
        pytest.param({"cities": ("",)}, 3, id="a place asks for an owner that is in the data"),
        pytest.param({"stages": ("deal:WON",)}, 3, id="deal stages leave leads and companies alone"),
        pytest.param({"stages": ("lead:NEW",)}, 4, id="lead stages leave deals alone"),
        pytest.param({"stages": ("lead:NEW", "deal:WON")}, 2, id="stages of both"),
        pytest.param({"employees": (57,)}, 1, id="a person asks for who did it, not whose deal it is"),
        pytest.param({"departments": (1,)}, 4, id="a department is its whole subtree"),
        pytest.param({"departments": (0,)}, 1, id="without a department"),
        pytest.param({"employees": (57,), "departments": (1,)}, 0, id="both people filters"),
    ],
)
def test_activities_follow_their_owner(house, filters, activities):
    assert column(house, "manager_total", "activities", **filters) == [activities]


def test_leads_know_no_funnel(house):
    assert column(house, "manager_total", "leads_in_work", funnels=(7,)) == [1]


def test_the_index_is_of_the_company_under_the_other_filters(house):
    alone = ask(house, "manager_results", employees=(7,))
    assert [row["activity_index"] for row in alone] == [pytest.approx(100 * 13 / 15)]
    assert column(house, "manager_results", "activity_index", funnels=(7,), employees=(7,)) == [100]


def test_dynamics_are_dense_and_the_index_is_of_the_bucket(house):
    rows = ask(house, "manager_results_dynamics", period_from=dt.date(2026, 9, 15))
    told = {(row["bucket"].month, row["employee_id"]): (row["activity_index"], row["won_count"]) for row in rows}
    assert told == {
        (9, 7): (None, 0),
        (9, 57): (None, 0),
        (10, 7): (50, 1),
        (10, 57): (50, 0),
        (11, 7): (pytest.approx(100 * 13 / 15), 2),
        (11, 57): (pytest.approx(100 * 2 / 15), 0),
    }
    activity_rows = ask(house, "manager_activity_dynamics", period_from=dt.date(2026, 9, 15))
    assert [row["activities"] for row in activity_rows] == [0, 0, 1, 1, 1, 4]


def test_the_previous_period_of_a_month_not_over_is_the_same_days(house):
    [change] = ask(house, "manager_total_change")  # as of the 23rd
    assert (change["previous_from"], change["previous_to"]) == (dt.date(2026, 10, 1), dt.date(2026, 10, 23))
    [before] = ask(house, "manager_total_previous")
    assert (before["activities"], before["won_count"], before["won_sum"]) == (1, 1, 2000)
    assert (change["activities_change"], change["won_count_change"]) == (4, 1)
    assert change["won_sum_change"] == pytest.approx(-0.24995)
    assert change["conversion_change"] == pytest.approx(2 / 3 - 1)
    assert change["avg_cycle_days_change"] == -20


def period(first, last):
    return {"period_from": dt.date.fromisoformat(first), "period_to": dt.date.fromisoformat(last)}


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        pytest.param("2026-10-01", "2026-10-31", ("2026-09-01", "2026-09-30"), id="a whole month"),
        pytest.param("2026-09-01", "2026-10-31", ("2026-07-01", "2026-08-31"), id="two whole months"),
        pytest.param("2026-10-01", "2026-11-30", ("2026-08-01", "2026-09-23"), id="two whole months not yet over"),
        pytest.param("2026-11-01", "2026-11-23", ("2026-10-09", "2026-10-31"), id="as many days just before"),
        pytest.param("2026-11-10", "2026-12-20", ("2026-10-27", "2026-11-09"), id="as many as have come"),
        pytest.param("2026-02-10", "2026-02-10", ("2026-02-09", "2026-02-09"), id="a day"),
        pytest.param("2026-12-01", "2026-12-31", None, id="nothing has come"),
    ],
)
def test_the_previous_period(house, first, last, before):
    [change] = ask(house, "manager_total_change", **period(first, last))
    days = tuple(dt.date.fromisoformat(day) for day in before) if before else (None, None)
    assert (change["previous_from"], change["previous_to"]) == days


def test_corners_are_told_by_the_companys_lines_even_for_a_department_alone(house):
    [average] = ask(house, "manager_average", employees=(57,))
    assert average == {
        "people": 3,
        "even_share": pytest.approx(100 / 3),
        "average_won_sum": pytest.approx(1500.10 / 5),
        "average_won_count": pytest.approx(2 / 5),
    }
    corners = {row["employee_id"]: row["corner"] for row in ask(house, "manager_points")}
    assert corners == {0: "little_little", 7: "much_much", 8: "little_little", 9: "little_little", 57: "little_little"}
    assert column(house, "manager_points", "corner", employees=(57,)) == ["little_little"]


def test_the_idle_and_what_lies_with_them(house):
    assert ask(house, "manager_idle") == [
        {
            "employee_id": 8,
            "employee": "Сидорова Анна",
            "department_id": 1,
            "department": "Продажи",
            "leads_in_work": 1,
            "in_work_count": 0,
            "in_work_sum": 0,
            "last_active_on": None,
        }
    ]


def test_sales_of_sum_zero_are_told_when_they_pass_five_percent(tmp_path):
    won = [deal(n, "WON", closed="2026-11-05", OPPORTUNITY="0" if n == 1 else "5") for n in range(1, 21)]
    house = portal(tmp_path, deals=won)
    assert ask(house, "won_zero_sum") == [{"won_count": 20, "zero_count": 1, "zero_share": 0.05, "is_notable": False}]
    assert column(house, "won_zero_sum", "is_notable", period_to=dt.date(2026, 11, 4)) == [False]


def test_weights_are_those_of_the_settings(tmp_path):
    house = portal(tmp_path, {"weight_task": "2.5"}, activities=[on(1, "11-03"), on(2, "11-04")])
    assert column(house, "manager_total", "points") == [5]
