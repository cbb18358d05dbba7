"""What the demo company's story tells, and that its past stays the same from day to day."""

import datetime as dt
from collections import Counter, defaultdict
from statistics import median

import pytest

from demo import Span
from demo.company import MOSCOW
from demo.story import StoryCompany, people
from demo.story.dictionaries import CONTRACTS, USD_RATE
from tests.conftest import STORY_DAY

EVENING = dt.datetime.combine(STORY_DAY, dt.time(20), MOSCOW)
FROM, TO = "2026-10-01", "2026-11-23"
TABLES = (
    "leads", "deals", "companies", "activities", "lead_stage_history", "deal_stage_history", "calls", "users",
    "departments", "statuses", "funnels", "currencies",
)  # fmt: skip
KINDS = {"CRM_MEETING": 5, "VOXIMPLANT_CALL": 3, "CRM_EMAIL": 2, "CRM_TODO": 2, "CRM_TASKS_TASK": 2}


class Story:
    """The company's rows by table, and a few figures reckoned from them."""

    def __init__(self, company):
        self.company = company
        self.rows = {table: list(company.rows(table, Span(-1))) for table in TABLES}
        for table, rows in self.rows.items():
            setattr(self, table, rows)
        self.lead = {row["ID"]: row for row in self.rows["leads"]}
        self.deal = {row["ID"]: row for row in self.rows["deals"]}

    def sales(self, since=FROM, until=TO):
        return [row for row in self.rows["deals"] if is_won(row) and since <= row["CLOSEDATE"][:10] <= until]

    def sum_by_employee(self, since=FROM, until=TO):
        sums = Counter()
        for row in self.sales(since, until):
            sums[int(row["ASSIGNED_BY_ID"])] += amount(row)
        return sums

    def points(self):
        points = Counter()
        for row in self.rows["activities"]:
            if row["COMPLETED"] == "Y" and FROM <= row["START_TIME"][:10] <= TO and not by_client(row):
                points[int(row["RESPONSIBLE_ID"])] += KINDS.get(row["PROVIDER_ID"], 1)
        return points

    def in_work(self, employee):
        rows = (*self.rows["leads"], *self.rows["deals"])
        return [row for row in rows if row["ASSIGNED_BY_ID"] == str(employee) and semantics(row) == "P"]


def semantics(row):
    return row.get("STAGE_SEMANTIC_ID") or row["STATUS_SEMANTIC_ID"]


def is_won(row):
    return row["STAGE_SEMANTIC_ID"] == "S"


def by_client(row):
    incoming = row["DIRECTION"] == "1" and row["PROVIDER_ID"] not in ("VOXIMPLANT_CALL", "")
    return incoming or row["PROVIDER_ID"] == "CRM_WEBFORM"


def amount(row):
    return float(row["OPPORTUNITY"]) * (USD_RATE if row["CURRENCY_ID"] == "USD" else 1)


def day(text):
    return dt.date.fromisoformat(text[:10])


def silent_days(row):
    last = max(row["LAST_ACTIVITY_TIME"], row["MOVED_TIME"])
    return (EVENING - dt.datetime.fromisoformat(last)).total_seconds() / 86400


@pytest.fixture(scope="session")
def story(story_company):
    return Story(story_company)


# the house


def test_there_are_five_departments_one_within_another(story):
    parents = {row["ID"]: row.get("PARENT") for row in story.departments}
    assert len(parents) == 6  # with the company itself
    assert [number for number, parent in parents.items() if parents.get(parent)] == ["5"]


def test_about_twenty_five_people_work_here_and_one_has_left(story):
    assert len(story.users) == 25
    assert [row["ID"] for row in story.users if not row["ACTIVE"]] == [str(people.GONE)]
    assert {number for row in story.users for number in row["UF_DEPARTMENT"]} == {1, 3, 5, 7, 9, 11}


def test_two_people_have_the_same_name(story):
    names = Counter((row["NAME"], row["LAST_NAME"]) for row in story.users)
    assert [name for name, count in names.items() if count > 1] == [("Анна", "Соколова")]


