"""The service account a Google Sheet is opened with: its JSON file, whose private key is shown nowhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from google.auth.exceptions import GoogleAuthError
from google.oauth2.service_account import Credentials

from crm.portal.webhook import is_loopback
from crm.settings import Settings
from inputs.plan.errors import PlanError

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
NEEDED = ("client_email", "private_key", "token_uri")
GOOGLE = (".googleapis.com", ".google.com")


@dataclass(frozen=True)
class Account:
    """A service account: whom the sheet must be shared with, and the credentials.

    `local` is the origin of a server on this very machine that stands in for Google ("http://127.0.0.1:8600"), given
    by the key ``sheets_api`` of the file; None, as in every file Google makes: Google itself.
    """

    email: str
    credentials: Credentials = field(repr=False)
    local: str | None = None


def read_account(settings: Settings) -> Account:
    """The account of ``VITRINA_GOOGLE_SERVICE_ACCOUNT_FILE``.

    Raises:
        PlanError: none is set, its file is missing or malformed, or leads elsewhere than to Google or this machine.
    """
    path = settings.google_service_account_file
    if path is None:
        raise PlanError("plan.sheet.no_account")
    key_file = _read_key_file(path)
    local = key_file.pop("sheets_api", None)
    if local is not None and not _is_local(local):
        raise PlanError("plan.sheet.account_elsewhere", path=str(path))
    if local is None and not _is_googles(key_file["token_uri"]):
        raise PlanError("plan.sheet.account_elsewhere", path=str(path))
    try:
        credentials = Credentials.from_service_account_info(key_file, scopes=SCOPES)
    except (ValueError, GoogleAuthError):
        raise PlanError("plan.sheet.account_malformed", path=str(path)) from None
    return Account(key_file["client_email"], credentials, local.rstrip("/") if local else None)


def _read_key_file(path: Path) -> dict[str, Any]:
    try:
        key_file = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise PlanError("plan.sheet.account_missing", path=str(path)) from None
    except (OSError, ValueError):
        raise PlanError("plan.sheet.account_malformed", path=str(path)) from None
    is_account = isinstance(key_file, Mapping) and key_file.get("type") == "service_account"
    if not is_account or not all(isinstance(key_file.get(name), str) for name in NEEDED):
        raise PlanError("plan.sheet.account_malformed", path=str(path))
    return dict(key_file)


def _is_local(address: object) -> bool:
    try:
        parts = urlsplit(str(address))
        return parts.scheme == "http" and is_loopback(parts) and parts.port is not None
    except ValueError:
        return False


def _is_googles(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and f".{parts.hostname or ''}".endswith(GOOGLE)
