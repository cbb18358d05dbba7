"""An end is proven by answers that agree: two that lie make no gap, and what was deleted meanwhile keeps none open."""

from dataclasses import replace

import pytest

from crm.paging.batch_size import BatchSize
from crm.paging.id_ranges import RangeWalk
from crm.paging.keyset import KeysetWalk, whole_walk
from crm.portal.client import PortalContradicts
from crm.portal.errors import BatchTooLong
from crm.resources import BY_ENTITY, changed_since
from tests.crm.tables import TablePortal

DEALS, LEADS, CALLS = BY_ENTITY["deals"], BY_ENTITY["leads"], BY_ENTITY["calls"]
COUNT = 120


def walked(portal, newest=COUNT, resource=DEALS):
    return [int(row["ID"]) for page in whole_walk(portal, resource, newest, 1) for row in page]


def answering(lies):
    """A portal of 120 rows whose answers are replaced: (batch, label) → how, given the answers to compare with."""

    def meddle(batch, label, _, right):
        lie = lies.get((batch, label)) or lies.get((None, label))
        return None if lie is None else replace(right, result=lie(right.result))

    return TablePortal(range(1, COUNT + 1), meddle=meddle)


def empty(_):
    return []


def page(first, last):
    return lambda _: [{"ID": str(number), "TITLE": f"row {number}"} for number in range(first, last + 1)]


@pytest.mark.parametrize("label", ["c00", "c01", "c02"])
@pytest.mark.parametrize("proof", ["highest", "newest"])
def test_a_page_and_a_proof_that_come_empty_in_one_batch_make_no_gap(label, proof):
    portal = answering({(1, label): empty, (1, proof): empty})
    assert walked(portal) == list(range(1, COUNT + 1))


def test_a_batch_that_is_empty_but_for_its_first_pages_is_no_end():
    lies = {(batch, label): empty for batch in (1, 2) for label in ("c01", "c02", "above", "after", "highest")}
    assert walked(answering(lies)) == list(range(1, COUNT + 1))


def test_rows_missing_from_the_middle_of_the_last_page_are_found():
    def without_some(rows):
        return rows[:5] + rows[9:]

    assert walked(answering({(1, "c02"): without_some})) == list(range(1, COUNT + 1))
    assert walked(answering({(1, "c02"): without_some, (2, "after"): without_some})) == list(range(1, COUNT + 1))


@pytest.mark.parametrize(
    "lies",
    [
        {(1, "c00"): page(51, 100)},
        {(1, "c00"): page(101, 120)},
        {(1, "c01"): page(101, 120)},
        {(1, "c00"): page(51, 100), (1, "c01"): page(101, 120)},
        {(1, "c00"): page(51, 100), (1, "c01"): empty},
        {(1, "c00"): page(51, 100), (1, "c01"): page(1, 50)},
    ],
    ids=["the second", "the last", "the last in the second", "all that follow", "then none", "two swapped"],
)
def test_a_page_of_another_command_of_the_chain_hides_no_row(lies):
    assert sorted(walked(answering(lies))) == list(range(1, COUNT + 1))


@pytest.mark.parametrize("spoil", [lambda rows: rows * 2, lambda rows: rows[::-1], lambda rows: rows[:9] + rows[8:]])
@pytest.mark.parametrize("label", ["c00", "c02", "highest"])
def test_pages_that_come_twice_or_out_of_order_are_asked_again(spoil, label):
    assert walked(answering({(1, label): spoil})) == list(range(1, COUNT + 1))


def test_an_end_below_the_newest_id_of_the_survey_has_to_be_said_in_three_requests():
    portal = answering({})
    portal.ids = [number for number in portal.ids if number <= 100]
    assert walked(portal) == list(range(1, 101))
    assert len(portal.batches) == 3


def test_an_end_that_nothing_speaks_against_is_proven_by_the_request_that_reaches_it():
    portal = answering({})
    assert walked(portal) == list(range(1, COUNT + 1))
    assert portal.batches == [["c00", "c01", "c02", "highest", "newest"]]


def test_a_table_emptied_while_it_is_walked_comes_to_an_end():
    portal = answering({})
    portal.before = lambda batch: portal.ids.clear() if batch == 3 else None
    portal.ids = list(range(1, 5_001))
    portal.row = lambda number: {"ID": str(number)}
    with pytest.raises(PortalContradicts):  # the newest id of a table that gave rows is never agreed to be none
        walked(portal, newest=5_000)


def test_no_rows_are_believed_when_two_requests_find_none():
    portal = TablePortal([])
    assert walked(portal, newest=0) == []
    assert [sorted(labels) for labels in portal.batches] == [
        ["c00", "highest", "newest"],
        ["above", "highest", "newest"],
    ]


def changes_walk(portal, **more):
    changes = changed_since(DEALS, "DATE_MODIFY", "2026-01-01T00:00:00+03:00")
    walk = RangeWalk(portal, changes, BatchSize(), low=0, high=None, has_rows=True, **more)
    return [int(row["ID"]) for rows in KeysetWalk(portal, changes, [walk], walk.batch_size, 1) for row in rows]


def test_changes_that_come_empty_in_the_first_request_are_not_lost():
    portal = answering({(1, "c00"): empty, (1, "highest"): empty})
    assert changes_walk(portal) == list(range(1, COUNT + 1))


def test_rows_that_are_known_to_have_been_there_are_gone_when_three_requests_say_so():
    nothing = {(None, label): empty for label in ("c00", "above", "highest")}
    portal = answering(nothing)
    assert changes_walk(portal, expected=7) == []
    assert len(portal.batches) == 3


def test_the_rows_of_another_list_are_not_taken():
    leads = [dict.fromkeys(LEADS.columns) | {"ID": str(number)} for number in range(1, 51)]
    portal = answering({(1, "c00"): lambda _: leads})
    rows = [row for rows in whole_walk(portal, DEALS, COUNT, 1) for row in rows]
    assert all("STATUS_ID" not in row for row in rows)


def test_the_answer_to_a_proof_is_not_taken_for_a_row():
    def bare(batch, label, _, right):
        return replace(right, result=[{"ID": "7"}]) if (batch, label) == (1, "c00") else None

    portal = TablePortal([7], meddle=bare)
    [[row]] = [rows for rows in whole_walk(portal, DEALS, 7, 1) if rows]
    assert row == {"ID": "7", "TITLE": "row 7"}


def test_a_portal_that_takes_fewer_commands_is_asked_in_shorter_batches():
    def too_long(_, label, __, ___):
        place = portal.batches[-1].index(label)
        return (
            BatchTooLong("portal.batch_too_long", host="acme", method="crm.deal.list", said="") if place > 9 else None
        )

    portal = TablePortal(range(1, 4_001), meddle=too_long)
    assert walked(portal, newest=4_000) == list(range(1, 4_001))
    assert max(len(labels) for labels in portal.batches[1:]) <= 10


def test_a_portal_that_refuses_a_long_batch_as_a_whole_is_asked_in_shorter_ones():
    def too_long(_):
        if len(portal.batches[-1]) > 20:
            raise BatchTooLong("portal.batch_too_long", host="acme", method="batch", said="")

    portal = TablePortal(range(1, 4_001), before=too_long)
    assert walked(portal, newest=4_000) == list(range(1, 4_001))
