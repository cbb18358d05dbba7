"""What is different on Windows: folders cannot be opened, a file open for reading alone cannot be synced, a file that
somebody reads cannot be replaced, and a process keeps the number of its parent when that is gone."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crm.snapshots.files import write_durably
from inputs.plan.store import PlanStore, plan_path
from metrics.warehouse.publish import build, open_current
from refresh.processes import birth
from tests.crm.pulling import manifest_of, pulled

ROOT = Path(__file__).parents[2]


@pytest.fixture
def windows_files(monkeypatch):
    """`os.open` and `os.fsync` as they are on Windows; the folders that somebody tried to open."""
    really_open, really_sync, tried = os.open, os.fsync, []

    def open_(path, flags, *more, **named):
        if Path(path).is_dir():
            tried.append(Path(path))
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return really_open(path, flags, *more, **named)

    def fsync(handle):
        access = int(Path(f"/proc/self/fdinfo/{handle}").read_text("utf-8").split()[3], 8) & os.O_ACCMODE
        if access == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        really_sync(handle)

    monkeypatch.setattr(os, "open", open_)
    monkeypatch.setattr(os, "fsync", fsync)
    return tried


def test_a_pull_a_plan_and_the_figures_are_published_where_folders_cannot_be_opened(windows_files, settings):
    assert pulled(settings).rows
    PlanStore(plan_path(settings)).replace([])
    build(settings)
    assert manifest_of(settings).state("deals").rows
    assert open_current(settings.warehouse_dir).meta["build_id"]
    assert {settings.snapshots_dir, settings.warehouse_dir} <= set(windows_files)


def test_a_file_that_somebody_is_just_reading_is_replaced_a_moment_later(tmp_path, monkeypatch):
    path = tmp_path / "current"
    write_durably(path, b"old")
    really, refused = Path.replace, []

    def replace(draft, target):
        if len(refused) < 2:
            refused.append(target)
            raise PermissionError(errno.EACCES, "Access is denied")
        return really(draft, target)

    monkeypatch.setattr(Path, "replace", replace)
    write_durably(path, b"new")
    assert (path.read_bytes(), refused) == (b"new", [path, path])


def test_a_file_that_cannot_be_replaced_at_all_stands_and_no_draft_is_left(tmp_path, monkeypatch):
    path = tmp_path / "current"
    write_durably(path, b"old")

    def replace(draft, target):
        raise PermissionError(errno.EACCES, "Access is denied")

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(PermissionError):
        write_durably(path, b"new")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"old", [path])


CHILD = """
import os, runpy, sys
parent = os.getppid()
os.getppid = lambda: parent
sys.argv = ["child", "http.server", "0", "--bind", "127.0.0.1"]
runpy.run_module("ui.shell.child", run_name="__main__", alter_sys=True)
"""


def test_a_child_ends_with_its_parent_where_the_number_of_the_parent_never_changes():
    child = f"[sys.executable, '-u', '-c', {CHILD!r}]"
    code = f"import subprocess, sys; print(subprocess.Popen({child}).pid, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        assert "Serving HTTP" in parent.stdout.readline()
        assert birth(pid)
        parent.kill()
    until = time.monotonic() + 30
    while birth(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not birth(pid)
