"""The one file that speaks HTTP to a portal.

Its errors (crm/portal/errors.py), split by what the caller does next; (r) = the same request may succeed later:

    PortalError
    ├── PortalUnavailable        the old data stand, try later
    │   ├── Unreachable      (r) no such name, connection refused or cut
    │   ├── CertificateRejected  the portal's certificate is not trusted here
    │   ├── TimedOut         (r) no connection in 10 s, no answer in 120 s
    │   ├── BrokenAnswer     (r) HTML, a cut body, JSON of a wrong type
    │   ├── NotAPortal           a web page under 4xx: somebody else's address
    │   ├── ServerFailed     (r) 5xx
    │   ├── RateExceeded     (r) 503 QUERY_LIMIT_EXCEEDED
    │   ├── OperatingLimit   (r) 429 OPERATION_TIME_LIMIT
    │   └── Overloaded           OVERLOAD_LIMIT: blocked by Bitrix24's people
    ├── PortalRefused            an administrator has something to tick, renew or correct
    │   ├── WebhookMalformed     what was set is no webhook's address
    │   ├── WebhookRejected      unknown, revoked, expired; its owner may not sign in
    │   ├── ScopeMissing         insufficient_scope
    │   ├── MethodMissing        not on this portal, or the scope is missing
    │   ├── AccessDenied         the owner has no right to these records
    │   ├── RestNotInPlan        no REST in the plan, or the subscription ended
    │   ├── PortalGone           PORTAL_DELETED
    │   ├── RedirectedAway       a redirect to where the webhook must not be sent
    │   ├── RequestRejected      any other refusal: a bad argument
    │   │   └── RecordMissing    the one record that was asked about is not there
    │   └── BatchTooLong     (r) ERROR_BATCH_LENGTH_EXCEEDED: ask for less in a batch
    └── PortalContradicts        an answer that cannot be true: nothing is published
        └── MissingLabel     (r) a batch without a word about one of its commands

No error, log record or notice holds the webhook; a library's failure, which does, is never chained to ours.
"""

import http.cookiejar
import json
import re
import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import requests
from pydantic import SecretStr
from requests.adapters import BaseAdapter, HTTPAdapter

from crm.portal.commands import Command, Ref
from crm.portal.envelopes import Answer, Reader
from crm.portal.errors import (
    FAILURES,
    AccessDenied,
    BatchTooLong,
    MethodMissing,
    MissingLabel,
    OperatingLimit,
    PortalContradicts,
    PortalError,
    PortalRefused,
    PortalUnavailable,
    RateExceeded,
    RedirectedAway,
    ScopeMissing,
    failure,
)
from crm.portal.rate_limits import LeakyBucket, OperatingBudget
from crm.portal.retries import Retries
from crm.portal.webhook import Webhook, hide_webhooks_in_logs, read_webhook
from language import Message

__all__ = [
    "AccessDenied",
    "Answer",
    "Command",
    "MethodMissing",
    "MissingLabel",
    "Portal",
    "PortalContradicts",
    "PortalError",
    "PortalRefused",
    "PortalUnavailable",
    "Ref",
    "ScopeMissing",
    "ignore",
]

CONNECT_SECONDS = 10
READ_SECONDS = 120  # a portal cuts a request at 60 s itself
BATCH_SIZE = 50
REDIRECTS = 5
CONNECTIONS = 16
USER_AGENT = "Vitrina/1 (analytics; Bitrix24 REST)"
NOTICE_FROM_SECONDS = 3.0  # shorter pauses are not worth a person's attention

_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")  # PHP turns a map with numeric labels into a list


def ignore(_: object) -> None:
    """A listener that does nothing with what it is given: where nobody wants to know."""


