"""A message: one sentence, any language, into a file and back."""

import datetime as dt
import json

import pytest

from language import ExplainedError, Message

PLAIN = Message("pull.renamed", old="a", new="b")
NESTED = Message("pull.entity_failed", entity=Message("entity.deals"), cause=PLAIN)
DATED = Message("drift.deal_fields.appeared", day=dt.date(2026, 11, 20), fields="UF_X")


@pytest.mark.parametrize("message", [PLAIN, NESTED, DATED, Message("pull.not_admin")], ids=lambda one: one.key)
def test_a_message_comes_back_out_of_json_as_it_went_in(message):
    assert Message.from_json(json.loads(json.dumps(message.to_json()))) == message


def test_equal_messages_are_one_in_a_set():
    assert {PLAIN, Message("pull.renamed", new="b", old="a"), NESTED, DATED} == {PLAIN, NESTED, DATED}


def test_a_message_within_a_message_is_said_in_the_same_language():
    assert NESTED.text("ru") == f"Сделки: {PLAIN.text('ru')}"
    assert NESTED.text("en") == f"Deals: {PLAIN.text('en')}"


def test_a_day_is_written_as_the_language_writes_it():
    assert DATED.text("ru").startswith("20.11.2026 ")
    assert DATED.text("en").startswith("20 Nov 2026:")


@pytest.mark.parametrize("stored", ["text", None, [], {"values": {}}, {"key": "a", "values": 7}], ids=repr)
def test_what_is_no_message_is_refused(stored):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Message.from_json(stored)


def test_an_error_says_what_its_message_says():
    error = ExplainedError("pull.renamed", old="a", new="b")
    assert error.message == PLAIN
    assert (error.text("en"), str(error)) == (PLAIN.text("en"), PLAIN.text("ru"))