def test_four_funnels_have_one_stage_of_success_each(story):
    assert [row["id"] for row in story.funnels] == [0, 3, 7, 9]
    successes = Counter(row["ENTITY_ID"] for row in story.statuses if row["SEMANTICS"] == "S")
    assert successes == dict.fromkeys(("STATUS", "DEAL_STAGE", "DEAL_STAGE_3", "DEAL_STAGE_7", "DEAL_STAGE_9"), 1)


def test_leads_come_from_eight_sources_and_never_from_the_ninth(story):
    known = {row["STATUS_ID"] for row in story.statuses if row["ENTITY_ID"] == "SOURCE"}
    met = {row["SOURCE_ID"] for row in story.leads}
    assert len(known & met) == 8
    assert known - met == {"PARTNER"}
    assert met - known == {None, "UC_OLDSITE"}


def test_advertised_leads_carry_five_marks_and_calls_none(story):
    marks = [name for name in story.leads[0] if name.startswith("UTM_")]
    assert len(marks) == 5
    assert all(row[name] for row in story.leads if row["SOURCE_ID"] == "ADVERTISING" for name in marks)
    assert not any(row[name] for row in story.leads if row["SOURCE_ID"] == "CALL" for name in marks)


# volume and plausibility


def test_two_years_of_history_end_today(story):
    for table, column in (("leads", "DATE_CREATE"), ("deals", "DATE_CREATE"), ("activities", "CREATED")):
        moments = [row[column] for row in story.rows[table]]
        assert moments[0][:7] == "2024-11"
        assert moments[-1][:10] == "2026-11-23"
        assert moments == sorted(moments)


def test_there_is_enough_of_everything(story):
    assert len(story.leads) >= 8000
    assert len(story.deals) >= 5000
    assert len(story.activities) >= 90_000
    assert len(story.calls) >= 20_000
    comments = [story.company.owned("comments", ("deal", int(row["ID"]))) for row in story.deals]
    assert sum(map(len, comments)) >= 2000


def test_amounts_cycles_and_conversion_are_those_of_freight(story):
    paid = [amount(row) for row in story.sales() if amount(row)]
    assert 80_000 <= median(paid) <= 400_000
    closed = [row for row in story.deals if semantics(row) != "P" and FROM <= row["CLOSEDATE"][:10] <= TO]
    assert 0.25 <= sum(map(is_won, closed)) / len(closed) <= 0.45
    cycles = [(day(row["CLOSEDATE"]) - day(row["DATE_CREATE"])).days for row in story.sales()]
    assert 10 <= median(cycles) <= 60


def test_weekends_are_quiet_and_january_is_slow(story):
    weekdays = Counter(day(row["DATE_CREATE"]).weekday() for row in story.leads)
    assert max(weekdays[5], weekdays[6]) < 0.3 * min(weekdays[number] for number in range(5))
    months = Counter(row["DATE_CREATE"][:7] for row in story.leads)
    assert months["2026-01"] < 0.7 * months["2026-10"]


def test_every_month_sells_and_this_year_more_than_the_last(story):
    months = defaultdict(float)
    for row in story.sales("2024-12-01", "2026-10-31"):
        months[row["CLOSEDATE"][:7]] += amount(row)
    assert len(months) == 23
    assert min(months.values()) > 5_000_000
    last, this = (sum(months[f"{year}-{month:02}"] for month in range(1, 11)) for year in (2025, 2026))
    assert 1.1 < this / last < 2


def test_nobody_can_be_called_or_written_to(story):
    text = " ".join(str(value) for row in (*story.leads, *story.companies, *story.users) for value in row.values())
    assert "@" not in text
    assert "+7" not in text


# people


def test_the_busy_one_does_much_and_sells_little(story):
    points, sums = story.points(), story.sum_by_employee()
    sellers = [employee.number for employee in people.SELLERS if points[employee.number]]
    assert points[people.BUSY] == max(points.values())
    assert sums[people.BUSY] < 0.4 * median(sums[number] for number in sellers)


def test_the_quiet_one_does_little_and_sells_much(story):
    points, sums = story.points(), story.sum_by_employee()
    assert points[people.QUIET] < 0.6 * sum(points.values()) / len(points)
    assert sums[people.QUIET] > 1.5 * median(sums.values())


