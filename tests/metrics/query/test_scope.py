"""Filters narrow the facts their records name, by the column they name, and leave the others alone."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from inputs.plan.rows import PlanKey, PlanRow
from metrics.query.filters import DEALS, FACTS, LEADS, LIST_FILTERS, PLAN, Filters
from metrics.query.query import ask, rows

EVERYTHING = Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
SCOPES = {LEADS: "scope_lead", DEALS: "scope_deal", PLAN: "scope_plan"}
IN_PLAN = [PlanRow(PlanKey(dt.date(2026, 11, 1), employee, 0), Decimal(100)) for employee in (7, 8)]
NOBODYS = {  # a value that no lead, deal or row of the plan has
    **{name: (record.kind.value_type("987654"),) for name, record in LIST_FILTERS.items()},
    "stages": ("lead:NOWHERE", "deal:NOWHERE"),
}


def scope(warehouse, fact: str, **picked):
    """The rows of one fact under the filters picked."""
    return ask(warehouse, SCOPES[fact], replace(EVERYTHING, **picked), plan=IN_PLAN)


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("name", LIST_FILTERS)
def test_a_filter_narrows_the_facts_its_record_names_and_no_others(small, name, fact):
    everything = len(scope(small, fact).rows)
    assert everything > 0
    left = len(scope(small, fact, **{name: NOBODYS[name]}).rows)
    assert left == (0 if fact in LIST_FILTERS[name].narrows else everything)


@pytest.mark.parametrize(
    ("name", "fact"),
    [(name, fact) for name, record in LIST_FILTERS.items() for fact in record.narrows if name != "departments"],
)
def test_a_filter_compares_the_column_its_record_names(small, name, fact):
    column = LIST_FILTERS[name].column
    values = {row[column] for row in scope(small, fact).records()}
    for value in values:
        assert {row[column] for row in scope(small, fact, **{name: (value,)}).records()} == {value}


def test_a_department_picked_leaves_the_plan_of_its_people(small):
    column = LIST_FILTERS["departments"].column
    assert {row[column] for row in scope(small, PLAN, departments=(1,)).records()} == {1}


def test_a_deal_stage_picked_does_not_empty_the_leads(small):
    won = replace(EVERYTHING, stages=("deal:WON",))
    assert rows(small, "lead_summary", won).records()[0]["received"] == 1
    assert scope(small, LEADS, stages=won.stages).rows == scope(small, LEADS).rows
    assert {row["stage_key"] for row in scope(small, DEALS, stages=won.stages).records()} == {"deal:WON"}


def test_a_lead_stage_picked_does_not_empty_the_deals(small):
    assert scope(small, DEALS, stages=("lead:CONVERTED",)).rows == scope(small, DEALS).rows
    assert scope(small, LEADS, stages=("lead:CONVERTED",)).rows == []


def test_stages_of_both_narrow_each_their_own(small):
    both = ("deal:NEW", "lead:CONVERTED")
    assert scope(small, LEADS, stages=both).rows == []
    assert {row["stage_key"] for row in scope(small, DEALS, stages=both).records()} == {"deal:NEW"}
