"""A pull that was killed is resumed: nothing it brought is asked for again but the batches in flight."""

import errno
import json
from dataclasses import replace

import pytest

from crm.pull import EntityFailed
from crm.resources import BY_ENTITY
from crm.snapshots.resume import JournalHeader, OpenJournal, ResumeJournals
from crm.snapshots.store import DiskFullError, Snapshots
from demo import Faults
from tests.crm import companies
from tests.crm.companies import change, wait
from tests.crm.pulling import counted, everything, files_in, ids, manifest_of, pulled, rows, settings_for, unchanged

MANY = 12_000
IN_FLIGHT = 2 * 50  # commands of two batches


@pytest.fixture
def large(company):
    """The company with deals for two ranges of ids."""
    for number in range(1, MANY + 1):
        company.table("deals").put({"ID": str(number), "TITLE": f"{number}", "DATE_MODIFY": companies.OLD})
    return company


def stopping(entity, rows_from):
    """Stops a pull as Ctrl-C does, once so many rows of an entity are there."""

    def listener(progress):
        running = progress.running
        if running and running.entity == entity and running.rows >= rows_from:
            raise KeyboardInterrupt

    return listener


def lists_of(served, settings, **options):
    before = served.counters.lists
    pulled(settings, **options)
    return served.counters.lists - before


def test_a_resumed_pull_asks_for_nothing_again_but_the_batches_in_flight(served, settings, large, tmp_path):
    whole = settings_for(served, tmp_path / "whole")
    needed = lists_of(served, whole, phase=1)
    before = served.counters.lists
    with pytest.raises(KeyboardInterrupt):
        pulled(settings, progress=stopping("deals", 5000))
    stopped_after = served.counters.lists - before
    resumed = lists_of(served, settings, phase=1)
    opening = 40  # what is asked of every portal first, and of what changed meanwhile
    assert stopped_after + resumed <= needed + IN_FLIGHT + opening
    assert resumed < needed - 60
    assert ids(settings, "deals") == counted(large, "deals")
    assert {name: len(found) for name, found in everything(settings).items()} == {
        name: 0 if name in ("activity_bindings", "comments") else len(found)
        for name, found in everything(whole).items()
    }
    assert files_in(settings)[-1] == "users/000000000001.parquet"
    assert not (settings.snapshots_dir / ".unfinished").exists()


def test_a_resumed_pull_brings_what_changed_meanwhile(settings, large):
    with pytest.raises(KeyboardInterrupt):
        pulled(settings, progress=stopping("activities", 50))
    wait(large, hours=2)
    change(large, "deals", 5, TITLE="правка между выгрузками")
    change(large, "deals", MANY + 7, TITLE="новая")
    pulled(settings)
    found = dict(rows(settings, "deals", "ID", "TITLE"))
    assert (found["5"], found[str(MANY + 7)]) == ("правка между выгрузками", "новая")
    assert ids(settings, "deals") == counted(large, "deals")
    assert manifest_of(settings).state("deals").rows == MANY + 1
    assert Snapshots(settings.snapshots_dir).verified().dropped == {}
    assert manifest_of(settings).as_of == companies.written(large)


def test_a_resumed_pull_keeps_what_the_portal_has_forgotten_beside_what_changed_meanwhile(settings, company):
    pulled(settings)
    forgotten, table = company.table("deal_stage_history").get(3), company.table("deal_stage_history")
    table.delete(3)
    with pytest.raises(KeyboardInterrupt):
        pulled(settings, full=True, progress=stopping("calls", 50))
    wait(company, hours=2)
    table.put({**table.get(395), "STAGE_ID": "WON", "CREATED_TIME": companies.written(company)})
    table.put({**forgotten, "ID": 900, "CREATED_TIME": companies.written(company)})
    pulled(settings, full=True)
    found = dict(rows(settings, "deal_stage_history", "ID", "STAGE_ID"))
    assert (found["395"], "3" in found, "900" in found, len(found)) == ("WON", True, True, 401)
    assert manifest_of(settings).state("deal_stage_history").rows == 401