def test_the_forgetful_one_lets_half_of_the_forgotten_lie(story):
    lying = Counter(
        int(row["ASSIGNED_BY_ID"])
        for row in story.leads
        if semantics(row) == "P" and row["DATE_CREATE"] >= FROM and silent_days(row) >= 3
    )
    assert lying.most_common(1)[0][0] == people.FORGETFUL
    assert lying[people.FORGETFUL] > 2 * lying.most_common(2)[1][1]


def test_one_signs_much_and_earns_little_and_another_the_other_way_round(story):
    sales, sums = Counter(int(row["ASSIGNED_BY_ID"]) for row in story.sales()), story.sum_by_employee()
    assert sales[people.MANY_SMALL] > 4 * sales[people.FEW_BIG] > 0
    assert sums[people.FEW_BIG] > 4 * sums[people.MANY_SMALL]


def test_the_idle_one_does_nothing_and_still_has_work(story):
    assert story.points()[people.IDLE] == 0
    assert len(story.in_work(people.IDLE)) >= 3
    busy = [row for row in story.activities if row["RESPONSIBLE_ID"] == str(people.IDLE)]
    assert max(row["START_TIME"] for row in busy if row["COMPLETED"] == "Y") >= "2026-07-03"  # 90 days before


def test_three_good_months_and_then_a_pit(story):
    def month(number):
        return story.sum_by_employee(f"2026-{number:02}-01", f"2026-{number:02}-31")[people.FALLEN]

    good, pit = [month(number) for number in (7, 8, 9)], [month(number) for number in (10, 11)]
    assert min(good) > 4 * max(pit)
    assert min(good) > 2 * month(5)


def test_the_dismissed_one_left_work_behind_and_an_old_form_still_gives_them_more(story):
    left = story.in_work(people.GONE)
    assert len([row for row in left if row["DATE_CREATE"] < "2026-08-14"]) >= 3
    assert len([row for row in left if row["DATE_CREATE"] >= FROM]) >= 2
    own = [row for row in story.activities if row["RESPONSIBLE_ID"] == str(people.GONE)]
    assert all(row["CREATED"] < "2026-08-15" for row in own if row["PROVIDER_ID"] != "CRM_WEBFORM")


def test_somebody_unknown_to_the_portal_is_responsible_for_a_few_records(story):
    assert str(people.UNLISTED) not in {row["ID"] for row in story.users}
    assert len(story.in_work(people.UNLISTED)) >= 2
    assert [amount(row) for row in story.sales() if row["ASSIGNED_BY_ID"] == str(people.UNLISTED)] == [64_000]


# single cases


def test_a_deal_was_won_after_723_days_for_18_825_roubles(story):
    found = [row for row in story.sales() if row["OPPORTUNITY"] == "18825.00"]
    assert [(day(row["CLOSEDATE"]) - day(row["DATE_CREATE"])).days for row in found] == [723]


def test_a_lead_has_been_on_one_stage_for_362_days_without_an_activity(story):
    found = [row for row in story.leads if semantics(row) == "P" and int(silent_days(row)) == 362]
    assert [row["STATUS_ID"] for row in found] == ["UC_RATE"]
    done = [row["CREATED"] for row in story.activities if owner(row) == ("1", found[0]["ID"])]
    assert max(done) <= found[0]["MOVED_TIME"]


def owner(row):
    return row["OWNER_TYPE_ID"], row["OWNER_ID"]


def test_two_lead_stages_are_mostly_jumped_over(story):
    been = Counter(stage for stage, _ in {(row["STATUS_ID"], row["OWNER_ID"]) for row in story.lead_stage_history})
    for seldom, after in (("UC_CHECK", "UC_RATE"), ("UC_LIMIT", "UC_OFFER")):
        assert 0 < been[seldom] < 0.35 * been[after]


def test_contracts_of_sum_zero_are_followed_by_paid_deals_of_the_same_company(story):
    contracts = [row for row in story.deals if row["CATEGORY_ID"] == str(CONTRACTS) and is_won(row)]
    assert {row["OPPORTUNITY"] for row in contracts} == {"0.00"}
    paid = {row["COMPANY_ID"] for row in story.deals if row["CATEGORY_ID"] != str(CONTRACTS)}
    assert sum(row["COMPANY_ID"] in paid for row in contracts) > 0.9 * len(contracts) > 100
    assert sum(amount(row) == 0 for row in story.sales()) > 0.05 * len(story.sales())


