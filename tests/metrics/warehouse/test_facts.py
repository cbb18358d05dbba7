"""What leads, deals, work and stays are, once joined: dates, new or repeat, inheritance, silence and its reasons."""

import datetime as dt

import pytest

from crm.settings import load_settings
from inputs.plan.people import read_names
from metrics.warehouse.publish import build, open_current
from tests.metrics.portal_rows import (
    FUNNELS,
    USERS,
    activity,
    ask,
    column,
    deal,
    deal_entry,
    fact,
    lead,
    lead_entry,
    moment,
    portal,
    portal_facts,
)
from tests.snapshot_rows import write_as_before, write_snapshots

DAY = dt.date(2026, 11, 1)


def one(warehouse, table, key, *columns):
    """The row of a fact whose first column is ``key``, without that column."""
    [row] = [row for row in fact(warehouse, table, *columns) if row[columns[0]] == key]
    return tuple(row[name] for name in columns[1:])


def day(number):
    return dt.date(2026, 11, number)


# When it was closed


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    at = moment("2026-11-09 10:00")
    deals = [
        deal(1, "WON", closed="2026-11-05", MOVED_TIME=at),
        deal(2, "WON", MOVED_TIME=at),
        deal(3, "WON", MOVED_TIME=at),
        deal(4, "WON", MOVED_TIME=None),
        deal(5, "NEW", closed="2026-11-05"),
        deal(6, "LOSE", closed="2026-10-01"),
        deal(7, "GONE", closed="2026-11-06", STAGE_SEMANTIC_ID="F"),
        deal(8, "TALK", closed="2026-11-06", STAGE_SEMANTIC_ID="S"),
    ]
    leads = [
        lead(1, "CONVERTED", DATE_CLOSED="2026-11-04T23:30:00+00:00", MOVED_TIME=at),
        lead(2, "JUNK", MOVED_TIME=at),
        lead(3, "JUNK", MOVED_TIME=at),
        lead(4, "IN_PROCESS", DATE_CLOSED=at),
    ]
    deal_history = [
        deal_entry(1, 2, "LOSE", "2026-11-04 10:00", 3),
        deal_entry(2, 2, "TALK", "2026-11-05 10:00"),
        deal_entry(3, 2, "WON", "2026-11-06 10:00", 3),
        deal_entry(4, 2, "TALK", "2026-11-08 10:00"),
    ]
    lead_history = [lead_entry(1, 2, "JUNK", "2026-11-07 10:00", 3)]
    folder = tmp_path_factory.mktemp("closed")
    return portal_facts(
        folder, deals=deals, leads=leads, deal_stage_history=deal_history, lead_stage_history=lead_history
    )


@pytest.mark.parametrize(
    ("number", "told"),
    [
        pytest.param(1, ("won", day(5), 3, 3), id="the date written in CLOSEDATE"),
        pytest.param(2, ("won", day(6), 4, 4), id="else its last entry into a final stage"),
        pytest.param(3, ("won", day(9), 7, 7), id="else the day it moved"),
        pytest.param(4, ("won", None, None, 21), id="else it is not known"),
        pytest.param(5, ("in_work", None, None, 21), id="in work it is an expectation"),
        pytest.param(6, ("lost", dt.date(2026, 10, 1), 0, 0), id="closed before it was created it took no time"),
        pytest.param(7, ("lost", day(6), 4, 4), id="without a dictionary row the deal's own semantics decide"),
        pytest.param(8, ("in_work", None, None, 21), id="with one the dictionary decides"),
    ],
)
def test_a_deal_closed(closed, number, told):
    columns = ("state", "closed_on", "cycle_days", "duration_days")
    assert one(closed, "fact_deal", number, "deal_id", *columns) == told


@pytest.mark.parametrize(
    ("number", "state", "closed_on"),
    [
        pytest.param(1, "qualified", day(5), id="the local day of DATE_CLOSED"),
        pytest.param(2, "junk", day(7), id="else its last entry into a final stage"),
        pytest.param(3, "junk", day(9), id="else the day it moved"),
        pytest.param(4, "in_work", None, id="in work it is not closed"),
    ],
)
def test_a_lead_closed(closed, number, state, closed_on):
    assert one(closed, "fact_lead", number, "lead_id", "state", "closed_on") == (state, closed_on)


