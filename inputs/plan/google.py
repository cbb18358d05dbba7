"""Speaking to Google Sheets: gspread's own client, made patient, and what its failures mean to a person."""

import time
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import AuthorizedSession, Request
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import HTTPError

from inputs.plan.account import Account
from inputs.plan.errors import PlanError

TIMEOUT = (10, 60)  # seconds to connect, to answer
QUOTA_WAITS = (4.0, 15.0, 40.0)  # seconds after each refusal: the quota is a minute's
READ_WAITS = (1.0, 3.0)  # after each failure that is nobody's; only reading is tried again
# requests' own failures are OSErrors; some of urllib3's and of the interpreter's slip through it.
NETWORK = (TransportError, OSError, HTTPException, HTTPError)
FAILURES = (APIError, GoogleAuthError, *NETWORK)


class OnThisMachine(HTTPAdapter):
    """A transport that carries what is meant for Google to a server on this machine, and nowhere else."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        """Send the request, its path unchanged, to the origin; proxies do not reach it."""
        parts = urlsplit(request.url or "")
        request.url = f"{self._origin}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *arguments, **{**options, "proxies": None})


class SheetsClient(HTTPClient):
    """gspread's client that waits when Google asks to; a write is repeated only when Google refused to begin it."""

    def request(self, method: str, *arguments: Any, **options: Any) -> requests.Response:
        """One request; `FAILURES` when waiting did not help."""
        quota, reading = list(QUOTA_WAITS), list(READ_WAITS) if method == "get" else []
        while True:
            try:
                return super().request(method, *arguments, **options)
            except APIError as error:
                waits = quota if is_quota(error) else reading if error.response.status_code >= 500 else []
                if not waits:
                    raise
            except NETWORK:
                waits = reading
                if not waits:
                    raise
            time.sleep(waits.pop(0))


def connect(account: Account, transport: BaseAdapter | None = None) -> SheetsClient:
    """A client for the account.

    ``transport`` is requests' own: what carries every request, the one for a token included, in the place of the
    network. gspread's addresses are constants of its module, so a server that stands in for Google is reached by it.
    """
    carrier = transport or (OnThisMachine(account.local) if account.local else None)
    for_token = requests.Session()
    session = AuthorizedSession(account.credentials, auth_request=Request(for_token))
    if carrier is not None:
        for_token.mount("https://", carrier)
        session.mount("https://", carrier)
    client = SheetsClient(account.credentials, session)
    client.set_timeout(TIMEOUT)
    return client


def is_quota(error: APIError) -> bool:
    """Whether Google asks to come back later; it says so under two statuses."""
    status = error.response.status_code
    return status == 429 or (status == 403 and "quota" in _message(error))


def plan_error(error: Exception, account: Account, *, writing: bool = False) -> PlanError:
    """The error that explains one of `FAILURES` to a person. Its own text, which may hold a token, is not kept."""
    if isinstance(error, RefreshError):
        key = "plan.sheet.server" if error.retryable else "plan.sheet.revoked"
        return PlanError(key, email=account.email, status="OAuth")
    if isinstance(error, APIError):
        status = error.response.status_code
        return PlanError(_key(error, writing=writing), email=account.email, status=str(status))
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return PlanError("plan.sheet.server", status="JSON")
    if isinstance(error, NETWORK):
        return PlanError("plan.sheet.unreachable")
    return PlanError("plan.sheet.revoked", email=account.email)


def _key(error: APIError, *, writing: bool) -> str:
    status, message = error.response.status_code, _message(error)
    if is_quota(error):
        return "plan.sheet.quota"
    if status == 403 and ("disabled" in message or "has not been used" in message):
        return "plan.sheet.api_disabled"
    if writing and status == 400 and "protected" in message:
        return "plan.sheet.read_only"
    if status == 400 and "not supported for this document" in message:
        return "plan.sheet.not_a_sheet"
    by_status = {401: "revoked", 403: "read_only" if writing else "forbidden", 404: "not_found"}
    return f"plan.sheet.{by_status.get(status) or ('server' if status >= 500 else 'rejected')}"


def _message(error: APIError) -> str:
    return str(error.error.get("message", "")).lower()
