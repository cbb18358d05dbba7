"""HTTP/1.1 on loopback: connections kept alive, bodies cut or slow when asked, everything closed when stopped."""

import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

_PIECES = 10


@dataclass(frozen=True)
class Request:
    """A request as it came: ``target`` is its path with the query."""

    target: str
    body: bytes
    content_type: str
    language: str


@dataclass(frozen=True)
class Response:
    """An answer to send. ``cut``: half of the body, then the connection closes. ``slow``: seconds the body takes."""

    status: int
    body: bytes
    content_type: str
    location: str | None = None
    cut: bool = False
    slow: float = 0.0


class LoopbackServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 alone and answers each request by ``respond``."""

    daemon_threads = True

    def __init__(self, port: int, respond: Callable[[Request], Response], sleep: Callable[[float], None]) -> None:
        self.respond, self.sleep = respond, sleep
        self._open: dict[socket.socket, threading.Thread] = {}
        self._guard = threading.Lock()
        self._listener = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's would ask the name server who 127.0.0.1 is

    def start(self) -> None:
        """Answer in the background."""
        self._listener.start()

    def stop(self) -> None:
        """Stop listening, break the open connections and wait for their threads."""
        self.shutdown()
        self._listener.join()
        self.server_close()
        with self._guard:
            pending = list(self._open.items())
        for connection, _ in pending:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed by the other side meanwhile
        for _, thread in pending:
            thread.join(timeout=5)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that hung up is no news
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: LoopbackServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        answer = self.server.respond(
            Request(
                self.path,
                self.rfile.read(length) if length else b"",
                self.headers.get("Content-Type", ""),
                self.headers.get("Accept-Language", ""),
            )
        )
        self.wfile.write(self._head(answer) + (b"" if answer.slow or answer.cut else self._body(answer)))
        if answer.slow:
            self._send_slowly(answer)
        if answer.cut:
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.close_connection = True

    def _body(self, answer: Response) -> bytes:
        return b"" if self.command == "HEAD" else answer.body

    def _head(self, answer: Response) -> bytes:
        lines = [
            f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('', ''))[0]}",
            f"Content-Type: {answer.content_type}",
            f"Content-Length: {len(answer.body)}",
            "X-Content-Type-Options: nosniff",
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        ]
        if answer.location is not None:
            lines.append(f"Location: {answer.location}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _send_slowly(self, answer: Response) -> None:
        step = len(answer.body) // _PIECES + 1
        for place in range(0, len(answer.body), step):
            self.server.sleep(answer.slow / _PIECES)
            self.wfile.write(answer.body[place : place + step])

    def log_message(self, *args: Any) -> None:
        """Say nothing: the address of a request holds the webhook's secret."""
