"""A portal over loopback HTTP: Bitrix24's REST through an inbound webhook, and cards for the links of reports."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from demo.batch import nothing, run_batch
from demo.cards import card
from demo.company import Company
from demo.faults import Counters, Faults
from demo.lists import MethodError
from demo.methods import Desk
from demo.php import parse_str
from demo.wire import LoopbackServer, Request, Response

DEMO_KEY = "d3m0vitr1nap0rtal"  # guards nothing: the portal answers on loopback and holds an invented company
PORT = 8509


def webhook_of(port: int = PORT, secret: str = DEMO_KEY) -> str:
    """The inbound webhook's address of a demo portal; by default of the one that an application starts."""
    return f"http://127.0.0.1:{port}/rest/1/{secret}/"


DEMO_WEBHOOK = webhook_of()


class DemoPortal:
    """Serves a company on 127.0.0.1 until it is stopped; a context manager.

    ``port`` 0 takes a free one. ``clock`` counts seconds for the rate and the operating budget, ``sleep`` waits for
    latency and slow bodies: a test gives its own. ``on_hit`` is called with the number of each REST request before it
    is answered: where a test changes the company in the midst of a pull. ``faults`` may be replaced at any time.
    ``lock`` is held while a request is answered. ``budget_speed``: see `Counters`.
    """

    def __init__(
        self,
        company: Company,
        port: int = 0,
        faults: Faults | None = None,
        *,
        secret: str = DEMO_KEY,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        on_hit: Callable[[int], None] | None = None,
        budget_speed: float = 1.0,
    ) -> None:
        self.company, self.faults, self.secret = company, faults or Faults(), secret
        self.counters = Counters(clock, budget_speed)
        self.lock = threading.RLock()
        self._port, self._sleep, self._on_hit = port, sleep, on_hit
        self._at_work, self._less_work = 0, threading.Condition()
        self._server: LoopbackServer | None = None

    def start(self) -> Self:
        """Listen; returns itself.

        Raises:
            OSError: the port is taken.
        """
        self._server = LoopbackServer(self._port, self._respond, self._sleep)
        self._port = self._server.server_address[1]
        self._server.start()
        return self

    def stop(self) -> None:
        """Close every connection and the port."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def origin(self) -> str:
        """Where cards are: "http://127.0.0.1:8509"."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def webhook(self) -> str:
        """The inbound webhook's address."""
        return webhook_of(self._port, self.secret)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _respond(self, request: Request) -> Response:
        parts = urlsplit(request.target)
        if not parts.path.startswith("/rest/"):
            with self.lock:
                status, page = card(self.company, parts.path, "en" if request.language.startswith("en") else "ru")
            return Response(status, page.encode(), "text/html; charset=utf-8")
        if self.faults.latency:
            self._sleep(self.faults.latency)
        with self._in_turn():
            with self.lock:
                self.counters.hits += 1
                if self._on_hit is not None:
                    self._on_hit(self.counters.hits)
                worked = self.counters.work
                answered = self._rest(request, parts.path, parts.query)
                worked = self.counters.work - worked
            if worked:
                self._sleep(worked)
        return answered

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Wait until fewer requests than ``faults.at_once`` are worked at."""
        with self._less_work:
            while self.faults.at_once is not None and self._at_work >= self.faults.at_once:
                self._less_work.wait()
            self._at_work += 1
        try:
            yield
        finally:
            with self._less_work:
                self._at_work -= 1
                self._less_work.notify()

    def _rest(self, request: Request, path: str, query: str) -> Response:
        faults, hit = self.faults, self.counters.hits
        if faults.moved_to is not None:
            return Response(302, b"", "text/html", location=faults.moved_to + request.target)
        if hit in faults.html:
            page = "<html><body><h1>Service is temporarily unavailable</h1></body></html>"
            return Response(faults.html_status, page.encode(), "text/html; charset=utf-8")
        try:
            self._let_in()
            status, answer = 200, self._called(path, {**parse_str(query), **_body(request)})
        except MethodError as error:
            self.counters.refusals[error.code] += 1
            status, answer = error.status, {"error": error.code, "error_description": error.description}
        return Response(
            status,
            json.dumps(answer, separators=(",", ":")).encode(),
            "application/json; charset=utf-8",
            cut=hit in faults.cut,
            slow=faults.slow_seconds if hit in faults.slow_body else 0.0,
        )

    def _let_in(self) -> None:
        faults = self.faults
        if self.counters.hits in faults.refuse:
            raise MethodError(faults.refuse_error, "Too many requests", faults.refuse_status)
        if faults.rate is not None and self.counters.over_rate(faults.rate):
            raise MethodError("QUERY_LIMIT_EXCEEDED", "Too many requests", 503)

    def _called(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        steps = [unquote(step) for step in path.split("/")[2:]]
        if len(steps) < 3 or steps[0] != "1" or steps[1] != self.secret:
            raise MethodError("INVALID_CREDENTIALS", "Invalid request credentials", 401)
        method = steps[2].lower().removesuffix(".json")
        desk = Desk(self.company, self.faults, self.counters)
        if method == "batch":
            return {"result": self._batch(desk, params), "time": self._time("batch")}
        reply = desk.answer(method, params)
        if self.faults.lies is not None:
            reply = self.faults.lies.of_one(method, reply)
        counts = {"next": reply.next, "total": reply.total}
        known = {name: count for name, count in counts.items() if count is not None}
        return {"result": reply.result, **known, "time": self._time(desk.budget_of(method), desk.worked)}

    def _batch(self, desk: Desk, params: dict[str, Any]) -> dict[str, Any]:
        self.counters.batches += 1
        if self.counters.batches in self.faults.empty_batch:
            return nothing()
        given = {key.lower(): value for key, value in params.items()}
        commands = given.get("cmd")
        if self.counters.batches in self.faults.drop_label and isinstance(commands, dict) and commands:
            lost = list(commands)[len(commands) // 2]
            given["cmd"] = {label: command for label, command in commands.items() if label != lost}
        answered = run_batch(desk, given, lambda method: self._time(desk.budget_of(method), desk.worked))
        if self.counters.batches in self.faults.blank_batch and isinstance(answered["result"], dict):
            answered["result"] = {label: [] for label in answered["result"]}
        return answered

    def _time(self, budget: str, worked: float = 0.0) -> dict[str, Any]:
        """The `time` block of a command that took ``worked`` seconds and a moment.

        Its moments are the company's clock; `operating` is what `Faults` let it cost.
        """
        now = self.company.now()
        stamp, date = now.timestamp(), now.isoformat(timespec="seconds")
        return {
            "start": stamp,
            "finish": stamp,
            "duration": 0.01 + worked,
            "processing": 0.01 + worked,
            "date_start": date,
            "date_finish": date,
            "operating_reset_at": int(stamp + self.counters.resets_in(budget)),
            "operating": round(self.counters.operating(budget), 6),
        }


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    if "json" not in request.content_type:
        return parse_str(request.body.decode("utf-8", "replace"))
    try:
        found = json.loads(request.body)
    except ValueError:
        return {}
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}