def test_a_network_that_is_lost_costs_only_the_batch_it_was_lost_with(served, settings, large, tmp_path):
    needed = lists_of(served, settings_for(served, tmp_path / "whole"), phase=1)
    served.counters = type(served.counters)(lambda: 0.0)
    served.faults = Faults(refuse=range(9, 10**9), refuse_status=502, refuse_error="INTERNAL_SERVER_ERROR")
    with pytest.raises(EntityFailed):
        pulled(settings)
    served.faults = Faults()
    stopped_after = served.counters.lists
    assert stopped_after + lists_of(served, settings, phase=1) <= needed + IN_FLIGHT + 40
    assert ids(settings, "deals") == counted(large, "deals")


def test_the_old_state_serves_while_a_full_pull_is_unfinished(settings, large):
    pulled(settings)
    before, files = manifest_of(settings), files_in(settings)
    with pytest.raises(KeyboardInterrupt):
        pulled(settings, full=True, progress=stopping("deals", 5000))
    unchanged(settings, before, files)
    assert len(ids(settings, "deals")) == MANY
    pulled(settings, full=True)
    assert ids(settings, "deals") == counted(large, "deals")


def test_records_that_were_asked_about_are_not_asked_again_unless_they_changed(served, settings, company):
    def commands():
        return served.counters.commands["crm.timeline.comment.list"]

    with pytest.raises(KeyboardInterrupt):
        pulled(settings, progress=stopping("comments", 121))
    first = commands()
    company.own("comments", ("lead", 1), {"ID": "901", "CREATED": companies.RECENT, "AUTHOR_ID": "1"})
    wait(company, hours=1)
    change(company, "leads", 1)
    pulled(settings)
    owners = companies.LEADS + companies.DEALS - 100
    assert commands() <= owners + 2 + IN_FLIGHT
    assert first > 200
    assert ids(settings, "comments") == [*range(1, 121), 500, 901]


def test_rows_that_are_not_to_be_believed_are_not_resumed_from(served, settings, company):
    pulled(settings)
    served.faults = Faults(hidden={"deals": range(1, 100)})
    with pytest.raises(EntityFailed):
        pulled(settings, full=True)
    served.faults = Faults()
    pulled(settings, full=True)
    assert ids(settings, "deals") == counted(company, "deals")


def test_a_full_disk_is_explained_in_a_sentence_and_the_pull_resumed_once_there_is_room(
    served, settings, large, monkeypatch
):
    add = OpenJournal.add

    def full(self, batch, checkpoints):
        if "deals" in self._rows.name and self._rows.tell() > 2_500_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        add(self, batch, checkpoints)

    monkeypatch.setattr(OpenJournal, "add", full)
    with pytest.raises(DiskFullError):
        pulled(settings)
    assert manifest_of(settings) is None
    monkeypatch.setattr(OpenJournal, "add", add)
    assert lists_of(served, settings, phase=1) < MANY // 50 + 40
    assert ids(settings, "deals") == counted(large, "deals")


HEADER = JournalHeader("https://acme.bitrix24.ru", "abc", "000000000001", "2026-11-23T12:00:00+03:00", 70, 2)


@pytest.fixture
def journals(tmp_path):
    """The journals of a folder, and how that of deals is opened under a header, changed by keywords."""
    folder = ResumeJournals(tmp_path)
    return folder, lambda **other: folder.journal("deals", ("ID",), replace(HEADER, **other))


def cursors(journal):
    return [checkpoint["cursor"] for checkpoint in journal.checkpoints]


def test_a_journal_holds_its_header_and_the_checkpoints_of_its_rows(journals):
    _, journal = journals
    with journal().open() as open_journal:
        open_journal.add([{"ID": "1"}], [{"low": 0, "cursor": 1, "done": False}])
        open_journal.add([{"ID": "2"}], [])
        open_journal.add([{"ID": "3"}], [{"low": 0, "cursor": 3, "done": True}])
    found = journal(moment="2026-11-23T15:00:00+03:00", newest=90)
    assert found.header == HEADER
    assert cursors(found) == [1, 3]
    assert found.spool.read_text() == '{"ID": "1"}\n{"ID": "2"}\n{"ID": "3"}\n'


