"""The sales plan, rows in → whole rows out: borders of the bonus, whole months, working days, the month before."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.metrics.portal_rows import ask, column, deal, planned, portal


def won(number, day, amount, employee="8", stage="WON", **changed):
    told = {"OPPORTUNITY": amount, "ASSIGNED_BY_ID": employee, **changed}
    return deal(number, stage, created="2026-01-01 10:00", closed=day, **told)


CONTRACTS = [won(number, "2026-11-10", "0", "7", "C7:WON") for number in range(1, 11)]  # ten, worth nothing
DEALS = [
    *CONTRACTS,
    won(11, "2026-11-05", "8000", SOURCE_ID="CALL", COMPANY_ID="5"),
    won(12, "2026-11-29", "15000", COMPANY_ID="5"),  # closed on a day that has not come
    won(13, "2026-11-02", "1000.50", "9"),
    won(14, "2026-10-23", "500"),
    won(15, "2026-10-24", "300", "9"),
    won(16, "2026-09-30", "900"),
    won(17, "2025-11-30", "70", "9"),
    deal(18, created="2026-11-02 10:00", OPPORTUNITY="40"),
    deal(19, created="2026-12-02 10:00", OPPORTUNITY="41", ASSIGNED_BY_ID="57"),
    deal(20, created="2026-11-20 10:00", OPPORTUNITY="42", ASSIGNED_BY_ID="57"),
]
PLAN = [
    planned("2026-11", 7, 7, count=10, steps=[(10, "5000"), (11, "9000")]),
    planned("2026-11", 8, 0, "40000", 4, [(1, "100"), (2, "250.50"), (3, "900")]),
    planned("2026-11", 57, 9, "600"),
    planned("2026-11", 7, 0, steps=[(0, "1")]),
    planned("2026-10", 8, 0, "400", steps=[(1, "10")]),
    planned("2026-12", 8, 0, "1000"),
]
DECEMBER = {"period_from": dt.date(2026, 12, 1), "period_to": dt.date(2026, 12, 31)}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return portal(tmp_path_factory.mktemp("plan"), {"plan": PLAN}, deals=DEALS)


def test_a_plan_stands_beside_its_fact_for_everybody_who_has_either_or_a_deal_in_work(house):
    rows = {row.pop("employee_id"): tuple(row.values()) for row in ask(house, "plan_by_employee")}
    assert rows == {
        7: ("Петров Иван", 3, "Опт", 0, 0, None, 0, 10, 0.0, 1, 40, 5000, 10, 1.0),
        8: ("Сидорова Анна", 1, "Продажи", 40000, 23000, 0.575, 17000, 2, 11500.0, 0, 0, 0, 4, 0.5),
        9: ("Уволенный Пётр", 1, "Продажи", 0, Decimal("1000.50"), None, 0, 1, 1000.5, 0, 0, 0, 0, None),
        57: ("Сотрудник 57", 0, "Без отдела", 600, 0, 0.0, 600, 0, None, 1, 42, 0, 0, None),
    }


def test_all_of_it_is_one_row(house):
    assert [tuple(row.values()) for row in ask(house, "plan_summary")] == [
        (
            *(40600, Decimal("24000.50"), pytest.approx(24000.5 / 40600), Decimal("16599.50"), 13),
            *(pytest.approx(24000.5 / 13), 12, Decimal("9000.50"), 1, 15000, pytest.approx(15000 / 24000.5)),
            *(14, pytest.approx(13 / 14), 2, 82, 5000),
            *(30450.0, pytest.approx(24000.5 / 30450)),  # 15 of November's 20 working days have come
        )
    ]


def test_departments_are_of_their_own_people_and_open_to_funnels_that_nobody_else_knows(house):
    assert [tuple(row.values()) for row in ask(house, "plan_by_department")] == [
        (0, "Без отдела", 600, 0, 0.0, 600, 0, None, 0, None),
        (1, "Продажи", 40000, Decimal("24000.50"), 0.6000125, Decimal("15999.50"), 3, pytest.approx(0.624987), 4, 0.75),
        (3, "Опт", 0, 0, None, 0, 10, None, 10, 1.0),
    ]
    funnels = [
        (row["department_id"], row["funnel_id"], row["funnel"]) for row in ask(house, "plan_by_department_funnel")
    ]
    assert funnels == [(0, 9, "Воронка 9"), (1, 0, "Общая"), (3, 7, "Опт")]


BORDERS = {  # employee 8 sold 23 000 by two deals in November
    "exactly 80 %": (planned("2026-11", 8, 0, "28750", steps=[(2, "7")]), "0.8", 7),
    "a kopeck below 80 %": (planned("2026-11", 8, 0, "28750.01", steps=[(2, "7")]), "0.8", 0),
    "exactly 115 %": (planned("2026-11", 8, 0, "20000", steps=[(2, "7")]), "1.15", 7),
    "a kopeck below 115 %": (planned("2026-11", 8, 0, "20000.01", steps=[(2, "7")]), "1.15", 0),
    "no amount: the count decides": (planned("2026-11", 8, 0, None, 2, [(2, "7")]), "1", 7),
    "amount 0 is no amount": (planned("2026-11", 8, 0, "0", 2, [(2, "7")]), "1", 7),
    "one deal short": (planned("2026-11", 8, 0, None, 3, [(2, "7")]), "1", 0),
    "two of five deals are exactly 40 %": (planned("2026-11", 8, 0, None, 5, [(2, "7")]), "0.4", 7),
    "an amount missed is not saved by its count": (planned("2026-11", 8, 0, "23000.01", 1, [(1, "7")]), "1", 0),
    "the highest step alone": (planned("2026-11", 8, 0, "1", None, [(2, "30"), (1, "90"), (3, "900")]), "1", 30),
    "a step of no deals": (planned("2026-11", 8, 0, "1", None, [(0, "5")]), "1", 5),
    "no count is no step": (planned("2026-11", 8, 0, "1", None, [(None, "5"), (1, "4")]), "1", 4),
    "a step without a bonus": (planned("2026-11", 8, 0, "1", None, [(2, None), (1, "4")]), "1", 0),
    "of two steps with one count the better": (planned("2026-11", 8, 0, "1", None, [(2, "4"), (2, "6")]), "1", 6),
    "steps and no plan": (planned("2026-11", 8, 0, None, None, [(0, "5")]), "0", 0),
    "nothing asked for": (planned("2026-11", 8, 0, "9999999999999999.99", None, [(2, "7")]), "0", 7),
    "more than can be": (planned("2026-11", 8, 0, "9999999999999999.99", None, [(2, "7")]), "1000", 0),
}


@pytest.mark.parametrize(("row", "least", "bonus"), BORDERS.values(), ids=BORDERS)
def test_a_bonus_is_earned_at_the_very_border_and_not_below(house, row, least, bonus):
    asked = {"plan": [row], "min_completion": Decimal(least), "employees": (8,)}
    assert column(house, "plan_by_employee", "bonus", **asked) == [bonus]
    assert column(house, "plan_summary", "bonus", **asked) == [bonus]


def test_ten_contracts_of_sum_0_fulfil_a_plan_of_ten_and_nine_do_not_fulfil_it(house):
    contracts = [planned("2026-11", 7, 7, "0", count, [(10, "5000")]) for count in (10, 11)]
    found = [column(house, "plan_summary", "bonus", plan=[row], employees=(7,)) for row in contracts]
    assert found == [[5000], [0]]


def test_a_bonus_is_of_the_whole_month_and_of_all_its_facts_whatever_the_side_filters_say(house):
    asked = {"min_completion": Decimal("0.5"), "period_from": dt.date(2026, 11, 4), "period_to": dt.date(2026, 11, 6)}
    rows = ask(house, "plan_by_employee", **asked, sources=("CALL",), employees=(8,))
    assert [(row["plan_sum"], row["fact_sum"], row["bonus"]) for row in rows] == [(40000, 8000, Decimal("250.50"))]
    assert column(house, "plan_summary", "bonus", **asked, funnels=(7,)) == [5000]
    assert column(house, "plan_summary", "bonus", **asked, departments=(1,)) == [Decimal("250.50") + 5000]
    assert column(house, "plan_summary", "bonus", **asked, stages=("deal:NEW",)) == [Decimal("5250.50")]


def test_the_plan_of_a_period_is_of_whole_months_and_due_by_the_working_days_inside_it(house):
    """4 November is a holiday; of the 22 days of October two fall on the 29th and the 30th."""
    days = {"period_from": dt.date(2026, 10, 29), "period_to": dt.date(2026, 11, 6)}
    row = ask(house, "plan_summary", **days)[0]
    assert (row["plan_sum"], row["fact_sum"]) == (41000, Decimal("9000.50"))
    assert row["plan_to_date"] == pytest.approx(400 * 2 / 22 + 40600 * 4 / 20)
    assert ask(house, "plan_summary", **DECEMBER)[0]["plan_to_date"] == 0
    assert [tuple(row.values())[:6] for row in ask(house, "plan_dynamics", **days)] == [
        (dt.date(2026, 10, 1), 400, 0, 0.0, 0, 0),
        (dt.date(2026, 11, 1), 40600, Decimal("9000.50"), pytest.approx(9000.5 / 40600), 2, 14),
    ]


def test_dynamics_are_dense_and_know_nobody_who_has_deals_in_work_alone(house):
    asked = {"period_from": dt.date(2026, 10, 15), "period_to": dt.date(2026, 12, 1), "plan": PLAN[:2]}
    rows = [
        (row["bucket"].month, row["employee_id"], row["plan_sum"], row["fact_sum"], row["plan_count"])
        for row in ask(house, "plan_employee_dynamics", **asked)
    ]
    assert rows == [
        *((10, 7, 0, 0, 0), (10, 8, 0, 500, 0), (10, 9, 0, 300, 0)),
        *((11, 7, 0, 0, 10), (11, 8, 40000, 23000, 4), (11, 9, 0, Decimal("1000.50"), 0)),
        *((12, 7, 0, 0, 0), (12, 8, 0, 0, 0), (12, 9, 0, 0, 0)),
    ]
    quarters = [(row["bucket"], row["plan_sum"]) for row in ask(house, "plan_dynamics", **asked, grain="quarter")]
    assert quarters == [(dt.date(2026, 10, 1), 40000)]


def test_this_month_stands_beside_the_same_days_of_the_last_and_all_of_it(house):
    """As of 23 November: October up to its 23rd; the plan is the whole month's in all three rows."""
    november, october = dt.date(2026, 11, 1), dt.date(2026, 10, 1)
    assert [tuple(row.values()) for row in ask(house, "plan_month_comparison")] == [
        (
            *("current", november, 40600, Decimal("24000.50"), pytest.approx(24000.5 / 40600)),
            *(13, pytest.approx(24000.5 / 13), 12, Decimal("9000.50"), 1, 15000),
        ),
        ("previous", october, 400, 800, 2.0, 2, 400.0, 2, 800, 0, 0),
        ("previous_same_days", october, 400, 500, 1.25, 1, 500.0, 1, 500, 0, 0),
    ]


