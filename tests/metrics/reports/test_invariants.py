"""What holds of every view of the catalogue on any data: asked of a nasty portal, under no filter and under many."""

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest

from metrics.query import catalog, query
from metrics.query.filters import Filters
from metrics.warehouse.connection import Warehouse
from tests.oracle.built import warehouse_of
from tests.oracle.nasty import nasty_portal

SEED = 4  # one whose kinds of activity have weights: without them there is no index
CONTRACT = json.loads((Path(__file__).parents[2] / "oracle" / "views.json").read_text("utf-8"))
VIEWS = [view.name for view in catalog.views()]
NEVER_NULL = {"count", "points"}  # formats of figures that are counted: nothing is 0, not unknown

# view → the one that holds its "Итого", and the columns that must add up to it.
SALES = ("won_count", "won_sum", "lost_count", "lost_sum", "in_work_count", "in_work_sum")
WORK = ("meetings", "calls", "emails", "tasks", "comments", "other", "activities", "call_minutes", "points")
LEADS = ("received", "qualified", "junk", "new", "in_work", "sales_count", "sales_sum")
FORGOTTEN = ("leads_created", "leads_forgotten", "deals_created", "deals_forgotten", "deals_sum")
PLAN = ("plan_sum", "fact_sum", "won_count", "plan_count")
PLANNED = ("plan_sum", "plan_count", "previous_plan_sum", "previous_count", "previous_sum", "year_ago_sum")
TOTALS = [
    ("manager_activity", "manager_total", WORK),
    ("manager_results", "manager_total", ("leads_in_work", *SALES)),
    ("manager_results_dynamics", "manager_total", ("won_count", "won_sum", "lost_count", "lost_sum")),
    ("manager_activity_dynamics", "manager_total", WORK),
    ("plan_by_department", "plan_summary", PLAN),
    ("plan_by_department_funnel", "plan_summary", PLAN),
    ("plan_by_employee", "plan_summary", (*PLAN, "in_work_count", "in_work_sum", "bonus")),
    ("plan_by_employee_funnel", "plan_summary", (*PLAN, "in_work_count", "in_work_sum", "bonus")),
    ("plan_dynamics", "plan_summary", PLAN),
    ("plan_department_dynamics", "plan_summary", PLAN),
    ("plan_employee_dynamics", "plan_summary", PLAN),
    ("plan_employee_funnel_dynamics", "plan_summary", PLAN),
    ("plan_pace", "plan_pace_total", ("plan_sum", "fact_sum", "plan_to_date")),
    ("plan_editor", "plan_editor_total", PLANNED),
    ("plan_editor_department", "plan_editor_total", PLANNED),
    ("lead_source_stats", "lead_summary", LEADS),
    ("lead_source_month_stats", "lead_summary", LEADS),
    ("lead_source_dynamics", "lead_summary", LEADS),
    ("lead_utm_stats", "lead_summary", LEADS),
    ("lead_top_sources_dynamics", "lead_summary", ("received",)),
    ("lead_source_delta", "lead_summary", ("received",)),
    ("lead_source_change", "lead_summary", ("received",)),
    ("sales_by_employee", "sales_deal_summary", ("created_count", *SALES)),
    ("sales_by_employee", "sales_new_repeat", ("repeat_count", "repeat_sum")),
    (
        "sales_employee_dynamics",
        "sales_deal_summary",
        ("created_count", "won_count", "won_sum", "lost_count", "lost_sum"),
    ),
    ("sales_dynamics", "sales_deal_summary", ("won_count", "won_sum")),
    ("sales_dynamics", "sales_new_repeat", ("new_count", "new_sum", "repeat_count", "repeat_sum")),
    ("deal_source_stats", "sales_deal_summary", ("created_count", *SALES)),
    ("deal_utm_stats", "sales_deal_summary", ("created_count", *SALES)),
    ("deal_stage_stats", "deal_state_stats", ("deal_count", "deal_sum")),
    ("deal_duration_dynamics", "deal_duration_stats", ("deal_count", "deal_sum")),
    ("lead_stage_stats", "lead_state_stats", ("lead_count",)),
    ("lead_source_state_stats", "lead_state_stats", ("lead_count",)),
    ("lead_employee_stage_stats", "lead_state_stats", ("lead_count",)),
    ("lead_stage_duration", "lead_stage_duration_total", ("visits", "open_visits")),
    ("deal_stage_duration", "deal_stage_duration_total", ("visits", "open_visits")),
    ("forgotten_by_employee", "forgotten_by_department", FORGOTTEN),
    ("forgotten_reasons", "forgotten_summary", ("forgotten_count", "forgotten_sum")),
]
ASKED = {
    "everything": {},
    "a part of a month": {"period_from": dt.date(2025, 9, 10), "period_to": dt.date(2025, 10, 7)},
    "one department": {"departments": (1,), "grain": "quarter"},
    "one employee": {"employees": (3,)},
    "one funnel": {"funnels": (0,), "grain": "year"},
    "no source": {"sources": ("",)},
    "no mark": {"utm_source": ("",), "utm_dimension": "utm_medium"},
    "no city": {"cities": ("",)},
    "stages of both": {"stages": ("lead:NEW", "deal:NEW")},
    "a deal stage": {"stages": ("deal:WON",)},
    "everything at once": {"funnels": (0,), "departments": (1,), "sources": ("", "CALL", "WEB"), "countries": ("",)},
    "nothing": {"employees": (987654,)},
}
PICKS = {  # a value of each filter that takes something away, to see who does not mind
    "funnels": (7,),
    "departments": (3,),
    "employees": (2,),
    "sources": ("CALL",),
    "utm_source": ("google",),
    "utm_medium": ("cpc",),
    "utm_campaign": ("",),
    "utm_content": ("x",),
    "utm_term": ("x",),
    "countries": ("Россия",),
    "cities": ("Москва",),
    "stages": ("lead:NEW", "deal:NEW"),
}


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return warehouse_of(nasty_portal(SEED), tmp_path_factory.mktemp("nasty"))


