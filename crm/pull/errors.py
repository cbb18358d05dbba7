"""Why a pull could not be made, or is not to be believed."""

from language import ExplainedError, Message

MOST_LOST_ROWS = 5  # of a small entity, a fifth of whose rows may well go in a day


class PullError(ExplainedError):
    """A pull could not be made, or what it brought cannot be believed. The data published before stand."""


class Narrowed(PullError):
    """An entity has lost more than a fifth of its rows, or all: deleted, or hidden from the webhook's owner."""


class EntityFailed(PullError):
    """One entity failed for `cause`, and the pull with it."""

    def __init__(self, entity: str, cause: ExplainedError) -> None:
        super().__init__("pull.entity_failed", entity=Message(f"entity.{entity}"), cause=cause.message)
        self.entity = entity
        self.cause = cause


def refuse_narrowed(before: int, now: int) -> None:
    """Refuse to believe that of the ``before`` rows of an entity a fifth and more than five are gone, or all of them.

    Raises:
        Narrowed: they seem to be, as there are ``now`` so few.
    """
    is_much = now * 5 < before * 4 and before - now > MOST_LOST_ROWS
    if before and (is_much or not now):
        raise Narrowed("pull.narrowed", before=before, now=now)
