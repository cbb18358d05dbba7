"""What the page of the forgotten shows beside its tables agrees with them."""

import datetime as dt

import pytest

from crm.settings import load_settings
from metrics.query.filters import Filters
from metrics.query.query import rows
from metrics.warehouse.publish import open_current
from tests.ui.portals import Portal, build_portal

NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
ADDED = ("leads_created", "leads_forgotten", "deals_created", "deals_forgotten", "deals_sum")
NARROWED = {
    "everything": {},
    "one employee": {"employees": (2,)},
    "a department": {"departments": (2,)},
    "a source": {"sources": ("W0",)},
    "funnels": {"funnels": (0,)},
    "other days": {"lead_days": 16, "deal_days": 17},
    "no day": {"lead_days": 0, "deal_days": 0},
    "nothing": {"employees": (404,)},
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """Seven people with a won, a lost and a silent lead and deal each."""
    folder = build_portal(tmp_path_factory.mktemp("forgotten"), Portal(people=7))
    return open_current(load_settings(data_dir=folder).warehouse_dir)


@pytest.mark.parametrize("table", ["forgotten_by_department", "forgotten_by_employee"])
@pytest.mark.parametrize("narrowed", NARROWED)
def test_the_total_is_the_sum_of_the_rows(warehouse, table, narrowed):
    filters = Filters(*NOVEMBER, **NARROWED[narrowed])
    (total,) = rows(warehouse, "forgotten_total", filters).records()
    records = rows(warehouse, table, filters).records()
    assert {name: sum(row[name] for row in records) for name in ADDED} == {name: total[name] for name in ADDED}


@pytest.mark.parametrize("narrowed", NARROWED)
def test_the_total_says_what_the_cards_say(warehouse, narrowed):
    filters = Filters(*NOVEMBER, **NARROWED[narrowed])
    (total,) = rows(warehouse, "forgotten_total", filters).records()
    cards = {row["entity"]: row for row in rows(warehouse, "forgotten_summary", filters).records()}
    for entity in ("lead", "deal"):
        card = cards[entity]
        told = (total[f"{entity}s_created"], total[f"{entity}s_forgotten"], total[f"{entity}s_share"])
        assert told == (card["created_count"], card["forgotten_count"], card["forgotten_share"])
    assert total["deals_sum"] == cards["deal"]["forgotten_sum"]


def test_the_lists_hold_as_many_as_the_total_counts(warehouse):
    filters = Filters(*NOVEMBER)
    (total,) = rows(warehouse, "forgotten_total", filters).records()
    for entity in ("lead", "deal"):
        listed = rows(warehouse, f"forgotten_{entity}s", filters).records()
        assert len(listed) == total[f"{entity}s_forgotten"]
    assert total["leads_forgotten"] > 0