def test_forms_arrive_as_completed_activities_and_some_leads_of_them_nobody_touched(story):
    forms = {owner(row) for row in story.activities if row["PROVIDER_ID"] == "CRM_WEBFORM"}
    assert {row["COMPLETED"] for row in story.activities if row["PROVIDER_ID"] == "CRM_WEBFORM"} == {"Y"}
    worked = {owner(row) for row in story.activities if row["PROVIDER_ID"] != "CRM_WEBFORM"}
    unworked = forms - worked
    untouched = [row for row in story.leads if ("1", row["ID"]) in unworked and row["STATUS_ID"] == "NEW"]
    assert len([row for row in untouched if row["DATE_CREATE"] >= FROM]) >= 5


def test_companies_buy_again(story):
    bought, again = set(), 0
    for row in sorted(story.sales("2024-01-01"), key=lambda row: (row["CLOSEDATE"], int(row["ID"]))):
        again += row["COMPANY_ID"] in bought and row["CLOSEDATE"] >= FROM
        bought |= {row["COMPANY_ID"]} - {None, "0"}
    assert 0.15 < again / len(story.sales()) < 0.6


def test_some_deals_have_no_lead_no_company_or_no_source(story):
    for column in ("LEAD_ID", "COMPANY_ID", "SOURCE_ID"):
        empty = [row for row in story.deals if row[column] in (None, "", "0")]
        assert 0.03 < len(empty) / len(story.deals) < 0.7
    assert {row["COMPANY_ID"] for row in story.deals} >= {None, "0"}


def test_a_deal_names_the_lead_it_was_made_from(story):
    made = [row for row in story.deals if row["LEAD_ID"]]
    assert len(made) > 2000
    assert {story.lead[row["LEAD_ID"]]["STATUS_SEMANTIC_ID"] for row in made} == {"S"}


def test_templates_stand_among_the_deals(story):
    assert sum(row["IS_RECURRING"] == "Y" for row in story.deals) == 2


def test_some_deals_are_in_dollars_and_one_in_a_currency_without_a_rate(story):
    currencies = Counter(row["CURRENCY_ID"] for row in story.deals)
    assert currencies["USD"] > 100
    assert set(currencies) - {row["CURRENCY"] for row in story.currencies} == {"CNY"}


def test_open_activities_are_overdue_due_and_without_a_deadline(story):
    plans = [row for row in story.activities if row["COMPLETED"] == "N"]
    late = [row for row in plans if row["DEADLINE"] < EVENING.isoformat()]
    never = [row for row in plans if row["DEADLINE"].startswith("9999")]
    assert len(late) > 30
    assert len(never) > 5
    assert len(plans) - len(late) - len(never) > 50


def test_an_open_activity_may_stand_with_several_records(story):
    bound = [
        story.company.owned("activity_bindings", ("activity", int(row["ID"])))
        for row in story.activities
        if row["COMPLETED"] == "N"
    ]
    assert min(map(len, bound)) == 1
    assert sum(len([item for item in items if item["entityTypeId"] == 2]) > 1 for items in bound) > 5


def test_activities_are_of_every_kind_and_some_calls_have_no_record(story):
    kinds = Counter(row["PROVIDER_ID"] for row in story.activities)
    assert set(kinds) == {*KINDS, "IMOPENLINES_SESSION", "CRM_WEBFORM", ""}
    assert {row["TYPE_ID"] for row in story.activities if row["PROVIDER_ID"] == ""} == {"2"}
    letters = {row["DIRECTION"] for row in story.activities if row["PROVIDER_ID"] == "CRM_EMAIL"}
    assert letters == {"1", "2"}
    recorded = {row["CRM_ACTIVITY_ID"] for row in story.calls}
    calls = [row for row in story.activities if row["TYPE_ID"] == "2" and row["COMPLETED"] == "Y"]
    assert 0.85 < sum(row["ID"] in recorded for row in calls) / len(calls) < 0.97
    assert sum(row["CALL_DURATION"] == "0" for row in story.calls) > 1000