def test_a_month_to_come_has_no_same_days_and_one_that_is_over_all_of_them(house):
    facts = {
        row["part"]: (row["month"].month, row["plan_sum"], row["fact_sum"])
        for row in ask(house, "plan_month_comparison", **DECEMBER)
    }
    assert facts == {
        "current": (12, 1000, 0),
        "previous_same_days": (11, 40600, 0),
        "previous": (11, 40600, Decimal("24000.50")),
    }
    over = ask(house, "plan_month_comparison", period_from=dt.date(2026, 10, 1), period_to=dt.date(2026, 10, 5))
    assert [row["fact_sum"] for row in over] == [800, 900, 900]


@pytest.mark.parametrize(
    ("as_of", "days"),
    [
        pytest.param("2026-02-28", [3, 3], id="the last day of February: all of January"),
        pytest.param("2026-02-27", [3, 1], id="the day before: January up to that day"),
        pytest.param("2026-03-30", [2, 2], id="a day that February lacks: all of February"),
        pytest.param("2026-03-27", [2, 1], id="one that it has"),
    ],
)
def test_the_same_days_of_a_shorter_and_a_longer_month(tmp_path, as_of, days):
    january = [won(number, f"2026-01-{day}", "1") for number, day in ((1, "27"), (2, "28"), (3, "31"))]
    february = [won(number, f"2026-02-{day}", "1") for number, day in ((4, "27"), (5, "28"))]
    house = portal(tmp_path, {"as_of": f"{as_of}T12:00:00+03:00"}, deals=[*january, *february])
    day = dt.date.fromisoformat(as_of)
    found = ask(house, "plan_month_comparison", period_from=day, period_to=day)
    assert [row["fact_sum"] for row in found if row["part"] != "current"] == days


