"""Background services end with the application, and nothing is started twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo import DemoPortal
from refresh.processes import birth
from tests.crm.companies import small_company
from ui.shell import background

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_child_ends_with_its_parent_however_that_ends(ending):
    child = f"[{sys.executable!r}, '-m', 'ui.shell.child', 'http.server', '0', '--bind', '127.0.0.1']"
    code = f"import subprocess, time; print(subprocess.Popen({child}).pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(parent.pid, ending)
    until = time.monotonic() + 30
    while birth(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not birth(pid)


def test_our_own_demo_portal_is_known_and_nobody_else_s_is(monkeypatch):
    with DemoPortal(small_company()) as portal:
        monkeypatch.setattr(background, "DEMO_WEBHOOK", portal.webhook)
        assert background.demo_answers()
        monkeypatch.setattr(background, "DEMO_WEBHOOK", f"{portal.origin}/rest/1/somebodyelse/")
        assert not background.demo_answers()
    assert not background.demo_answers()
