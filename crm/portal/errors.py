"""What can go wrong between us and a portal, split by what the caller does next.

The tree with its "when" stands at the top of crm/portal/client.py; here are the classes and the one place that
reads a portal's error envelope or a library's failure. No error ever holds the webhook: what a portal says is scrubbed
before it gets here, and what a library says (it names the address) is not kept.
"""

from http.client import HTTPException

import requests
from urllib3.exceptions import HTTPError

from language import ExplainedError

# All that a request may end in, besides an answer: requests' own failures are OSErrors, some of urllib3's slip through.
FAILURES = (OSError, HTTPException, HTTPError, ValueError)


class PortalError(ExplainedError):
    """Anything a portal, or the way to it, did not give us. `retriable`: the same request may succeed later."""

    retriable: bool = False


class PortalUnavailable(PortalError):
    """Nobody is to blame for long: the old data stand, try later."""


class Unreachable(PortalUnavailable):
    """No connection: the name is unknown, the connection refused or cut."""

    retriable = True


class CertificateRejected(PortalUnavailable):
    """The portal's certificate is not trusted on this machine; trying again changes nothing."""


class TimedOut(PortalUnavailable):
    """No connection within 10 s, or no answer within 120 s."""

    retriable = True


class BrokenAnswer(PortalUnavailable):
    """An answer that is no envelope: HTML, a cut body, JSON of a wrong type."""

    retriable = True


class NotAPortal(PortalUnavailable):
    """A web page instead of REST under a 4xx status: the address is somebody else's."""


class ServerFailed(PortalUnavailable):
    """5xx, INTERNAL_SERVER_ERROR, ERROR_UNEXPECTED_ANSWER."""

    retriable = True


class RateExceeded(PortalUnavailable):
    """503 QUERY_LIMIT_EXCEEDED: too many requests from this address, ours and other programs'."""

    retriable = True


class OperatingLimit(PortalUnavailable):
    """429 OPERATION_TIME_LIMIT: a method used up its 480 s of 10 minutes."""

    retriable = True


class Overloaded(PortalUnavailable):
    """OVERLOAD_LIMIT: blocked by Bitrix24's people; asking again makes it worse."""


class PortalRefused(PortalError):
    """The portal understood and said no: an administrator has something to tick, renew or correct."""


class WebhookMalformed(PortalRefused):
    """What was set is no webhook's address; nothing was sent."""


class WebhookRejected(PortalRefused):
    """The webhook is unknown, revoked, expired, or its owner may not sign in."""


class ScopeMissing(PortalRefused):
    """The webhook lacks the scope of a method."""


class MethodMissing(PortalRefused):
    """ERROR_METHOD_NOT_FOUND: not on this portal, or the scope is missing."""


class AccessDenied(PortalRefused):
    """The webhook's owner has no right to these records."""


class RestNotInPlan(PortalRefused):
    """REST is not part of the portal's plan, or the subscription ended."""


class PortalGone(PortalRefused):
    """PORTAL_DELETED."""


class RedirectedAway(PortalRefused):
    """A redirect to where the webhook must not be sent, or in a circle."""


class RequestRejected(PortalRefused):
    """Any other refusal: a bad argument, an unknown field."""


class RecordMissing(RequestRejected):
    """The one record that was asked about is not there (any more): says nothing of the method."""


class BatchTooLong(PortalRefused):
    """ERROR_BATCH_LENGTH_EXCEEDED: the portal takes fewer commands in a batch than it was sent. The commands that it
    refused so may be asked in a shorter one."""

    retriable = True


class PortalContradicts(PortalError):
    """An answer that cannot be true; nothing is published."""


class MissingLabel(PortalContradicts):
    """A batch came back without a word about one of its commands."""

    retriable = True


def refusal(code: object, description: str, status: int, method: str, host: str) -> PortalError:
    """The error of an envelope: by its code in any case, then by its description, then by the HTTP status.

    ``code`` is the raw ``error`` member (``""``, ``0``, ``"0"`` and ``100`` are seen and say nothing);
    ``description`` is already scrubbed; ``status`` is 200 for a command inside a batch.
    """
    name = str(code or "").strip().upper()
    meant = "" if name == "0" else name
    text = description.lower()
    found = _by_code(name, text) or _by_description(text) or _by_status(status, text or meant) or RequestRejected
    shown = description.rstrip(".") or meant or (f"error “{name}”" if status == 200 else f"HTTP {status}")
    return _explained(found, method, host, shown)


