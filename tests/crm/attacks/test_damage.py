"""Whatever a disk or a hand does to the files of snapshots, the next ordinary pull is worth a fresh full one."""

import errno
import json
import os
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from crm.pull import EntityFailed
from crm.pull.repairs import begin
from crm.resources import ENTITIES
from crm.snapshots import damage as damages
from crm.snapshots.damage import damaged_files, is_whole
from crm.snapshots.files import digest_of
from crm.snapshots.journal_lines import write_line
from crm.snapshots.resume import FOLDER, JournalHeader, ResumeJournals
from crm.snapshots.store import Snapshots, SnapshotsError, UnknownManifest
from demo import DemoPortal, Faults
from language import ExplainedError, Message
from metrics.warehouse.build import DamagedRows, read_rows
from tests.crm.companies import RECENT, change, small_company, wait, written
from tests.crm.pulling import SECRET, everything, ids, manifest_of, pulled, settings_for

GROWING = ("lead_stage_history", "deal_stage_history", "comments")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def flip(share: float):
    """One bit at a share of a file, as a dying disk flips it: neither size nor moment tell."""

    def damage(path: Path) -> None:
        kept, data = path.stat(), bytearray(path.read_bytes())
        data[int(share * (len(data) - 1))] ^= 4
        path.write_bytes(data)
        os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))

    return damage


def swap(path: Path) -> None:
    """The file of the next entity in its place."""
    entity = ENTITIES[(ENTITIES.index(path.parent.name) + 1) % len(ENTITIES)]
    shutil.copyfile(next(path.parents[1].glob(f"{entity}/*.parquet")), path)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("not a row")


KINDS = {
    "missing": Path.unlink,
    "truncated": cut,
    "emptied": empty,
    "header": flip(0),
    "middle": flip(0.5),
    "footer": flip(0.97),
    "swapped": swap,
    "folder": make_folder,
    "longer": append,
}


