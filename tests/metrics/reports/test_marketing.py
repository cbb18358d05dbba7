"""Marketing, rows in → whole rows out: events of the period, and the fate of the leads received in it."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.metrics.portal_rows import ask, column, deal, deal_entry, lead, lead_entry, moment, portal, status


def closed(number, stage, day, created="2026-11-02 10:00", **changed):
    return lead(number, stage, created, DATE_CLOSED=moment(f"{day} 10:00"), **changed)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return portal(
        tmp_path_factory.mktemp("marketing"),
        leads=[
            lead(1, "NEW"),
            lead(2, "IN_PROCESS", UTM_SOURCE="google"),
            closed(3, "CONVERTED", "2026-11-12"),
            closed(4, "CONVERTED", "2026-11-03", created="2026-10-30 10:00", SOURCE_ID="WEB"),
            closed(5, "JUNK", "2026-12-02", SOURCE_ID=""),
            closed(6, "JUNK", "2026-11-20", SOURCE_ID="OLD"),
        ],
        deals=[
            deal(1, "WON", closed="2026-11-22", SOURCE_ID="", LEAD_ID="3", OPPORTUNITY="500.50"),
            deal(2, "WON", closed="2026-11-02", SOURCE_ID="WEB", LEAD_ID="404", OPPORTUNITY="100"),
            deal(3, "WON", closed="2026-11-02", SOURCE_ID="WEB", LEAD_ID="0", OPPORTUNITY="7"),
            deal(4, "C7:NEW", SOURCE_ID="", LEAD_ID="2"),
            deal(5, "C7:WON", closed="2026-12-25", SOURCE_ID="", LEAD_ID="1", ASSIGNED_BY_ID="8"),
        ],
        lead_stage_history=[
            lead_entry(1, 2, "NEW", "2026-11-02 10:00", 1),
            lead_entry(2, 2, "IN_PROCESS", "2026-11-03 10:00"),
            lead_entry(3, 3, "NEW", "2026-11-02 10:00", 1),
            lead_entry(4, 3, "CONVERTED", "2026-11-12 10:00", 3),
            lead_entry(5, 5, "UC_GONE", "2026-11-02 10:00", 1),
        ],
    )


def figures(*values):
    names = ("received", "qualified", "junk", "new", "in_work", "conversion_to_deal", "quality", "avg_lead_days")
    sales = ("sales_count", "sales_sum", "avg_sale_days", "revenue_per_lead")
    return dict(zip((*names, *sales), values, strict=True))


def test_the_summary_is_of_events_whenever_their_leads_came(house):
    # closed in November: 3 after 10 days, 4 after 4, 6 after 18; sold with a lead behind them: 1 after 20, 2 after 0
    assert ask(house, "lead_summary") == [
        figures(5, 2, 1, 1, 1, 0.4, pytest.approx(2 / 3), pytest.approx(32 / 3), 2, Decimal("600.50"), 10, 120.1)
    ]


def test_sources_stand_with_their_leads_and_with_the_sales_that_inherited_them(house):
    rows = {row.pop("source_id"): row for row in ask(house, "lead_source_stats")}
    assert rows == {
        "": {"source": "Без источника", **figures(1, 0, 0, 0, 0, 0, None, None, 0, 0, None, 0)},
        "CALL": {"source": "Звонок", **figures(3, 1, 0, 1, 1, 1 / 3, 1, 10, 1, Decimal("500.50"), 20, 500.50 / 3)},
        "OLD": {"source": "OLD", **figures(1, 0, 1, 0, 0, 0, 0, 18, 0, 0, None, 0)},
        "WEB": {"source": "Сайт", **figures(0, 1, 0, 0, 0, None, 1, 4, 1, 100, 0, None)},
    }


def test_the_sources_reconcile_with_all_sales(house):
    assert ask(house, "sales_by_lead_origin") == [
        {
            "sales_count": 2,
            "sales_sum": Decimal("600.50"),
            "without_lead_count": 1,
            "without_lead_sum": 7,
            "won_count": 3,
            "won_sum": Decimal("607.50"),
        }
    ]


def test_marks_are_told_by_the_dimension_asked_for(house):
    assert column(house, "lead_utm_stats", "utm") == ["", "google"]
    assert column(house, "lead_utm_stats", "utm", utm_dimension="utm_term") == [""]


def test_months_and_buckets_are_dense(house):
    rows = ask(house, "lead_source_month_stats", period_from=dt.date(2026, 10, 15), grain="year")
    assert [(row["bucket"].month, row["source_id"], row["received"]) for row in rows] == [
        (10, "", 0),
        (10, "CALL", 0),
        (10, "OLD", 0),
        (10, "WEB", 1),
        (11, "", 1),
        (11, "CALL", 3),
        (11, "OLD", 1),
        (11, "WEB", 0),
    ]
    buckets = column(house, "lead_source_dynamics", "bucket", period_from=dt.date(2026, 10, 15), grain="year")
    assert set(buckets) == {dt.date(2026, 1, 1)}


def test_people_are_the_leads_for_leads_and_the_deals_for_sales(house):
    assert ask(house, "lead_summary", employees=(8,), period_to=dt.date(2026, 12, 31)) == [
        figures(0, 0, 0, 0, 0, None, None, None, 1, 1000, 53, None)
    ]


def test_funnels_touch_sales_and_never_leads(house):
    [summary] = ask(house, "lead_summary", funnels=(7,))
    assert (summary["received"], summary["sales_count"]) == (5, 0)


def test_states_of_those_received_are_always_four(house):
    assert ask(house, "lead_state_stats", period_from=dt.date(2026, 11, 3)) == [
        {"state": state, "lead_count": 0, "share": None} for state in ("in_work", "junk", "new", "qualified")
    ]
    assert [(row["state"], row["lead_count"], row["share"]) for row in ask(house, "lead_state_stats")] == [
        ("in_work", 1, 0.2),
        ("junk", 2, 0.4),
        ("new", 1, 0.2),
        ("qualified", 1, 0.2),
    ]


def test_the_way_of_leads_through_the_stages(house):
    rows = {row.pop("stage_id"): row for row in ask(house, "lead_stage_conversion")}
    told = {
        key: (row["state"], row["lead_count"], row["conversion"], row["reached_count"], row["skipped_count"])
        for key, row in rows.items()
    }
    assert told == {
        "NEW": ("new", 3, 0.6, 3, 0),
        "IN_PROCESS": ("in_work", 1, 0.2, 2, 1),  # 3 went further without being here
        "CONVERTED": ("qualified", 1, 0.2, 1, 0),
        "JUNK": ("junk", 2, 0.4, 2, 0),
        "UC_GONE": ("in_work", 1, 0.2, 1, 0),
    }


def test_the_funnel_asks_the_leads_filters_and_of_deals_the_funnel_alone(house):
    def steps(**filters):
        return {
            row["step"]: (row["step_count"], row["share_of_first"]) for row in ask(house, "marketing_funnel", **filters)
        }

    assert steps() == {"leads": (5, 1), "deals": (3, 0.6), "sales": (2, 0.4)}
    assert steps(funnels=(7,)) == {"leads": (5, 1), "deals": (2, 0.4), "sales": (1, 0.2)}
    assert steps(employees=(7,)) == steps()
    assert steps(employees=(8,)) == {"leads": (0, None), "deals": (0, None), "sales": (0, None)}
    shares = {row["step"]: row["share_of_previous"] for row in ask(house, "marketing_funnel")}
    assert shares == {"leads": None, "deals": 0.6, "sales": pytest.approx(2 / 3)}


def test_deals_by_source_stand_with_a_lead_or_without(house):
    rows = {row["source_id"]: row for row in ask(house, "deal_source_stats")}
    assert {key: (row["created_count"], row["won_count"], row["in_work_count"]) for key, row in rows.items()} == {
        "CALL": (3, 1, 1),
        "WEB": (2, 2, 0),
    }


# The five sources


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Sources A…G; in November A 3, B…D 2 each, E and F 1, in October G 2 and A 1."""
    november = [*"AAABBCCDDEF"]
    leads = [lead(n, SOURCE_ID=source, created="2026-11-02 10:00") for n, source in enumerate(november, 1)]
    october = [("G", 2), ("G", 30), ("A", 3)]
    leads += [lead(n, SOURCE_ID=s, created=f"2026-10-{day:02} 10:00") for n, (s, day) in enumerate(october, 100)]
    statuses = [status(1, "STATUS", "NEW", "Новый", 10)]
    return portal(tmp_path_factory.mktemp("many"), leads=leads, statuses=statuses)


