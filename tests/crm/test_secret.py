"""The webhook is a password: every failure is made to happen, and the password is looked for."""

import http.client
import http.server
import json
import logging
import socket
import threading
import traceback

import pytest
import requests
import urllib3
from pydantic import SecretStr

from crm import check
from crm.portal import client
from crm.portal.client import Command, Portal, PortalError
from crm.portal.webhook import read_webhook
from crm.settings import Settings
from language import LANGUAGES
from tests.crm.scripted import SECRET, WEBHOOK, FakeTime, Script, batch_of, moved, ok

PATH = f"/rest/7/{SECRET}"
QUIET = [SECRET, SECRET.lower(), "/rest/7/"]


def _answer(handler, status, body, headers=(), length=None):
    handler.send_response(status)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def _refusal(status, code, description):
    body = json.dumps({"error": code, "error_description": description}).encode()
    return lambda handler: _answer(handler, status, body)


def _hang(handler):
    handler.server.quiet.wait(5)


def _garbage(handler):
    handler.wfile.write(f"NOT HTTP {handler.path}\r\n\r\n".encode())


def _odd_headers(handler):
    handler.wfile.write(f"HTTP/1.1 200 OK\r\nno colon {handler.path}\r\nContent-Length: 2\r\n\r\n{{}}".encode())


def _cut_chunks(handler):
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"result"')


def _bad_gzip(handler):
    _answer(handler, 200, b"no gzip", [("Content-Encoding", "gzip")])


FAILING = {
    "html": lambda handler: _answer(handler, 200, f"<html>{handler.path}</html>".encode()),
    "html 404": lambda handler: _answer(handler, 404, f"<html>{handler.path}</html>".encode()),
    "html 502": lambda handler: _answer(handler, 502, f"<html>{handler.path}</html>".encode()),
    "cut body": lambda handler: _answer(handler, 200, b'{"result": [', length=9000),
    "cut chunks": _cut_chunks,
    "bad gzip": _bad_gzip,
    "garbage": _garbage,
    "odd headers": _odd_headers,
    "closed at once": lambda handler: None,
    "no answer": _hang,
    "401": _refusal(401, "INVALID_CREDENTIALS", f"No webhook https://acme.bitrix24.ru{PATH}/profile"),
    "403": _refusal(403, "ACCESS_DENIED", f"not for {SECRET}"),
    "400 that tells": _refusal(400, f"BAD_{SECRET}", f"see {PATH.upper()}/x?a={SECRET}"),
    "500 that tells": _refusal(500, "INTERNAL_SERVER_ERROR", f"at {SECRET.swapcase()}"),
    "busy": _refusal(503, "QUERY_LIMIT_EXCEEDED", SECRET),
    "blocked": _refusal(429, "OPERATION_TIME_LIMIT", SECRET),
    "overloaded": _refusal(503, "OVERLOAD_LIMIT", SECRET),
    "loop": lambda handler: _answer(handler, 302, b"", [("Location", handler.path)]),
    "sent away": lambda handler: _answer(handler, 302, b"", [("Location", f"http://evil.example{handler.path}")]),
    "sent to a host named so": lambda handler: _answer(
        handler, 302, b"", [("Location", f"https://{SECRET}.example{handler.path}")]
    ),
    "sent nowhere": lambda handler: _answer(handler, 302, b"", [("Location", f"https://[{SECRET}{handler.path}")]),
}