def test_a_journal_of_an_earlier_version_is_resumed(journals, tmp_path):
    _, journal = journals
    (tmp_path / ".unfinished").mkdir()
    (tmp_path / ".unfinished" / "deals.ndjson").write_text('{"ID": "1"}\n')
    (tmp_path / ".unfinished" / "deals.journal").write_text(
        '{"begun": {"origin": "https://acme.bitrix24.ru", "fields": "abc", "pull_id": "000000000001", '
        '"moment": "2026-11-23T12:00:00+03:00", "newest": 70, "workers": 2}}\n'
        '{"bytes": 12, "marks": [{"low": 0, "cursor": 1, "done": false}]}\n'
    )
    found = journal()
    assert (found.header, found.bytes, cursors(found)) == (HEADER, 12, [1])


@pytest.mark.parametrize(
    "now",
    [
        {"moment": "2026-11-24T12:00:00+03:00"},
        {"moment": "2026-11-23T11:59:59+03:00"},
        {"fields": "abd"},
        {"origin": "https://other.bitrix24.ru"},
    ],
)
def test_rows_that_are_old_or_of_something_else_are_pulled_anew(journals, now):
    _, journal = journals
    with journal().open() as open_journal:
        open_journal.add([{"ID": "1"}], [{"low": 0, "cursor": 1, "done": False}])
    assert journal(moment="2026-11-24T11:59:59+03:00").is_resumed
    assert not journal(**now).is_resumed
    assert not journal().is_resumed


@pytest.mark.parametrize("torn", [b'{"bytes": 24, "ma', b'{"bytes": 24, "marks": []}', b"\x00\x00\x00\n", b"7\n"])
def test_a_line_that_was_cut_in_two_is_as_if_it_were_never_written(journals, torn):
    _, journal = journals
    first = journal()
    with first.open() as open_journal:
        open_journal.add([{"ID": "1"}], [{"low": 0, "cursor": 1, "done": False}])
    with first.path.open("ab") as lines, first.spool.open("ab") as spool:
        lines.write(torn)
        spool.write(b'{"ID": "2"}\n{"ID"')
    with journal().open() as open_journal:
        open_journal.add([{"ID": "2"}], [{"low": 0, "cursor": 2, "done": False}])
    assert cursors(journal()) == [1, 2]
    assert first.spool.read_text() == '{"ID": "1"}\n{"ID": "2"}\n'


def test_a_checkpoint_whose_rows_a_reboot_has_lost_does_not_count(journals):
    _, journal = journals
    first = journal()
    with first.open() as open_journal:
        open_journal.add([{"ID": "1"}], [{"low": 0, "cursor": 1, "done": False}])
        open_journal.add([{"ID": "2"}], [{"low": 0, "cursor": 2, "done": False}])
    first.spool.write_bytes(b'{"ID": "1"}\n')
    assert cursors(journal()) == [1]


DEAL_1, DEAL_2 = ({"number": number, "kind": "deal"} for number in (1, 2))


def test_a_journal_that_is_reduced_holds_the_rows_that_are_kept_and_nothing_torn(journals):
    _, journal = journals
    first = journal()
    with first.open() as open_journal:
        open_journal.add([{"ID": "1"}, {"ID": "2"}], [DEAL_1, DEAL_2])
    with first.spool.open("ab") as spool:
        spool.write(b'{"ID": "3"}\n{"ID"')
    journal(moment="2026-11-23T15:00:00+03:00").reduce(lambda row: row["ID"] != "1", [DEAL_2])
    found = journal()
    assert (found.header, found.checkpoints, list(found.rows())) == (HEADER, [DEAL_2], [{"ID": "2"}])
    found.reduce(lambda _: False, [])
    assert not journal().is_resumed


def test_a_finished_file_of_another_pull_is_not_taken_for_this_ones(journals, tmp_path):
    folder, journal = journals
    first = journal()
    with first.open() as open_journal:
        open_journal.add([{"ID": "1"}], [{"low": 0, "cursor": 1, "done": True}])
    record = Snapshots(tmp_path).write("deals", "000000000001", [{"ID": "1"}], HEADER.moment)
    first.finish(record)
    assert folder.spared() == {record.path}
    assert journal().record == record
    assert journal(pull_id="000000000002").record is None
    assert folder.spared() == set()


def test_every_column_of_an_entity_lies_in_its_spool(settings, company):
    with pytest.raises(KeyboardInterrupt):
        pulled(settings, progress=stopping("leads", 100))
    spool = settings.snapshots_dir / ".unfinished" / "leads.ndjson"
    first = json.loads(spool.read_text().splitlines()[0])
    assert tuple(first) == BY_ENTITY["leads"].columns
