"""What was worked with is asked for until it has come: a refusal that passes loses nothing, one that stays is told."""

import datetime as dt
from collections.abc import Callable

import pytest

from crm.portal.client import Answer, Command
from crm.pull import pull
from crm.pull.progress import Changes
from language import Message
from tests.crm import companies
from tests.crm.companies import change, wait, written
from tests.crm.pulling import ids, manifest_of, pulled, rows
from tests.crm.spoilt import DENIED, REFUSED, Outcome, spoilt_portal

UNFILTERED = Answer([{"ID": "1", "LAST_ACTIVITY_TIME": companies.OLD}])
WITHOUT_THE_FIELD = Answer([{"ID": "1", "TITLE": "a deal"}])
DEALS = 120


@pytest.fixture
def worked(company):
    """The company with few records, every deal of which was last worked with long ago."""
    for table, count in (("leads", 10), ("deals", DEALS)):
        rows = [company.table(table).get(number) for number in range(1, count + 1)]
        company.tables[table] = type(company.table(table))({**row, "LAST_ACTIVITY_TIME": companies.OLD} for row in rows)
    return company


def work_with(company, number, hours=1):
    """Let time pass and somebody work with a deal, which moves the time of the last activity alone."""
    wait(company, hours=hours)
    company.table("deals").put({**company.table("deals").get(number), "LAST_ACTIVITY_TIME": written(company)})


def refusing_deals(settings, given: Callable[[int], Outcome | None]):
    """A portal that answers each request for the deals by the last activity, counted from 1, with what is ``given``
    for it, None being the right answer; and the pauses, see `spoilt_portal`."""
    asked = 0

    def spoil(command: Command) -> Outcome | None:
        nonlocal asked
        by_activity = ">=LAST_ACTIVITY_TIME" in command.params.get("filter", {})
        if command.method != "crm.deal.list" or not by_activity or "DESC" in str(command.params):
            return None
        asked += 1
        return given(asked)

    return spoilt_portal(settings, spoil)


def deals_of(settings):
    return dict(rows(settings, "deals", "ID", "LAST_ACTIVITY_TIME"))


def test_refusals_of_the_list_by_the_last_activity_that_pass_lose_nothing(settings, worked):
    pulled(settings, phase=1)
    refusals = [REFUSED, DENIED, UNFILTERED, WITHOUT_THE_FIELD]
    # The second answer to a list that nothing is expected of is asked for ahead, and not needed after a refusal.
    for refusal, retried in ((refusals, 3), (refusals[1:], 3), (refusals[:1], 1)):
        work_with(worked, 7)
        given = dict(enumerate(refusal, 1))
        portal, pauses = refusing_deals(settings, given.get)
        report = pull(settings, portal=portal, phase=1)
        assert deals_of(settings)["7"] == written(worked)
        assert next(e.changes for e in report.entities if e.entity == "deals") == Changes(changed=1)
        assert pauses == [0.0, 1.0, 2.0][:retried]
        state = manifest_of(settings).state("deals")
        assert (state.touched_refused, state.touched_watermark) == (None, state.watermark)
        assert report.notes == ()


def test_a_portal_that_does_not_filter_by_the_last_activity_is_not_pulled_anew_by_it(served, settings, worked):
    pulled(settings, phase=1)
    wait(worked, hours=1)
    change(worked, "deals", 5, TITLE="новое имя")
    asked = []
    for _ in range(2):
        known = served.counters.lists
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("demo.conditions.Fields.__contains__", _knows_no_last_activity)
            report = pulled(settings, phase=1)
        asked.append(served.counters.lists - known)
        assert next(entity.rows for entity in report.entities if entity.entity == "deals") <= 1
        wait(worked, minutes=10)
    assert ("5", "новое имя") in rows(settings, "deals", "ID", "TITLE")
    assert len(ids(settings, "deals")) == DEALS
    first, second = asked
    assert first < 92
    assert second < first - 6 * 2 * 2, "of leads and deals, a list and its proofs are asked six times, once a week"


def _knows_no_last_activity(fields, name):
    return name != "LAST_ACTIVITY_TIME" and name in fields.numbers | fields.dates | fields.texts


def test_a_refusal_that_repeats_is_remembered_for_a_week_with_its_day_and_told(settings, worked):
    pulled(settings, phase=1)
    wait(worked, hours=1)
    refused = written(worked)
    portal, pauses = refusing_deals(settings, lambda _: REFUSED)
    deals = Message("entity.deals")
    note = Message("pull.touched_refused", entity=deals, field="LAST_ACTIVITY_TIME", day=worked.now().date())
    assert pull(settings, portal=portal, phase=1).notes == (note,)
    assert len(pauses) == 5
    states = manifest_of(settings).entities
    assert (states["deals"].touched_refused, states["leads"].touched_refused) == (refused, None)
    for hours in (1, 6 * 24):
        work_with(worked, 7, hours=hours)
        asked = []
        portal, pauses = refusing_deals(settings, asked.append)
        assert pull(settings, portal=portal, phase=1).notes == (note,)
        assert (asked, pauses) == ([], [])
    assert deals_of(settings)["7"] == companies.OLD


def test_what_was_worked_with_while_a_portal_could_not_filter_comes_as_soon_as_it_can(settings, worked):
    pulled(settings)
    portal, _ = refusing_deals(settings, lambda _: UNFILTERED)
    pull(settings, portal=portal, phase=1)
    pulled(settings, phase=1, full=True)  # it brings everything, and the week goes on
    stood = manifest_of(settings).state("deals").touched_watermark
    work_with(worked, 7, hours=30)
    worked.own("comments", ("deal", 7), {"ID": "900", "CREATED": written(worked), "AUTHOR_ID": "1"})
    for days in (2, 5):
        wait(worked, days=days)
        pulled(settings, phase=1)
        assert manifest_of(settings).state("deals").touched_watermark == stood
        assert deals_of(settings)["7"] == companies.OLD
    wait(worked, minutes=10)  # the week is over by the clock of the last pull
    report = pulled(settings)
    assert 900 in ids(settings, "comments")
    state = manifest_of(settings).state("deals")
    assert (state.touched_watermark, state.touched_refused, report.notes) == (state.watermark, None, ())


def test_moments_are_compared_as_such_where_a_portal_changes_its_offset(settings, worked):
    pulled(settings, phase=1)
    wait(worked, hours=1)
    moment = (worked.now().astimezone(dt.UTC) - dt.timedelta(minutes=30)).isoformat(timespec="seconds")
    given = Answer([{"ID": "7", "LAST_ACTIVITY_TIME": moment, "TITLE": "из другого пояса"}])

    def spoil(command: Command) -> Outcome | None:
        limits = command.params.get("filter", {})
        if command.method != "crm.deal.list" or ">=LAST_ACTIVITY_TIME" not in limits:
            return None
        return Answer([]) if limits.get(">ID") else given

    portal, pauses = spoilt_portal(settings, spoil)
    pull(settings, portal=portal, phase=1)
    assert ("7", "из другого пояса") in rows(settings, "deals", "ID", "TITLE")
    assert pauses == []