def tiny_company():
    """The small company with no more rows a table than a file needs."""
    company = small_company()
    for table, above in (("leads", 20), ("deals", 210), ("activities", 60), ("users", 9), ("departments", 4)):
        for number in [int(row["ID"]) for row in company.table(table) if int(row["ID"]) > above]:
            company.table(table).delete(number)
    for number in range(1, 190):
        company.table("deals").delete(number)
    return company


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A portal, a data folder it was pulled into twice, and what a fresh full pull of it holds."""
    company = tiny_company()
    with DemoPortal(company, secret=SECRET) as portal:
        settings = settings_for(portal, tmp_path_factory.mktemp("sound"))
        pulled(settings)
        wait(company, hours=1)
        change(company, "deals", 200, TITLE="changed")
        for history in ("lead_stage_history", "deal_stage_history"):
            company.table(history).put({"ID": 900, "OWNER_ID": 5, "TYPE_ID": 2, "CREATED_TIME": written(company)})
        company.own("comments", ("deal", 200), {"ID": "900", "CREATED": RECENT, "AUTHOR_ID": "1"})
        pulled(settings)
        fresh = settings_for(portal, tmp_path_factory.mktemp("fresh"))
        pulled(fresh)
        yield portal, settings, plain(fresh)


@pytest.fixture
def damaged(sound, tmp_path):
    """Settings over a copy of the sound folder."""
    portal, settings, _ = sound
    shutil.copytree(settings.data_dir, tmp_path / "data")
    return settings_for(portal, tmp_path / "data")


def plain(settings):
    """Every entity's current rows, without the portal's clock and what a pull adds."""
    found = everything(settings)
    return {name: sorted((row[:-3] for row in rows), key=str) for name, rows in found.items() if name != "portal"}


def is_sound(settings):
    manifest = manifest_of(settings)
    whole = not any(list(damaged_files(manifest, entity)) for entity in ENTITIES)
    return whole and all(state.status == "complete" and not state.is_damaged for state in manifest.entities.values())


def rows_of_a_build(settings):
    """How many rows of each entity a build reads: its first step, the only one that meets files."""
    with duckdb.connect(config={"threads": 1}) as con:
        return read_rows(con, settings, manifest_of(settings))


def counts(settings):
    return {entity: len(found) for entity, found in everything(settings).items()}


def damage_notes(settings, key="damage.file"):
    return [note for note in manifest_of(settings).notes if note.key == key]


def files_of(settings, entity):
    return manifest_of(settings).files(entity)


# Files of rows


@pytest.mark.parametrize("kind", KINDS)
def test_a_pull_repairs_every_file_of_every_entity(sound, damaged, kind):
    paths = [path for entity in ENTITIES for path in files_of(damaged, entity)]
    for path in paths:
        KINDS[kind](path)
    with pytest.raises(DamagedRows):
        rows_of_a_build(damaged)
    pulled(damaged)
    assert rows_of_a_build(damaged) == counts(sound[1])
    assert plain(damaged) == sound[2]
    assert is_sound(damaged)
    told = {note.values["path"] for note in damage_notes(damaged)}
    assert told == {path.relative_to(damaged.snapshots_dir).as_posix() for path in paths}


ALONE = {
    "statuses": "truncated",
    "deals": "middle",
    "deal_stage_history": "folder",
    "activity_bindings": "missing",
    "comments": "footer",
}


@pytest.mark.parametrize(("entity", "kind"), list(ALONE.items()), ids=ALONE)
def test_a_pull_repairs_one_file_while_the_others_are_sound(sound, damaged, entity, kind):
    KINDS[kind](files_of(damaged, entity)[0])
    with pytest.raises(DamagedRows) as told:
        rows_of_a_build(damaged)
    assert told.value.message.values == {"entity": Message(f"entity.{entity}")}
    pulled(damaged)
    assert rows_of_a_build(damaged) == counts(sound[1])
    assert plain(damaged) == sound[2]
    assert is_sound(damaged)
    assert [note.values["entity"] for note in damage_notes(damaged)] == [Message(f"entity.{entity}")]


@pytest.mark.parametrize("fault", [errno.EIO])
def test_a_file_that_the_disk_does_not_give_any_more_is_pulled_anew(sound, damaged, fault, monkeypatch):
    (broken,) = files_of(damaged, "companies")

    def read(path):
        if path == broken:
            raise OSError(fault, os.strerror(fault))
        return digest_of(path)

    monkeypatch.setattr(damages, "digest_of", read)
    pulled(damaged)
    assert broken not in files_of(damaged, "companies")
    assert plain(damaged) == sound[2]


def test_a_moment_without_memory_is_no_damage(damaged, monkeypatch):
    def read(path):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    before = manifest_of(damaged)
    monkeypatch.setattr(damages, "digest_of", read)
    with pytest.raises(SnapshotsError):
        pulled(damaged)
    assert manifest_of(damaged) == before


def without_digests(settings):
    """Make the manifest that of a version that knew no digests."""
    path = settings.snapshots_dir / "manifest.json"
    path.write_text(re.sub(r',\s*"(digest|content)": "\w*"', "", path.read_text("utf-8")), "utf-8")
    assert not any(record.digest for state in manifest_of(settings).entities.values() for record in state.files)


@pytest.mark.parametrize("kind", ["missing", "truncated", "emptied", "swapped", "folder", "longer", "scrambled"])
def test_files_of_a_version_without_digests_are_read_through_and_the_damaged_ones_are_pulled_anew(sound, damaged, kind):
    without_digests(damaged)
    (path, *_) = files_of(damaged, "deals")
    (KINDS | {"scrambled": scramble})[kind](path)
    with pytest.raises(DamagedRows) as told:
        rows_of_a_build(damaged)
    assert told.value.message.values == {"entity": Message("entity.deals")}
    pulled(damaged)
    assert [note.values["entity"] for note in damage_notes(damaged)] == [Message("entity.deals")]
    assert rows_of_a_build(damaged) == counts(sound[1])
    assert plain(damaged) == sound[2]
    assert is_sound(damaged)


def scramble(path):
    path.write_bytes(path.read_bytes()[:4] + b"\xff" * (path.stat().st_size - 8) + path.read_bytes()[-4:])


def test_sound_files_of_a_version_without_digests_have_them_after_the_next_pull_and_none_is_pulled_anew(sound, damaged):
    before = {entity: files_of(damaged, entity) for entity in ("deals", "leads", "deal_stage_history", "comments")}
    without_digests(damaged)
    pulled(damaged)
    assert {entity: files_of(damaged, entity) for entity in before} == before
    assert all(record.digest for state in manifest_of(damaged).entities.values() for record in state.files)
    assert damage_notes(damaged) == []
    flip(0.5)(before["deals"][0])
    pulled(damaged)
    assert [note.values["entity"] for note in damage_notes(damaged)] == [Message("entity.deals")]
    assert plain(damaged) == sound[2]


# What a portal has forgotten


def test_sound_files_of_history_stay_and_what_the_portal_has_forgotten_is_named_as_lost(tmp_path):
    company = tiny_company()
    with DemoPortal(company, secret=SECRET) as portal:
        settings = settings_for(portal, tmp_path)
        pulled(settings)
        wait(company, hours=1)
        change(company, "deals", 200)
        company.table("deal_stage_history").put({"ID": 900, "OWNER_ID": 5, "CREATED_TIME": written(company)})
        pulled(settings)
        for number in (1, 2, 3, 900):
            company.table("deal_stage_history").delete(number)
        first, second = files_of(settings, "deal_stage_history")
        flip(0.5)(first)
        pulled(settings)
        assert second.exists()
        assert ids(settings, "deal_stage_history") == [*range(4, 401), 900]
        (lost,) = damage_notes(settings, "damage.lost")
        assert (lost.values["entity"], lost.values["count"]) == (Message("entity.deal_stage_history"), 3)
        wait(company, days=29)
        pulled(settings)
        assert damage_notes(settings, "damage.lost") == [lost]
        wait(company, days=2)
        pulled(settings)
        assert damage_notes(settings, "damage.lost") == []


def test_an_entity_whose_files_are_gone_is_still_guarded_against_a_portal_that_gives_less(sound, damaged):
    (path,) = files_of(damaged, "statuses")
    path.unlink()
    before, portal = manifest_of(damaged), sound[0]
    portal.faults = Faults(hidden={"statuses": range(1, 60)})
    try:
        with pytest.raises(EntityFailed):
            pulled(damaged)
    finally:
        portal.faults = Faults()
    assert manifest_of(damaged) == before


# The manifest


def edited(*places, value):
    """A damage that puts another value into the JSON of a file, at a path of members."""

    def damage(path):
        document = json.loads(path.read_text("utf-8"))
        *above, last = places
        member = document
        for place in above:
            member = member[place]
        member[last] = value
        path.write_text(json.dumps(document), "utf-8")

    return damage


DEALS = ("entities", "deals")
MANIFESTS = {
    **{name: KINDS[name] for name in ("truncated", "emptied", "header", "longer", "folder")},
    "null": lambda path: path.write_text("null"),
    "list": lambda path: path.write_text("[1, 2]"),
    "number": lambda path: path.write_text("7"),
    "deep": lambda path: path.write_text("[" * 100_000),
    "bytes": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "newer": edited("version", value=2),
    "no portal": edited("portal", value=None),
    "no host": edited("portal", "host", value=3),
    "no moment": edited("as_of", value="yesterday"),
    "no offset": edited("as_of", value="2026-11-23T12:00:00"),
    "no id": edited("pull_id", value=12),
    "counted": edited("counted_at", value=[]),
    "entities": edited("entities", value=[]),
    "entity": edited("entities", "deals", value="here"),
    "newer key": edited(*DEALS, "owed", value=[1]),
    "status": edited(*DEALS, "status", value="half"),
    "rows": edited(*DEALS, "rows", value="many"),
    "watermark": edited(*DEALS, "watermark", value="long ago"),
    "fields": edited(*DEALS, "fields", value=None),
    "pulled": edited(*DEALS, "pulled_at", value=17),
    "files": edited(*DEALS, "files", value={"path": 1}),
    "path": edited(*DEALS, "files", 0, "path", value="../../etc/passwd"),
    "size": edited(*DEALS, "files", 0, "bytes", value=-1),
    "digest": edited(*DEALS, "files", 0, "digest", value="md5"),
    "notes": edited("notes", value=["all is well"]),
    "note": edited("notes", value=[{"key": "pull.renamed", "values": {"old": [1]}}]),
}  # fmt: skip


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_manifest_that_is_not_known_is_one_sentence_and_nothing_of_it_is_believed(damaged, kind):
    snapshots = Snapshots(damaged.snapshots_dir)
    MANIFESTS[kind](damaged.snapshots_dir / "manifest.json")
    with pytest.raises(UnknownManifest, match=r"manifest\.json"):
        snapshots.manifest()
    beginning = begin(snapshots, record_phase=False)
    assert (beginning.before, beginning.is_unknown, beginning.pull_id) == (None, True, "000000000003")
    files = sorted(damaged.snapshots_dir.rglob("*.parquet"))
    snapshots.remove_leftovers()
    assert sorted(damaged.snapshots_dir.rglob("*.parquet")) == files


@pytest.mark.parametrize("kind", ["newer", "folder"])
def test_an_unknown_manifest_is_put_aside_only_once_another_is_there(sound, damaged, kind):
    path = damaged.snapshots_dir / "manifest.json"
    MANIFESTS[kind](path)
    portal, stood = sound[0], path.stat().st_ino
    portal.faults = Faults(refuse=range(10**9), refuse_status=401, refuse_error="NO_AUTH_FOUND")
    try:
        with pytest.raises(ExplainedError):
            pulled(damaged)
    finally:
        portal.faults = Faults()
    assert path.stat().st_ino == stood
    pulled(damaged)
    assert path.with_name("manifest.json.unknown-1").stat().st_ino == stood
    assert plain(damaged) == sound[2]
    assert [note.key for note in damage_notes(damaged, "damage.manifest")] == ["damage.manifest"]


def test_notes_that_nobody_can_say_any_more_stop_no_pull(damaged):
    notes = [{"key": "drift.deal_fields.appeared", "values": {}}, {"key": "from.tomorrow", "values": {"x": 1}}]
    edited("notes", value=notes)(damaged.snapshots_dir / "manifest.json")
    assert pulled(damaged).notes == ()


# Journals

HEADER = JournalHeader("https://acme.bitrix24.ru", "abc", "000000000001", "2026-11-23T12:00:00+03:00", 70, 2)


@pytest.fixture
def journal(tmp_path):
    """Opens the journal of deals in a folder where one was left with the rows 1, 2 and 3, a checkpoint each."""
    journals = ResumeJournals(tmp_path)
    with journals.journal("deals", ("ID",), HEADER).open() as left:
        for number in (1, 2, 3):
            left.add([{"ID": str(number)}], [{"low": 0, "cursor": number, "done": False}])
    return lambda: (journals.journal("deals", ("ID",), HEADER), journals.take_notes())


def cursors(found):
    return [checkpoint["cursor"] for checkpoint in found.checkpoints]


def in_header(**members):
    """A header that a later version might write."""

    def damage(path):
        lines = path.read_bytes().splitlines(keepends=True)
        begun = json.loads(lines[0])["begun"] | members
        with path.open("wb") as file:
            write_line(file, {"begun": begun})
            file.writelines(lines[1:])

    return damage


def line(**members):
    """A line that a later version might add."""

    def damage(path):
        with path.open("ab") as file:
            write_line(file, members)

    return damage


JOURNALS = {
    "header": flip(0.02),
    "folder": make_folder,
    "json": lambda path: path.write_text('{"a": 1}\n'),
    "words": lambda path: path.write_text("all is well\n"),
    "newer header": in_header(cuts=2),
    "workers": in_header(workers="two"),
    "moment": in_header(moment="yesterday"),
    "newer line": line(bytes=33, marks=[], seconds=3),
    "no marks": line(bytes=33, marks={"low": 0}),
    "marks": line(bytes=33, marks=[{"above": 7}]),
    "size": line(bytes="33", marks=[]),
    "record": line(record={"path": "deals/000000000001.parquet"}),
}


@pytest.mark.parametrize("kind", JOURNALS)
def test_a_journal_that_is_not_known_is_put_aside_with_its_rows_and_said_so(journal, tmp_path, kind):
    path = tmp_path / FOLDER / "deals.journal"
    JOURNALS[kind](path)
    found, notes = journal()
    assert not found.is_resumed
    assert {left.name for left in path.parent.iterdir()} == {"deals.journal.unknown-1", "deals.ndjson.unknown-1"}
    assert [(note.key, note.values["name"]) for note in notes] == [("damage.journal", "deals.journal.unknown-1")]
    with found.open() as again:
        again.add([{"ID": "4"}], [{"low": 0, "cursor": 4, "done": True}])
    found, notes = journal()
    assert (cursors(found), notes) == ([4], [])


@pytest.mark.parametrize("share", [place / 20 for place in range(9, 21)])
def test_a_bit_that_flips_behind_the_header_of_a_journal_costs_only_what_follows_it(journal, tmp_path, share):
    flip(share)(tmp_path / FOLDER / "deals.journal")
    found, notes = journal()
    assert cursors(found) == [1, 2, 3][: len(found.checkpoints)]
    assert len(found.checkpoints) < 3
    assert found.bytes == len(b'{"ID": "1"}\n') * len(found.checkpoints)
    assert notes == []


@pytest.mark.parametrize(("share", "whole"), [(0.1, 0), (0.5, 1), (0.9, 2)])
def test_rows_of_a_spool_that_flipped_are_pulled_again_and_no_gap_is_left_by_it(journal, tmp_path, share, whole):
    spool = tmp_path / FOLDER / "deals.ndjson"
    flip(share)(spool)
    found, _ = journal()
    assert cursors(found) == [1, 2, 3][:whole]
    with found.open() as again:
        again.add([{"ID": "8"}], [{"low": 0, "cursor": 8, "done": True}])
    assert cursors(journal()[0]) == [*[1, 2, 3][:whole], 8]
    assert spool.read_text().splitlines()[whole:] == ['{"ID": "8"}']


def test_a_finished_file_that_flipped_is_not_resumed_from(settings):
    def stop(progress):
        if progress.running and progress.running.entity == "activities":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pulled(settings, progress=stop)
    (deals,) = settings.snapshots_dir.glob("deals/*.parquet")
    flip(0.5)(deals)
    pulled(settings, phase=1)
    assert is_whole(deals, manifest_of(settings).state("deals").files[0])
