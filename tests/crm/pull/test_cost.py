"""What a pull costs a portal: requests and list commands as few as rows allow, none counted, none refused."""

import pytest

from crm.portal.client import Portal
from crm.pull import pull
from demo import DemoPortal, Faults
from demo.bulk import BulkCompany
from tests.crm.pulling import SECRET, ids, settings_for
from tests.crm.scripted import FakeTime

PAGE, BATCH = 50, 50
SHORT_LISTS = {"departments", "statuses", "funnels"}
OTHERS = ("leads", "activities", "calls", "lead_stage_history", "deal_stage_history")


def deals_alone(count):
    """A company of deals with one customer, its people and dictionaries, and no other rows."""
    company = BulkCompany(count)
    company._sizes.update(dict.fromkeys(OTHERS, 0), companies=1)
    return company


@pytest.fixture
def time():
    return FakeTime()


def pulled_at_the_default_rate(served, settings, time):
    """A pull on a clock that only waiting moves: it keeps the rate that a portal allows."""
    portal = Portal(settings.webhook_url, clock=time.clock, sleep=time.sleep)
    return pull(settings, portal=portal, phase=1)


def test_twenty_thousand_deals_take_as_many_lists_as_pages_and_few_requests_more(tmp_path, time):
    count = 20_000
    with DemoPortal(deals_alone(count), secret=SECRET, clock=time.clock, faults=Faults(rate=(2.0, 50))) as served:
        settings = settings_for(served, tmp_path)
        report = pulled_at_the_default_rate(served, settings, time)
        [deals] = [each for each in report.entities if each.entity == "deals"]
        assert deals.requests <= count // PAGE // BATCH + 1
        assert served.counters.commands["crm.deal.list"] <= count // PAGE + 25
        assert served.counters.hits <= count // PAGE // BATCH + 5
        assert ids(settings, "deals") == list(range(1, count + 1))


def test_the_limits_of_a_portal_are_never_reached_however_many_requests_a_pull_needs(tmp_path, time):
    company = BulkCompany(4_000, per_deal=1)
    company.owned = lambda *_: []
    limits = Faults(rate=(2.0, 50), operating_limit=480.0, operating_cost=2.5)
    with DemoPortal(company, secret=SECRET, clock=time.clock, faults=limits) as served:
        settings = settings_for(served, tmp_path)
        answered = []
        refuse = served._let_in
        served._let_in = lambda: answered.append(refuse())
        pulled_at_the_default_rate(served, settings, time)
        assert len(answered) == served.counters.hits
        assert max(served.counters.operating(method) for method in ("crm.deal.list", "crm.lead.list")) <= 480.0
        assert ids(settings, "leads") == list(range(1, 4_001))


def test_no_list_of_rows_is_counted_with_its_rows_and_each_entity_once_a_pull(tmp_path, time):
    with DemoPortal(deals_alone(3_000), secret=SECRET, clock=time.clock) as served:
        settings = settings_for(served, tmp_path)
        pulled_at_the_default_rate(served, settings, time)
        assert {table for table, count in served.counters.counts.items() if count} <= SHORT_LISTS
        served.counters.counts.clear()
        pulled_at_the_default_rate(served, settings, time)
    once = {table: n for table, n in served.counters.counts.items() if n and table not in SHORT_LISTS}
    assert once == dict.fromkeys(("companies", "leads", "deals", "activities", "calls"), 1)