# New and repeat


def sale(number, closed_on, company="5", **changed):
    return deal(number, changed.pop("stage", "WON"), closed=closed_on, COMPANY_ID=company, **changed)


SALES = [
    sale(10, "2026-11-05"),
    sale(9, "2026-11-05"),
    sale(2, "2026-11-06"),
    sale(3, "2026-11-01", company="0"),
    sale(4, "2026-11-02", company=None),
    sale(5, "2026-11-01", stage="LOSE"),
    sale(6, "2026-11-04", stage="C7:WON"),
    sale(7, "2026-11-01", IS_RECURRING="Y"),
]


@pytest.mark.parametrize(
    ("funnels", "new", "repeat"),
    [
        pytest.param((), [3, 4, 6], [2, 9, 10], id="all won deals are purchases"),
        pytest.param((0,), [3, 4, 9], [2, 10], id="only those of the sales funnels are"),
    ],
)
def test_a_sale_is_repeat_after_another_of_its_company_by_day_and_number(tmp_path, funnels, new, repeat):
    house = portal_facts(tmp_path, {"sales_funnels": funnels}, deals=SALES)
    rows = fact(house, "fact_deal", "deal_id", "is_new", "is_repeat")
    assert [row["deal_id"] for row in rows if row["is_new"]] == new
    assert [row["deal_id"] for row in rows if row["is_repeat"]] == repeat


# What a deal takes from its lead and its company


def test_a_deal_takes_what_it_lacks_from_its_lead_and_its_place_from_its_company_first(tmp_path):
    marks = {"UTM_SOURCE": "google", "UTM_MEDIUM": "cpc"}
    place = {"ADDRESS_COUNTRY": "Россия", "ADDRESS_CITY": "Тверь"}
    house = portal_facts(
        tmp_path,
        leads=[lead(1, SOURCE_ID="CALL", **marks, **place)],
        companies=[{"ID": "5", "TITLE": "Ромашка", "ADDRESS_COUNTRY": "", "ADDRESS_CITY": "Москва"}],
        deals=[
            deal(1, SOURCE_ID="", LEAD_ID="1", COMPANY_ID="5"),
            deal(2, SOURCE_ID="WEB", LEAD_ID="1", UTM_TERM="своя"),
            deal(3, SOURCE_ID=None, LEAD_ID="404"),
            deal(4, SOURCE_ID="", COMPANY_ID="404"),
        ],
    )
    columns = ("source_id", "utm_source", "utm_medium", "utm_term", "country", "city", "company")
    assert [tuple(row.values()) for row in fact(house, "fact_deal", "deal_id", *columns)] == [
        (1, "CALL", "google", "cpc", "", "Россия", "Москва", "Ромашка"),
        (2, "WEB", "", "", "своя", "Россия", "Тверь", None),
        (3, "", "", "", "", "", "", None),
        (4, "", "", "", "", "", "", None),
    ]


# Work


def test_the_provider_decides_the_kind_and_without_one_the_type(tmp_path):
    told = {
        "VOXIMPLANT_CALL": "call",
        "CRM_EMAIL": "email",
        "CRM_MEETING": "meeting",
        "CRM_TODO": "task",
        "CRM_TASKS_TASK": "task",
        "TASKS": "task",
        "IMOPENLINES_SESSION": "other",
        "CRM_SMS": "other",
    }
    types = {"1": "meeting", "2": "call", "3": "task", "4": "email", "5": "other", "6": "other", None: "other"}
    rows = [activity(number, provider, TYPE_ID="2") for number, provider in enumerate(told)]
    rows += [activity(100 + number, "", TYPE_ID=kind) for number, kind in enumerate(types)]
    house = portal_facts(tmp_path, activities=rows)
    kinds = sorted(row["kind"] for row in fact(house, "fact_activity", "kind"))
    assert kinds == sorted([*told.values(), *types.values()])


