"""What lives beside the application: the demo's portal where there is no other, and the schedule of refreshes.

They are child processes: a page never waits for them, and they end with the application.
"""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import requests

from crm.settings import Settings, SettingsError
from demo.portal import DEMO_WEBHOOK
from metrics.warehouse import publish
from refresh import refresh
from refresh.child_environment import environment_of
from refresh.demo_settings import settings_of_app

LOG = logging.getLogger("vitrina.household")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds the demo portal is given to answer


@asynccontextmanager
async def household(_: Any) -> AsyncIterator[None]:
    """Start what lives beside the application, and end it with the application."""
    portal = _start()
    try:
        yield
    finally:
        if portal is not None:
            portal.terminate()
            with suppress(subprocess.TimeoutExpired):
                portal.wait(timeout=5)


def demo_answers() -> bool:
    """Whether our own demo portal listens on its port already."""
    try:
        return "result" in requests.get(DEMO_WEBHOOK + "server.time", timeout=2).json()
    except (requests.RequestException, ValueError):
        return False


def _start() -> "subprocess.Popen[bytes] | None":
    try:
        settings = settings_of_app()
    except SettingsError as error:
        LOG.warning("%s", error)  # every page says the same
        return None
    portal = None
    if settings.is_demo and not demo_answers():
        portal = subprocess.Popen(
            [sys.executable, "-m", "ui.shell.child", "crm", "demo"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    threading.Thread(target=_refresh, args=(settings,), name="first-refresh", daemon=True).start()
    return portal


def _refresh(settings: Settings) -> None:
    if settings.is_demo:
        until = time.monotonic() + PATIENCE
        while not demo_answers() and time.monotonic() < until:
            time.sleep(0.2)
    if publish.is_stale(settings):  # rows are here, figures are not or of another version: no portal is needed
        build = [sys.executable, "-m", "ui.shell.child", "metrics", "build"]
        subprocess.run(build, cwd=ROOT, env=environment_of(settings), stdin=subprocess.DEVNULL, check=False)
    if settings.refresh_minutes:
        refresh.start(settings, every=settings.refresh_minutes)
    elif not _has_figures(settings):
        refresh.start(settings)


def _has_figures(settings: Settings) -> bool:
    try:
        publish.current_path(settings.warehouse_dir)
    except publish.NoWarehouse:
        return False
    return True