def failure(thrown: Exception, method: str, host: str) -> PortalError:
    """The error for one of `FAILURES`; nothing of its own text is kept."""
    if isinstance(thrown, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(thrown):
        return CertificateRejected("portal.certificate_rejected", host=host)
    if isinstance(thrown, requests.exceptions.Timeout):
        return TimedOut("portal.timed_out", host=host, method=method)
    if isinstance(thrown, _CUT):
        return BrokenAnswer("portal.broken_answer", host=host, method=method)
    if isinstance(thrown, ValueError):
        return WebhookMalformed("portal.webhook_no_host")
    return Unreachable("portal.unreachable", host=host)


_CUT = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError, HTTPException)

_CODES: dict[str, type[PortalError]] = {
    "QUERY_LIMIT_EXCEEDED": RateExceeded,
    "OPERATION_TIME_LIMIT": OperatingLimit,
    "OVERLOAD_LIMIT": Overloaded,
    "INTERNAL_SERVER_ERROR": ServerFailed,
    "ERROR_UNEXPECTED_ANSWER": ServerFailed,
    "NO_AUTH_FOUND": WebhookRejected,
    "INVALID_CREDENTIALS": WebhookRejected,
    "EXPIRED_TOKEN": WebhookRejected,
    "INVALID_TOKEN": WebhookRejected,
    "AUTHORIZATION_ERROR": WebhookRejected,
    "METHOD_CONFIRM_WAITING": WebhookRejected,
    "USER_ACCESS_ERROR": WebhookRejected,
    "ALLOWED_ONLY_INTRANET_USER": WebhookRejected,
    "INSUFFICIENT_SCOPE": ScopeMissing,
    "ERROR_METHOD_NOT_FOUND": MethodMissing,
    "ACCESS_DENIED": AccessDenied,
    "PAYMENT_REQUIRED": RestNotInPlan,
    "PORTAL_DELETED": PortalGone,
    "ERROR_BATCH_LENGTH_EXCEEDED": BatchTooLong,
    "NOT_FOUND": RecordMissing,
    "ERROR_NOT_FOUND": RecordMissing,
}

# Only for envelopes whose code says nothing: most classic crm.* refusals come with an empty one.
_DESCRIPTIONS: tuple[tuple[str, type[PortalError]], ...] = (
    ("too many requests", RateExceeded),
    ("operation time limit", OperatingLimit),
    ("internal server error", ServerFailed),
    ("method not found", MethodMissing),
    ("higher privileges", ScopeMissing),
    ("access denied", AccessDenied),
    ("unable to authorize", WebhookRejected),
    ("not found", RecordMissing),
)


def _by_code(name: str, text: str) -> type[PortalError] | None:
    if name == "ACCESS_DENIED" and _is_about_plan(text):
        return RestNotInPlan
    return _CODES.get(name)


def _by_description(text: str) -> type[PortalError] | None:
    if _is_about_plan(text):
        return RestNotInPlan
    return next((kind for phrase, kind in _DESCRIPTIONS if phrase in text), None)


def _by_status(status: int, text: str) -> type[PortalError] | None:
    if status == 429:
        return OperatingLimit
    if status >= 500:
        return ServerFailed
    if status in (200, 404) and text:
        return None
    # Inside a batch, where the status is 200, a refusal without a word is what comes as 403 outside it.
    return {200: AccessDenied, 401: WebhookRejected, 403: AccessDenied, 404: MethodMissing}.get(status)


def _is_about_plan(text: str) -> bool:
    return "rest" in text and ("subscription" in text or "plan" in text)


def _explained(kind: type[PortalError], method: str, host: str, said: str) -> PortalError:
    keys: dict[type[PortalError], str] = {
        RateExceeded: "portal.rate_exceeded",
        OperatingLimit: "portal.operating_limit",
        Overloaded: "portal.overloaded",
        ServerFailed: "portal.server_failed",
        WebhookRejected: "portal.webhook_rejected",
        ScopeMissing: "portal.scope_missing",
        MethodMissing: "portal.method_missing",
        AccessDenied: "portal.access_denied",
        RestNotInPlan: "portal.rest_not_in_plan",
        PortalGone: "portal.gone",
        RequestRejected: "portal.request_rejected",
        RecordMissing: "portal.request_rejected",
        BatchTooLong: "portal.batch_too_long",
    }
    return kind(keys[kind], method=method, host=host, said=said)