def filters_of(warehouse: Warehouse, **told) -> Filters:
    day = warehouse.as_of_day
    return Filters(**{"period_from": day.replace(year=day.year - 1), "period_to": day, **told})


@pytest.fixture(params=ASKED, scope="module")
def filters(request: pytest.FixtureRequest, nasty: Warehouse) -> Filters:
    return filters_of(nasty, **ASKED[request.param])


@lru_cache(maxsize=512)  # the tests of one filter follow each other, and ask for the same views
def records(warehouse: Warehouse, view: str, filters: Filters):
    return query.rows(warehouse, view, filters).records()


def total(rows, column: str) -> Decimal | float:
    return sum((row[column] for row in rows), start=0)


def test_every_view_of_the_contract_that_the_catalogue_tells_has_its_key_and_columns():
    told = {view.name: view for view in catalog.views()}
    for name in CONTRACT.keys() & told.keys():
        assert (name, list(told[name].key)) == (name, CONTRACT[name]["key"])
        assert (name, list(told[name].columns)) == (name, CONTRACT[name]["columns"])


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_gives_the_columns_the_catalogue_tells_in_their_order(nasty, view):
    assert query.rows(nasty, view, filters_of(nasty)).columns == tuple(catalog.view(view).columns)


@pytest.mark.parametrize("view", VIEWS)
def test_a_key_stands_once_and_is_never_null(nasty, filters, view):
    key = catalog.view(view).key
    found = Counter(tuple(row[column] for column in key) for row in records(nasty, view, filters))
    assert [place for place, times in found.items() if times > 1 or None in place] == []
    assert key or sum(found.values()) == 1


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_counted_is_never_null(nasty, filters, view):
    counted = [column.name for column in catalog.columns(view) if column.format in NEVER_NULL]
    rows = records(nasty, view, filters)
    assert [(column, row) for row in rows for column in counted if row[column] is None] == []


@pytest.mark.parametrize(("view", "whole", "columns"), TOTALS, ids=lambda part: part if isinstance(part, str) else "")
def test_rows_add_up_to_their_total(nasty, filters, view, whole, columns):
    parts, wholes = records(nasty, view, filters), records(nasty, whole, filters)
    for column in columns:
        added, told = total(parts, column), total(wholes, column)
        assert (column, added) == (column, pytest.approx(told) if isinstance(told, float) else told)


def test_the_index_of_the_whole_company_is_a_hundred(nasty):
    rows = records(nasty, "manager_activity", filters_of(nasty))
    assert total(rows, "activity_index") == pytest.approx(100)


