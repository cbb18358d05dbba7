"""Activities: calls with their telephony records, letters, chats, meetings, things planned and things done."""

from random import Random

from demo.company import Row
from demo.story.moments import DAY, HOUR, iso_moment
from demo.story.world import World, lots

LEAD, DEAL, COMPANY = 1, 2, 4  # OWNER_TYPE_ID
INCOMING, OUTGOING = "1", "2"
UNANSWERED, PROCESSED = "1", "3"  # RESULT_STATUS of a session
NEVER = "9999-12-31T00:00:00+03:00"

Owner = tuple[int, int]  # OWNER_TYPE_ID, OWNER_ID
Kind = tuple[str, str]  # TYPE_ID, PROVIDER_ID

MEETING, CALL, TASK = ("1", "CRM_MEETING"), ("2", "VOXIMPLANT_CALL"), ("3", "CRM_TASKS_TASK")
EMAIL, TODO = ("4", "CRM_EMAIL"), ("6", "CRM_TODO")
CHAT, FORM = ("6", "IMOPENLINES_SESSION"), ("6", "CRM_WEBFORM")
OLD_CALL = ("2", "")

_MIGRATED = 150 * DAY  # calls before this were brought from an older CRM and have no provider


def call(world: World, owner: Owner, employee: int, draw: Random, direction: str = OUTGOING) -> Row:
    """A call that has just begun, with its record: most are answered, some have no record at all."""
    answered = draw.random() < 0.86
    seconds = min(int(draw.lognormvariate(4.75, 0.85)) + 8, 3000) if answered else 0
    row = _done(
        world, owner, employee, OLD_CALL if world.now < _MIGRATED else CALL, direction=direction, seconds=seconds
    )
    if draw.random() < 0.94:
        _record(world, row, seconds, answered)
    return row


def _record(world: World, row: Row, seconds: int, answered: bool) -> None:
    lead = row["OWNER_TYPE_ID"] == str(LEAD)
    world.tables["calls"].put(
        {
            "ID": str(world.number("calls")),
            "PORTAL_USER_ID": row["RESPONSIBLE_ID"],
            "CALL_TYPE": "1" if row["DIRECTION"] == OUTGOING else "2",  # the opposite of an activity's DIRECTION
            "CALL_DURATION": str(seconds),
            "CALL_START_DATE": row["START_TIME"],
            "CALL_FAILED_CODE": "200" if answered else "304",
            "CRM_ENTITY_TYPE": "LEAD" if lead else "COMPANY",
            "CRM_ENTITY_ID": row["OWNER_ID"] if lead else "0",
            "CRM_ACTIVITY_ID": row["ID"],
        }
    )


def email(world: World, owner: Owner, employee: int, direction: str = OUTGOING) -> Row:
    """A letter sent, or one that came from the client."""
    return _done(world, owner, employee, EMAIL, direction=direction)


def chat(world: World, owner: Owner, employee: int, direction: str = OUTGOING) -> Row:
    """A session of an open line."""
    row = _done(world, owner, employee, CHAT, direction=direction, seconds=600)
    unanswered = direction == INCOMING and lots("chat", row["ID"]).random() < 0.1
    row["RESULT_STATUS"] = UNANSWERED if unanswered else PROCESSED
    return row


def filled_form(world: World, owner: Owner, employee: int) -> Row:
    """A form a visitor filled: it arrives as a completed activity of whoever got the lead."""
    return _done(world, owner, employee, FORM, direction=INCOMING)


def meeting(world: World, owner: Owner, employee: int) -> Row:
    """A meeting that was held."""
    return _done(world, owner, employee, MEETING, seconds=HOUR)


def plan(world: World, owner: Owner, employee: int, deadline: int | None, draw: Random) -> Row:
    """Something to do, open: a to-do mostly, a task, a meeting or a call; without a deadline when it is None."""
    kind = draw.choices((TODO, TASK, MEETING, CALL), cum_weights=(74, 86, 95, 100))[0]
    row = _row(world, owner, employee, kind, "0")
    row["COMPLETED"] = "N"
    if deadline is None:
        row["DEADLINE"] = NEVER
    else:
        start = world.now if kind is TASK else deadline
        row |= {"START_TIME": iso_moment(start), "END_TIME": iso_moment(deadline), "DEADLINE": iso_moment(deadline)}
    world.tables["activities"].put(row)
    return row


def complete(world: World, row: Row) -> None:
    """Tick off something planned."""
    now = iso_moment(world.now)
    if row["DEADLINE"] == NEVER or row["START_TIME"] > now:
        row["START_TIME"] = row["END_TIME"] = now
    row["COMPLETED"], row["LAST_UPDATED"] = "Y", now


def _done(world: World, owner: Owner, employee: int, kind: Kind, *, direction: str = "0", seconds: int = 0) -> Row:
    row = _row(world, owner, employee, kind, direction)
    row["END_TIME"] = row["DEADLINE"] = iso_moment(world.now + seconds)
    row["COMPLETED"] = "Y"
    world.tables["activities"].put(row)
    return row


def _row(world: World, owner: Owner, employee: int, kind: Kind, direction: str) -> Row:
    now = iso_moment(world.now)
    return {
        "ID": str(world.number("activities")),
        "OWNER_ID": str(owner[1]),
        "OWNER_TYPE_ID": str(owner[0]),
        "TYPE_ID": kind[0],
        "PROVIDER_ID": kind[1],
        "DIRECTION": direction,
        "COMPLETED": "",
        "RESPONSIBLE_ID": str(employee),
        "CREATED": now,
        "LAST_UPDATED": now,
        "START_TIME": now,
        "END_TIME": now,
        "DEADLINE": now,
    }