# The pace, and what stands beside


def test_the_pace_is_of_the_month_of_the_data_and_says_whether_it_can_be_trusted(tmp_path):
    """The three months before differ by exactly half of their mean, and by a kopeck more."""
    months = ("2026-08-31", "2026-09-01", "2026-10-31")
    deals = [won(number, day, amount) for number, (day, amount) in enumerate(zip(months, (15, 20, 25), strict=True), 1)]
    uneven = zip(months, ("15", "20", "25.01"), strict=True)
    deals += [won(number, day, amount, "9") for number, (day, amount) in enumerate(uneven, 11)]
    deals += [won(21, "2026-11-23", "100"), won(22, "2026-11-02", "3", "7")]
    plan = [planned("2026-11", 8, 0, "100"), planned("2026-11", 8, 7, "60"), planned("2026-11", 9, 0, "20")]
    house = portal(tmp_path, {"plan": plan}, deals=deals)
    asked = {"period_from": dt.date(2020, 1, 1), "period_to": dt.date(2020, 1, 1)}
    rows = {row["employee_id"]: tuple(row.values())[4:] for row in ask(house, "plan_pace", **asked)}
    assert rows == {
        7: (0, 3, None, 0.0, None, 3.0, None, None, True),
        8: (
            160,
            100,
            0.625,
            120.0,
            pytest.approx(100 / 120),
            -20.0,
            pytest.approx(133.333333),
            pytest.approx(0.8333333),
            True,
        ),
        9: (20, 0, 0.0, 15.0, 0.0, -15.0, 0.0, 0.0, False),
    }
    total = ask(house, "plan_pace_total", **asked)[0]
    assert (total["working_days"], total["come_days"], total["plan_sum"], total["fact_sum"]) == (20, 15, 180, 103)
    assert (total["landing_sum"], total["is_pace_reliable"]) == (pytest.approx(103 / 135 * 180), False)
    assert (total["planned_people"], total["unsteady_people"]) == (2, 1)
    behind = [(row["employee_id"], row["behind_sum"], row["place"]) for row in ask(house, "plan_laggards", **asked)]
    assert behind == [(8, 20.0, 1), (9, 15.0, 2)]


