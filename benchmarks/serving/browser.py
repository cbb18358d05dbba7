"""A real browser: seconds until the part of a page in view stands, cold and warm, beside a bare Streamlit page.

The bare page has one Altair chart and nothing else: what Streamlit itself and Vega take. Cold is a browser that has
never been here; warm is the same browser once more, with the scripts in its cache.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.serving.pages import PAGES
from benchmarks.serving.server import Server, free_port, wait_for
from tests.browser.chromium import arguments, installed

TRIALS = 3
BARE_NAME = "(bare)"
PATIENCE = 120_000  # milliseconds
BARE = """
import altair as alt, pandas as pd, streamlit as st
st.altair_chart(alt.Chart(pd.DataFrame({"a": range(9), "b": range(9)})).mark_bar().encode(x="a:O", y="b:Q"))
"""
# What is in view is drawn: no run is under way, nothing is stale or waits, each chart has its marks.
STANDS = """
() => {
  const app = document.querySelector('[data-testid="stApp"]');
  if (app?.dataset.testScriptState !== "notRunning") return false;
  if (app.querySelector('[data-stale="true"], [data-testid*="Skeleton"]')) return false;
  const inView = one => { const box = one.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; };
  const charts = [...app.querySelectorAll('[data-testid="stVegaLiteChart"]')].filter(inView);
  if (charts.some(chart => !chart.querySelector("svg, canvas"))) return false;
  if ([...app.querySelectorAll(".waiting")].some(inView)) return false;
  return charts.length > 0 || app.querySelector('[data-testid="stMetric"], table') !== null;
}
"""


@dataclass(frozen=True)
class Opening:
    """Seconds until the part in view of a page stands: in a browser that has never been here, and once more."""

    page: str
    cold: float
    warm: float


def measure_browser(server: Server, trials: int = TRIALS) -> list[Opening]:
    """The bare page first, then each of ours."""
    with sync_playwright() as playwright, _bare_page() as bare:
        browser = playwright.chromium.launch(executable_path=installed(), args=arguments())
        addresses = {BARE_NAME: bare} | {page: f"{server.address}/{page}" for page in PAGES}
        found = [Opening(page, *_seconds(browser, address, trials)) for page, address in addresses.items()]
        browser.close()
    return found


def table(openings: Sequence[Opening]) -> str:
    """A line a page, and its ratio to the bare one."""
    lines = [f"{'page':<16}{'cold s':>8}{'warm s':>8}{'cold ×':>8}{'warm ×':>8}"]
    for told in openings:
        cold, warm = ratios(openings, told)
        lines.append(f"{told.page:<16}{told.cold:>8.2f}{told.warm:>8.2f}{cold:>8.1f}{warm:>8.1f}")
    return "\n".join(lines)


def ratios(openings: Sequence[Opening], told: Opening) -> tuple[float, float]:
    """How many times the bare page a page takes, cold and warm."""
    bare = openings[0]
    return told.cold / bare.cold, told.warm / bare.warm


def _seconds(browser: Browser, address: str, trials: int) -> tuple[float, float]:
    """Cold and warm, the middle ones of the trials."""
    found: list[tuple[float, float]] = []
    for _ in range(trials):
        context = browser.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
        found.append((_opened(context, address), _opened(context, address)))
        context.close()
    return statistics.median(cold for cold, _ in found), statistics.median(warm for _, warm in found)


def _opened(context: BrowserContext, address: str) -> float:
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_function(STANDS, timeout=PATIENCE, polling="raf")
    seconds: float = page.evaluate("performance.now() / 1000")
    page.close()
    return seconds


@contextmanager
def _bare_page() -> Iterator[str]:
    """Serve the bare page; its address."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE, "utf-8")
        port = free_port()
        options = [
            f"--server.port={port}",
            "--server.address=127.0.0.1",
            "--server.headless=true",
            "--browser.gatherUsageStats=false",
        ]
        with subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), *options], cwd=folder, stdout=subprocess.DEVNULL
        ) as process:
            try:
                wait_for(f"http://127.0.0.1:{port}")
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
