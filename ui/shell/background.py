"""Background services of the application: the demo's portal where there is no other, and the schedule of refreshes.

They are child processes, but for a thread that asks new builds what pages ask first: a page never waits for them, and
they end with the application.
"""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import requests

from crm.settings import Settings, SettingsError, stated_language
from demo.portal import DEMO_WEBHOOK
from metrics.warehouse import publish
from refresh import refresh
from refresh.child_environment import environment_of
from refresh.demo_settings import settings_of_app
from ui.shell.default_answers import keep_asked

LOG = logging.getLogger("vitrina.background")
ROOT = Path(__file__).resolve().parents[2]
PORTAL_PATIENCE = 60.0  # seconds the demo portal is given to answer


@asynccontextmanager
async def background_services(_app: object) -> AsyncIterator[None]:
    """Run the services as long as the application runs: the lifespan of its server."""
    stop = threading.Event()
    portal = _start_services(stop)
    try:
        yield
    finally:
        stop.set()
        if portal is not None:
            portal.terminate()
            with suppress(subprocess.TimeoutExpired):
                portal.wait(timeout=5)


def demo_answers() -> bool:
    """Whether the demo portal listens on its port already, and it is ours: it knows our webhook."""
    try:
        return "result" in requests.get(DEMO_WEBHOOK + "server.time", timeout=2).json()
    except (requests.RequestException, ValueError):
        return False


def _start_services(stop: threading.Event) -> "subprocess.Popen[bytes] | None":
    """Start the first refresh and the schedule, what asks new builds until ``stop``, and the demo portal where it is
    needed: its process.
    """
    try:
        settings = settings_of_app()
    except SettingsError as error:
        LOG.warning("%s", error.text(stated_language() or "ru"))  # every page says the same
        return None
    portal = None
    if settings.is_demo and not demo_answers():
        portal = subprocess.Popen(
            [sys.executable, "-m", "ui.shell.child", "crm", "demo"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    asking = (settings.warehouse_dir, stop)
    threading.Thread(target=keep_asked, args=asking, name="default-answers", daemon=True).start()
    threading.Thread(target=_start_refresh, args=(settings,), name="first-refresh", daemon=True).start()
    return portal


def _start_refresh(settings: Settings) -> None:
    """Bring the figures up to this version where rows are there, then start the schedule or one first refresh."""
    if settings.is_demo:
        until = time.monotonic() + PORTAL_PATIENCE
        while not demo_answers() and time.monotonic() < until:
            time.sleep(0.2)
    if publish.is_stale(settings):  # figures can be built of the rows that are here: no portal is needed
        build = [sys.executable, "-m", "ui.shell.child", "metrics", "build"]
        subprocess.run(build, cwd=ROOT, env=environment_of(settings), stdin=subprocess.DEVNULL, check=False)
    if settings.refresh_minutes:
        refresh.start(settings, every=settings.refresh_minutes)
    elif not _has_figures(settings):
        refresh.start(settings)


def _has_figures(settings: Settings) -> bool:
    return publish.current_or_none(settings.warehouse_dir) is not None
