"""Files that pile up become one, with the same rows, while whoever reads the old ones reads on."""

import duckdb
import pytest

from crm.snapshots import store
from crm.snapshots.manifest import EntityState, FileRecord
from crm.snapshots.store import UNLISTED_FOR_SECONDS, Snapshots, has_piled_up
from tests.crm.companies import change, wait
from tests.crm.pulling import counted, everything, ids, manifest_of, pulled, rows, settings_for

AS_OF = "2026-11-23T12:00:00+03:00"


def state(*counts):
    return EntityState("complete", files=tuple(FileRecord(f"deals/{n}.parquet", n, 1) for n in counts))


@pytest.mark.parametrize(
    ("counts", "due"),
    [
        ((), False),
        ((90_000,), False),
        ((90_000, *[1] * 12), False),
        ((90_000, *[1] * 13), True),
        ((90_000, 22_500), False),
        ((90_000, 12_000, 10_501), True),
        ((10, 19_999), False),
    ],
)
def test_files_are_put_together_when_there_are_many_or_they_hold_much(counts, due):
    assert has_piled_up(state(*counts)) is due


def test_of_each_id_the_newest_row_stays_and_nothing_that_is_gone(tmp_path):
    snapshots = Snapshots(tmp_path)
    first = snapshots.write("deals", "000000000001", [{"ID": n, "TITLE": "old"} for n in (1, 2, 10, 3)], AS_OF)
    changes = [{"ID": 2, "TITLE": "new"}, {"ID": 1, "TITLE": "old"}, {"ID": 4, "TITLE": "more"}]
    second, new = snapshots.write_changes("deals", "000000000002", changes, AS_OF, [first])
    assert (second.rows, new) == (2, 1)
    gone = snapshots.write_deleted("deals", "000000000003", [3, 4], AS_OF)
    again, back = snapshots.write_changes(
        "deals", "000000000004", [{"ID": 4, "TITLE": "back"}], AS_OF, [first, second, gone]
    )
    assert back == 1
    files = [first, second, gone, again]
    whole = snapshots.compact("deals", "000000000005", files)
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(tmp_path / whole.path)).project("ID, TITLE, pull_id, is_deleted").fetchall()
    assert sorted(found) == [
        ("1", "old", "000000000001", False),
        ("10", "old", "000000000001", False),
        ("2", "new", "000000000002", False),
        ("4", "back", "000000000004", False),
    ]
    assert list(snapshots.current_ids(files)) == list(snapshots.current_ids([whole])) == [1, 2, 4, 10]


def test_a_row_that_is_the_same_as_ours_is_not_written(tmp_path):
    snapshots = Snapshots(tmp_path)
    first = snapshots.write("deals", "000000000001", [{"ID": "1", "TITLE": None}, {"ID": "2", "TITLE": ""}], AS_OF)
    same = [{"ID": 1, "TITLE": None}, {"ID": 2, "TITLE": ""}]
    assert snapshots.write_changes("deals", "000000000002", same, AS_OF, [first]) == (None, 0)
    assert snapshots.write_changes("deals", "000000000002", [], AS_OF, [first]) == (None, 0)
    other = [{"ID": 1, "TITLE": ""}, {"ID": 2, "TITLE": ""}]
    record, new = snapshots.write_changes("deals", "000000000002", other, AS_OF, [first])
    assert (record.rows, new) == (1, 0)


def test_many_pulls_leave_few_files_and_a_reader_of_the_old_ones_reads_on(
    settings, company, tmp_path, served, monkeypatch
):
    monkeypatch.setattr(store, "MOST_FILES", 3)
    pulled(settings)
    read = []
    for number in range(store.MOST_FILES + 1):
        wait(company, minutes=30)
        change(company, "deals", 5, TITLE=f"правка {number}")
        read.append((manifest_of(settings).files("deals"), rows(settings, "deals", "ID", "TITLE")))
        pulled(settings, phase=1)
    counts = [len(files) for files, _ in read]
    assert max(counts) == store.MOST_FILES + 1
    assert len(manifest_of(settings).files("deals")) == 1
    assert manifest_of(settings).files("deals")[0].name.endswith(".whole.parquet")
    files, _ = read[-1]
    assert all(path.exists() for path in files)
    snapshots = Snapshots(settings.snapshots_dir)
    snapshots.remove_leftovers(now=files[0].stat().st_mtime + UNLISTED_FOR_SECONDS + 5)
    assert not any(path.exists() for path in files)
    assert ids(settings, "deals") == counted(company, "deals")
    pulled(settings)
    fresh = settings_for(served, tmp_path / "fresh")
    pulled(fresh)
    assert sorted(rows(settings, "deals", "ID", "TITLE")) == sorted(rows(fresh, "deals", "ID", "TITLE"))
    assert {name: len(found) for name, found in everything(settings).items()} == {
        name: len(found) for name, found in everything(fresh).items()
    }


def test_a_pull_that_dies_after_putting_files_together_leaves_the_old_ones(settings, company, monkeypatch):
    monkeypatch.setattr(store, "MOST_FILES", 0)
    pulled(settings)
    before = manifest_of(settings)
    wait(company, hours=1)
    change(company, "deals", 5, TITLE="правка")

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Snapshots, "publish", die)
        with pytest.raises(KeyboardInterrupt):
            pulled(settings)
    assert manifest_of(settings) == before
    assert all(path.exists() for path in before.files("deals"))
    pulled(settings)
    assert len(manifest_of(settings).files("deals")) == 1
    assert ("правка",) in rows(settings, "deals", "TITLE")
