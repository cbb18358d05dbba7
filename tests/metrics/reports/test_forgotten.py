"""Forget-me-not, rows in → whole rows out: 24 hours a day, reasons, those created before."""

import datetime as dt

import pytest

from tests.metrics.portal_rows import activity, ask, column, deal, lead, moment, portal


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """As of 23 November 12:00."""
    return portal(
        tmp_path_factory.mktemp("forgotten"),
        leads=[
            lead(1, created="2026-11-20 12:00"),
            lead(2, created="2026-11-20 12:01"),
            lead(3, "IN_PROCESS", created="2026-11-01 12:00", ASSIGNED_BY_ID="9"),
            lead(4, "JUNK", created="2026-11-01 12:00"),
            lead(5, created="2026-10-01 12:00"),
        ],
        deals=[
            deal(1, created="2026-11-09 12:00", OPPORTUNITY="300"),
            deal(2, created="2026-11-01 12:00", ASSIGNED_BY_ID="8", OPPORTUNITY="5"),
            deal(3, created="2026-11-01 12:00", closed="2026-11-02", stage="WON"),
            deal(4, created="2026-11-01 12:00", LAST_ACTIVITY_TIME=moment("2026-11-10 12:00")),
        ],
        activities=[
            activity(1, start="2026-11-02 12:00", OWNER_ID="2", RESPONSIBLE_ID="8"),
            activity(2, start="2026-11-02 12:00", OWNER_ID="2", COMPLETED="N", DEADLINE=moment("2026-11-05 12:00")),
        ],
    )


def test_forgotten_is_as_many_times_24_hours(house):
    assert column(house, "forgotten_leads", "lead_id") == [1, 3]
    assert column(house, "forgotten_deals", "deal_id") == [1, 2]
    assert column(house, "forgotten_deals", "deal_id", deal_days=13) == [1, 2, 4]
    assert column(house, "forgotten_leads", "lead_id", lead_days=0) == [1, 2, 3]


def test_the_summary_and_what_was_created_before(house):
    assert ask(house, "forgotten_summary") == [
        {
            "entity": "deal",
            "created_count": 4,
            "forgotten_count": 2,
            "forgotten_sum": 305,
            "forgotten_share": 0.5,
            "older_forgotten_count": 0,
        },
        {
            "entity": "lead",
            "created_count": 4,
            "forgotten_count": 2,
            "forgotten_sum": 200,
            "forgotten_share": 0.5,
            "older_forgotten_count": 1,
        },
    ]
    december = {"period_from": dt.date(2026, 12, 1), "period_to": dt.date(2026, 12, 31)}
    rows = ask(house, "forgotten_summary", **december)
    assert [(row["created_count"], row["forgotten_share"], row["older_forgotten_count"]) for row in rows] == [
        (0, None, 2),
        (0, None, 3),
    ]


def test_departments_hold_their_own_people_alone(house):
    rows = ask(house, "forgotten_by_department")
    assert [tuple(row.values()) for row in rows] == [
        (1, "Продажи", 1, 1, 1, 1, 1, 1, 5),
        (3, "Опт", 3, 1, pytest.approx(1 / 3), 3, 1, pytest.approx(1 / 3), 300),
    ]


def test_each_ones_forgotten(house):
    rows = ask(house, "forgotten_by_employee", sources=("CALL",))
    assert [tuple(row.values()) for row in rows] == [
        (7, "Петров Иван", 3, "Опт", 3, 1, pytest.approx(1 / 3), 0, 0, None, 0),
        (9, "Уволенный Пётр", 1, "Продажи", 1, 1, 1, 0, 0, None, 0),
    ]


def test_reasons_are_counted_apart_for_leads_and_deals(house):
    rows = ask(house, "forgotten_reasons")
    assert [tuple(row.values()) for row in rows] == [
        ("deal", "never_touched", 1, 300),
        ("deal", "overdue", 1, 5),
        ("lead", "never_touched", 1, 100),
        ("lead", "responsible_inactive", 1, 100),
    ]


def test_a_row_of_the_list_is_whole(house):
    [row] = [row for row in ask(house, "forgotten_deals") if row["deal_id"] == 2]
    assert row == {
        "deal_id": 2,
        "title": "Сделка 2",
        "url": "https://acme.bitrix24.ru/crm/deal/details/2/",
        "funnel_id": 0,
        "funnel": "Общая",
        "stage_id": "NEW",
        "stage": "Новая",
        "stage_sort": 10,
        "employee_id": 8,
        "employee": "Сидорова Анна",
        "department_id": 1,
        "department": "Продажи",
        "source_id": "WEB",
        "source": "Сайт",
        "amount": 5,
        "created_on": dt.date(2026, 11, 1),
        "last_action_at": dt.datetime(2026, 11, 2, 12),
        "silent_days": 21,
        "open_activities": 1,
        "next_deadline": dt.datetime(2026, 11, 5, 12),
        "reason": "overdue",
    }


def test_the_summaries_of_sales_count_the_same_forgotten(house):
    assert column(house, "sales_lead_summary", "forgotten") == [2]
    assert column(house, "sales_deal_summary", "forgotten", deal_days=13) == [3]