def test_what_needs_a_look_is_counted_for_the_months_the_plan_is_of(house):
    days = {"period_from": dt.date(2026, 11, 4), "period_to": dt.date(2026, 11, 30)}
    first, last = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
    assert [tuple(row.values()) for row in ask(house, "plan_pitfalls", **days)] == [(first, last, False, 4, 1, 0, 0)]
    assert [tuple(row.values()) for row in ask(house, "plan_pitfalls")] == [
        (first, last, True, 4, 1, 1, Decimal("1000.50"))
    ]


def test_beside_a_plan_that_is_made_stands_what_was_planned_and_sold_before(house):
    rows = {(row["employee_id"], row["funnel_id"]): tuple(row.values())[6:] for row in ask(house, "plan_editor")}
    assert rows == {
        (7, 0): (True, 0, 0, 0, 0, 0, 0, 0),
        (7, 7): (True, 0, 10, 0, 0, 0, 0, 0),
        (8, 0): (True, 40000, 4, 400, 1, 500, 0, 0),
        (8, 7): (True, 0, 0, 0, 0, 0, 0, 0),
        (9, 0): (False, 0, 0, 0, 1, 300, 1, 70),
        (57, 9): (False, 600, 0, 0, 0, 0, 0, 0),
    }
    departments = [tuple(row.values()) for row in ask(house, "plan_editor_department")]
    assert departments == [
        (0, "Без отдела", 600, 0, 0, 0, 0, 0, 0),
        (1, "Продажи", 40000, 4, 400, 2, 800, 1, 70),
        (3, "Опт", 0, 10, 0, 0, 0, 0, 0),
    ]


def test_whom_the_plan_alone_knows_can_be_picked(house):
    options = {(row["filter"], row["value"]): row["label"] for row in ask(house, "filter_options")}
    assert (options["employees", "57"], options["funnels", "9"]) == ("Сотрудник 57", "Воронка 9")
    assert column(house, "plan_summary", "plan_sum", employees=(57,), funnels=(9,), departments=(0,)) == [600]


# A plan that nobody has saved


def test_a_plan_being_typed_answers_through_the_same_views_and_leaves_the_saved_one_alone(house):
    typed = [planned("2026-11", 9, 9, "70"), planned("2026-11", 9, 9, "5.555", 1)]
    assert column(house, "plan_summary", "plan_sum") == [40600]
    assert [tuple(row.values())[4:6] for row in ask(house, "plan_by_employee_funnel", plan=typed, funnels=(9,))] == [
        (9, "Воронка 9")
    ]
    assert column(house, "plan_summary", "plan_sum", plan=typed) == [Decimal("75.56")]
    assert column(house, "plan_summary", "plan_sum", plan=[]) == [0]
    assert column(house, "plan_summary", "plan_sum") == [40600]


def test_of_two_rows_of_one_key_amounts_add_up_and_the_first_steps_stand(house):
    twice = [
        planned("2026-11", 8, 0, "10000", 1, [(None, "900")]),
        planned("2026-11", 8, 0, "13000", None, [(2, "20")]),
        planned("2026-11", 8, 0, None, 1, [(1, "700")]),
    ]
    row = ask(house, "plan_by_employee", plan=twice, employees=(8,))[0]
    assert (row["plan_sum"], row["plan_count"], row["bonus"]) == (23000, 2, 20)


def test_an_amount_beyond_reason_is_none_and_stops_nothing(house):
    absurd = [planned("2026-11", 8, 0, "1e30", 10**20), planned("2026-11", 8, 7, "9999999999999999.99", 10**9)]
    row = ask(house, "plan_summary", plan=absurd, employees=(8,))[0]
    assert (row["plan_sum"], row["plan_count"]) == (Decimal("9999999999999999.99"), 10**9)
    assert row["plan_to_date"] == pytest.approx(0.75e16)
