"""What a portal really sends becomes typed: every shape of nothing, of numbers, lists, moments, and misfits.

The shapes are rows of two portals, built once: a case is a row in and what became of it.
"""

import datetime as dt
from decimal import Decimal

import pytest

from tests.metrics.portal_rows import activity, ask, deal, deal_entry, fact, lead, portal, portal_facts, status

NOTHING = ["", None, "0000-00-00", "0000-00-00 00:00:00", False]
NOBODY = ["", None, "0", 0, False]
MOMENTS = [
    ("2026-10-31T23:30:00+03:00", dt.datetime(2026, 10, 31, 23, 30)),
    ("2026-10-31T23:30:00+00:00", dt.datetime(2026, 11, 1, 2, 30)),
    ("2026-11-01T01:00:00+05:30", dt.datetime(2026, 10, 31, 22, 30)),
    ("2026-11-01T01:00:00Z", dt.datetime(2026, 11, 1, 4, 0)),
    ("2026-11-01 01:00:00", dt.datetime(2026, 11, 1, 1, 0)),
    ("2026-11-01", dt.datetime(2026, 11, 1)),
]
AMOUNTS = [
    ("15000.00", "RUB", "15000.00"),
    (15000, "RUB", "15000.00"),
    ("", "RUB", "0.00"),
    (None, None, "0.00"),
    ("100.005", "RUB", "100.01"),
    ("-100.005", "RUB", "-100.01"),
    ("1000", "JPY", "551.23"),
    ("0.01", "JPY", "0.01"),
    ("100", "THR", "33.33"),
    ("10", "ZRO", "10.00"),
    ("10", "NUL", "10.00"),
    ("10", "EMP", "10.00"),
    ("10", "NCN", "10.00"),
    ("10", "NOC", "10.00"),
    ("1000", "XXX", "1000.00"),
    ("9999999999999999.99", "RUB", "9999999999999999.99"),
]
RATES = [
    ("RUB", "1.0000", "1"),
    ("JPY", "55.1234", "100"),
    ("THR", "1.0000", "3"),
    ("ZRO", "0.0000", "1"),
    ("NUL", None, "1"),
    ("EMP", "", "1"),
    ("NCN", "2.0000", "0"),
    ("NOC", "2.0000", None),
]
DEPARTMENTS = [
    ([3, 5], 3),
    ([5, 3], 5),
    (["3"], 3),
    ("[3,5]", 3),
    ({"1": 5}, 5),
    ("3", 3),
    ([], 0),
    (False, 0),
    (None, 0),
    ("", 0),
    ([0], 0),
]
DISMISSED = [(True, False), ("Y", False), ("1", False), (False, True), ("N", True), ("0", True), (None, False)]
NAMES = [("Иван", "Петров", "Петров Иван"), ("Иван", "", "Иван"), (None, "Петров", "Петров"), ("", None, None)]


def user(number, **changed):
    return {"ID": number, "NAME": "Иван", "LAST_NAME": "Петров", "ACTIVE": True, "UF_DEPARTMENT": [1], **changed}


def numbered(cases, first=1):
    return enumerate(cases, first)


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    """Leads 1… are NOTHING; deals 1… NOBODY, 101… MOMENTS, 201… AMOUNTS; users 1…, 101…, 201… as below."""
    users = [user(number, UF_DEPARTMENT=told) for number, (told, _) in numbered(DEPARTMENTS)]
    users += [user(str(number), ACTIVE=told) for number, (told, _) in numbered(DISMISSED, 101)]
    users += [user(number, NAME=first, LAST_NAME=last) for number, (first, last, _) in numbered(NAMES, 201)]
    deals = [deal(n, ASSIGNED_BY_ID=no, COMPANY_ID=no, LEAD_ID=no) for n, no in numbered(NOBODY)]
    deals += [deal(number, DATE_CREATE=told) for number, (told, _) in numbered(MOMENTS, 101)]
    deals += [deal(n, OPPORTUNITY=told, CURRENCY_ID=code) for n, (told, code, _) in numbered(AMOUNTS, 201)]
    deals += [deal(301, TITLE="до \ud83d после"), deal(302, IS_RECURRING="Y", ASSIGNED_BY_ID="777")]
    leads = [lead(n, DATE_CLOSED=no, MOVED_TIME=no, LAST_ACTIVITY_TIME=no) for n, no in numbered(NOTHING)]
    leads += [lead(101, UTM_SOURCE=" Google\t", ADDRESS_CITY=" москва", ADDRESS_COUNTRY=None)]
    currencies = [{"CURRENCY": code, "AMOUNT": rate, "AMOUNT_CNT": count} for code, rate, count in RATES]
    folder = tmp_path_factory.mktemp("shapes")
    return portal(folder, users=users, deals=deals, leads=leads, currencies=currencies)


