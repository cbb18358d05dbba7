"""Every field of every lead, deal, company and activity is as the portal has it within a day, whatever moved it."""

from dataclasses import replace

import pytest

from crm.__main__ import main
from crm.pull import pull, sweep_all
from crm.pull.run import Run
from crm.pull.sweep import PIECE_SECONDS, RANGE_ROWS, Sweep, is_due
from crm.resources import RESOURCES
from crm.snapshots.manifest import SweepState
from demo import DemoPortal, Faults
from tests.crm.companies import change, wait
from tests.crm.pulling import SECRET, client, counted, everything, ids, manifest_of, pulled, rows, settings_for

NIGHT, DAY = "2026-11-24T03:00:00+03:00", "2026-11-24T12:00:00+03:00"


def rewrite(company, table, number, **values):
    """Change a record without a trace of when, as an import or a merge does."""
    company.table(table).put({**company.table(table).get(number), **values})


def titles(settings, table):
    return dict(rows(settings, table, "ID", "TITLE"))


@pytest.mark.parametrize(
    ("ended_at", "now", "due"),
    [
        (None, DAY, True),
        ("2026-11-23T16:01:00+03:00", DAY, False),
        ("2026-11-23T15:59:00+03:00", DAY, True),
        ("2026-11-23T14:00:00+03:00", NIGHT, True),
        ("2026-11-24T01:00:00+03:00", NIGHT, False),
        ("2026-11-25T01:00:00+03:00", DAY, True),
    ],
)
def test_a_sweep_is_due_once_a_night_or_else_by_day_after_twenty_hours(ended_at, now, due):
    assert is_due(SweepState(ended_at=ended_at), now) is due


def test_a_first_pull_is_a_sweep(settings, company):
    pulled(settings)
    assert manifest_of(settings).sweep == SweepState(ended_at=company.now().isoformat())


def test_what_changed_without_a_trace_is_right_within_a_day_and_counted(settings, company):
    pulled(settings)
    rewrite(company, "deals", 7, TITLE="тихо", COMPANY_ID="9")
    rewrite(company, "leads", 5, TITLE="и это")
    rewrite(company, "companies", 3, TITLE="слита")
    rewrite(company, "activities", 9, COMPLETED="Y", RESPONSIBLE_ID="4")
    wait(company, minutes=10)
    pulled(settings)
    assert titles(settings, "deals")["7"] == "Сделка 7"
    wait(company, hours=21)
    pulled(settings)
    assert titles(settings, "deals")["7"] == "тихо"
    assert dict(rows(settings, "deals", "ID", "COMPANY_ID"))["7"] == "9"
    assert titles(settings, "leads")["5"] == "и это"
    assert titles(settings, "companies")["3"] == "слита"
    assert dict(rows(settings, "activities", "ID", "RESPONSIBLE_ID"))["9"] == "4"
    assert manifest_of(settings).sweep.last_found == {"companies": 1, "leads": 1, "deals": 1, "activities": 1}


def test_one_deleted_and_an_older_one_shown_again_are_both_found_though_the_counts_are_equal(served, settings, company):
    served.faults = Faults(hidden={"deals": {5}})
    pulled(settings)
    served.faults = Faults(hidden={"deals": {9}})
    wait(company, minutes=10)
    pulled(settings)
    assert 9 in ids(settings, "deals")
    wait(company, hours=21)
    pulled(settings)
    assert ids(settings, "deals") == [number for number in counted(company, "deals") if number != 9]


def test_a_sweep_that_finds_nothing_publishes_no_file_and_no_newer_pull(settings, company):
    pulled(settings)
    wait(company, hours=21)
    pulled(settings, phase=1)
    before = manifest_of(settings)
    pulled(settings, phase=3)
    after = manifest_of(settings)
    assert after.sweep.ended_at == company.now().isoformat()
    assert replace(after, sweep=before.sweep) == before


def test_a_sweep_goes_on_from_where_the_last_piece_ended(served, settings, company):
    pulled(settings)
    rewrite(company, "activities", 1200, RESPONSIBLE_ID="4")
    wait(company, hours=21)
    pulled(settings, phase=1)
    stages = []
    while is_due(manifest_of(settings).sweep, manifest_of(settings).as_of):
        run = Run(settings, client(settings), lambda _: None, full=False, accept_deletions=False)
        clock = iter(range(0, 10**9, round(PIECE_SECONDS)))
        Sweep(run, clock=lambda clock=clock: next(clock)).go_on()
        stages.append(manifest_of(settings).sweep.entity)
    assert stages == ["leads", "deals", "activities", ""]
    assert dict(rows(settings, "activities", "ID", "RESPONSIBLE_ID"))["1200"] == "4"