class Portal:
    """A Bitrix24 portal seen through an inbound webhook; safe to use from several threads at once.

    Raises:
        WebhookMalformed: ``webhook`` is no webhook's address.
    """

    def __init__(
        self,
        webhook: SecretStr,
        *,
        requests_per_second: float = 2.0,
        burst: int = 50,
        adapter: BaseAdapter | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        on_notice: Callable[[Message], None] = ignore,
    ) -> None:
        hide_webhooks_in_logs()
        self._webhook = read_webhook(webhook)
        self._first_host = self._webhook.host
        self._session = _session(adapter, trust_environment=not self._webhook.is_loopback)
        self._bucket = LeakyBucket(requests_per_second, burst, clock)
        self._budget = OperatingBudget(clock)
        self._sleep = sleep
        self._on_notice = on_notice
        self._lock = threading.Lock()
        self._requests_made = 0

    def __repr__(self) -> str:
        return f"Portal({getattr(self, '_webhook', None)!r})"

    def close(self) -> None:
        """Close the connections kept open; the next call opens new ones."""
        self._session.close()

    @property
    def host(self) -> str:
        """The portal's name, with its port where that is not the usual one."""
        return self._webhook.host

    @property
    def origin(self) -> str:
        """``https://acme.bitrix24.ru``, without the webhook: links to records begin with it."""
        return self._webhook.origin

    @property
    def renamed_from(self) -> str | None:
        """The host in the webhook, when the portal has sent us on to another one."""
        return self._first_host if self._first_host != self._webhook.host else None

    @property
    def requests_made(self) -> int:
        """HTTP requests sent so far, with every repetition and redirect."""
        return self._requests_made

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Call one method.

        Raises:
            PortalError: what repeating could not mend.
        """
        return self._exchange(method, params or {}, {})

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Answer | PortalError]:
        """Call up to 50 methods in one request: each label sent comes back with its answer or its error.

        Raises:
            PortalError: the request as a whole failed.
            ValueError: more than 50 commands, or a label that a portal would lose.
        """
        if len(commands) > BATCH_SIZE:
            raise ValueError(f"{len(commands)} commands: a batch holds {BATCH_SIZE}")
        wrong = [label for label in commands if not _LABEL.match(label)]
        if wrong:
            raise ValueError(f"labels must begin with a letter: {wrong}")
        if not commands:
            return {}
        methods = {label: command.method for label, command in commands.items()}
        texts = {label: command.text() for label, command in commands.items()}
        outer = self._exchange("batch", {"halt": 0, "cmd": texts}, methods)
        answers = self._reader(self._webhook).read_batch(outer, methods)
        for label, answer in answers.items():
            if isinstance(answer, OperatingLimit):
                self._budget.block(methods[label])
            elif isinstance(answer, RateExceeded):
                self._bucket.overflow()
        return answers

    def _exchange(self, method: str, params: Mapping[str, Any], inner: Mapping[str, str]) -> Answer:
        """Ask until there is an answer, or an error that repeating does not mend; ``inner``: a batch's methods."""
        body = json.dumps(params, allow_nan=False).encode()
        retries = Retries()
        charged = {method, *inner.values()}
        while True:
            self._wait_for_budget(charged)
            try:
                outcome = self._ask(method, body)
                if isinstance(outcome, Answer):
                    self._charge(outcome, method, inner)
                    return outcome
            finally:
                self._budget.end(charged)
            if isinstance(outcome, BatchTooLong):
                raise outcome  # the same batch is as long the next time
            seconds = retries.wait_after(outcome)
            if isinstance(outcome, OperatingLimit):
                self._budget.block(method)
            elif isinstance(outcome, RateExceeded):
                self._bucket.overflow()
            self.pause(seconds, "portal.trying_again", method=method)

    def _ask(self, method: str, body: bytes) -> Answer | PortalError:
        """One request, followed through redirects with its body kept."""
        webhook = self._webhook
        seen = {webhook.origin}
        for _ in range(REDIRECTS):
            response = self._post(webhook, method, body)
            if isinstance(response, PortalError):
                return response
            if response.status_code not in (301, 302, 307, 308):
                outcome = self._reader(webhook).read(method, response.status_code, response.content)
                if isinstance(outcome, Answer):
                    self._settle(webhook)
                return outcome
            try:
                webhook = webhook.moved(response.headers.get("Location", ""))
            except RedirectedAway as away:
                return away.with_traceback(None)  # its variables hold the address
            if webhook.origin in seen:
                break
            seen.add(webhook.origin)
        return RedirectedAway("portal.redirected_around", host=self.host)

    def _post(self, webhook: Webhook, method: str, body: bytes) -> requests.Response | PortalError:
        self.pause(self._bucket.take(), "portal.keeping_rate")
        with self._lock:
            self._requests_made += 1
        try:
            return self._session.post(
                webhook.url(method), data=body, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False
            )
        except FAILURES as thrown:
            return failure(thrown, method, webhook.host)

    def _charge(self, answer: Answer, method: str, inner: Mapping[str, str]) -> None:
        """The budget is read from the envelope and from each command: portals differ in whom they charge."""
        self._budget.charge(method, [answer.time])
        times = answer.result.get("result_time") if inner else None
        if isinstance(times, dict):
            for name in set(inner.values()):
                spent = [times.get(label) for label, called in inner.items() if called == name]
                self._budget.charge(name, [time for time in spent if isinstance(time, dict)])

    def _settle(self, webhook: Webhook) -> None:
        """Stay where an answer came from: the portal was renamed."""
        with self._lock:
            old = self._webhook
            self._webhook = webhook
        if old.host != webhook.host:
            self._on_notice(Message("portal.renamed", old=old.host, new=webhook.host))

    def _wait_for_budget(self, methods: Collection[str]) -> None:
        while (wait := self._budget.begin(methods))[0] > 0:
            self.pause(wait[0], "portal.keeping_budget", method=wait[1])

    def pause(self, seconds: float, key: str, **values: str) -> None:
        """Wait; a longer pause is announced by a notice ``key``."""
        if seconds >= NOTICE_FROM_SECONDS:
            self._on_notice(Message(key, host=self.host, seconds=round(seconds), **values))
        if seconds > 0:
            self._sleep(seconds)

    def rest(self, seconds: float) -> None:
        """Wait without a word: work that nobody waits for takes its time."""
        self._sleep(seconds)

    def _reader(self, webhook: Webhook) -> Reader:
        return Reader(webhook.host, webhook.scrub)


class _Straight(requests.Session):
    """A session without redirects: requests would read a hostile Location even if asked not to follow it."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: there is never one."""


def _session(adapter: BaseAdapter | None, trust_environment: bool) -> requests.Session:
    session = _Straight()
    session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json", "Content-Type": "application/json"})
    # A session cookie would make PHP serve our requests one after another.
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    session.trust_env = trust_environment  # a proxy cannot reach this machine's own loopback
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter or HTTPAdapter(pool_maxsize=CONNECTIONS))
    return session