def test_telephony_counts_directions_the_other_way_round(story):
    direction = {row["ID"]: row["DIRECTION"] for row in story.activities if row["TYPE_ID"] == "2"}
    assert all(direction[row["CRM_ACTIVITY_ID"]] != row["CALL_TYPE"] for row in story.calls)


def test_stage_history_balances_with_where_records_are(story):
    for table, rows, stage in (
        ("lead_stage_history", story.leads, "STATUS_ID"),
        ("deal_stage_history", story.deals, "STAGE_ID"),
    ):
        last = {str(entry["OWNER_ID"]): entry[stage] for entry in story.rows[table]}
        assert last == {row["ID"]: row[stage] for row in rows}


def test_some_deals_changed_their_funnel(story):
    moved = [entry for entry in story.deal_stage_history if entry["TYPE_ID"] == 5]
    assert len(moved) >= 5
    assert {entry["CATEGORY_ID"] for entry in moved} == {7}


def test_an_open_deal_is_expected_a_week_after_its_creation_and_a_closed_one_has_its_day(story):
    for row in story.deals:
        expected = day(row["DATE_CREATE"]) + dt.timedelta(days=7) if semantics(row) == "P" else day(row["MOVED_TIME"])
        assert row["CLOSEDATE"].endswith("T03:00:00+03:00")
        assert 0 <= (expected - day(row["CLOSEDATE"])).days <= 3


def test_leads_and_companies_have_addresses_and_some_have_none(story):
    for rows in (story.leads, story.companies):
        cities = [row["ADDRESS_CITY"] for row in rows]
        assert 0.05 < cities.count(None) / len(cities) < 0.5
        assert {"Россия", "Китай"} <= {row["ADDRESS_COUNTRY"] for row in rows}


def test_text_from_people_may_look_like_a_formula_or_a_tag(story):
    titles = " ".join(row["TITLE"] for row in story.leads)
    assert "<b>" in titles
    assert any(row["TITLE"][0] in "=+-" for row in story.leads)


# days


def test_the_same_day_tells_the_same_story(story):
    again = StoryCompany(STORY_DAY)
    assert {table: list(again.rows(table, Span(-1))) for table in TABLES} == story.rows


def test_tomorrow_appends_and_changes_but_rewrites_no_past(story):
    later = Story(StoryCompany(STORY_DAY + dt.timedelta(days=1)))
    for table in ("lead_stage_history", "deal_stage_history", "calls"):
        assert later.rows[table][: len(story.rows[table])] == story.rows[table]
        assert len(later.rows[table]) > len(story.rows[table])
    for table, touched in (("leads", "DATE_MODIFY"), ("deals", "DATE_MODIFY"), ("activities", "LAST_UPDATED")):
        pairs = list(zip(story.rows[table], later.rows[table], strict=False))
        assert [old["ID"] for old, _ in pairs] == [new["ID"] for _, new in pairs]
        changed = [new for old, new in pairs if old != new]
        assert 0 < len(changed) < 1000
        assert all(row[touched] > EVENING.isoformat() for row in changed)


def test_a_living_company_goes_the_way_of_a_pinned_one():
    moment = dt.datetime(2024, 11, 20, 9, tzinfo=MOSCOW)
    living = StoryCompany(clock=lambda: moment)
    for hours in range(300):
        moment += dt.timedelta(hours=1, minutes=7 * (hours % 3))
        living.now()
    pinned = StoryCompany(now=moment)
    for table in TABLES:
        assert list(living.rows(table, Span(-1))) == list(pinned.rows(table, Span(-1)))


def test_what_is_later_than_now_has_not_happened():
    noon = dt.datetime(2024, 12, 4, 12, tzinfo=MOSCOW)
    company = StoryCompany(now=noon)
    assert company.now() == noon
    for table, column in (("leads", "DATE_MODIFY"), ("activities", "LAST_UPDATED"), ("calls", "CALL_START_DATE")):
        moments = [row[column] for row in company.rows(table, Span())]
        assert "2024-12-04T" < max(moments) <= noon.isoformat()