def test_the_index_of_a_person_does_not_change_when_people_are_filtered(nasty):
    everyone = {row["employee_id"]: row for row in records(nasty, "manager_activity", filters_of(nasty))}
    for employee, row in list(everyone.items())[:5]:
        [alone] = records(nasty, "manager_activity", filters_of(nasty, employees=(employee,)))
        assert alone.pop("call_minutes") == pytest.approx(row.pop("call_minutes"), rel=1e-12)  # a sum in any order
        assert alone == row


def test_dynamics_are_dense(nasty, filters):
    for view in VIEWS:
        if view.endswith("_dynamics") and view in CONTRACT:
            keys = [tuple(row[column] for column in catalog.view(view).key) for row in records(nasty, view, filters)]
            buckets, others = {key[0] for key in keys}, {key[1:] for key in keys}
            assert (view, len(keys)) == (view, len(buckets) * len(others))


def test_shares_of_one_whole_add_up_to_it(nasty):
    for view, column in (
        ("deal_state_stats", "count_share"),
        ("deal_state_stats", "sum_share"),
        ("deal_duration_stats", "count_share"),
        ("lead_state_stats", "share"),
        ("lead_stage_stats", "share"),
    ):
        assert total(records(nasty, view, filters_of(nasty)), column) == pytest.approx(1)


def test_the_lists_hold_what_the_tables_count(nasty, filters):
    deals, leads = records(nasty, "deal_list", filters), records(nasty, "lead_list", filters)
    start, end = filters.period_from, filters.period_to
    created = [deal for deal in deals if deal["created_on"] and start <= deal["created_on"] <= end]
    won = [d for d in deals if d["state"] == "won" and d["closed_on"] and start <= d["closed_on"] <= end]
    received = [lead for lead in leads if lead["created_on"] and start <= lead["created_on"] <= end]
    summary = records(nasty, "sales_deal_summary", filters)[0]
    assert (len(created), len(won)) == (summary["created_count"], summary["won_count"])
    assert total(won, "amount") == summary["won_sum"] == records(nasty, "plan_summary", filters)[0]["fact_sum"]
    assert len(received) == records(nasty, "lead_summary", filters)[0]["received"]
    assert len(deals) == total(records(nasty, "deal_state_stats", filters), "deal_count")


def test_the_forgotten_lists_hold_what_their_summary_counts(nasty, filters):
    for entity, view in (("lead", "forgotten_leads"), ("deal", "forgotten_deals")):
        rows = records(nasty, view, filters)
        counted = next(row for row in records(nasty, "forgotten_summary", filters) if row["entity"] == entity)
        assert (len(rows), total(rows, "amount")) == (counted["forgotten_count"], counted["forgotten_sum"])


def test_days_of_zero_forget_all_that_is_in_work(nasty):
    filters = filters_of(nasty, lead_days=0, deal_days=0)
    leads, deals = (
        [row for row in records(nasty, view, filters) if row["state"] in ("new", "in_work")]
        for view in ("lead_list", "deal_list")
    )
    counted = {row["entity"]: row["forgotten_count"] for row in records(nasty, "forgotten_summary", filters)}
    assert counted == {"lead": len(leads), "deal": len(deals)}


@pytest.mark.parametrize("view", [view for view in catalog.views() if view.untouched_by], ids=lambda view: view.name)
def test_a_filter_a_view_is_said_not_to_mind_changes_nothing_in_it(nasty, view):
    asked = filters_of(nasty)
    before = sorted(query.rows(nasty, view.name, asked).rows, key=repr)
    for name in view.untouched_by:
        after = query.rows(nasty, view.name, replace(asked, **{name: PICKS[name]})).rows
        assert (name, sorted(after, key=repr)) == (name, before)


def test_no_duration_is_below_zero(nasty):
    asked = filters_of(nasty, period_from=dt.date(1990, 1, 1), period_to=dt.date(2060, 12, 31), grain="year")
    for view in VIEWS:
        days = [c.name for c in catalog.columns(view) if c.format in ("days", "minutes") and "change" not in c.name]
        rows = records(nasty, view, asked)
        assert (view, [row for row in rows for column in days if (row[column] or 0) < 0]) == (view, [])
