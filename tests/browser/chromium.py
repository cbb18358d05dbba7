"""Find a Chromium for the browser tests, and get one where there is none.

``python -m tests.browser.chromium`` takes an installed browser, else installs one with the system's package manager
where it may, else lets Playwright download its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What keeps a browser from calling out while it is being tested.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)


def installed() -> str | None:
    """Path of an installed Chromium (the variable CHROMIUM wins), or None."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def arguments() -> list[str]:
    """Command line switches a test browser is started with."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*QUIET, "--no-sandbox"] if as_root else list(QUIET)


def _own_browser() -> bool:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def _from_package_manager() -> bool:
    apt = shutil.which("apt-get")
    if not apt or not hasattr(os, "geteuid"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not shutil.which("sudo"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = [[*prefix, apt, "update", "-qq"], [*prefix, apt, "install", "-y", "-qq", "chromium"]]
    return all(subprocess.run(step, env=environment, check=False).returncode == 0 for step in steps)


def main() -> int:
    """Make sure that a browser is there; 0 when it is."""
    if installed() or _own_browser():
        return 0
    sys.stderr.write("No Chromium here yet; installing one for the browser tests …\n")
    if _from_package_manager() and installed():
        return 0
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
