"""A record whose own rows were refused is owed: asked for again until they come, it is gone, or a week is over."""

import json

import pytest

from crm.paging.by_record import Owner
from crm.portal.client import Command
from crm.pull import pull
from crm.pull.owed import owed_now, with_owed
from language import Message
from tests.crm.companies import change, wait, written
from tests.crm.pulling import ids, manifest_of, pulled, rows
from tests.crm.spoilt import DENIED, REFUSED, spoilt_portal

COMMENTS, BINDINGS = "crm.timeline.comment.list", "crm.activity.binding.list"
FEW = {"leads": range(7, 9), "deals": range(195, 201), "activities": range(3, 13, 3)}


@pytest.fixture
def few(company):
    """The company with few records."""
    for table, numbers in FEW.items():
        company.tables[table] = type(company.table(table))(company.table(table).get(number) for number in numbers)
    for table in ("calls", "lead_stage_history", "deal_stage_history"):
        company.tables[table] = type(company.table(table))()
    return company


def refusing(settings, *owners, outcome=REFUSED):
    """A portal that refuses the rows of these owners ("deal:57"); and which owners it was asked about."""
    asked: list[str] = []

    def spoil(command: Command):
        if command.method not in (COMMENTS, BINDINGS):
            return None
        wanted = command.params.get("filter", {})
        number = wanted.get("ENTITY_ID", command.params.get("activityId"))
        owner = f"{wanted.get('ENTITY_TYPE', 'activity')}:{number}"
        asked.append(owner)
        return outcome if owner in owners else None

    return spoilt_portal(settings, spoil)[0], asked


def keys(notes):
    return [note.key for note in notes]


def comment_on(company, kind, number, comment):
    company.own("comments", (kind, number), {"ID": str(comment), "CREATED": written(company), "AUTHOR_ID": "1"})


def test_a_comment_whose_list_was_refused_once_comes_with_the_next_pull(settings, few):
    pulled(settings)
    wait(few, hours=1)
    comment_on(few, "lead", 8, 900)
    change(few, "leads", 8)
    change(few, "leads", 7)
    portal, _ = refusing(settings, "lead:8")
    report = pull(settings, portal=portal)
    assert manifest_of(settings).state("comments").owed == {"lead:8": written(few)}
    assert report.notes == (Message("pull.records_owed", method=COMMENTS, count=1),)
    assert ids(settings, "comments") == [*range(1, 121), 500]
    portal, asked = refusing(settings)
    report = pull(settings, portal=portal)
    assert asked == ["lead:8"]
    assert ids(settings, "comments") == [*range(1, 121), 500, 900]
    assert (manifest_of(settings).state("comments").owed, report.notes) == ({}, ())


def test_the_first_pull_owes_what_it_was_refused(settings, few):
    portal, _ = refusing(settings, "deal:200", "activity:3", outcome=DENIED)
    report = pull(settings, portal=portal)
    assert ids(settings, "comments") == [500]
    assert keys(report.notes) == ["pull.records_owed"] * 2
    portal, asked = refusing(settings)
    assert pull(settings, portal=portal).notes == ()
    assert sorted(set(asked)) == ["activity:3", "deal:200"]
    assert ids(settings, "comments") == [*range(1, 121), 500]
    assert len(rows(settings, "activity_bindings", "*")) == 2


def test_bindings_that_are_here_stay_while_those_of_their_activity_are_refused(settings, few):
    pulled(settings)
    here = sorted(rows(settings, "activity_bindings", "ACTIVITY_ID", "ENTITY_TYPE_ID", "ENTITY_ID"))
    assert here == [("3", "2", "5"), ("3", "3", "9")]
    few.own("activity_bindings", ("activity", 6), {"entityTypeId": 1, "entityId": 7})
    change(few, "activities", 6)
    for hours in (1, 22):  # after 22 hours those of all activities are asked for again
        wait(few, hours=hours)
        change(few, "activities", 3)
        portal, _ = refusing(settings, "activity:3")
        pull(settings, portal=portal)
        bindings = sorted(rows(settings, "activity_bindings", "ACTIVITY_ID", "ENTITY_TYPE_ID", "ENTITY_ID"))
        assert bindings == [*here, ("6", "1", "7")]
        assert manifest_of(settings).state("activity_bindings").rows == 3
    few.owners["activity_bindings"][("activity", 3)] = [{"entityTypeId": 2, "entityId": 199}]
    pulled(settings)
    bindings = sorted(rows(settings, "activity_bindings", "ACTIVITY_ID", "ENTITY_TYPE_ID", "ENTITY_ID"))
    assert bindings == [("3", "2", "199"), ("6", "1", "7")]
    assert manifest_of(settings).state("activity_bindings").owed == {}


def test_what_is_refused_for_a_week_is_given_up_and_told_for_a_month(settings, few):
    pulled(settings)
    wait(few, hours=1)
    change(few, "leads", 8)
    for days in (0, 6.9):
        wait(few, days=days)
        portal, _ = refusing(settings, "lead:8")
        assert keys(pull(settings, portal=portal).notes) == ["pull.records_owed"]
    wait(few, days=0.1)
    portal, asked = refusing(settings, "lead:8")
    note = Message("pull.records_given_up", method=COMMENTS, count=1, day=few.now().date())
    assert (pull(settings, portal=portal).notes, asked.count("lead:8")) == ((note,), 1)
    assert manifest_of(settings).state("comments").owed == {}
    wait(few, days=29)
    portal, asked = refusing(settings, "lead:8")
    assert (pull(settings, portal=portal).notes, "lead:8" in asked) == ((note,), False)
    wait(few, days=1)
    assert pulled(settings).notes == ()


def test_a_record_that_is_gone_is_owed_no_more(settings, few):
    pulled(settings)
    wait(few, hours=1)
    change(few, "leads", 8)
    portal, _ = refusing(settings, "lead:8")
    pull(settings, portal=portal)
    few.table("leads").delete(8)
    wait(few, hours=22)
    portal, asked = refusing(settings, "lead:8")
    pull(settings, portal=portal)
    assert "lead:8" not in asked
    assert manifest_of(settings).state("comments").owed == {}


def test_a_manifest_of_an_earlier_version_owes_nothing(settings, few):
    pulled(settings, phase=1)
    file = settings.snapshots_dir / "manifest.json"
    document = json.loads(file.read_text("utf-8"))
    for state in document["entities"].values():
        for member in ("owed", "touched_watermark", "touched_refused"):
            del state[member]
    file.write_text(json.dumps(document), "utf-8")
    state = manifest_of(settings).state("deals")
    assert (state.owed, state.touched_watermark, state.touched_refused) == ({}, None, None)
    pulled(settings, phase=1)
    state = manifest_of(settings).state("deals")
    assert state.touched_watermark == state.watermark


def test_records_are_owed_since_they_were_first_refused_and_asked_for_if_they_are_known():
    first, later, last = (f"2026-11-{day}T12:00:00+03:00" for day in (20, 25, 27))
    denied = [Owner(1, "deal"), Owner(2, "deal"), Owner(3, "lead")]
    owed = owed_now({"deal:1": first, "deal:2": later, "deal:9": later}, denied, last)
    assert owed == {"deal:2": later, "lead:3": last}
    known = [Owner(number, "deal") for number in (3, 2, 1)]
    assert with_owed([Owner(1, "deal")], owed, known) == [Owner(1, "deal"), Owner(2, "deal")]