def test_the_five_that_bring_most_and_all_others(many):
    rows = ask(many, "lead_top_sources_dynamics", period_to=dt.date(2026, 11, 2))
    assert [(row["day"].day, row["source_id"], row["received"]) for row in rows if row["day"].day == 2] == [
        (2, "*", 1),
        (2, "A", 3),
        (2, "B", 2),
        (2, "C", 2),
        (2, "D", 2),
        (2, "E", 1),
    ]
    assert [row["received"] for row in rows if row["day"].day == 1] == [0] * 6
    assert next(row["source"] for row in rows if row["source_id"] == "*") == "Остальные"


def test_the_rest_against_the_previous_period_is_all_outside_the_five(many):
    rows = {
        row["source_id"]: (row["received"], row["previous_received"], row["delta"])
        for row in ask(many, "lead_source_delta")
    }
    assert rows == {  # the same 23 days of October
        "A": (3, 1, 2),
        "B": (2, 0, 2),
        "C": (2, 0, 2),
        "D": (2, 0, 2),
        "E": (1, 0, 1),
        "*": (1, 1, 0),
    }


def test_with_five_sources_or_fewer_there_is_no_rest(many):
    assert column(many, "lead_source_delta", "source_id", sources=(*"ABCDEG",)) == [*"ABCDE"]
    october = {"period_from": dt.date(2026, 10, 1), "period_to": dt.date(2026, 10, 31)}
    assert column(many, "lead_source_change", "source_id", **october) == ["A", "G"]


