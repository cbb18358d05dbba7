"""Why a pull could not be made, or is not to be believed."""

from language import ExplainedError, Message

NARROWED_FROM_ROWS = 50  # a smaller entity may well lose a fifth in a day


class PullError(ExplainedError):
    """A pull could not be made, or what it brought cannot be believed. The data published before stand."""


class Narrowed(PullError):
    """An entity has lost more than a fifth of its rows: deleted, or hidden from the webhook's owner."""


class EntityFailed(PullError):
    """One entity failed for `cause`, and the pull with it."""

    def __init__(self, entity: str, cause: ExplainedError) -> None:
        super().__init__("pull.entity_failed", entity=Message(f"entity.{entity}"), cause=cause.message)
        self.entity = entity
        self.cause = cause


def refuse_narrowed(before: int, now: int) -> None:
    """Refuse to believe that more than a fifth of an entity's rows are gone.

    Raises:
        Narrowed: they seem to be.
    """
    if before >= NARROWED_FROM_ROWS and now * 5 < before * 4:
        raise Narrowed("pull.narrowed", before=before, now=now)
