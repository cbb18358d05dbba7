"""No silent gap: whatever a portal drops, cuts or confuses, the walk has every row, or fails."""

import random
from dataclasses import replace

import pytest

from crm.paging.keyset import newest_known, survey, whole_walk
from crm.portal.client import Answer, PortalContradicts
from crm.portal.errors import (
    AccessDenied,
    BrokenAnswer,
    OperatingLimit,
    RequestRejected,
    ServerFailed,
    TimedOut,
    Unreachable,
)
from crm.resources import BY_ENTITY
from tests.crm.tables import TablePortal, lost

DEALS = BY_ENTITY["deals"]
CALLS = BY_ENTITY["calls"]
USERS = BY_ENTITY["users"]
HISTORY = BY_ENTITY["deal_stage_history"]
SPARSE = sorted(random.Random(7).sample(range(1, 60_000), 9_000))


def walk(portal, resource=DEALS, newest=None, workers=1):
    newest = max(portal.ids, default=0) if newest is None else newest
    pages = whole_walk(portal, resource, newest, workers)
    ids = [int(row["ID"]) for page in pages for row in page]
    assert pages.share == 1.0
    return ids


def rows_of(*ids):
    return [{"ID": str(number)} for number in ids]


def failed(kind=ServerFailed, key="portal.server_failed"):
    return kind(key, host="acme", method="crm.deal.list", said="")


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("ids", [[], [7], range(1, 51), range(1, 52), range(1, 2501), range(1, 2600), SPARSE])
@pytest.mark.parametrize("resource", [DEALS, CALLS, USERS])
def test_every_row_comes_once(ids, resource, workers):
    assert sorted(walk(TablePortal(ids), resource, workers=workers)) == list(ids)


def test_rows_wrapped_in_items_are_chained_through_them():
    assert walk(TablePortal(range(1, 3000), wrapped="items"), HISTORY) == list(range(1, 3000))


def test_ids_may_be_numbers_and_are_compared_as_numbers():
    portal = TablePortal(range(1, 1200), wrapped="items", row=lambda number: {"ID": number})
    assert walk(portal, HISTORY) == list(range(1, 1200))


def test_a_range_whose_last_id_is_its_upper_end_needs_no_proof():
    portal = TablePortal(range(1, 10_001))
    walk(portal)
    assert [len(labels) for labels in portal.batches] == [50, 50, 50, 50, 3]


def test_two_and_a_half_thousand_rows_take_two_requests():
    portal = TablePortal(range(1, 2501))
    walk(portal)
    assert [len(labels) for labels in portal.batches] == [50, 3]


def test_a_table_is_cut_into_ranges_that_are_walked_at_once():
    portal = TablePortal(SPARSE)
    walk(portal, workers=2)
    ends = [sum(label.endswith("highest") for label in labels) for labels in portal.batches]
    assert [count for count in ends if count] == [7]


def test_garbage_behind_the_end_is_never_taken():
    taken = walk(TablePortal(range(1, 120)), CALLS, newest=10_000)
    assert taken == list(range(1, 120))


@pytest.mark.parametrize("newest", [0, 1, 50, 200, 10_050])
def test_rows_above_the_newest_id_of_the_survey_are_taken_too(newest):
    ids = [*range(1, 400), *range(20_000, 23_000)]
    assert sorted(walk(TablePortal(ids), DEALS, newest=newest)) == ids


def ascending(_, label, command, right):
    """The answer of a method that ignores a descending order."""
    if command.params["order"] != {"ID": "DESC"}:
        return None
    limits = command.params["filter"]
    found = [n for n in SPARSE if limits.get(">ID", 0) < n <= limits.get("<=ID", 10**9)]
    return replace(right, result=rows_of(*found[:50]))


@pytest.mark.parametrize("newest", [SPARSE[0], SPARSE[49], SPARSE[-1]])
def test_a_method_that_ignores_the_descending_order_still_gives_every_row(newest):
    assert sorted(walk(TablePortal(SPARSE, meddle=ascending), newest=newest)) == SPARSE


def test_a_method_that_ignores_the_descending_order_is_asked_twice_where_it_ends():
    def empty_once(batch, label, command, right):
        if label == "above" and not seen:
            seen.append(batch)
            return replace(right, result=[])
        return ascending(batch, label, command, right)

    seen = []
    assert walk(TablePortal(SPARSE, meddle=empty_once), newest=SPARSE[49]) == SPARSE
    assert seen


