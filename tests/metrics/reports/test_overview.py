"""The overview, rows in → whole rows out: what stands beside the period, and what is worth a sentence."""

import datetime as dt

import pytest

from tests.metrics.portal_rows import ask, deal, deal_entry, lead, moment, portal
from tests.refresh.troubled import KINDS, troubled

IVAN = {"employee_id": 7, "employee": "Петров Иван"}


FALLS = ((20, 10), (19, 10), (50, 40), (51, 41))  # leads before and now
SILENT = ((3, "1"), (2, "900"), (5, "0"))  # deals, and what each is worth
STAYS = ((10, "2026-11-16 12:00"), (10, "2026-11-16 12:01"), (9, "2026-11-16 12:00"))  # stays, and since when
FORGETFUL = ((0, 0), (0, 2), (37, 2))  # beside twelve forgotten deals: own sales, and others'


@pytest.fixture(scope="module")
def trouble(tmp_path_factory):
    return troubled(tmp_path_factory.mktemp("troubled"))


def sold(number, day, amount, **changed):
    return deal(number, "WON", "2024-01-01 10:00", day, OPPORTUNITY=amount, **changed)


def silent_deals(first, number, **changed):
    return [deal(n, "TALK", **changed) for n in range(first, first + number)]


def test_a_year_ago_means_the_days_that_have_come_moved_back_by_a_year(tmp_path):
    deals = [
        sold(1, "2026-11-05", "1500"),
        sold(2, "2026-11-30", "500"),  # written ahead: it is of the period, and has come already
        sold(3, "2025-11-23", "1000"),
        sold(4, "2025-11-24", "9000"),  # as_of is 23 November
        deal(5, "LOSE", "2024-01-01 10:00", "2025-11-01"),
    ]
    closed = {"DATE_CLOSED": moment("2025-11-23 23:59")}
    leads = [
        *(lead(number) for number in (1, 2, 3)),
        lead(4, created="2025-11-23 23:59"),
        lead(5, "CONVERTED", "2025-11-01 00:00", **closed),
        lead(6, created="2025-11-24 00:00"),
    ]
    warehouse = portal(tmp_path, deals=deals, leads=leads)
    assert ask(warehouse, "overview_year_ago") == [
        {
            "year_ago_count": 1,
            "year_ago_sum": 1000,
            "year_ago_conversion": 0.5,
            "year_ago_received": 2,
            "year_ago_conversion_to_deal": 0.5,
            "year_ago_from": dt.date(2025, 11, 1),
            "year_ago_to": dt.date(2025, 11, 23),
        }
    ]
    assert ask(warehouse, "overview_change") == [
        {
            "won_count_year_change": 1.0,
            "won_sum_year_change": 1.0,
            "conversion_year_change": 0.5,
            "received_year_change": 0.5,
            "conversion_to_deal_year_change": -0.5,
        }
    ]


@pytest.mark.parametrize(
    ("start", "end", "earlier"),
    [
        ("2025-02-01", "2025-02-28", ("2024-02-01", "2024-02-29")),  # a whole month becomes the whole one
        ("2025-02-10", "2025-02-28", ("2024-02-10", "2024-02-28")),
        ("2024-01-01", "2024-02-29", ("2023-01-01", "2023-02-28")),
        ("2026-10-01", "2026-12-31", ("2025-10-01", "2025-11-23")),
        ("2026-12-01", "2026-12-31", (None, None)),
    ],
)
def test_only_the_ends_of_the_period_move(trouble, start, end, earlier):
    period = {"period_from": dt.date.fromisoformat(start), "period_to": dt.date.fromisoformat(end)}
    [told] = ask(trouble, "overview_year_ago", **period)
    assert (told["year_ago_from"], told["year_ago_to"]) == tuple(day and dt.date.fromisoformat(day) for day in earlier)


def test_nothing_a_year_ago_is_no_change_at_all(borders):
    assert set(ask(borders, "overview_change", utm_source=("m0",))[0].values()) == {None}