@pytest.fixture(scope="module")
def misfits(tmp_path_factory):
    """A portal whose texts do not fit, and whose dictionaries are doubled or lack their prefixes."""
    statuses = [
        status(1, "STATUS", "NEW", "Новый", 10),
        status(2, "STATUS", "NEW", "Второй", 20),
        status(3, "DEAL_STAGE", "UC_1", "Общая стадия", 10),
        status(4, "DEAL_STAGE_7", "C7:UC_1", "Оптовая стадия", 20, SEMANTICS="S"),
        status(5, "DEAL_STAGE_7", "WON", "Отгружено", 30),
    ]
    deals = [
        deal(1, "UC_1", OPPORTUNITY="99999999999999999.00"),
        deal(2, "UC_1", OPPORTUNITY="12 000 руб."),
        deal(3, "UC_1", DATE_CREATE="24.08.2026 13:19:39", CLOSEDATE="скоро"),
        deal(4, "UC_1", ASSIGNED_BY_ID="Петров"),
        deal(5, "C7:UC_1", closed="2026-11-03", STAGE_SEMANTIC_ID="P"),
        deal(6, "C7:WON", closed="2026-11-03"),
    ]
    return portal(
        tmp_path_factory.mktemp("misfits"),
        statuses=statuses,
        deals=deals,
        leads=[lead(1, ASSIGNED_BY_ID="8"), lead(2, DATE_CREATE="infinity")],
        deal_stage_history=[deal_entry(1, 6, "WON", "2026-11-03 10:00", 3, funnel=7)],
    )


def one(warehouse, table, key, *columns):
    """The row of a fact whose first column is ``key``, without that column."""
    [row] = [row for row in fact(warehouse, table, *columns) if row[columns[0]] == key]
    return tuple(row[name] for name in columns[1:])


def failed(warehouse):
    rows = fact(warehouse, "failed_casts", "entity", "column_name", "failed")
    return {(row["entity"], row["column_name"]): row["failed"] for row in rows}


def test_what_says_nothing_fails_nowhere(shapes):
    assert failed(shapes) == {}


@pytest.mark.parametrize("case", range(len(NOTHING)))
def test_a_moment_that_says_nothing_is_none(shapes, case):
    assert one(shapes, "fact_lead", case + 1, "lead_id", "closed_on", "open_activities") == (None, 0)


@pytest.mark.parametrize("case", range(len(NOBODY)))
def test_a_link_that_says_nothing_is_nobody(shapes, case):
    links = ("employee_id", "company_id", "company", "lead_id")
    assert one(shapes, "fact_deal", case + 1, "deal_id", *links) == (0, 0, None, 0)


@pytest.mark.parametrize(("case", "local"), [*enumerate(local for _, local in MOMENTS)])
def test_a_moment_is_put_on_the_portals_clock_whatever_its_offset(shapes, case, local):
    assert one(shapes, "fact_deal", 101 + case, "deal_id", "created_at", "created_on") == (local, local.date())


@pytest.mark.parametrize(("case", "amount"), [*enumerate(amount for _, _, amount in AMOUNTS)])
def test_an_amount_is_in_the_base_currency_half_up_to_the_kopeck(shapes, case, amount):
    assert one(shapes, "fact_deal", 201 + case, "deal_id", "amount") == (Decimal(amount),)


@pytest.mark.parametrize(("case", "department"), [*enumerate(department for _, department in DEPARTMENTS)])
def test_the_department_is_the_first_of_the_list_as_it_stands(shapes, case, department):
    assert one(shapes, "dim_employee", 1 + case, "employee_id", "department_id") == (department,)


@pytest.mark.parametrize(("case", "dismissed"), [*enumerate(dismissed for _, dismissed in DISMISSED)])
def test_only_who_is_said_to_be_dismissed_is(shapes, case, dismissed):
    assert one(shapes, "dim_employee", 101 + case, "employee_id", "is_dismissed") == (dismissed,)


@pytest.mark.parametrize(("case", "shown"), [*enumerate(shown for _, _, shown in NAMES)])
def test_a_person_is_shown_last_name_first_or_by_number(shapes, case, shown):
    number = 201 + case
    assert one(shapes, "dim_employee", number, "employee_id", "employee") == (shown or f"Сотрудник {number}",)


def test_marks_and_places_are_trimmed_and_keep_their_case(shapes):
    marks = ("utm_source", "utm_medium", "city", "country")
    assert one(shapes, "fact_lead", 101, "lead_id", *marks) == ("Google", "", "москва", "")


