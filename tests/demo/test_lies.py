"""The lies of a demo portal: as many as are asked for, of the kinds that are asked for, the same for the same seed."""

import random

import pytest

from demo.lies import KINDS, BatchLies, Lies, page_of
from demo.replies import Reply

METHODS = {"a": "crm.deal.list", "b": "crm.deal.list", "c": "crm.lead.list", "d": "profile"}
REPLIES = {
    "a": Reply([{"ID": str(number)} for number in range(1, 51)], next=50, total=70),
    "b": Reply([{"ID": str(number)} for number in range(51, 71)], total=70),
    "c": Reply([{"ID": str(number)} for number in range(101, 131)], total=0),
    "d": Reply({"ID": "1", "ADMIN": True}),
}


def told(lies: Lies) -> dict[str, Reply]:
    """The answers of one batch as a client gets them."""
    batch: BatchLies = lies.of_batch(METHODS)
    return batch.sent({label: batch.made(label, reply) for label, reply in REPLIES.items()})


def ids(reply: Reply) -> list[int]:
    return [int(row["ID"]) for row in page_of(reply.result) or []]


def test_a_portal_without_a_share_of_lies_tells_the_truth():
    assert told(Lies(0.0, random.Random(1))) == REPLIES


def test_the_same_seed_gives_the_same_lies_and_another_one_others():
    first, same, other = (told(Lies(0.5, random.Random(seed))) for seed in (3, 3, 4))
    assert first == same
    assert first != other


def test_as_many_pages_are_spoilt_as_the_share_says():
    lies = Lies(0.08, random.Random(5), kinds=("emptied",))
    spoilt = sum(reply.result == [] for _ in range(1_000) for reply in told(lies).values())
    assert 180 < spoilt < 300


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_page_of_a_list_and_what_is_spared_is_never_spoilt(kind):
    answers = told(Lies(1.0, random.Random(6), kinds=(kind,), spared={"crm.lead.list"}))
    assert (answers["c"], answers["d"]) == (REPLIES["c"], REPLIES["d"])


def test_an_emptied_page_says_that_there_are_none():
    answers = told(Lies(1.0, random.Random(7), kinds=("emptied",)))
    assert answers["a"] == answers["b"] == answers["c"] == Reply([], total=0)


def test_a_doubled_page_comes_twice_or_is_the_one_before_it():
    seen = {tuple(ids(told(Lies(1.0, random.Random(seed), kinds=("doubled",)))["b"])) for seed in range(40)}
    assert {(*range(51, 71), *range(51, 71)), tuple(range(1, 51))} <= seen
    assert {frozenset(found) for found in seen} == {frozenset(range(1, 51)), frozenset(range(51, 71))}


def test_a_cut_page_lacks_a_run_of_rows_and_its_count_stands():
    answers = [told(Lies(1.0, random.Random(seed), kinds=("cut",)))["a"] for seed in range(40)]
    assert all(set(ids(answer)) <= set(range(1, 51)) and answer.total == 70 for answer in answers)
    assert any(answer.result and ids(answer)[0] > 1 for answer in answers)
    assert any(answer.result and ids(answer)[-1] < 50 for answer in answers)


def test_a_swapped_page_is_another_answer_of_the_batch():
    answers = told(Lies(1.0, random.Random(8), kinds=("swapped",)))
    assert all(answers[label] in REPLIES.values() and answers[label] != REPLIES[label] for label in "abc")


def test_a_command_that_is_sent_alone_is_spoilt_but_for_being_swapped():
    lies = Lies(1.0, random.Random(9), kinds=("emptied",))
    assert lies.of_one("crm.deal.list", REPLIES["a"]).result == []
    assert Lies(1.0, random.Random(9), kinds=("swapped",)).of_one("x", REPLIES["a"]) == REPLIES["a"]