def test_a_killed_sweep_has_lost_nothing_and_is_gone_on_with(settings, company):
    pulled(settings)
    rewrite(company, "deals", 7, TITLE="тихо")
    wait(company, hours=21)
    pulled(settings, phase=1)
    before = manifest_of(settings)

    def interrupt(progress):
        if progress.running and progress.running.entity == "deals":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pulled(settings, phase=3, progress=interrupt)
    assert manifest_of(settings) == before
    pulled(settings, phase=3)
    assert titles(settings, "deals")["7"] == "тихо"


@pytest.mark.parametrize(("moment", "pauses"), [(NIGHT, 0), (DAY, 4)])
def test_by_day_a_sweep_takes_a_tenth_of_the_rate(served, settings, company, moment, pauses):
    pulled(settings)
    company.moment = company.moment.fromisoformat(moment)
    pulled(settings, phase=1)
    waits = []
    portal = client(settings)
    portal.rest = waits.append
    pull(settings, portal=portal, phase=3)
    assert waits == [10 / settings.requests_per_second] * pauses


def test_a_range_takes_one_request(settings, company):
    pulled(settings)
    wait(company, hours=21)
    pulled(settings, phase=1)
    report = pulled(settings, phase=3)
    assert RANGE_ROWS > 400
    assert [entity.requests for entity in report.entities] == [1, 1, 1, 1]


def test_the_command_sweeps_at_once_whatever_the_hour(served, settings, company, monkeypatch, capsys):
    pulled(settings)
    rewrite(company, "deals", 7, TITLE="тихо")
    wait(company, minutes=10)
    monkeypatch.setenv("VITRINA_WEBHOOK_URL", served.webhook)
    monkeypatch.setenv("VITRINA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("VITRINA_REQUESTS_PER_SECOND", "1000")
    assert main(["sweep"]) == 0
    assert "изменено 1" in capsys.readouterr().out
    assert titles(settings, "deals")["7"] == "тихо"


def test_a_sweep_of_a_lying_portal_takes_nothing_for_gone(served, settings, company):
    pulled(settings)
    before = everything(settings)
    wait(company, hours=21)
    served.counters = type(served.counters)(lambda: 0.0)
    served.faults = Faults(blank_batch=range(1, 10**9, 2))
    sweep_all(settings, portal=client(settings))
    assert {**everything(settings), "portal": before["portal"]} == before


def test_changes_stamped_before_a_clock_was_put_right_are_pulled_and_the_clock_is_told(settings, company):
    wait(company, days=1)
    pulled(settings)
    wait(company, days=-1)
    change(company, "deals", 7, TITLE="после перевода часов")
    wait(company, minutes=5)
    pulled(settings, phase=1)
    manifest = manifest_of(settings)
    assert titles(settings, "deals")["7"] == "после перевода часов"
    assert [note.key for note in manifest.notes] == ["pull.clock_back"]
    assert manifest.sweep.ended_at is None
    change(company, "deals", 8, TITLE="и потом")
    wait(company, minutes=5)
    pulled(settings)
    assert titles(settings, "deals")["8"] == "и потом"
    assert manifest_of(settings).notes == ()


@pytest.mark.parametrize("method", ["crm.lead.fields", "voximplant.statistic.get", "crm.timeline.comment.list"])
def test_an_optional_stream_that_fails_for_ever_costs_its_entity_and_not_the_pull(tmp_path, company, method):
    with DemoPortal(company, secret=SECRET) as served:
        settings = settings_for(served, tmp_path)
        pulled(settings)
        before = manifest_of(settings).entities
        change(company, "deals", 7, TITLE="новое имя", LAST_ACTIVITY_TIME=company.now().isoformat())
        wait(company, minutes=10)
        served.faults = Faults(failed={method: range(1, 10**9)})
        pulled(settings)
        assert titles(settings, "deals")["7"] == "новое имя"
        assert [note.key for note in manifest_of(settings).notes] == ["pull.stream_failed"]
        [kept] = [resource.entity for resource in RESOURCES if resource.method == method]
        after = manifest_of(settings).entities
        assert {**vars(after[kept]), "count_seconds": None} == {**vars(before[kept]), "count_seconds": None}
        served.faults = Faults()
        pulled(settings)
        assert manifest_of(settings).notes == ()
