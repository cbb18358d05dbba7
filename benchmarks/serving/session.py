"""A reader without a browser: one session of the application over its websocket, in the protocol the browser speaks."""

import json
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

Address = Mapping[str, str]
WATCHER = "deferred"  # the component that reports which blocks are near the window
PLACEHOLDER, SLOT = 'class="waiting" style="height: ', "slot_"
PATIENCE = 120.0  # seconds a run may take
MOST_BYTES = 2**28
CACHED_FROM = 10_000  # bytes of a message that a browser keeps, and is sent by its hash alone the next time


@dataclass
class Run:
    """What one gesture brought: seconds until all was there, bytes and messages received, and bytes that travelled."""

    seconds: float = 0.0
    bytes: int = 0
    travelled: int = 0
    messages: int = 0
    has_failed: bool = False
    placeholders: list[str] = field(default_factory=list)

    def __add__(self, other: "Run") -> "Run":
        return Run(
            self.seconds + other.seconds,
            self.bytes + other.bytes,
            self.travelled + other.travelled,
            self.messages + other.messages,
            self.has_failed or other.has_failed,
            other.placeholders,
        )


class _CountingSocket(socket.socket):
    """A socket that counts what it receives: what travels, compressed or not."""

    received = 0

    def recv(self, *arguments: int) -> bytes:
        data = super().recv(*arguments)
        self.received += len(data)
        return data


class Session:
    """One reader: opens pages, changes what is chosen, scrolls.

    Args:
        address: of the application, "http://127.0.0.1:8501".
        near: how many blocks lie in or near the window at the top of a page.
    """

    def __init__(self, address: str, near: int = 3) -> None:
        stream, parts = address.replace("http", "ws", 1) + "/_stcore/stream", urlsplit(address)
        self._wire = _CountingSocket()
        self._wire.connect((parts.hostname, parts.port))
        opened = connect(
            stream,
            sock=self._wire,
            subprotocols=[Subprotocol("streamlit")],
            max_size=MOST_BYTES,
            origin=Origin(address),
        )
        self._leave = ExitStack()
        self._socket = self._leave.enter_context(opened)
        self._near = near
        self._pages: dict[str, str] = {}
        self._page = self._query = ""
        self._watcher = self._fragment = ""
        self._slots: list[str] = []
        self._reported = 0
        self._kept: set[str] = set()

    def open(self, page: str, address: Address | None = None) -> Run:
        """Open a page under what the address says, and come to rest at its top."""
        is_other = self._pages.get(page) != self._page
        self._page, self._query = self._pages.get(page, ""), urlencode(address or {})
        run = self._run(page)
        return run + self._scroll(self._near) if is_other else run

    def scroll_through(self) -> Run:
        """See all blocks of the page, those not drawn yet at once."""
        return self._scroll(len(self._slots))

    def close(self) -> None:
        """Leave."""
        self._leave.close()

    def _scroll(self, near: int) -> Run:
        if not self._watcher or not self._slots:
            return Run()
        self._reported += 1
        state = {"near": {"names": self._slots[:near], "number": self._reported}}
        return self._run("", self._fragment, {self._watcher: state})

    def _run(self, page: str, fragment: str = "", states: Mapping[str, Any] | None = None) -> Run:
        message = BackMsg()
        request = message.rerun_script
        request.query_string = self._query
        request.page_script_hash = self._page
        if not self._page:
            request.page_name = page
        request.fragment_id = fragment
        request.cached_message_hashes.extend(self._kept)
        request.context_info.timezone, request.context_info.locale = "Europe/Moscow", "ru-RU"
        for name, state in (states or {}).items():
            widget = request.widget_states.widgets.add()
            widget.id, widget.json_value = name, json.dumps(state)
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        return self._receive(began, is_whole=not fragment)

    def _receive(self, began: float, *, is_whole: bool) -> Run:
        run, before = Run(), self._wire.received
        if is_whole:
            self._slots = []
        while True:
            data = self._socket.recv(PATIENCE, decode=False)
            message = ForwardMsg.FromString(data)
            run.bytes += len(data)
            run.messages += 1
            if len(data) > CACHED_FROM and message.hash:
                self._kept.add(message.hash)
            self._note(message, run)
            if message.WhichOneof("type") == "script_finished":
                finished = message.script_finished
                if finished in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY):
                    break
                if finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    run.has_failed = True
                    break
        run.seconds, run.travelled = time.perf_counter() - began, self._wire.received - before
        return run

    def _note(self, message: ForwardMsg, run: Run) -> None:
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self._page = message.navigation.page_script_hash
        if kind != "delta":
            return
        delta = message.delta
        if delta.WhichOneof("type") == "add_block":
            name = delta.add_block.id.rpartition("-")[2] if delta.add_block.id else ""
            if name.startswith(SLOT) and name.removeprefix(SLOT) not in self._slots:
                self._slots.append(name.removeprefix(SLOT))
            return
        element = delta.new_element
        match element.WhichOneof("type"):
            case "bidi_component" if element.bidi_component.component_name.endswith(WATCHER):
                self._watcher, self._fragment = element.bidi_component.id, delta.fragment_id
            case "html" if PLACEHOLDER in element.html.body:
                run.placeholders.append(element.html.body)
            case "exception":
                run.has_failed = True