@pytest.fixture
def failing_server():
    """A portal that fails as `server.fail` says."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.close_connection = True
            self.server.fail(self)

        def log_message(self, *args):
            """Silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.quiet = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.quiet.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def output(caplog, capfd):
    """Everything printed on the way: log records at DEBUG, notices, both streams."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests", "crm"):
        caplog.set_level(logging.DEBUG, logger=name)
    notices = []

    def everything():
        spoken = [notice.text(language) for notice in notices for language in LANGUAGES]
        streams = capfd.readouterr()
        records = [f"{record.__dict__}" for record in caplog.records]
        return "\n".join([caplog.text, *records, *spoken, repr(notices), streams.out, streams.err])

    everything.hear = notices.append
    return everything


def _portal(output, webhook, **options):
    time = FakeTime()
    return Portal(SecretStr(webhook), clock=time.clock, sleep=time.sleep, on_notice=output.hear, **options)


def _all_of(error, output):
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    chain = [error, error.__cause__, error.__context__]
    return "\n".join(
        [
            *(f"{link!s} {link!r}" for link in chain),
            *(error.text(language) for language in LANGUAGES),
            repr(error.__dict__),
            "".join(traceback.format_exception(error)),
            "".join(shown.format(chain=True)),
            output(),
        ]
    )


def _fail(portal, output):
    with pytest.raises(PortalError) as caught:
        portal.call("profile", {"a": 1})
    return _all_of(caught.value, output)


def _assert_silent(text):
    assert [word for word in QUIET if word.lower() in text.lower().replace("/rest/7/•••", "")] == []


@pytest.mark.parametrize("failure", FAILING)
def test_a_failing_portal_does_not_make_us_print_the_webhook(failing_server, output, monkeypatch, failure):
    monkeypatch.setattr(client, "READ_SECONDS", 0.2)
    failing_server.fail = FAILING[failure]
    portal = _portal(output, f"http://127.0.0.1:{failing_server.server_port}{PATH}/")
    text = _fail(portal, output)
    _assert_silent(text)
    assert "urllib3" in text  # the log was listened to
    portal.close()


def test_a_refused_connection_does_not_print_the_webhook(output):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        _assert_silent(_fail(_portal(output, f"http://127.0.0.1:{port}{PATH}/"), output))


def test_an_unknown_name_does_not_print_the_webhook(output, monkeypatch):
    def nobody(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    _assert_silent(_fail(_portal(output, WEBHOOK), output))


def test_a_portal_without_encryption_where_it_is_promised_does_not_print_the_webhook(failing_server, output):
    failing_server.fail = FAILING["html"]
    _assert_silent(_fail(_portal(output, f"https://127.0.0.1:{failing_server.server_port}{PATH}/"), output))


@pytest.mark.parametrize(
    "thrown",
    [
        requests.ConnectionError(f"Max retries exceeded with url: {PATH}/profile"),
        requests.exceptions.InvalidURL(WEBHOOK),
        requests.exceptions.SSLError(f"CERTIFICATE_VERIFY_FAILED {WEBHOOK}"),
        requests.exceptions.ProxyError(WEBHOOK),
        requests.exceptions.RetryError(WEBHOOK),
        urllib3.exceptions.LocationParseError(WEBHOOK),
        urllib3.exceptions.MaxRetryError(None, WEBHOOK),
        http.client.InvalidURL(WEBHOOK),
        UnicodeError(WEBHOOK),
        OSError(WEBHOOK),
    ],
    ids=lambda thrown: type(thrown).__name__,
)
def test_what_a_library_throws_is_not_chained_to_what_we_throw(output, thrown):
    text = _fail(_portal(output, WEBHOOK, adapter=Script([thrown])), output)
    _assert_silent(text)
    assert "During handling" not in text


@pytest.mark.parametrize(
    "answer",
    [
        batch_of({}, {"c00": {"error": SECRET, "error_description": WEBHOOK}}),
        batch_of({}, {"c00": WEBHOOK}),
        batch_of({}, [{"error": "", "error_description": f"Access denied for {SECRET}"}]),
        batch_of({}, {"c00": {"error": [SECRET], "error_description": {"at": WEBHOOK}}}),
    ],
)
def test_a_failed_command_does_not_print_the_webhook(output, answer):
    error = _portal(output, WEBHOOK, adapter=Script([answer])).batch({"c00": Command("crm.lead.list")})["c00"]
    assert isinstance(error, PortalError)
    _assert_silent(_all_of(error, output))


def test_a_renaming_is_reported_without_the_webhook(output):
    portal = _portal(output, WEBHOOK, adapter=Script([moved(f"https://new.bitrix24.ru{PATH}/profile"), ok()]))
    portal.call("profile")
    text = output()
    assert "new.bitrix24.ru" in text
    _assert_silent(text + repr(portal) + str(portal))


def test_a_successful_request_is_logged_by_the_library_without_the_webhook(failing_server, output):
    failing_server.fail = lambda handler: _answer(handler, 200, b'{"result": 1}')
    portal = _portal(output, f"http://127.0.0.1:{failing_server.server_port}{PATH}/")
    portal.call("profile")
    text = output()
    assert "/rest/7/•••/profile" in text
    _assert_silent(text)
    portal.close()


@pytest.mark.parametrize(
    "pasted",
    [
        f"http://acme.bitrix24.ru{PATH}/",
        f"https://acme.bitrix24.ru/rest/{SECRET}/",
        f"https://acme.bitrix24.ru/hooks/{SECRET}/",
        f"https://acme:{SECRET}{PATH}/",
        f"https://[{SECRET}]{PATH}/",
    ],
)
def test_a_webhook_that_cannot_be_read_is_not_repeated(output, pasted):
    with pytest.raises(PortalError) as caught:
        _portal(output, pasted)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in shown.stack if not frame.filename.endswith("test_secret.py")]
    assert ours
    spoken = [caught.value.text(language) for language in LANGUAGES]
    _assert_silent("\n".join([*(str(frame.locals) for frame in ours), *spoken, repr(caught.value), output()]))


def test_a_webhook_shows_its_host_alone():
    webhook = read_webhook(SecretStr(WEBHOOK))
    assert repr(webhook) == "Webhook(scheme='https', host='acme.bitrix24.ru')"
    _assert_silent(str(webhook))


@pytest.mark.parametrize("failure", ["html 404", "401", "400 that tells", "overloaded", "sent away"])
def test_a_check_of_a_failing_portal_prints_no_webhook(failing_server, output, failure):
    failing_server.fail = FAILING[failure]
    settings = Settings(webhook_url=SecretStr(f"http://127.0.0.1:{failing_server.server_port}{PATH}/"), _env_file=None)
    assert check.command(settings) == check.UNUSABLE
    text = output()
    assert "127.0.0.1" in text
    _assert_silent(text)