def changes(many, **filters):
    rows = ask(many, "lead_source_change", **filters)
    return {(row["bucket"], row["source_id"]): (row["received"], row["previous_received"]) for row in rows}


def test_a_change_stands_where_either_side_is_not_zero(many):
    told = changes(many, grain="week", period_from=dt.date(2026, 11, 1), sources=("A",))
    assert told == {(dt.date(2026, 11, 2), "A"): (3, 0), (dt.date(2026, 11, 9), "A"): (0, 3)}
    told = changes(many, grain="day", period_from=dt.date(2026, 11, 2), period_to=dt.date(2026, 11, 3), sources=("A",))
    assert told == {(dt.date(2026, 11, 2), "A"): (3, 0), (dt.date(2026, 11, 3), "A"): (0, 3)}


# Deals through their stages


def test_a_deal_counts_on_stages_of_the_funnel_where_it_is_now(tmp_path):
    house = portal(
        tmp_path,
        deals=[deal(1, "C7:NEW"), deal(2, "WON", closed="2026-11-05"), deal(3, "LOSE", closed="2026-11-05")],
        deal_stage_history=[
            deal_entry(1, 1, "TALK", "2026-11-02 10:00", 1),
            deal_entry(2, 1, "C7:NEW", "2026-11-03 10:00", 5, funnel=7),
            deal_entry(3, 2, "NEW", "2026-11-02 10:00", 1),
            deal_entry(4, 2, "WON", "2026-11-05 10:00", 3),
            deal_entry(5, 3, "TALK", "2026-11-02 10:00", 1),
        ],
    )

    def told(**filters):
        return {
            row["stage_id"]: (row["deal_count"], row["conversion"], row["reached_count"], row["skipped_count"])
            for row in ask(house, "deal_stage_conversion", **filters)
        }

    assert told() == {
        "NEW": (1, 0.5, 2, 1),
        "TALK": (1, 0.5, 2, 1),
        "WON": (1, 0.5, 1, 0),
        "LOSE": (1, 0.5, 1, 0),
        "C7:NEW": (1, 1, 1, 0),
        "C7:WON": (0, 0, 0, 0),
    }
    assert told(funnels=(7,), employees=(8,)) == {"C7:NEW": (0, None, 0, 0), "C7:WON": (0, None, 0, 0)}


# Where the portal has no leads


@pytest.mark.parametrize(
    ("leads", "mode", "reason"),
    [
        pytest.param(["2026-11-02 10:00"], "1", None, id="leads come"),
        pytest.param(["2026-11-02 10:00"], "2", "mode_without_leads", id="switched off"),
        pytest.param([], "1", "none_in_a_year", id="never any"),
        pytest.param(["2025-11-22 10:00"], "1", "none_in_a_year", id="none in twelve months"),
        pytest.param(["2025-11-23 10:00"], "1", None, id="twelve months to the day"),
    ],
)
def test_whether_the_portal_works_with_leads(tmp_path, leads, mode, reason):
    of_portal = [{"ORIGIN": "https://acme.bitrix24.ru", "LEADS_MODE": mode}]
    rows = [lead(number, created=created) for number, created in enumerate(leads, 1)]
    [told] = ask(portal(tmp_path, leads=rows, portal=of_portal), "lead_availability")
    assert (told["has_leads"], told["reason_without_leads"]) == (reason is None, reason)
