"""Owed records: leads, deals and activities whose own rows (comments, bindings) a portal refused to give.

What is asked record by record is asked again only when the record changes, so that one refusal would lose its rows for
good. So it is kept in the manifest since when a record is owed, and each pull asks for it again until its rows come,
the record is gone, or a week of refusals shows that the webhook's owner may not see them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from crm.paging.by_record import Owner
from crm.pull.schema_drift import recent_notes
from crm.resources import Resource
from crm.snapshots.manifest import Manifest
from language import Message

GIVEN_UP_AFTER = dt.timedelta(days=7)
GIVEN_UP = "pull.records_given_up"


def with_owed(asked: Iterable[Owner], owed: Mapping[str, str], known: Iterable[Owner]) -> list[Owner]:
    """The records ``asked`` about, and those of the ``known`` ones that are ``owed``."""
    found = list(asked)
    due = {owner for owner in known if owner.key in owed}.difference(found)
    return [*found, *sorted(due, key=lambda owner: owner.key)]


def owed_now(owed: Mapping[str, str], denied: Iterable[Owner], now: str) -> dict[str, str]:
    """The records that are owed after a pull at the moment ``now`` (ISO) that was refused the rows of ``denied`` ones:
    without those that it has given up."""
    since = {owner.key: owed.get(owner.key, now) for owner in denied}
    moment = dt.datetime.fromisoformat(now)
    return {key: first for key, first in since.items() if moment - dt.datetime.fromisoformat(first) < GIVEN_UP_AFTER}


def owed_notes(resource: Resource, owed: int, given_up: int, now: str) -> list[Message]:
    """What is to be told of so many records that are owed, and of those that a pull at the moment ``now`` gave up."""
    day = dt.datetime.fromisoformat(now).date()
    notes = [Message("pull.records_owed", method=resource.method, count=owed)] if owed else []
    return notes + ([Message(GIVEN_UP, day=day, method=resource.method, count=given_up)] if given_up else [])


def given_up_notes(before: Manifest | None, now: str) -> list[Message]:
    """The notes on records that pulls within the month before ``now`` (ISO) have given up."""
    return recent_notes(before, dt.datetime.fromisoformat(now).date(), GIVEN_UP)
