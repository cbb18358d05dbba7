"""A portal that says what a test wrote down for it, and a clock that a sleep moves."""

import json
import threading
from collections.abc import Iterable
from typing import Any

import requests
from pydantic import SecretStr
from requests.adapters import BaseAdapter

from crm.portal.client import Portal
from language import Message

SECRET = "k3yThat" + "NobodySees"
WEBHOOK = f"https://acme.bitrix24.ru/rest/7/{SECRET}/"


class FakeTime:
    """`clock` and `sleep` of a world where only sleeping takes time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


class Script(BaseAdapter):
    """Answers in turn, the last one for ever; an exception is thrown. Keeps what was asked, and when."""

    def __init__(self, answers: Iterable[Any], time: FakeTime | None = None) -> None:
        super().__init__()
        self.answers = list(answers)
        self.time = time or FakeTime()
        self.asked: list[requests.PreparedRequest] = []
        self.asked_at: list[float] = []
        self.options: list[dict[str, Any]] = []

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.asked]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.body or b"null") for request in self.asked]

    def send(self, request, *_, **options):
        self.asked.append(request)
        self.asked_at.append(self.time.now)
        self.options.append({"timeout": options["timeout"]})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, BaseException):
            raise answer
        return _response(request, *answer) if isinstance(answer, tuple) else _response(request, 200, answer)

    def close(self) -> None:
        """Nothing is open."""


def _response(request, status, body, headers=()):
    response = requests.Response()
    response.status_code = status
    response.url = request.url
    response.request = request
    response.headers.update(dict(headers))
    response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return response


def ok(result: Any = True, **more: Any) -> dict[str, Any]:
    """An answer's envelope."""
    return {"result": result, "time": {}, **more}


def batch_of(result: Any, errors: Any = (), **more: Any) -> dict[str, Any]:
    """A batch's envelope; empty maps as PHP writes them."""
    maps = {"result_total": [], "result_next": [], "result_time": [], **more}
    return ok({"result": result, "result_error": errors or [], **maps})


def moved(location: str, status: int = 302) -> tuple[int, bytes, dict[str, str]]:
    """A redirect."""
    return status, b"<html>moved</html>", {"Location": location}


def scripted_portal(*answers: Any, webhook: str = WEBHOOK, **options: Any) -> tuple[Portal, Script, list[Message]]:
    """A portal over a script, on a fake clock."""
    script = Script(answers)
    notices: list[Message] = []
    portal = Portal(
        SecretStr(webhook),
        adapter=script,
        clock=script.time.clock,
        sleep=script.time.sleep,
        on_notice=notices.append,
        **options,
    )
    return portal, script, notices