def test_a_lone_surrogate_in_a_title_breaks_nothing(shapes):
    [title] = [row["title"] for row in ask(shapes, "deal_list") if row["deal_id"] == 301]
    assert title.startswith("до ")
    assert title.endswith(" после")


def test_a_template_of_recurring_deals_is_no_deal_and_its_person_nobody(shapes):
    assert 302 not in [row["deal_id"] for row in fact(shapes, "fact_deal", "deal_id")]
    assert 777 not in [row["employee_id"] for row in fact(shapes, "dim_employee", "employee_id")]


def test_what_does_not_fit_is_counted_by_column_and_is_zero_or_none(misfits):
    assert failed(misfits) == {
        ("deals", "OPPORTUNITY"): 2,
        ("deals", "DATE_CREATE"): 1,
        ("deals", "CLOSEDATE"): 1,
        ("deals", "ASSIGNED_BY_ID"): 1,
        ("leads", "DATE_CREATE"): 1,
    }
    amounts = [one(misfits, "fact_deal", number, "deal_id", "amount")[0] for number in (1, 2)]
    assert amounts == [0, 0]
    assert one(misfits, "fact_deal", 3, "deal_id", "created_on") == (None,)
    assert one(misfits, "fact_deal", 4, "deal_id", "employee_id") == (0,)


def test_a_stage_is_looked_up_in_its_own_funnel_with_its_prefix_or_without(misfits):
    rows = ask(misfits, "deal_stage_stats")
    assert [(row["funnel_id"], row["stage_id"], row["stage"], row["state"]) for row in rows] == [
        (0, "UC_1", "Общая стадия", "in_work"),
        (7, "C7:UC_1", "Оптовая стадия", "won"),
        (7, "C7:WON", "Отгружено", "won"),
    ]


def test_a_doubled_dictionary_row_doubles_no_lead(misfits):
    assert [(row["stage_id"], row["lead_count"]) for row in ask(misfits, "lead_stage_stats")] == [("NEW", 1)]


NEVER_MEANT = ("0001-01-01T00:00:00+03:00", "1994-12-31T12:00:00+03:00", "2046-11-24T03:00:00+03:00")


def test_a_date_that_cannot_be_meant_is_none_and_is_counted_and_stretches_nothing(tmp_path):
    deals = [deal(1, "WON", closed="2026-11-05"), deal(2, "NEW"), deal(3, "NEW", "1995-01-01 00:00")]
    for number, told in enumerate(NEVER_MEANT, 11):
        deals.append(deal(number, "WON", DATE_CREATE=told, CLOSEDATE=told, MOVED_TIME="2026-11-07T10:00:00+03:00"))
    leads = [lead(1, "CONVERTED", DATE_CLOSED="9999-12-31T00:00:00+03:00", MOVED_TIME="2026-11-08T10:00:00+03:00")]
    work = [
        activity(1, COMPLETED="N", OWNER_ID="2"),
        activity(2, COMPLETED="N", OWNER_ID="2", DEADLINE=NEVER_MEANT[-1]),
        activity(3, START_TIME="0001-01-01T00:00:00+03:00", CREATED="2026-11-03T10:00:00+03:00"),
    ]
    comments = [{"ID": "1", "ENTITY_ID": "1", "ENTITY_TYPE": "deal", "CREATED": NEVER_MEANT[0], "AUTHOR_ID": "7"}]
    history = [deal_entry(1, 2, "NEW", "1601-01-01 10:00", 1)]
    told = {"activities": work, "comments": comments, "deal_stage_history": history}
    house = portal_facts(tmp_path, deals=deals, leads=leads, **told)
    rows = fact(house, "fact_deal", "deal_id", "created_on", "closed_on")
    moved = [(number, None, dt.date(2026, 11, 7)) for number in (11, 12, 13)]
    assert [tuple(row.values()) for row in rows[3:]] == moved
    assert one(house, "fact_lead", 1, "lead_id", "closed_on") == (dt.date(2026, 11, 8),)
    assert one(house, "fact_deal", 2, "deal_id", "open_activities", "next_deadline") == (2, None)
    assert [row["day"] for row in fact(house, "fact_activity", "day")] == [dt.date(2026, 11, 3), None]
    assert fact(house, "meta", "first_day") == [{"first_day": dt.date(1995, 1, 1)}]
    assert failed(house) == {
        ("deals", "DATE_CREATE"): 3,
        ("deals", "CLOSEDATE"): 3,
        ("leads", "DATE_CLOSED"): 1,
        ("activities", "DEADLINE"): 1,
        ("activities", "START_TIME"): 1,
        ("comments", "CREATED"): 1,
        ("deal_stage_history", "CREATED_TIME"): 1,
    }


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York"])
def test_the_last_day_that_can_be_meant_is_twenty_years_after_the_data(tmp_path, zone):
    deals = [
        deal(1, "WON", closed="2046-11-23"),
        deal(2, "WON", closed="2046-11-24"),
        deal(3, "WON", closed="1995-01-01"),
    ]
    house = portal_facts(tmp_path, {"timezone": zone}, deals=deals)
    closed = [row["closed_on"] for row in fact(house, "fact_deal", "deal_id", "closed_on")]
    moved = dt.date(2026, 11, 2)
    assert closed == [dt.date(2046, 11, 23), moved, dt.date(1995, 1, 1)]


