"""Files are written whole or not at all, and only what the manifest names counts."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from crm.resources import ENTITIES
from crm.snapshots.manifest import EntityState, Manifest
from crm.snapshots.store import UNLISTED_FOR_SECONDS, DiskFullError, Snapshots, SnapshotsError
from language import Message
from tests.snapshot_rows import AS_OF, ORIGIN, write_snapshots

ROOT = Path(__file__).parents[3]
FIRST, SECOND = "000000000001", "000000000002"


def read(path, columns="ID, TITLE"):
    with duckdb.connect() as connection:
        rows = connection.read_parquet(str(path), file_row_number=True).order("file_row_number")
        return rows.project(columns).fetchall()


def files_in(directory):
    return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())


def manifest_of(snapshots, **entities):
    states = {
        name: EntityState("complete", files=tuple(files), rows=sum(file.rows for file in files))
        for name, files in entities.items()
    }
    return Manifest(snapshots.directory, ORIGIN, "acme.bitrix24.ru", AS_OF, FIRST, states)


@pytest.mark.parametrize(
    ("received", "kept"),
    [
        ("  ООО «Ромашка» ", "  ООО «Ромашка» "),
        ("", ""),
        (None, None),
        (41, "41"),
        (15000.5, "15000.5"),
        (True, "true"),
        (False, "false"),
        ([1, "два"], '[1, "два"]'),
        ([], "[]"),
        ({"a": None}, '{"a": null}'),
        ("cut \ud83d emoji", "cut ? emoji"),
        ("tab\t line\n feed\u2028 \u0000 \"quoted\" \\ 'n'", "tab\t line\n feed\u2028 \u0000 \"quoted\" \\ 'n'"),
        ("2026-02-05T10:26:32+03:00", "2026-02-05T10:26:32+03:00"),
        ("NaN", "NaN"),
    ],
)
def test_a_value_is_kept_as_the_text_it_came_as(tmp_path, received, kept):
    snapshots = Snapshots(tmp_path)
    record = snapshots.write("deals", FIRST, [{"ID": "1", "TITLE": received}], AS_OF)
    assert read(tmp_path / record.path) == [("1", kept)]


def test_a_key_that_stands_twice_in_an_answer_counts_once(tmp_path):
    row = json.loads('{"ID": "1", "TITLE": "old", "TITLE": "new"}')
    assert read(tmp_path / Snapshots(tmp_path).write("deals", FIRST, [row], AS_OF).path) == [("1", "new")]


def test_every_file_has_the_columns_of_its_entity_and_says_which_pull_it_is_from(tmp_path):
    snapshots = Snapshots(tmp_path)
    empty = snapshots.write("currencies", FIRST, [], AS_OF)
    full = snapshots.write("currencies", SECOND, [{"CURRENCY": "USD", "AMOUNT": "68.79", "FULL_NAME": "Dollar"}], AS_OF)
    columns = ["CURRENCY", "AMOUNT", "AMOUNT_CNT", "BASE", "pull_id", "pulled_at", "is_deleted"]
    for record in (empty, full):
        with duckdb.connect() as connection:
            relation = connection.read_parquet(str(tmp_path / record.path))
            assert relation.columns == columns
            assert [str(kind) for kind in relation.types] == ["VARCHAR"] * 6 + ["BOOLEAN"]
    assert (empty.rows, full.rows) == (0, 1)
    assert full.bytes == (tmp_path / full.path).stat().st_size
    assert read(tmp_path / full.path, "* exclude (file_row_number)") == [
        ("USD", "68.79", None, None, SECOND, AS_OF, False)
    ]


def test_rows_keep_the_order_they_came_in(tmp_path):
    record = Snapshots(tmp_path).write("deals", FIRST, ({"ID": n, "TITLE": "x"} for n in range(50_000)), AS_OF)
    assert [int(number) for number, _ in read(tmp_path / record.path)] == list(range(50_000))


def test_a_table_is_never_held_in_memory(tmp_path):
    tracemalloc.start()
    try:
        Snapshots(tmp_path).write("deals", FIRST, ({"ID": n, "TITLE": f"{n}" * 2000} for n in range(4000)), AS_OF)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_reasons_and_notes_are_written_as_older_versions_read_and_wrote_them(tmp_path):
    drift = Message("drift.deal_fields.appeared", day=dt.date(2026, 11, 20), fields="UF_CRM_CARGO")
    write_snapshots(tmp_path, {}, absent={"calls": "portal.scope_missing"}, notes=[drift, Message("pull.not_admin")])
    stored = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert stored["notes"] == [
        {"key": "drift.deal_fields.appeared", "values": {"day": "2026-11-20", "fields": "UF_CRM_CARGO"}},
        {"key": "pull.not_admin", "values": {}},
    ]
    calls, deals = (stored["entities"][name] for name in ("calls", "deals"))
    assert (calls["reason"], calls["reason_values"]) == ("portal.scope_missing", {})
    assert (deals["reason"], deals["reason_values"]) == (None, {})
    assert Snapshots(tmp_path).manifest().notes == (drift, Message("pull.not_admin"))


def test_a_manifest_is_read_back_as_it_was_published(tmp_path):
    absent = {"calls": "portal.scope_missing"}
    notes = [Message("pull.renamed", old="a", new="b")]
    published = write_snapshots(tmp_path, {"deals": [{"ID": "1"}]}, absent=absent, coming=["comments"], notes=notes)
    manifest = Snapshots(tmp_path).manifest()
    assert manifest == published
    assert manifest.origin == ORIGIN
    assert set(manifest.entities) == set(ENTITIES)
    assert (manifest.state("calls").status, manifest.state("calls").reason) == (
        "absent",
        Message("portal.scope_missing"),
    )
    assert manifest.state("comments").status == "coming"
    assert [path.name for path in manifest.files("deals")] == ["000000000001.parquet"]
    assert manifest.files("calls") == manifest.files("comments") == manifest.files("nothing") == []


def test_before_the_first_pull_there_is_no_manifest(tmp_path):
    assert Snapshots(tmp_path / "nowhere").manifest() is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"version": 2}', '{"version": 1}'])
def test_a_manifest_that_cannot_be_read_is_named_and_not_taken_for_none(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(SnapshotsError, match=r"manifest\.json"):
        Snapshots(tmp_path).manifest()


def test_rows_that_a_newer_file_lacks_are_kept_as_they_were(tmp_path):
    snapshots = Snapshots(tmp_path)
    history = "deal_stage_history"
    first = snapshots.write(history, FIRST, [{"ID": n, "STAGE_ID": "old"} for n in (1, 2, 3)], AS_OF)
    second = snapshots.write(history, SECOND, [{"ID": n, "STAGE_ID": "new"} for n in (2, 4)], AS_OF)
    kept = snapshots.keep(history, SECOND, [first], second)
    assert read(tmp_path / kept.path, "ID, STAGE_ID, pull_id") == [("1", "old", FIRST), ("3", "old", FIRST)]
    third = snapshots.write(history, "000000000003", [{"ID": "5"}], AS_OF)
    both = snapshots.keep(history, "000000000003", [kept, second], third)
    assert [row[0] for row in read(tmp_path / both.path, "ID")] == ["1", "3", "2", "4"]
    assert snapshots.keep(history, "000000000004", [first], first) is None
    assert snapshots.keep(history, "000000000004", [], first) is None


def test_a_failure_while_rows_come_leaves_nothing_behind(tmp_path):
    def rows():
        yield {"ID": "1"}
        raise LookupError

    with pytest.raises(LookupError):
        Snapshots(tmp_path).write("deals", FIRST, rows(), AS_OF)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [(OSError(28, "No space left on device"), DiskFullError), (PermissionError(13, "denied"), SnapshotsError)],
)
def test_a_disk_that_takes_no_more_is_explained(tmp_path, monkeypatch, error, kind):
    def refuse(*_):
        raise error

    monkeypatch.setattr("crm.snapshots.parquet_files.spool_rows", refuse)
    with pytest.raises(kind) as raised:
        Snapshots(tmp_path).write("deals", FIRST, [{"ID": "1"}], AS_OF)
    assert type(raised.value) is kind
    assert files_in(tmp_path) == []


def test_a_full_disk_is_known_by_the_engines_own_words(tmp_path, monkeypatch):
    def refuse(*_):
        raise duckdb.IOException('Could not write file ".tmp": No space left on device')

    monkeypatch.setattr(Snapshots, "_copy", refuse)
    with pytest.raises(DiskFullError):
        Snapshots(tmp_path).write("deals", FIRST, [{"ID": "1"}], AS_OF)


def child(directory, body, **options):
    """Run ``body`` in a process of its own, over published snapshots of one deal; its exit code."""
    write_snapshots(directory, {"deals": [{"ID": "1", "TITLE": "old"}]})
    program = """
        import os, resource, signal, sys
        from dataclasses import replace
        from pathlib import Path
        from crm.snapshots.manifest import EntityState
        from crm.snapshots.store import Snapshots, DiskFullError
        snapshots = Snapshots(Path(sys.argv[1]))
        manifest = snapshots.manifest()
        def die(*_): os.kill(os.getpid(), signal.SIGKILL)
        def rows(count, at=-1):
            for number in range(count):
                if number == at: die()
                yield {"ID": str(number), "TITLE": os.urandom(60).hex()}
    """
    code = textwrap.dedent(program) + textwrap.dedent(body)
    done = subprocess.run([sys.executable, "-c", code, str(directory)], cwd=ROOT, check=False, timeout=60, **options)
    return done.returncode


WRITTEN = 'record = snapshots.write("deals", "000000000002", rows(2000), "later")\n'
PUBLISH = (
    'state = EntityState("complete", files=(record,), rows=record.rows)\n'
    'snapshots.publish(replace(manifest, pull_id="000000000002", entities={**manifest.entities, "deals": state}))\n'
)
SYNC_DIES = "import crm.snapshots.files\ncrm.snapshots.files.sync = die\n"
KILLED_AT = {
    "while rows come": 'snapshots.write("deals", "000000000002", rows(20_000, at=15_000), "later")',
    "while parquet is written": "Snapshots._copy = die\n" + WRITTEN,
    "before the file has its name": SYNC_DIES + WRITTEN,
    "before the manifest is written": WRITTEN
    + "import crm.snapshots.store\ncrm.snapshots.store.to_json = die\n"
    + PUBLISH,
    "before the manifest is replaced": WRITTEN + SYNC_DIES + PUBLISH,
}


@pytest.mark.parametrize("moment", KILLED_AT)
def test_killed_anywhere_before_the_manifest_is_replaced_the_old_state_stands(tmp_path, moment):
    assert child(tmp_path, KILLED_AT[moment]) == -signal.SIGKILL
    snapshots = Snapshots(tmp_path)
    manifest = snapshots.manifest()
    assert manifest.pull_id == FIRST
    assert read(manifest.files("deals")[0]) == [("1", "old")]
    snapshots.remove_leftovers()
    assert files_in(tmp_path) == sorted(["manifest.json", *manifest.listed()])


def test_killed_after_the_manifest_is_replaced_the_new_state_stands(tmp_path):
    assert child(tmp_path, WRITTEN + PUBLISH + "die()") == -signal.SIGKILL
    manifest = Snapshots(tmp_path).manifest()
    assert manifest.pull_id == SECOND
    assert len(read(manifest.files("deals")[0])) == 2000


def test_a_disk_that_is_full_in_the_middle_leaves_the_old_state(tmp_path):
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
    body = limit + 'try:\n    snapshots.write("deals", "000000000002", rows(20_000), "later")\nexcept DiskFullError:\n'
    assert child(tmp_path, body + "    sys.exit(7)") == 7
    snapshots = Snapshots(tmp_path)
    assert files_in(tmp_path) == sorted(["manifest.json", *snapshots.manifest().listed()])


def test_what_is_not_listed_any_more_stays_for_an_hour_for_who_still_reads_it(tmp_path):
    snapshots = Snapshots(tmp_path)
    old = snapshots.write("deals", FIRST, [{"ID": "1"}], AS_OF)
    os.utime(tmp_path / old.path, (0, 0))
    snapshots.publish(manifest_of(snapshots, deals=[old]))
    snapshots.remove_leftovers()
    new = snapshots.write("deals", SECOND, [{"ID": "2"}], AS_OF)
    snapshots.publish(replace(manifest_of(snapshots, deals=[new]), pull_id=SECOND))
    snapshots.remove_leftovers()
    assert files_in(tmp_path) == ["deals/000000000001.parquet", "deals/000000000002.parquet", "manifest.json"]
    snapshots.remove_leftovers(now=time.time() + UNLISTED_FOR_SECONDS + 5)
    assert files_in(tmp_path) == ["deals/000000000002.parquet", "manifest.json"]


def test_what_is_none_of_its_files_is_never_swept(tmp_path):
    (tmp_path / "plan").mkdir()
    for name in ("plan/plan.parquet", "notes.txt", ".pull.lock"):
        (tmp_path / name).write_text("mine", "utf-8")
    Snapshots(tmp_path).remove_leftovers(now=time.time() + 10**6)
    assert files_in(tmp_path) == [".pull.lock", "notes.txt", "plan/plan.parquet"]


def test_files_of_a_published_manifest_are_not_discarded(tmp_path):
    snapshots = Snapshots(tmp_path)
    listed, other = (snapshots.write("deals", number, [{"ID": "1"}], AS_OF) for number in (FIRST, SECOND))
    snapshots.publish(manifest_of(snapshots, deals=[listed]))
    snapshots.discard([listed, other])
    assert files_in(tmp_path) == ["deals/000000000001.parquet", "manifest.json"]


def test_rows_for_tests_must_have_columns_that_snapshots_have(tmp_path):
    with pytest.raises(ValueError, match="NMAE"):
        write_snapshots(tmp_path, {"users": [{"ID": "1", "NMAE": "x"}]})
    with pytest.raises(ValueError, match="dealz"):
        write_snapshots(tmp_path, {"dealz": []})
