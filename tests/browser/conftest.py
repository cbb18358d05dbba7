"""The application as it is served, and a reader's browser before it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol, TypedDict, Unpack

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, expect, sync_playwright

from tests.browser.chromium import arguments, installed
from tests.ui.shop import WEBHOOK

ROOT = Path(__file__).parents[2]
PATIENCE = 60_000  # milliseconds; other work may hold the machine
STILL_FOR = 400  # milliseconds: a click reaches the server a moment after it was made, and charts draw themselves later
# Whether no run is under way, the style sheet is in force, nothing is stale, still to come or loading its scripts, and
# the page has had the same size and the same elements for a while.
AT_REST = """
stillFor => {
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = '[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stAppSkeleton"]';
  const isDrawn = app?.dataset.testScriptState === "notRunning" && !app.querySelector(busy)
    && getComputedStyle(app).getPropertyValue("--card");
  const main = app?.querySelector(".stMain");
  const look = isDrawn && main ? `${main.scrollHeight} ${document.querySelectorAll("*").length}` : "";
  if (look !== window.lookOfPage) [window.lookOfPage, window.stillSince] = [look, performance.now()];
  return look !== "" && performance.now() - window.stillSince >= stillFor;
}
"""


class ReaderOptions(TypedDict, total=False):
    """What a reader's browser is like; what is left out is a Russian one of 1440 × 900."""

    locale: str
    width: int
    height: int
    color_scheme: Literal["light", "dark"]


class Reader(Protocol):
    """Makes a reader: a context of the browser in which nothing was done yet."""

    def __call__(self, **options: Unpack[ReaderOptions]) -> BrowserContext:
        """The context."""
        ...


class Visit(Protocol):
    """Opens a path of the application and waits for the page: ``visit("/?employee=7", width=390)``."""

    def __call__(self, path: str = "/", *, whole: bool = True, **options: Unpack[ReaderOptions]) -> Page:
        """The page, drawn whole or, as readers have it, as far as it is near the window."""
        ...


expect.set_options(timeout=PATIENCE)


@contextmanager
def serving(data_dir: Path, **settings: str) -> Iterator[str]:
    """Serve the application over a data folder; its address. ``settings`` are named without their VITRINA_."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VITRINA_")}
    in_force = {"DATA_DIR": str(data_dir), "WEBHOOK_URL": WEBHOOK, "REFRESH_MINUTES": "0", **settings}
    environment |= {f"VITRINA_{name}": value for name, value in in_force.items()}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), f"--server.port={port}"]
    with subprocess.Popen(command, cwd=data_dir, env=environment, stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(lambda: _healthy(address))
            yield address
        finally:
            server.terminate()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Return once ``condition`` is true; a test that waits in vain fails here."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def whole_page(path: str) -> str:
    """The address of a page all of whose blocks are drawn at once."""
    return path if "whole=" in path else f"{path}{'&' if '?' in path else '?'}whole=yes"


def settle(page: Page) -> None:
    """Wait until the page has come to rest after what a reader did to it: what moves under a click is not clicked."""
    page.evaluate("delete window.lookOfPage")
    page.wait_for_function(AT_REST, arg=STILL_FOR, timeout=PATIENCE, polling=50)


def box_of(locator: Locator) -> FloatRect:
    """Where an element stands in the window, in pixels."""
    box = locator.bounding_box()
    assert box is not None, "the element is not visible"
    return box


def number_in(value: object) -> float:
    """The value of a workbook's cell that holds a number."""
    assert isinstance(value, int | float), f"no number: {value!r}"
    return value


@pytest.fixture(scope="session")
def address(shop_data: Path) -> Iterator[str]:
    """The application over the small company."""
    with serving(shop_data) as served_at:
        yield served_at


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test has a context of its own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=arguments())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def readers(chromium: Browser) -> dict[str, BrowserContext]:
    """The contexts made so far, by their options: one that is used again has the application's scripts cached."""
    return {}


@pytest.fixture
def reader(chromium: Browser, readers: dict[str, BrowserContext]) -> Iterator[Reader]:
    """Makes readers. Nothing a reader did is left for the next test."""

    def make_reader(**options: Unpack[ReaderOptions]) -> BrowserContext:
        key = repr(sorted(options.items()))
        if key not in readers:
            readers[key] = chromium.new_context(
                accept_downloads=True,
                locale=options.get("locale", "ru-RU"),
                viewport={"width": options.get("width", 1440), "height": options.get("height", 900)},
                color_scheme=options.get("color_scheme"),
            )
            readers[key].set_default_timeout(PATIENCE)
        return readers[key]

    yield make_reader
    for context in readers.values():
        for page in context.pages:
            if page.url.startswith("http"):
                page.evaluate("window.localStorage.clear()")
            page.close()
        context.clear_cookies()


@pytest.fixture
def visit(address: str, reader: Reader) -> Visit:
    """Opens a path of the application and waits for the page: ``visit("/?employee=7", width=390)``."""

    def open_path(path: str = "/", *, whole: bool = True, **options: Unpack[ReaderOptions]) -> Page:
        page = reader(**options).new_page()
        page.goto(address + (whole_page(path) if whole else path))
        page.wait_for_selector(".st-key-page_head, .st-key-first_start")
        settle(page)
        return page

    return open_path


def _healthy(address: str) -> bool:
    try:
        return requests.get(f"{address}/_stcore/health", timeout=2).ok
    except requests.RequestException:
        return False