def usd(rate, base="N", count="1"):
    return {"CURRENCY": "USD", "AMOUNT": rate, "AMOUNT_CNT": count, "BASE": base}


def rub(rate="1", base="Y"):
    return {"CURRENCY": "RUB", "AMOUNT": rate, "AMOUNT_CNT": "1", "BASE": base}


def saw(number, at, *currencies):
    """What pull ``number`` saw at a moment."""
    return [{**row, "pull_id": f"0000000000000{number}", "pulled_at": at} for row in currencies]


def amounts(house, table="fact_deal", key="deal_id"):
    return {row[key]: row["amount"] for row in fact(house, table, key, "amount")}


def test_what_is_closed_keeps_the_rate_of_its_day_and_what_is_open_has_todays(tmp_path):
    told = {"OPPORTUNITY": "10", "CURRENCY_ID": "USD"}
    seen = [
        *saw(1, "2026-03-01T12:00:00+03:00", rub(), usd("80")),
        *saw(2, "2026-06-10T09:00:00+03:00", usd("85")),
        *saw(3, "2026-06-10T23:30:00-03:00", usd("90")),  # the 11th in Moscow
        *saw(4, "2026-06-11T20:00:00+03:00", usd("91.005")),
    ]
    days = [
        "2025-01-01",
        "2026-03-01",
        "2026-06-09",
        "2026-06-10",
        "2026-06-11",
        "2026-11-22",
        "2026-11-23",
        "2030-01-01",
    ]
    deals = [deal(number, "LOSE", closed=day, **told) for number, day in enumerate(days, 1)]
    deals += [deal(11, "WON", closed="2025-01-01", **told), deal(12, "NEW", closed="2025-01-01", **told)]
    leads = [
        lead(1, "JUNK", DATE_CLOSED="2026-06-10T10:00:00+03:00", **told),
        lead(2, "NEW", DATE_CLOSED="2026-06-10T10:00:00+03:00", **told),
    ]
    rows = {"currencies": [rub(), usd("100")], "deals": deals, "leads": leads}
    house = portal_facts(tmp_path, {"seen_rates": seen}, **rows)
    seen_in_june = Decimal("910.05")
    of_days = [800, 800, 800, 850, seen_in_june, seen_in_june, 1000, 1000]
    assert amounts(house) == dict(numbered(of_days)) | {11: 800, 12: 1000}
    assert amounts(house, "fact_lead", "lead_id") == {1: 850, 2: 1000}


def test_rates_in_another_base_are_none_and_a_currency_that_is_gone_keeps_what_it_was_worth(tmp_path):
    seen = [
        *saw(1, "2026-01-01T12:00:00+03:00", rub("0.0125", "N"), usd("1", "Y"), {**usd("1.1"), "CURRENCY": "EUR"}),
        *saw(2, "2026-02-01T12:00:00+03:00", rub(), usd("80"), {**usd("88"), "CURRENCY": "EUR"}),
    ]
    told = {"OPPORTUNITY": "10"}
    deals = [
        deal(1, "WON", closed="2026-01-15", CURRENCY_ID="USD", **told),
        deal(2, "WON", closed="2026-01-15", CURRENCY_ID="RUB", **told),
        deal(3, "WON", closed="2026-03-01", CURRENCY_ID="EUR", **told),
        deal(4, "NEW", CURRENCY_ID="EUR", **told),
    ]
    house = portal_facts(tmp_path, {"seen_rates": seen}, currencies=[rub(), usd("100")], deals=deals)
    assert amounts(house) == {1: 800, 2: 10, 3: 880, 4: 10}


def test_a_closing_date_is_the_date_as_written_in_every_zone(tmp_path):
    house = portal_facts(tmp_path, {"timezone": "America/New_York"}, deals=[deal(1, "WON", closed="2026-11-05")])
    assert one(house, "fact_deal", 1, "deal_id", "closed_on") == (dt.date(2026, 11, 5),)