def test_a_table_that_grows_with_every_request_comes_to_an_end():
    portal = TablePortal(range(1, 300))
    portal.before = lambda batch: portal.ids.append(300 + batch)
    taken = walk(portal, newest=299)
    assert taken == list(range(1, 300)) + list(range(301, taken[-1] + 1))


@pytest.mark.parametrize("answer", ["ignored", "refused"])
def test_a_method_without_an_upper_limit_gives_every_row_once(answer):
    def unlimited(_, label, command, __):
        limits = {name: value for name, value in command.params["filter"].items() if name != "<=ID"}
        if "<=ID" not in command.params["filter"]:
            return None
        if answer == "refused":
            return failed(RequestRejected, "portal.request_rejected")
        return whole.batch({label: replace(command, params={**command.params, "filter": limits})})[label]

    ids = SPARSE[::20]
    whole = TablePortal(ids)
    assert sorted(walk(TablePortal(ids, meddle=unlimited))) == ids


def test_failures_inside_a_batch_are_waited_for_longer_and_longer():
    portal = TablePortal(range(1, 200), meddle=lambda batch, *_: failed() if batch < 6 else None)
    assert walk(portal) == list(range(1, 200))
    assert portal.pauses == [1, 2, 4, 8, 16]


@pytest.mark.parametrize("label", ["c00", "c01", "c25", "c49", "above", "highest", "newest"])
@pytest.mark.parametrize("fault", [lost, failed])
def test_a_lost_or_failed_command_is_asked_again_from_the_last_good_id(label, fault):
    seen = set()

    def once(_, sent, __, ___):
        if sent != label or label in seen:
            return None
        seen.add(label)
        return fault()

    assert walk(TablePortal(range(1, 4001), meddle=once)) == list(range(1, 4001))
    assert seen


@pytest.mark.parametrize("page", [[], {}, rows_of(*range(1, 31))], ids=["empty", "empty map", "short"])
@pytest.mark.parametrize("place", [0, 1, 25, 49])
def test_a_short_page_in_the_middle_is_no_end(place, page):
    def shorten(batch, label, _, right):
        if batch != 1 or label != f"c{place:02d}":
            return None
        return replace(right, result=right.result[:30] if page else page)

    assert sorted(walk(TablePortal(range(1, 4000), meddle=shorten))) == list(range(1, 4000))


@pytest.mark.parametrize("workers", [1, 3])
def test_pages_that_are_always_short_still_bring_every_row(workers):
    portal = TablePortal(range(1, 900), meddle=lambda *given: replace(given[3], result=given[3].result[:17]))
    assert sorted(walk(portal, workers=workers)) == list(range(1, 900))


@pytest.mark.parametrize("rows", [rows_of(5, 4), rows_of(3, 3), rows_of("x"), [{}], [7], None, True, "text", {"a": 1}])
def test_rows_that_make_no_sense_are_asked_again(rows):
    def once(batch, label, _, right):
        return replace(right, result=rows) if (batch, label) == (1, "c03") else None

    assert walk(TablePortal(range(1, 700), meddle=once)) == list(range(1, 700))


def test_a_page_that_begins_anew_is_not_taken():
    def again(batch, label, _, right):
        return replace(right, result=rows_of(*range(1, 51))) if (batch, label) == (1, "c03") else None

    assert walk(TablePortal(range(1, 700), meddle=again)) == list(range(1, 700))


def test_a_list_with_holes_written_as_a_map_is_read():
    def mapped(_, __, ___, right):
        return replace(right, result={str(place * 2): row for place, row in enumerate(right.result)})

    assert walk(TablePortal(range(1, 300), meddle=mapped)) == list(range(1, 300))


def test_a_portal_that_only_ever_answers_with_nothing_is_not_believed():
    portal = TablePortal(range(1, 700), meddle=lambda *given: replace(given[3], result=[]))
    with pytest.raises(PortalContradicts, match=r"crm\.deal\.list"):
        walk(portal)


def test_one_batch_of_nothing_is_no_end():
    def nothing(batch, _, __, right):
        return replace(right, result=[]) if batch in (2, 3) else None

    assert walk(TablePortal(range(1, 5000), meddle=nothing)) == list(range(1, 5000))


@pytest.mark.parametrize("resource", [DEALS, CALLS])
def test_a_highest_id_that_is_never_given_is_a_contradiction(resource):
    def hides_the_end(_, label, __, right):
        rows = right.result
        return replace(right, result=[row for row in rows if label in ("highest", "newest") or int(row["ID"]) < 90])

    with pytest.raises(PortalContradicts):
        walk(TablePortal(range(1, 100), meddle=hides_the_end), resource)


