"""The plan beside the data: replaced as a whole or by months, never lost, read after a person's hands."""

import errno
import json
import os
import threading

import pytest
from filelock import FileLock
from openpyxl import load_workbook

from crm.settings import load_settings
from inputs.plan import store as store_module
from inputs.plan.errors import PlanChanged, PlanError
from inputs.plan.store import PlanStore, plan_path
from language import Message
from refresh.demo_settings import with_data
from tests.inputs.plan.plans import NAMES, NOVEMBER, OCTOBER, planned

FIRST, SECOND, LATER = planned(OCTOBER, 5, 0, 100), planned(OCTOBER, 7, 0, None, 10), planned(NOVEMBER, 5, 0, 7)


@pytest.fixture
def store(tmp_path):
    return PlanStore(tmp_path / "plan" / "plan.xlsx")


def edited(store, cell, value):
    book = load_workbook(store.path)
    book.active[cell] = value
    book.save(store.path)


def left(store):
    return sorted(path.name for path in store.path.parent.iterdir() if path.name != "plan.lock")


def test_there_is_no_plan_before_one_is_stored(store):
    assert (store.rows(), store.digest(), store.problems()) == ((), "", ())


def test_rows_are_kept_in_the_order_of_their_keys_and_empty_ones_are_not(store):
    store.replace([LATER, planned(OCTOBER, 9, 0), SECOND, FIRST])
    assert store.rows() == (FIRST, SECOND, LATER)


def test_months_are_replaced_and_others_stand(store):
    store.replace([FIRST, SECOND, LATER])
    store.replace_months({OCTOBER}, [planned(OCTOBER, 5, 0, 200), planned(NOVEMBER, 5, 0, 99)])
    assert store.rows() == (planned(OCTOBER, 5, 0, 200), LATER)
    store.replace_months({OCTOBER}, [])
    assert store.rows() == (LATER,)


def test_months_that_are_no_longer_as_they_were_seen_are_not_replaced(store):
    store.replace([FIRST, LATER])
    store.replace_months({NOVEMBER}, [planned(NOVEMBER, 7, 0, 1)])
    with pytest.raises(PlanChanged):
        store.replace_months({NOVEMBER}, [], seen=[LATER])
    assert store.rows() == (FIRST, planned(NOVEMBER, 7, 0, 1))
    store.replace_months({OCTOBER}, [SECOND], seen=[FIRST])  # what happened to another month disturbs nobody
    assert store.rows() == (SECOND, planned(NOVEMBER, 7, 0, 1))


def test_the_digest_changes_with_the_plan_and_with_nothing_else(store):
    store.replace([FIRST])
    before, file = store.digest(), store.path.stat().st_ino
    store.replace([FIRST], problems=[Message("plan.told.negative", cell="F2", found="-1")])
    assert (store.digest(), store.path.stat().st_ino) == (before, file) != ("", file)
    store.replace([SECOND])
    assert store.digest() != before


def test_what_was_told_is_kept_until_the_next_source_tells(store):
    negative = Message("plan.told.negative", cell="F2", found="-1")
    store.replace([FIRST], problems=[negative])
    assert store.problems() == (negative,)
    store.note_failure(Message("plan.sheet.quota"))
    assert (store.problems(), store.rows()) == ((Message("plan.sheet.quota"), negative), (FIRST,))
    store.replace_months({OCTOBER}, [FIRST])
    assert store.problems() == ()


def test_a_workbook_edited_by_hand_is_read_and_kept_before_it_is_replaced(store):
    store.replace([FIRST], names=NAMES)
    edited(store, "F2", "много")
    edited(store, "G2", "4 шт")
    assert store.rows() == ()
    edited(store, "G2", 4)
    assert store.rows() == (planned(OCTOBER, 5, 0, None, 4),)
    assert [one.values["cell"] for one in store.problems()] == ["F2"]
    store.replace_months({NOVEMBER}, [LATER])
    assert (store.rows(), store.problems()) == ((planned(OCTOBER, 5, 0, None, 4), LATER), ())
    kept = [name for name in left(store) if name.startswith("plan-kept-")]
    assert left(store) == [*kept, "plan.xlsx", "problems.json"]
    assert load_workbook(store.path.with_name(kept[0])).active["F2"].value == "много"


def test_a_damaged_file_is_an_error_that_names_it_and_never_an_empty_plan(store):
    store.replace([FIRST])
    store.path.write_bytes(b"PK\3\4 cut off")
    for act in (store.rows, store.problems, lambda: store.replace_months({NOVEMBER}, [LATER])):
        with pytest.raises(PlanError) as refused:
            act()
        assert str(store.path) in refused.value.text("en")
    assert store.path.read_bytes() == b"PK\3\4 cut off"
    store.replace([LATER])
    assert store.rows() == (LATER,)
    assert [name for name in left(store) if name.startswith("plan-kept-")] != []


def test_a_lost_note_costs_a_copy_and_no_plan(store):
    store.replace([FIRST])
    store.path.with_name("problems.json").write_text("{")
    assert (store.rows(), store.problems()) == ((FIRST,), ())
    store.replace([SECOND])
    assert store.rows() == (SECOND,)


@pytest.mark.parametrize(
    ("fault", "key"), [(errno.ENOSPC, "no_room"), (errno.EDQUOT, "no_room"), (errno.EIO, "unwritable")]
)
def test_a_failed_write_leaves_the_earlier_plan_and_no_draft_and_says_where_the_disk_is_full(
    store, monkeypatch, fault, key
):
    store.replace([FIRST])

    def full(_):
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr("crm.snapshots.files.os.fsync", full)
    with pytest.raises(PlanError) as refused:
        store.replace([SECOND])
    assert refused.value.message.key == f"plan.store.{key}"
    assert (store.rows(), left(store)) == ((FIRST,), ["plan.xlsx", "problems.json"])


def test_a_writer_waits_for_another_and_says_so_when_it_lasts(store, monkeypatch):
    store.replace([FIRST])
    monkeypatch.setattr(store_module, "PATIENCE", 0.05)
    with FileLock(store.path.with_name("plan.lock")), pytest.raises(PlanError) as refused:
        store.replace([SECOND])
    assert refused.value.message.key == "plan.store.unwritable"


def test_writers_at_once_lose_no_month(store):
    rows = [planned(OCTOBER.replace(month=month), 5, 0, month) for month in range(1, 9)]
    writers = [threading.Thread(target=store.replace_months, args=({row.key.month}, [row])) for row in rows]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert store.rows() == tuple(rows)


def test_a_plan_lies_beside_the_data_of_its_company(tmp_path):
    settings = load_settings(data_dir=tmp_path, webhook_url=None)
    assert plan_path(settings) == tmp_path / "plan" / "plan.xlsx"
    assert plan_path(with_data(settings)) == tmp_path / "demo" / "plan" / "plan.xlsx"


def test_what_an_older_version_told_of_a_plan_is_still_known(store):
    store.replace([FIRST])
    told = {"key": "plan.told.negative", "values": {"cell": "F2", "found": "-1"}}
    notes = {"written": store.digest(), "told": [told], "source": ""}
    store.path.with_name("problems.json").write_text(json.dumps(notes, ensure_ascii=False, indent=1), "utf-8")
    assert store.problems() == (Message("plan.told.negative", cell="F2", found="-1"),)