def test_what_the_client_did_is_nobodys_work_but_an_incoming_call_is(tmp_path):
    house = portal_facts(
        tmp_path,
        activities=[
            activity(1, "VOXIMPLANT_CALL", DIRECTION="1"),
            activity(2, "CRM_EMAIL", DIRECTION="1"),
            activity(3, "CRM_WEBFORM", DIRECTION="0"),
            activity(4, "CRM_TODO", COMPLETED="N"),
            activity(5, "CRM_MEETING", DIRECTION="0"),
        ],
    )
    assert [row["kind"] for row in fact(house, "fact_activity", "kind")] == ["call", "meeting"]


def test_work_stands_on_the_day_it_began_else_on_that_it_was_noted(tmp_path):
    late = "2026-11-01T22:30:00+00:00"
    house = portal_facts(tmp_path, activities=[activity(1, START_TIME=late), activity(2, START_TIME="", CREATED=late)])
    assert [row["day"] for row in fact(house, "fact_activity", "day")] == [day(2), day(2)]


def test_comments_are_work_of_their_author_unless_the_setting_leaves_them_out(tmp_path):
    comment = {
        "ID": "1",
        "ENTITY_ID": "1",
        "ENTITY_TYPE": "deal",
        "CREATED": moment("2026-11-03 10:00"),
        "AUTHOR_ID": "8",
    }
    house = portal_facts(tmp_path / "with", comments=[comment])
    assert fact(house, "fact_activity", "kind", "employee_id", "day") == [
        {"kind": "comment", "employee_id": 8, "day": day(3)}
    ]
    house = portal_facts(tmp_path / "without", {"comments": False}, comments=[comment])
    assert fact(house, "fact_activity", "kind") == []


def test_seconds_on_the_line_are_of_the_telephony_else_from_start_to_end(tmp_path):
    five = {"START_TIME": moment("2026-11-03 12:00"), "END_TIME": moment("2026-11-03 12:05")}
    back = {"START_TIME": moment("2026-11-03 12:05"), "END_TIME": moment("2026-11-03 12:00")}
    calls = [("1", "30"), ("1", "12"), ("2", "0"), ("3", ""), ("0", "999")]
    house = portal_facts(
        tmp_path,
        activities=[
            activity(1, "VOXIMPLANT_CALL", RESPONSIBLE_ID="1", **five),
            activity(2, "VOXIMPLANT_CALL", RESPONSIBLE_ID="2", **five),
            activity(3, "VOXIMPLANT_CALL", RESPONSIBLE_ID="3", **five),
            activity(4, "VOXIMPLANT_CALL", RESPONSIBLE_ID="4", **back),
            activity(5, "VOXIMPLANT_CALL", RESPONSIBLE_ID="5", **{**five, "END_TIME": ""}),
            activity(6, "CRM_MEETING", RESPONSIBLE_ID="6", **five),
        ],
        calls=[{"ID": n, "CRM_ACTIVITY_ID": of, "CALL_DURATION": told} for n, (of, told) in enumerate(calls)],
    )
    seconds = {row["employee_id"]: row["seconds"] for row in fact(house, "fact_activity", "employee_id", "seconds")}
    assert seconds == {1: 42, 2: 0, 3: 300, 4: 0, 5: 0, 6: 0}


# Silence and its reason