def test_rows_deleted_while_they_are_walked_are_no_contradiction():
    portal = TablePortal(range(1, 3000))
    portal.before = lambda batch: portal.ids.remove(2999) if batch == 2 else None
    assert walk(portal)[-1] in (2998, 2999)


def test_rows_added_while_an_endless_range_is_walked_are_taken():
    portal = TablePortal(range(1, 3000))
    portal.before = lambda batch: portal.ids.append(3000 + batch) if batch < 9 else None
    taken = walk(portal, CALLS)
    assert taken == sorted(set(taken))
    assert taken[:2999] == list(range(1, 3000))
    assert taken[-1] >= 3002


@pytest.mark.parametrize("kind", [lost, failed])
def test_a_command_that_always_fails_fails_the_walk(kind):
    portal = TablePortal(range(1, 500), meddle=lambda _, label, *__: kind() if label == "c02" else None)
    # The walk goes on from the page before it, so that another page stands in its place each time.
    assert walk(portal) == list(range(1, 500))
    portal = TablePortal(range(1, 500), meddle=lambda *_: kind())
    with pytest.raises(type(kind())):
        walk(portal)
    assert len(portal.batches) == 6


def test_a_refusal_is_not_repeated():
    portal = TablePortal(range(1, 500), meddle=lambda *_: failed(AccessDenied, "portal.access_denied"))
    with pytest.raises(AccessDenied):
        walk(portal)
    assert len(portal.batches) == 1


def test_a_limit_is_waited_out_for_longer_than_a_failure():
    def limited(batch, *_):
        return failed(OperatingLimit, "portal.operating_limit") if batch < 12 else None

    assert walk(TablePortal(range(1, 500), meddle=limited)) == list(range(1, 500))


@pytest.mark.parametrize("kind", [TimedOut, BrokenAnswer, ServerFailed])
def test_a_batch_that_fails_as_a_whole_is_tried_again_and_shorter(kind):
    def too_long(_):
        if len(portal.batches[-1]) > 12:
            raise kind("portal.timed_out", host="acme", method="batch")

    portal = TablePortal(range(1, 4000), before=too_long)
    assert walk(portal) == list(range(1, 4000))
    assert [len(labels) for labels in portal.batches[:3]] == [50, 12, 24]


@pytest.mark.parametrize("kind", [TimedOut, BrokenAnswer, ServerFailed, Unreachable])
def test_a_portal_that_is_gone_fails_the_walk(kind):
    def gone(_):
        raise kind("portal.timed_out", host="acme", method="batch")

    with pytest.raises(kind):
        walk(TablePortal(range(1, 4000), before=gone))


def test_a_slow_portal_is_asked_for_less_at_a_time_and_a_quick_one_for_more():
    portal = TablePortal(range(1, 30_000), seconds=1.0)
    walk(portal)
    lengths = [len(labels) for labels in portal.batches if "c00" in labels]
    assert lengths[:2] == [50, 25]
    assert max(lengths[2:]) == 12
    portal = TablePortal(range(1, 9_000), before=lambda number: setattr(portal, "seconds", 1.0 if number < 3 else 0.1))
    walk(portal, CALLS)
    assert [len(labels) for labels in portal.batches if "c00" in labels][:5] == [50, 25, 12, 24, 48]


def test_what_one_range_fails_of_reaches_the_caller_while_others_run():
    def denied(_, __, command, ___):
        denies = command.params["filter"].get(">ID") == 20_000
        return failed(AccessDenied, "portal.access_denied") if denies else None

    with pytest.raises(AccessDenied):
        walk(TablePortal(SPARSE, meddle=denied), workers=3)


def test_a_survey_asks_for_all_highest_ids_in_one_request():
    portal = TablePortal([3, 41])
    assert survey(portal, [DEALS, CALLS, USERS]) == {"deals": 41, "calls": 41, "users": 41}
    assert len(portal.batches) == 1


def test_a_highest_id_lost_in_the_survey_is_asked_again():
    portal = TablePortal([3, 41])
    assert newest_known(portal, DEALS, lost()) == 41
    assert newest_known(portal, DEALS, 7) == 7
    with pytest.raises(AccessDenied):
        newest_known(portal, DEALS, failed(AccessDenied, "portal.access_denied"))
    spoilt = TablePortal([3, 41], meddle=lambda *_: Answer([{}]))
    surveyed = survey(spoilt, [DEALS])["deals"]
    assert isinstance(surveyed, PortalContradicts)
    with pytest.raises(PortalContradicts):
        newest_known(spoilt, DEALS, surveyed)
