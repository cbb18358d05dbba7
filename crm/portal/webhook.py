"""A webhook's address: read as people paste it, and kept out of everything that is printed."""

import ipaddress
import logging
import re
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from pydantic import SecretStr

from crm.portal.domains import is_same_owner
from crm.portal.errors import RedirectedAway, WebhookMalformed

_PATH = re.compile(r"/rest/(?:api/)?(?P<user>\d+)/(?P<secret>[A-Za-z0-9_-]+)(?:/.*)?\Z")
_IN_TEXT = re.compile(r"(/rest/(?:api/)?\d+/)[^/\s\"'<>?#]+", re.IGNORECASE)
_HIDDEN = "•••"


@dataclass(frozen=True)
class Webhook:
    """Where a portal listens and by what secret; its repr shows the host alone."""

    scheme: str
    host: str  # with its port, where that is not the scheme's own
    user_id: int = field(repr=False)
    secret: str = field(repr=False)

    @property
    def origin(self) -> str:
        """``https://acme.bitrix24.ru``: safe to show, and what links to records begin with."""
        return f"{self.scheme}://{self.host}"

    def url(self, method: str) -> str:
        """The address of a method. It is the password: give it to the session, to no name and no text."""
        return f"{self.origin}/rest/{self.user_id}/{self.secret}/{method}"

    def moved(self, location: str) -> "Webhook":
        """The same webhook at the host a redirect names; the caller follows by sending the whole request anew.

        The webhook is a password and travels with the request: whoever can make a portal redirect must not have it.

        Raises:
            RedirectedAway: the target is no https host (or loopback, seen from loopback), lies outside the portal's own
                registrable domain, or is not this webhook.
        """
        target = _split(location, self.url(""))
        shown = self.scrub(target.hostname or "") if target else ""
        # An address travels in ASCII: of other letters a library might make another name than the one compared here.
        is_readable = target is not None and shown != "" and shown == target.hostname and shown.isascii()
        if target is None or not is_readable or target.username is not None:
            raise RedirectedAway("portal.redirected_away", host=self.host, target=shown or _HIDDEN)
        if target.scheme != "https" and not (target.scheme == "http" and is_loopback(target) and self.is_loopback):
            raise RedirectedAway("portal.redirected_unsafe", host=self.host, target=shown)
        if not (self.is_loopback and is_loopback(target)) and not is_same_owner(self._name, shown):
            raise RedirectedAway("portal.redirected_elsewhere", host=self.host, target=shown)
        found = _PATH.match(target.path)
        if not found or (int(found["user"]), found["secret"]) != (self.user_id, self.secret):
            raise RedirectedAway("portal.redirected_away", host=self.host, target=shown)
        return replace(self, scheme=target.scheme, host=_host(target))

    @property
    def _name(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the portal runs on this very machine (the demo's does)."""
        return is_loopback(urlsplit(self.origin))

    def scrub(self, text: str) -> str:
        """``text`` without the secret, in whatever form a portal or a library wrote it."""
        text = re.sub(re.escape(self.secret), _HIDDEN, _IN_TEXT.sub(rf"\1{_HIDDEN}", text), flags=re.IGNORECASE)
        return text.replace(quote(self.secret, safe=""), _HIDDEN)


def read_webhook(pasted: SecretStr) -> Webhook:
    """A webhook out of what was pasted: spaces, quotes, a missing slash or a method behind it do not matter.

    Raises:
        WebhookMalformed: it is no webhook's address; the sentence says which part is missing, and never repeats it.
    """
    read = _read(pasted.get_secret_value())
    if isinstance(read, WebhookMalformed):
        raise read
    return read


def _read(pasted: str) -> Webhook | WebhookMalformed:
    # Nothing is raised here: a traceback may be shown with its variables.
    text = re.sub(r"\s+", "", pasted).strip("\"'<>`\u00ab\u00bb")
    if not text:
        return WebhookMalformed("portal.webhook_empty")
    parts = _split(text if "://" in text else f"https://{text}")
    if parts is None or not parts.hostname or parts.username is not None:
        return WebhookMalformed("portal.webhook_no_host")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts)):
        return WebhookMalformed("portal.webhook_not_https")
    path = re.sub(r"/{2,}", "/", parts.path)
    found = _PATH.match(path)
    if found:
        return Webhook(parts.scheme, _host(parts), int(found["user"]), found["secret"])
    if re.match(r"/rest/(?:api/)?\d+(?:/(?:[\w.]+\.(?:json|xml))?)?\Z", path):
        return WebhookMalformed("portal.webhook_no_secret")
    return WebhookMalformed("portal.webhook_no_user" if path.startswith("/rest/") else "portal.webhook_no_rest")


class _HideWebhooks(logging.Filter):
    """Takes webhooks out of the records of the libraries below us: urllib3 logs the path of each request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _IN_TEXT.sub(rf"\1{_HIDDEN}", record.getMessage()), ()
        if record.exc_info:
            record.exc_text = _IN_TEXT.sub(rf"\1{_HIDDEN}", logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


def hide_webhooks_in_logs() -> None:
    """Attach the filter where request addresses are logged; calling it again changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_HIDE)


_HIDE = _HideWebhooks()
# A filter works on the logger that speaks, not on its parents: each is named.
_LOGGERS = (
    *(f"urllib3.{module}" for module in ("connection", "connectionpool", "poolmanager", "response", "util.retry")),
    "requests",
    "requests.sessions",
)


def _split(address: str, base: str = "") -> SplitResult | None:
    """The parts of an address, or None when it is none (a port of letters, a broken bracket)."""
    try:
        parts = urlsplit(urljoin(base, address))
        _ = parts.port
    except ValueError:
        return None
    return parts


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").rstrip(".")
    name = f"[{name}]" if ":" in name else name
    usual = {"https": 443, "http": 80}[parts.scheme]
    return name if parts.port in (None, usual) else f"{name}:{parts.port}"


def is_loopback(parts: SplitResult) -> bool:
    """Whether an address is this very machine's own."""
    name = (parts.hostname or "").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