@pytest.fixture(scope="module")
def silent(tmp_path_factory):
    """Deals in work; deal 1 is touched by nobody, each other one by one thing."""
    past, ahead = moment("2026-11-23 11:59"), moment("2026-11-23 12:01")
    plan = {"COMPLETED": "N", "START_TIME": moment("2026-11-20 10:00")}
    return portal_facts(
        tmp_path_factory.mktemp("silent"),
        deals=[
            *(deal(number) for number in range(1, 12)),
            deal(12, ASSIGNED_BY_ID="9"),
            deal(13, LAST_ACTIVITY_TIME=moment("2026-12-24 10:00")),
            deal(14, MOVED_TIME=moment("2026-11-06 10:00")),
        ],
        deal_stage_history=[
            deal_entry(1, 1, "NEW", "2026-11-05 10:00", 1),
            deal_entry(2, 2, "TALK", "2026-11-05 10:00"),
        ],
        activities=[
            activity(3, start="2026-11-07 10:00", OWNER_ID="3"),
            activity(4, "CRM_EMAIL", start="2026-11-07 10:00", OWNER_ID="4", DIRECTION="1"),
            activity(5, "VOXIMPLANT_CALL", start="2026-11-07 10:00", OWNER_ID="5", DIRECTION="1"),
            activity(60, start="2026-11-07 10:00", OWNER_ID="6"),
            activity(6, OWNER_ID="6", DEADLINE=past, **plan),
            activity(61, OWNER_ID="6", DEADLINE=ahead, **plan),
            activity(70, start="2026-11-07 10:00", OWNER_ID="7"),
            activity(7, OWNER_ID="7", DEADLINE=ahead, **plan),
            activity(80, start="2026-11-07 10:00", OWNER_ID="8"),
            activity(8, OWNER_ID="8", **plan),
            activity(9, OWNER_ID="1", OWNER_TYPE_ID="1", DEADLINE=ahead, **plan),
            activity(10, start="2026-11-07 10:00", OWNER_ID="1", OWNER_TYPE_ID="3"),
        ],
        activity_bindings=[
            {"ACTIVITY_ID": "9", "ENTITY_TYPE_ID": 2, "ENTITY_ID": 9},
            {"ACTIVITY_ID": "6", "ENTITY_TYPE_ID": 2, "ENTITY_ID": 6},
            {"ACTIVITY_ID": "10", "ENTITY_TYPE_ID": 2, "ENTITY_ID": 10},
        ],
    )


@pytest.mark.parametrize(
    ("number", "last_action", "planned", "reason"),
    [
        pytest.param(1, "02 10:00", (0, None), "never_touched", id="the entry of its creation is no move"),
        pytest.param(2, "05 10:00", (0, None), "no_plan", id="a move is an action"),
        pytest.param(3, "07 10:00", (0, None), "no_plan", id="so is work done"),
        pytest.param(4, "02 10:00", (0, None), "never_touched", id="a client's letter is not"),
        pytest.param(5, "07 10:00", (0, None), "no_plan", id="a client's call is"),
        pytest.param(
            6, "07 10:00", (2, "23 11:59"), "overdue", id="each open activity counts once, however it is bound"
        ),
        pytest.param(7, "07 10:00", (1, "23 12:01"), "waiting", id="a deadline ahead is waited for"),
        pytest.param(8, "07 10:00", (1, None), "waiting", id="year 9999 is no deadline"),
        pytest.param(9, "02 10:00", (1, "23 12:01"), "never_touched", id="a binding stands with the deal, too"),
        pytest.param(10, "02 10:00", (0, None), "never_touched", id="of work done the owner alone is asked"),
        pytest.param(12, "02 10:00", (0, None), "responsible_inactive", id="the dismissed come first"),
        pytest.param(14, "06 10:00", (0, None), "no_plan", id="MOVED_TIME after the creation is a move"),
    ],
)
def test_a_deal_in_work(silent, number, last_action, planned, reason):
    def at(text):
        return text and dt.datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M")

    columns = ("last_action_at", "open_activities", "next_deadline", "silence_reason")
    open_activities, next_deadline = planned
    told = (at(last_action), open_activities, at(next_deadline), reason)
    assert one(silent, "fact_deal", number, "deal_id", *columns) == told


def test_an_action_after_as_of_counts_and_silence_is_never_below_zero(silent):
    told = one(silent, "fact_deal", 13, "deal_id", "last_action_at", "silent_days", "silent_seconds")
    assert told == (dt.datetime(2026, 12, 24, 10), 0, 0)


