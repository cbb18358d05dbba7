"""What is sure to be asked goes in few requests; what has to be heard twice goes in two."""

import pytest

from crm.paging.prefetch import PrefetchedPortal
from crm.portal.client import Answer, Command
from crm.portal.errors import BatchTooLong


class Echo:
    """Answers each command with its own text, but for those past ``length``."""

    def __init__(self, length=50, *, as_a_whole=False):
        self.length, self.as_a_whole, self.batches = length, as_a_whole, []

    def batch(self, commands):
        self.batches.append([command.text() for command in commands.values()])
        refusal = BatchTooLong("portal.batch_too_long", host="acme", method="batch", said="")
        if self.as_a_whole and len(commands) > self.length:
            raise refusal
        texts = enumerate(commands.items())
        return {label: Answer([command.text()]) if n < self.length else refusal for n, (label, command) in texts}

    def call(self, method, params=None):
        return Answer("asked by itself")


def group(*names):
    return {f"c{place}": Command(name) for place, name in enumerate(names)}


def test_what_is_asked_again_goes_in_another_request():
    portal = Echo()
    PrefetchedPortal(portal).prefetch([group("a", "b"), group("c"), group("a", "b")])
    assert portal.batches == [["a", "b", "c", "server.time"], ["a", "b", "server.time"]]


def test_what_several_ask_in_one_request_is_sent_once_and_each_has_its_answer():
    portal = Echo()
    lists = PrefetchedPortal(portal)
    lists.prefetch([group("a", "newest"), group("b", "newest"), group("newest")])
    assert portal.batches == [["a", "newest", "b", "server.time"]]
    assert [lists.call("newest").result for _ in range(3)] == [["newest"]] * 3
    assert lists.call("newest").result == "asked by itself"


def test_what_one_asks_twice_in_one_request_is_sent_twice():
    portal = Echo()
    PrefetchedPortal(portal).prefetch([group("a", "a")])
    assert portal.batches == [["a", "a", "server.time"]]


@pytest.mark.parametrize("as_a_whole", [False, True])
def test_groups_that_a_portal_refuses_for_the_length_of_the_batch_go_in_shorter_ones(as_a_whole):
    portal = Echo(12, as_a_whole=as_a_whole)
    lists = PrefetchedPortal(portal)
    lists.prefetch([group(*(f"{name}{place}" for place in range(5))) for name in "abcdefg"])
    assert len(portal.batches[0]) > 12
    assert all(lists.call(f"{name}{place}").result == [f"{name}{place}"] for name in "abcdefg" for place in range(5))


def test_a_batch_without_references_that_is_refused_for_its_length_is_halved():
    lists = PrefetchedPortal(Echo(12, as_a_whole=True))
    commands = {f"d{place}": Command(f"m{place}") for place in range(50)}
    assert {label: answer.result for label, answer in lists.batch(commands).items()} == {
        label: [command.method] for label, command in commands.items()
    }


def test_a_request_that_comes_back_without_any_content_is_left_to_those_who_ask():
    portal = Echo()
    portal.batch = lambda commands: dict.fromkeys(commands, Answer([]))
    lists = PrefetchedPortal(portal)
    lists.prefetch([group("a")])
    portal.batch = Echo().batch
    assert lists.batch(group("a"))["c0"].result == ["a"]