def test_an_empty_portal_has_nothing_to_show_and_all_is_quiet(tmp_path):
    warehouse = portal(tmp_path)
    assert ask(warehouse, "overview_presence") == [
        {
            "has_deals": False,
            "has_leads": False,
            "reason_without_leads": "none_in_a_year",
            "last_lead_on": None,
            "has_lead_events": False,
            "has_calls": False,
            "has_created": False,
            "idle_count": 0,
        }
    ]
    assert ask(warehouse, "overview_plan") == [
        {"has_plan": False, "to_date_share": None, "is_on_pace": False, "planned_months": 0, "touched_months": 1}
    ]
    assert ask(warehouse, "overview_attention") == []


def test_what_there_is_goes_by_the_filters_but_calls_by_none(trouble):
    shown = {"has_deals": True, "has_lead_events": True, "has_calls": True, "has_created": True, "idle_count": 1}
    [told] = ask(trouble, "overview_presence")
    assert {name: told[name] for name in shown} == shown
    [told] = ask(trouble, "overview_presence", employees=(9,))
    assert {name: told[name] for name in shown} == dict.fromkeys(shown, False) | {"has_calls": True, "idle_count": 0}


def test_seven_sentences_stand_at_most_the_weightiest_first(trouble):
    rows = sorted(ask(trouble, "overview_attention"), key=lambda row: row["place"])
    assert tuple(row["kind"] for row in rows) == KINDS
    assert [row["place"] for row in rows] == list(range(1, 8))
    assert [row["weight"] for row in rows] == sorted((row["weight"] for row in rows), reverse=True)


def test_each_sentence_has_the_figures_of_whom_and_what_it_speaks_of(trouble):
    assert ask(trouble, "overview_plan_behind") == [
        {
            **IVAN,
            "plan_sum": 20000,
            "fact_sum": 0,
            "plan_to_date": 15000.0,
            "completion_to_date": 0.0,
            "behind_sum": 15000.0,
            "concern": pytest.approx(15000 / 15750),  # 15 of 20 working days have come
        }
    ]
    assert ask(trouble, "overview_source_fall") == [
        {
            "source_id": "WEB",
            "source": "Сайт",
            "received": 0,
            "previous_received": 30,
            "received_change": -1.0,
            "concern": 1.0,
        }
    ]
    [stage] = ask(trouble, "overview_slow_stage")
    assert stage == {
        "funnel_id": 0,
        "funnel": "Общая",
        "stage_id": "TALK",
        "stage": "Переговоры",
        "days_share": 1.0,
        "avg_days": pytest.approx(21 + 2 / 24),
        "visits": 12,
        "concern": 1.0,
    }
    counted = {"forgotten_count": 12, "forgotten_share": 1.0, "concern": 1.0}
    of_deals = {**counted, "forgotten_share": pytest.approx(12 / 13), "concern": pytest.approx(12 / 13)}
    assert ask(trouble, "overview_forgotten") == [
        {"entity": "deal", "forgotten_sum": 12000, **of_deals},
        {"entity": "lead", "forgotten_sum": 1200, **counted},
    ]
    assert ask(trouble, "overview_forgetful") == [
        {
            **IVAN,
            "leads_created": 12,
            "leads_forgotten": 12,
            "deals_created": 12,
            "deals_forgotten": 12,
            "deals_sum": 12000,
            "concern": 1.0,
        }
    ]
    assert ask(trouble, "overview_unplanned") == [
        {"entity": "deal", "created_count": 13, "unplanned_count": 12, "concern": pytest.approx(12 / 13)},
        {"entity": "lead", "created_count": 12, "unplanned_count": 12, "concern": 1.0},
    ]
    assert ask(trouble, "overview_idle") == [
        {**IVAN, "leads_in_work": 12, "in_work_count": 12, "in_work_sum": 12000, "concern": 0.5}
    ]