def test_silence_is_in_whole_days_of_absolute_time(silent):
    # 2 November 10:00 to 23 November 12:00
    assert one(silent, "fact_deal", 1, "deal_id", "silent_days", "silent_seconds") == (21, 21 * 86400 + 7200)


def test_a_change_of_the_clocks_adds_no_hour(tmp_path):
    created = "2026-10-24T12:00:00+02:00"  # clocks in Berlin went back on the 25th
    told = {"timezone": "Europe/Berlin", "as_of": "2026-10-25T12:00:00+01:00"}
    house = portal_facts(
        tmp_path,
        told,
        deals=[deal(1, DATE_CREATE=created, MOVED_TIME=created)],
        deal_stage_history=[deal_entry(1, 1, "NEW", "2026-10-24 13:00", 1)],
    )
    assert one(house, "fact_deal", 1, "deal_id", "silent_seconds") == (25 * 3600,)
    assert fact(house, "fact_deal_stage_visit", "days") == [{"days": 25 / 24}]


# Stays


def test_stays_follow_each_other_and_end_with_the_closing(tmp_path):
    house = portal_facts(
        tmp_path,
        deals=[deal(1, "TALK"), deal(2, "WON", closed="2026-11-05"), deal(3, "TALK", IS_RECURRING="Y")],
        deal_stage_history=[
            deal_entry(2, 1, "NEW", "2026-11-02 12:00", 1),
            deal_entry(11, 1, "TALK", "2026-11-05 12:00"),
            deal_entry(12, 1, "NEW", "2026-11-05 12:00"),
            deal_entry(3, 2, "NEW", "2026-11-02 12:00", 1),
            deal_entry(4, 2, "LOSE", "2026-11-03 12:00", 3),
            deal_entry(5, 2, "TALK", "2026-11-04 00:00"),
            deal_entry(6, 3, "NEW", "2026-11-02 12:00", 1),
            deal_entry(7, 404, "NEW", "2026-11-02 12:00", 1),
        ],
    )
    rows = fact(house, "fact_deal_stage_visit", "deal_id", "stage_id", "started_on", "ended_on", "days")
    assert [tuple(row.values()) for row in rows] == [
        (1, "NEW", day(2), day(5), 3.0),
        (1, "NEW", day(5), None, 18.0),  # the last entry's stage, though the deal now stands on another
        (1, "TALK", day(5), day(5), 0.0),
        (2, "NEW", day(2), day(3), 1.0),
    ]


# People


