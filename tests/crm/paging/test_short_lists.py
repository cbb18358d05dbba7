"""Lists without a cursor: short ones asked as a whole, and those of a single record."""

import pytest

from crm.paging.by_record import Owner, RecordWalk
from crm.paging.list_pages import StrangeAnswer, own_rows
from crm.paging.short_lists import CutList, statuses, whole_list
from crm.portal.client import Answer, PortalError
from crm.portal.errors import (
    AccessDenied,
    BrokenAnswer,
    MissingLabel,
    RateExceeded,
    RecordMissing,
    RequestRejected,
    ScopeMissing,
    ServerFailed,
    TimedOut,
)
from crm.resources import BY_ENTITY

DEPARTMENTS, STATUSES = BY_ENTITY["departments"], BY_ENTITY["statuses"]
COMMENTS, BINDINGS = BY_ENTITY["comments"], BY_ENTITY["activity_bindings"]


class Answering:
    """A portal whose every command is answered by a function of its method and parameters."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []
        self.batches = []
        self.pauses = []

    def call(self, method, params):
        self.asked.append(params)
        outcome = self.answer(params)
        if isinstance(outcome, PortalError):
            raise outcome
        return outcome

    def batch(self, commands):
        self.batches.append(list(commands))
        return {
            label: self.control() if label == "control" else self._asked(command) for label, command in commands.items()
        }

    def control(self):
        return Answer([{"ID": "7"}])

    def pause(self, seconds, key, **values):
        self.pauses.append(seconds)

    def _asked(self, command):
        self.asked.append(command.params)
        return self.answer(command.params)


def error(kind, key="portal.access_denied"):
    return kind(key, host="acme", method="crm.x", said="", label="c")


def numbered(first, last):
    return [{"ID": str(number)} for number in range(first, last + 1)]


def comments(first, last):
    return [{**row, "AUTHOR_ID": "1"} for row in numbered(first, last)]


def paged(rows, start):
    following = start + 50 if start + 50 < len(rows) else None
    return Answer(rows[start : start + 50], next=following)


def taken(pages):
    return [int(row["ID"]) for page in pages for row in page]


@pytest.mark.parametrize("count", [0, 3, 50, 51, 100, 163])
def test_departments_are_asked_for_page_by_page_in_the_order_of_ids(count):
    portal = Answering(lambda params: paged(numbered(1, count), params.get("START", 0)))
    assert taken(whole_list(portal, DEPARTMENTS)) == list(range(1, count + 1))
    assert all((asked["sort"], asked["order"]) == ("ID", "ASC") for asked in portal.asked)


def test_a_method_that_ignores_the_offset_ends_where_it_brings_nothing_new():
    portal = Answering(lambda _: Answer(numbered(1, 80)))
    assert taken(whole_list(portal, DEPARTMENTS)) == list(range(1, 81))
    assert len(portal.asked) == 2


def test_a_row_that_slips_to_the_next_page_is_taken_once():
    pages = {0: Answer(numbered(1, 50), next=50), 50: Answer(numbered(50, 60))}
    portal = Answering(lambda params: pages[params.get("START", 0)])
    assert taken(whole_list(portal, DEPARTMENTS)) == list(range(1, 61))


def test_an_answer_without_rows_is_asked_again_and_in_the_end_not_believed():
    answers = iter([Answer(None), Answer("x"), Answer(numbered(1, 3))])
    assert taken(whole_list(Answering(lambda _: next(answers)), DEPARTMENTS)) == [1, 2, 3]
    with pytest.raises(StrangeAnswer):
        taken(whole_list(Answering(lambda _: Answer(None)), DEPARTMENTS))


def said_by(*answers):
    """A portal that gives these answers one after another, the last one for ever."""
    left = list(answers)
    return Answering(lambda _: left.pop(0) if len(left) > 1 else left[0])


def counted(rows):
    return Answer(rows, total=len(rows))


def test_a_list_without_rows_is_believed_when_it_has_said_so_three_times():
    portal = said_by(counted([]))
    assert taken(whole_list(portal, DEPARTMENTS)) == []
    assert len(portal.asked) == 3
    assert taken(whole_list(said_by(counted([]), counted([]), counted(numbered(1, 9))), DEPARTMENTS)) == [*range(1, 10)]


def test_a_list_that_counts_none_of_its_rows_is_believed_when_it_has_said_the_same_three_times():
    whole, cut = (Answer([{"CURRENCY": code} for code in codes], total=0) for codes in (("RUB", "USD"), ("RUB",)))
    portal = said_by(cut, whole, cut, whole)
    rows = [row["CURRENCY"] for page in whole_list(portal, BY_ENTITY["currencies"]) for row in page]
    assert rows == ["RUB", "USD"]
    assert len(portal.asked) == 5


def test_pages_that_come_twice_swapped_or_as_the_one_before_hide_no_row():
    first, second = Answer(numbered(1, 50), next=50, total=63), Answer(numbered(51, 63), total=63)
    twice = Answer(numbered(51, 60) * 2, total=63)
    for lies in ([second, first, second], [first, twice, second], [first, first, second], [first, counted([]), second]):
        assert sorted(taken(whole_list(said_by(*lies), DEPARTMENTS))) == list(range(1, 64))


def test_rows_of_another_list_are_asked_again():
    people = [dict.fromkeys(BY_ENTITY["users"].columns) | {"ID": "900"}]
    ids_of_a_table = Answer(numbered(901, 902), total=0)
    portal = said_by(counted(people), ids_of_a_table, counted(numbered(1, 3)))
    assert taken(whole_list(portal, DEPARTMENTS)) == [1, 2, 3]


def test_the_dictionary_of_another_name_is_not_taken():
    lies = []

    def answer(params):
        name = params.get("filter", {}).get("ENTITY_ID")
        if name == "SOURCE" and not lies:
            lies.append(name)
            return counted([status("DEAL_STAGE", "NEW"), status("DEAL_STAGE", "WON")])
        return counted([status(name, "NEW")] if name else [status("STATUS", "NEW"), status("INDUSTRY", "IT")])

    found = [row["ENTITY_ID"] for page in statuses(Answering(answer), STATUSES, []) for row in page]
    assert sorted(found) == ["DEAL_STAGE", "INDUSTRY", "SOURCE", "STATUS"]


def test_a_single_dictionary_is_not_taken_for_the_list_of_all():
    lies = []

    def answer(params):
        name = params.get("filter", {}).get("ENTITY_ID")
        if name is None and not lies:
            lies.append(name)
            return counted([status("SOURCE", "NEW")])
        return counted([status(name, "NEW")] if name else [status("STATUS", "NEW"), status("INDUSTRY", "IT")])

    found = {row["ENTITY_ID"] for page in statuses(Answering(answer), STATUSES, []) for row in page}
    assert "INDUSTRY" in found


def status(dictionary, code):
    return {"ID": "1", "ENTITY_ID": dictionary, "STATUS_ID": code}


def test_each_dictionary_is_asked_for_by_name_beside_the_list_of_all():
    def answer(params):
        name = params.get("filter", {}).get("ENTITY_ID")
        return Answer([status(name, "NEW"), status(name, "WON")] if name else [status("STATUS", "NEW")])

    portal = Answering(answer)
    rows = [row for page in statuses(portal, STATUSES, [0, 7, 12]) for row in page]
    names = ["STATUS", "SOURCE", "DEAL_STAGE", "DEAL_STAGE_7", "DEAL_STAGE_12"]
    found = sorted((row["ENTITY_ID"], row["STATUS_ID"]) for row in rows)
    assert found == sorted((name, code) for name in names for code in ("NEW", "WON"))
    assert [len(labels) for labels in portal.batches] == [5]


@pytest.mark.parametrize("first", [error(MissingLabel), Answer([]), Answer(None), Answer([], next=50)])
def test_a_dictionary_that_got_lost_is_asked_for_by_itself(first):
    seen = set()

    def answer(params):
        name = params.get("filter", {}).get("ENTITY_ID")
        if name == "SOURCE" and name not in seen:
            seen.add(name)
            return first
        return Answer([status(name, "NEW")] if name else [])

    rows = [row for page in statuses(Answering(answer), STATUSES, []) for row in page]
    assert sorted(row["ENTITY_ID"] for row in rows) == ["DEAL_STAGE", "SOURCE", "STATUS"]


def test_more_than_fifty_funnels_take_more_than_one_batch():
    portal = Answering(lambda params: Answer([status(params["filter"]["ENTITY_ID"], "NEW")] if params else []))
    assert sum(len(page) for page in statuses(portal, STATUSES, range(1, 80))) == 82
    assert [len(labels) for labels in portal.batches] == [50, 32]


@pytest.mark.parametrize("following", [50, None], ids=["next", "only total"])
def test_a_list_that_says_it_goes_on_and_does_not_is_asked_again_and_not_believed(following):
    portal = Answering(lambda _: Answer(numbered(1, 50), next=following, total=123))
    with pytest.raises(CutList, match=r"department\.get"):
        taken(whole_list(portal, DEPARTMENTS))
    assert portal.pauses == [2, 4, 8]


def test_rows_missing_from_a_page_are_taken_when_they_come_after_all():
    pages = iter([Answer(numbered(1, 9), total=30), Answer(numbered(1, 30), total=30)])
    assert taken(whole_list(Answering(lambda _: next(pages)), DEPARTMENTS)) == list(range(1, 31))


def test_a_dictionary_given_in_part_is_reported_and_the_others_are_pulled():
    def answer(params):
        name = params.get("filter", {}).get("ENTITY_ID", "INDUSTRY")
        if name in ("SOURCE", "INDUSTRY"):
            return Answer([status(name, str(place)) for place in range(50)], next=50, total=60)
        return Answer([status(name, "NEW")], total=1)

    cut = []
    rows = [row for page in statuses(Answering(answer), STATUSES, [9], cut.append) for row in page]
    assert {row["ENTITY_ID"] for row in rows} == {"INDUSTRY", "STATUS", "SOURCE", "DEAL_STAGE", "DEAL_STAGE_9"}
    assert cut == ["SOURCE"]


def comments_of(counts):
    def answer(params):
        owner = params["filter"]["ENTITY_ID"]
        return paged(comments(owner * 1000, owner * 1000 + counts[owner] - 1), params.get("start", 0))

    return Answering(answer)


@pytest.mark.parametrize("limit", [1, 3])
def test_a_record_with_more_rows_than_a_page_is_asked_on(limit):
    counts = {number: (0, 1, 49, 50, 51, 170)[number % 6] for number in range(1, 130)}
    portal = comments_of(counts)
    walk = RecordWalk(portal, COMMENTS, [Owner(number, "deal") for number in counts], limit)
    assert sorted(taken(walk)) == sorted(n * 1000 + place for n, count in counts.items() for place in range(count))
    assert (walk.share, walk.missing) == (1.0, 0)
    assert max(map(len, portal.batches)) == 50


def test_rows_bear_the_record_they_were_asked_for():
    bindings = Answering(lambda _: Answer([{"entityTypeId": 2, "entityId": 5}]))
    [page] = RecordWalk(bindings, BINDINGS, [Owner(3, "activity")], 1)
    assert page == [{"ACTIVITY_ID": 3, "entityTypeId": 2, "entityId": 5}]
    [page] = RecordWalk(Answering(lambda _: Answer([{"ID": "9", "AUTHOR_ID": "1"}])), COMMENTS, [Owner(3, "lead")], 1)
    assert page == [{"ENTITY_ID": 3, "ENTITY_TYPE": "lead", "ID": "9", "AUTHOR_ID": "1"}]


@pytest.mark.parametrize("first", [error(MissingLabel), Answer(None), Answer([{}]), Answer(comments(1, 9), next=50)])
def test_a_record_whose_answer_got_lost_is_asked_again(first):
    answers = iter([first, Answer(comments(1, 2))])
    assert taken(RecordWalk(Answering(lambda _: next(answers)), COMMENTS, [Owner(3, "lead")], 1)) == [1, 2]


def test_a_record_whose_comments_come_newest_first_has_them_all():
    newest_first = comments(1, 137)[::-1]
    portal = Answering(lambda params: paged(newest_first, params.get("start", 0)))
    assert sorted(taken(RecordWalk(portal, COMMENTS, [Owner(3, "lead")], 1))) == list(range(1, 138))


@pytest.mark.parametrize("following", [50, None], ids=["next", "only total"])
def test_a_record_whose_rest_never_comes_is_not_believed(following):
    portal = Answering(lambda _: Answer(comments(1, 50), next=following, total=137))
    with pytest.raises(StrangeAnswer, match=r"crm\.timeline\.comment\.list"):
        taken(RecordWalk(portal, COMMENTS, [Owner(3, "lead")], 1))


@pytest.mark.parametrize("resource", [COMMENTS, BINDINGS])
def test_a_batch_of_empty_lists_is_not_believed(resource):
    kind = "activity" if resource is BINDINGS else "deal"
    row = {"ID": "1", "AUTHOR_ID": "1", "entityTypeId": 2, "entityId": 5}
    portal = Answering(lambda _: Answer([row] if troubled else []))
    troubled = []

    def control():
        troubled.append(True)
        return Answer([] if len(troubled) < 3 else [{"ID": "7"}])

    portal.control = control
    assert taken(RecordWalk(portal, resource, [Owner(3, kind)], 1)) == [1]
    troubled.clear()
    portal.control = lambda: Answer([])
    with pytest.raises(StrangeAnswer):
        taken(RecordWalk(portal, resource, [Owner(3, kind)], 1))


@pytest.mark.parametrize(("kind", "times"), [(ServerFailed, 5), (RateExceeded, 14)])
def test_records_that_fail_inside_a_batch_are_waited_for_as_outside_of_one(kind, times):
    failures = iter([error(kind)] * times + [Answer(comments(1, 2))])
    portal = Answering(lambda _: next(failures))
    assert taken(RecordWalk(portal, COMMENTS, [Owner(3, "lead")], 1)) == [1, 2]
    assert portal.pauses == sorted(portal.pauses)
    assert sum(portal.pauses) > 30


def test_when_the_only_record_is_gone_nothing_is_wrong_with_the_method():
    walk = RecordWalk(Answering(lambda _: error(RecordMissing)), BINDINGS, [Owner(1, "activity")], 1)
    assert taken(walk) == []
    assert walk.missing == 1


@pytest.mark.parametrize(
    "first",
    [
        Answer([{"ID": "8", "ENTITY_ID": "4", "ENTITY_TYPE": "lead"}], total=1),
        Answer(comments(1, 2) * 2, total=7),
        Answer(comments(1, 5), total=7),
    ],
    ids=["another record's", "twice and cut", "cut"],
)
def test_the_rows_of_a_record_that_are_others_or_too_few_are_asked_again(first):
    portal = said_by(first, counted(comments(1, 7)))
    assert taken(RecordWalk(portal, COMMENTS, [Owner(3, "lead")], 1)) == list(range(1, 8))


def test_the_rows_of_a_record_that_come_twice_are_taken_once():
    bindings = [{"entityTypeId": 2, "entityId": 5}]
    assert list(RecordWalk(said_by(Answer(bindings * 2)), BINDINGS, [Owner(3, "activity")], 1)) == [
        [{"ACTIVITY_ID": 3, **bindings[0]}]
    ]


def test_a_method_that_ignores_the_offset_of_a_record_ends_too():
    walk = RecordWalk(Answering(lambda _: Answer(comments(1, 50))), COMMENTS, [Owner(3, "lead")], 1)
    assert taken(walk) == list(range(1, 51))


def test_records_that_are_gone_are_counted_and_the_others_are_pulled():
    def answer(params):
        gone = params["filter"]["ENTITY_ID"] % 2
        return error(RecordMissing) if gone else Answer(comments(1, 1))

    walk = RecordWalk(Answering(answer), COMMENTS, [Owner(number, "deal") for number in range(10)], 1)
    assert len(taken(walk)) == 5
    assert walk.missing == 5


def test_a_record_whose_rows_are_refused_is_named_and_never_marked_as_done():
    def answer(params):
        kinds = {1: RecordMissing, 2: AccessDenied, 3: RequestRejected}
        kind = kinds.get(params["filter"]["ENTITY_ID"])
        return error(kind) if kind else Answer(comments(1, 1))

    walk = RecordWalk(Answering(answer), COMMENTS, [Owner(number, "deal") for number in range(5)], 1)
    done = [checkpoint["number"] for batch in walk for checkpoint in batch.checkpoints]
    assert (done, walk.missing, walk.share) == ([0, 1, 4], 1, 1.0)
    assert walk.denied == [Owner(2, "deal"), Owner(3, "deal")]


@pytest.mark.parametrize("kind", [AccessDenied, ScopeMissing, MissingLabel])
def test_when_every_record_is_refused_the_entity_is(kind):
    walk = RecordWalk(Answering(lambda _: error(kind)), COMMENTS, [Owner(1, "deal"), Owner(2, "deal")], 1)
    with pytest.raises(kind):
        taken(walk)


@pytest.mark.parametrize("kind", [TimedOut, BrokenAnswer])
def test_a_batch_of_records_that_fails_as_a_whole_is_asked_for_less(kind):
    class Slow(Answering):
        def batch(self, commands):
            if len(commands) > 12:
                self.batches.append(list(commands))
                raise error(kind, "portal.timed_out")
            return super().batch(commands)

    portal = Slow(lambda params: Answer(comments(params["filter"]["ENTITY_ID"], params["filter"]["ENTITY_ID"])))
    walk = RecordWalk(portal, COMMENTS, [Owner(number, "deal") for number in range(1, 61)], 1)
    assert sorted(taken(walk)) == list(range(1, 61))
    assert [len(labels) for labels in portal.batches[:2]] == [50, 12]


@pytest.mark.parametrize("kind", [TimedOut, BrokenAnswer])
def test_a_portal_that_is_gone_fails_the_records(kind):
    class Gone(Answering):
        def batch(self, commands):
            raise error(kind, "portal.timed_out")

    with pytest.raises(kind):
        taken(RecordWalk(Gone(None), COMMENTS, [Owner(1, "deal")], 1))


@pytest.mark.parametrize("row", [{"ID": "7", "CALL_DURATION": "5"}, {"ID": "7", "LAST_NAME": "Ли"}])
def test_a_row_with_nothing_of_its_list_and_something_of_another_is_foreign(row):
    own = "calls" if "CALL_DURATION" in row else "users"
    other = "users" if own == "calls" else "calls"
    assert own_rows(BY_ENTITY[own], Answer([row])) == [row]
    with pytest.raises(StrangeAnswer):
        own_rows(BY_ENTITY[other], Answer([row]))
