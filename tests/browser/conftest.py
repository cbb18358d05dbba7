"""The application as it is served, and a reader's browser before it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import arguments, installed
from tests.ui.shop import WEBHOOK, build_shop

ROOT = Path(__file__).parents[2]
PATIENCE = 60_000  # milliseconds; other work may hold the machine
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'

Visit = Callable[..., Page]

expect.set_options(timeout=PATIENCE)


@contextmanager
def serving(data_dir: Path, **settings: str) -> Iterator[str]:
    """Serves the application over a data folder; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VITRINA_")}
    told = {"DATA_DIR": str(data_dir), "WEBHOOK_URL": WEBHOOK, "REFRESH_MINUTES": "0", **settings}
    environment |= {f"VITRINA_{name}": value for name, value in told.items()}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), f"--server.port={port}"]
    with subprocess.Popen(command, cwd=data_dir, env=environment, stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(lambda: _healthy(address))
            yield address
        finally:
            server.terminate()


def wait_for(holds: Callable[[], object], seconds: float = 60) -> None:
    """Look until it holds; a test that waits in vain fails here."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def settle(page: Page) -> None:
    """Wait until the page has been drawn whole."""
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    page.wait_for_timeout(250)  # a click reaches the server a moment after it was made
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    page.wait_for_function("() => !document.querySelector('[data-stale=\"true\"]')", timeout=PATIENCE)


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small company built; nobody changes it."""
    folder = tmp_path_factory.mktemp("shop")
    build_shop(folder)
    return folder


@pytest.fixture(scope="session")
def address(shop_folder: Path) -> Iterator[str]:
    """The application over the small company."""
    with serving(shop_folder) as served:
        yield served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test has a context of its own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=arguments())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def readers(chromium: Browser) -> dict[str, BrowserContext]:
    """The readers there were, by what they asked for: one who comes again has the application's scripts at hand."""
    return {}


@pytest.fixture
def reader(chromium: Browser, readers: dict[str, BrowserContext]) -> Iterator[Callable[..., BrowserContext]]:
    """Makes readers: a language, a size, light or dark. Nothing a reader did is left for the next test."""

    def reader_of(locale: str = "ru-RU", width: int = 1440, height: int = 900, **options: object) -> BrowserContext:
        told = {"locale": locale, "viewport": {"width": width, "height": height}, **options}
        called = repr(told)
        if called not in readers:
            readers[called] = chromium.new_context(accept_downloads=True, **told)
            readers[called].set_default_timeout(PATIENCE)
        return readers[called]

    yield reader_of
    for context in readers.values():
        for page in context.pages:
            if page.url.startswith("http"):
                page.evaluate("window.localStorage.clear()")
            page.close()
        context.clear_cookies()


@pytest.fixture
def visit(address: str, reader: Callable[..., BrowserContext]) -> Visit:
    """Opens a path of the application and waits for the page: ``visit("/?employee=7", width=390)``."""

    def visited(path: str = "/", **options: object) -> Page:
        page = reader(**options).new_page()
        page.goto(address + path)
        page.wait_for_selector(".st-key-page_head, .st-key-first_start")
        page.wait_for_load_state("networkidle", timeout=PATIENCE)
        settle(page)
        return page

    return visited


def _healthy(address: str) -> bool:
    try:
        return requests.get(f"{address}/_stcore/health", timeout=2).ok
    except requests.RequestException:
        return False
