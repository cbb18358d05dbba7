"""What costs a command a record is not asked again after a kill, and the time it takes is told by records."""

import pytest

from crm.pull import pull
from crm.pull.progress import Tracker
from tests.crm.companies import change, wait, written
from tests.crm.pulling import client, everything, ids, manifest_of, pulled, rows, settings_for
from tests.crm.scripted import FakeTime

COMMENTS, BINDINGS = "crm.timeline.comment.list", "crm.activity.binding.list"
IN_FLIGHT = 2 * 49  # records of two batches
MANY = 120  # open activities, with a binding each
DEALS = range(200, 321)


@pytest.fixture
def busy(company):
    """The company with many open activities, a lead and many deals touched within the year, and little else."""
    for table, numbers in (("leads", (7,)), ("deals", DEALS), ("activities", ()), ("calls", ()), ("users", (1,))):
        known = company.table(table)
        company.tables[table] = type(known)(known.get(number) for number in numbers)
    for number in range(1, MANY + 1):
        change(company, "activities", number, COMPLETED="N")
        company.owners["activity_bindings"][("activity", number)] = [{"entityTypeId": 2, "entityId": number}]
    return company


class Killed(BaseException):
    """What ends a pull as a kill does: nothing of it goes on."""


def killed_at(served, settings, *, comments, **options):
    """Kill a pull when so many comment lists have been asked."""
    asked = served.counters.commands
    limit = asked[COMMENTS] + comments

    def listener(progress):
        if progress.running and progress.running.entity == "comments" and asked[COMMENTS] >= limit:
            raise Killed

    with pytest.raises(Killed):
        pull(settings, portal=client(settings), progress=listener, **options)


def asked_by(served, settings, **options):
    """How many bindings and how many comment lists a pull asks for."""
    before = dict(served.counters.commands)
    pulled(settings, **options)
    return tuple(served.counters.commands[name] - before.get(name, 0) for name in (BINDINGS, COMMENTS))


def whole(served, tmp_path):
    """The rows of a first pull elsewhere, without what says which pull wrote them."""
    elsewhere = settings_for(served, tmp_path / "whole")
    pulled(elsewhere)
    return rows_of(elsewhere)


def rows_of(settings):
    tables = everything(settings)
    return {name: [row[:-3] for row in tables[name]] for name in ("activity_bindings", "comments")}


def test_a_pull_that_was_killed_in_its_second_phase_asks_again_only_for_what_was_in_flight(
    served, settings, busy, tmp_path
):
    killed_at(served, settings, comments=30)
    first = served.counters.commands[COMMENTS]
    wait(busy, hours=1)
    bindings, comments = asked_by(served, settings)
    assert bindings == 0
    assert first + comments <= len(DEALS) + 1 + 2 + IN_FLIGHT
    assert comments < len(DEALS) - 10
    assert rows_of(settings) == whole(served, tmp_path)
    assert manifest_of(settings).state("activity_bindings").rows == MANY
    assert manifest_of(settings).notes == ()
    assert not (settings.snapshots_dir / ".unfinished").exists()


def test_records_that_changed_since_the_kill_are_asked_again_and_their_old_rows_forgotten(
    served, settings, busy, tmp_path
):
    pulled(settings, phase=1)
    killed_at(served, settings, comments=60, phase=2)
    wait(busy, hours=1)
    busy.owners["activity_bindings"][("activity", 5)] = [{"entityTypeId": 2, "entityId": 77}]
    change(busy, "activities", 5)
    change(busy, "activities", 6, COMPLETED="Y")
    busy.own("comments", ("lead", 7), {"ID": "900", "CREATED": written(busy), "AUTHOR_ID": "1"})
    change(busy, "leads", 7)
    pulled(settings, phase=1)
    bindings, comments = asked_by(served, settings, phase=2)
    assert (bindings, comments < len(DEALS) - 10) == (1, True)
    assert 900 in ids(settings, "comments")
    found = set(rows(settings, "activity_bindings", "ACTIVITY_ID", "ENTITY_ID"))
    assert {binding for binding in found if binding[0] in ("5", "6")} == {("5", "77")}
    assert rows_of(settings) == whole(served, tmp_path)


def test_a_later_pull_that_was_killed_in_its_second_phase_goes_on_too(served, settings, busy, tmp_path):
    pulled(settings)
    wait(busy, hours=1)
    for number in range(1, 101):
        change(busy, "activities", number)
        change(busy, "deals", number + 200)
    busy.own("comments", ("deal", 210), {"ID": "900", "CREATED": written(busy), "AUTHOR_ID": "1"})
    killed_at(served, settings, comments=50)
    wait(busy, hours=1)
    change(busy, "deals", 310)
    bindings, comments = asked_by(served, settings)
    assert bindings == 0
    assert comments <= 101 - 49
    assert rows_of(settings) == whole(served, tmp_path)
    assert asked_by(served, settings) == (0, 0)


def test_rows_that_a_killed_pull_published_are_not_resumed_from(served, settings, busy, monkeypatch):
    monkeypatch.setattr("crm.snapshots.resume.ResumeJournals.clear", _die_with_comments)
    with pytest.raises(Killed):
        pulled(settings)
    assert manifest_of(settings).state("activity_bindings").status == "complete"
    monkeypatch.undo()
    assert asked_by(served, settings, full=True)[0] == MANY
    assert not (settings.snapshots_dir / ".unfinished").exists()


def _die_with_comments(_, entities):
    if "comments" in entities:
        raise Killed


def test_the_time_left_of_what_is_asked_by_record_is_told_by_records():
    time, steps = FakeTime(), []
    expected = {"activity_bindings": 2000, "comments": 30_000}
    tracker = Tracker(2, expected, requests=int, requests_before=0, listener=steps.append, clock=time.clock)
    tracker.expect("activity_bindings", 1000)
    tracker.start("activity_bindings")
    time.sleep(10)
    tracker.advance("activity_bindings", 3, 0.5)
    assert steps[-1].seconds_left == pytest.approx(10 * 30_500 / 500)
    time.sleep(10)
    tracker.done("activity_bindings")
    tracker.start("comments")
    time.sleep(100)
    tracker.advance("comments", 40_000, 5000 / 30_000)
    assert steps[-1].seconds_left == pytest.approx(120 * 25_000 / 6000)


def test_a_pull_by_record_tells_its_time_by_the_records_that_are_left_to_ask(served, settings, busy):
    killed_at(served, settings, comments=30)
    steps = []
    pulled(settings, progress=lambda progress: steps.append(progress) if progress.phase == 2 else None)
    guesses = []
    for step in steps:
        bindings, comments = step.entities
        if bindings.state == "done" and 0 < comments.share < 1:
            guesses.append((step.seconds_left / step.seconds, comments.share))
    assert len(guesses) > 0
    for ratio, share in guesses:  # the bindings, none of which is asked again, weigh next to nothing
        assert ratio == pytest.approx((1 - share) / share, rel=0.2)