@pytest.fixture(scope="module")
def borders(tmp_path_factory):
    """Rows just over and just under what is worth a sentence, told apart by a mark each."""
    leads, deals, history = [], [], []
    for place, (before, now) in enumerate(FALLS):
        for turn in range(before + now):
            created = "2026-10-05 10:00" if turn < before else "2026-11-05 10:00"
            leads.append(lead(1000 * place + turn + 1, created=created, SOURCE_ID=f"S{place}", ASSIGNED_BY_ID="8"))
    for place, (number, worth) in enumerate(SILENT):
        deals += silent_deals(1000 + 100 * place, number, OPPORTUNITY=worth, UTM_SOURCE=f"m{place}")
    for place, (number, since) in enumerate(STAYS):
        first = 2000 + 100 * place
        deals += silent_deals(first, number, UTM_SOURCE=f"stay{place}")
        history += [deal_entry(n, n, "TALK", since, kind=1) for n in range(first, first + number)]
    for place, (sales, others) in enumerate(FORGETFUL):
        first, mark = 3000 + 100 * place, {"UTM_SOURCE": f"who{place}"}
        deals += silent_deals(first, 12, **mark)
        won = {"stage": "WON", "closed": "2026-11-12", **mark}
        deals += [deal(first + 20 + n, **won) for n in range(sales)]
        deals += [deal(first + 80 + n, ASSIGNED_BY_ID="8", **won) for n in range(others)]
    return portal(tmp_path_factory.mktemp("borders"), leads=leads, deals=deals, deal_stage_history=history)


def test_a_source_fell_by_ten_leads_and_a_fifth(borders):
    for place, (before, now) in enumerate(FALLS):
        rows = ask(borders, "overview_source_fall", sources=(f"S{place}",))
        stands = [(f"S{place}", now, before)] if place % 2 == 0 else []
        assert [(row["source_id"], row["received"], row["previous_received"]) for row in rows] == stands


def test_forgotten_deals_are_told_from_three_on_and_where_there_is_money_in_them(borders):
    found = [ask(borders, "overview_forgotten", utm_source=(f"m{place}",)) for place in range(len(SILENT))]
    assert [[(row["entity"], row["forgotten_count"]) for row in rows] for rows in found] == [[("deal", 3)], [], []]


def test_nobody_forgets_most_who_is_alone_or_forgets_less_than_a_quarter(borders):
    found = [ask(borders, "overview_forgetful", utm_source=(f"who{place}",)) for place in range(len(FORGETFUL))]
    assert [[row["employee_id"] for row in rows] for rows in found] == [[], [7], []]


def test_a_stage_is_slow_when_deals_lie_there_in_numbers_and_for_long(borders):
    found = [ask(borders, "overview_slow_stage", utm_source=(f"stay{place}",)) for place in range(len(STAYS))]
    assert [[(row["visits"], row["avg_days"]) for row in rows] for rows in found] == [[(10, 7.0)], [], []]


def test_nobody_is_idle_or_behind_before_five_working_days_have_come(trouble, tmp_path):
    week = {"period_from": dt.date(2026, 11, 17), "period_to": dt.date(2026, 11, 23)}
    short = {"period_from": dt.date(2026, 11, 20), "period_to": dt.date(2026, 11, 23)}
    assert [row["employee_id"] for row in ask(trouble, "overview_idle", **week)] == [7]
    assert ask(trouble, "overview_idle", **short) == []
    october = {"period_from": dt.date(2026, 10, 1), "period_to": dt.date(2026, 10, 31)}
    assert ask(trouble, "overview_plan_behind", **october) == []  # who looks at October is told of October
    early = troubled(tmp_path, as_of="2026-11-06T12:00:00+03:00")  # the 4th is a holiday: four have come
    assert [row["employee_id"] for row in ask(early, "plan_laggards")] == [7]
    assert ask(early, "overview_plan_behind") == []


def test_the_bar_of_the_plan_knows_what_is_due_by_today_and_of_which_months_it_is(trouble):
    told = {"has_plan": True, "to_date_share": 0.75, "is_on_pace": False, "planned_months": 1, "touched_months": 1}
    assert ask(trouble, "overview_plan") == [told]
    assert ask(trouble, "overview_plan", employees=(8,)) == [told | {"is_on_pace": True}]
    assert ask(trouble, "overview_plan", period_from=dt.date(2026, 9, 30)) == [told | {"touched_months": 3}]
