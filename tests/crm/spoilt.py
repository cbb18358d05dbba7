"""A portal whose answers to some commands a test replaces: refusals of one record, rows that nobody asked for."""

from collections.abc import Callable

from crm.portal.client import Answer, Command, Portal, PortalError
from crm.portal.errors import AccessDenied, RequestRejected
from tests.crm.pulling import client

Outcome = Answer | PortalError
REFUSED = RequestRejected("portal.request_rejected", method="some.method", host="acme", said="error")
DENIED = AccessDenied("portal.access_denied", method="some.method", host="acme", said="error")


def spoilt_portal(settings, spoil: Callable[[Command], Outcome | None]) -> tuple[Portal, list[float]]:
    """A client of the settings' portal, each command of whose batches is answered by ``spoil`` where that gives an
    outcome; and the pauses before a request that is tried again."""
    portal, pauses = client(settings), []
    right = portal.batch

    def batch(commands):
        spoilt = {label: spoil(command) for label, command in commands.items()}
        return right(commands) | {label: outcome for label, outcome in spoilt.items() if outcome is not None}

    portal.batch = batch
    portal.pause = lambda seconds, key, **_: pauses.append(seconds) if key == "portal.trying_again" else None
    return portal, pauses