def test_departments_in_a_circle_are_each_others_subtree(tmp_path):
    departments = [
        {"ID": "1", "NAME": "А", "PARENT": "2"},
        {"ID": "2", "NAME": "Б", "PARENT": "1"},
        {"ID": "3", "NAME": "В", "PARENT": "3"},
        {"ID": "4", "NAME": "Г", "PARENT": "99"},
    ]
    house = portal_facts(tmp_path, departments=departments)
    pairs = {
        (row["top_id"], row["department_id"])
        for row in fact(house, "dim_department_subtree", "top_id", "department_id")
    }
    assert pairs == {(0, 0), (1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (4, 4), (99, 99), (99, 4)}


def test_whoever_answers_for_a_row_has_a_name_and_a_place(tmp_path):
    user = {"ID": "7", "NAME": "Иван", "LAST_NAME": "Петров", "ACTIVE": True, "UF_DEPARTMENT": [44]}
    house = portal_facts(
        tmp_path, users=[user], leads=[lead(1, ASSIGNED_BY_ID="57")], deals=[deal(1, ASSIGNED_BY_ID="")]
    )
    rows = fact(house, "dim_employee", "employee_id", "employee", "department_id", "department", "is_staff")
    assert [tuple(row.values()) for row in rows] == [
        (0, "Без ответственного", 0, "Без отдела", False),
        (7, "Петров Иван", 44, "Отдел 44", True),
        (57, "Сотрудник 57", 0, "Без отдела", False),
    ]


def typed(number, kind, **changed):
    return {"ID": str(number), "NAME": f"{number}", "ACTIVE": True, "UF_DEPARTMENT": [], "USER_TYPE": kind, **changed}


def test_outsiders_are_picked_and_planned_for_only_with_a_lead_a_deal_or_an_activity(tmp_path):
    users = [typed(1, "employee"), typed(2, None), typed(3, "employee", ACTIVE=False)]
    users += [typed(11, "extranet"), typed(12, "collaborator"), typed(13, "email"), typed(14, "EMAIL ")]
    users += [typed(21, "extranet"), typed(22, "collaborator"), typed(23, "email"), typed(24, "email", ACTIVE=False)]
    deals = [deal(1, ASSIGNED_BY_ID="22"), deal(2, ASSIGNED_BY_ID="24"), deal(3, IS_RECURRING="Y", ASSIGNED_BY_ID="14")]
    told = {"leads": [lead(1, ASSIGNED_BY_ID="21")], "activities": [activity(1, RESPONSIBLE_ID="23")]}
    house = portal(tmp_path, users=users, deals=deals, **told)
    rows = fact(house, "dim_employee", "employee_id", "is_staff", "is_active")
    assert [row["employee_id"] for row in rows if row["is_staff"]] == [1, 2, 3, 21, 22, 23, 24]
    assert [row["employee_id"] for row in rows if row["is_active"]] == [1, 2, 21, 22, 23]
    choices = {row["value"] for row in ask(house, "filter_options") if row["filter"] == "employees"}
    assert choices == {"1", "2", "3", "21", "22", "23", "24"}
    assert {row["employee_id"] for row in ask(house, "plan_editor")} == {1, 2, 21, 22, 23}
    settings = load_settings(data_dir=tmp_path)
    assert {person.id for person in read_names(settings).active} == {1, 2, 21, 22, 23}


NEW_FIELDS = {
    "users": ["USER_TYPE"],
    "deals": ["CONTACT_ID"],
    "activities": ["RESULT_STATUS"],
    "calls": ["PORTAL_USER_ID", "CALL_TYPE", "CALL_FAILED_CODE"],
}


def test_snapshots_of_a_version_that_asked_for_less_are_built_and_planned_for_all_the_same(tmp_path):
    call = {"ID": "1", "CRM_ACTIVITY_ID": "1", "CALL_DURATION": "60", "CALL_START_DATE": "2026-11-03T12:00:00+03:00"}
    work = [activity(1, "VOXIMPLANT_CALL")]
    settings = load_settings(data_dir=tmp_path)
    write_snapshots(
        settings.snapshots_dir,
        {"users": USERS, "funnels": FUNNELS, "deals": [deal(1)], "activities": work, "calls": [call]},
    )
    write_as_before(settings.snapshots_dir, NEW_FIELDS)
    build(settings)
    house = open_current(settings.warehouse_dir)
    assert fact(house, "fact_deal", "deal_id", "contact_id") == [{"deal_id": 1, "contact_id": 0}]
    assert {row["employee_id"] for row in ask(house, "plan_editor")} == {7, 8}
    assert column(house, "manager_total", "call_minutes") == [1]
    assert fact(house, "failed_casts", "entity") == []
    assert [person.id for person in read_names(settings).active] == [7, 8]


def test_the_calendar_knows_days_off_and_the_day_before_by_month_quarter_and_year(tmp_path):
    house = portal_facts(tmp_path, users=USERS)
    columns = ("month_before", "quarter_before", "year_before", "week_start", "is_working")
    assert one(house, "calendar", dt.date(2028, 3, 31), "day", *columns) == (
        dt.date(2028, 2, 29),
        dt.date(2027, 12, 31),
        dt.date(2027, 3, 31),
        dt.date(2028, 3, 27),
        True,
    )
    assert one(house, "calendar", dt.date(2026, 11, 4), "day", "is_working") == (False,)
    assert one(house, "calendar", dt.date(2026, 11, 7), "day", "is_working") == (False,)
    assert len(fact(house, "calendar", "day")) == (dt.date(2061, 1, 1) - dt.date(1990, 1, 1)).days
