"""Plan → pull → plan → build → publish, and again for the second phase, under one lock.

The button, the schedule and the first start run it as a child process (``python -m metrics refresh [--every 10]``), so
that a page never waits for it. What it does stands in the progress file.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from filelock import FileLock, Timeout

from crm.portal.client import ignore
from crm.pull import Phase, open_portal, pull
from crm.pull.progress import Listener, PullProgress, PullReport
from crm.settings import Settings
from language import ExplainedError, Message
from metrics.warehouse import publish
from refresh import progress_file
from refresh.child_environment import PARENT, environment_of, explained_trace
from refresh.plan_step import refresh_plan
from refresh.processes import birth, is_running
from refresh.progress_file import Progress, ProgressWriter

LOCK = "refresh.lock"
PHASES: tuple[Phase, ...] = (1, 2)
BREATH = 1.0  # seconds between two looks whether somebody still wants us
REST = 1  # a pull is work for a portal: for each minute of it so many without

Pull = Callable[[Phase], PullReport]
Build = Callable[[Settings], Path]
OnNotice = Callable[[Message], None]
OpenPull = Callable[[Settings, Listener, OnNotice], Pull]
RefreshPlan = Callable[[Settings, OnNotice], None]


class AlreadyRunning(ExplainedError):
    """These data are being refreshed right now."""


class RefreshFailed(ExplainedError):
    """Something nobody foresaw; its trace is on stderr."""


class Stopped(SystemExit):
    """Told to end (SIGTERM): what was published stands, nothing half-made is left."""


def portal_pull(settings: Settings, listener: Listener, on_notice: OnNotice) -> Pull:
    """How the phases of a pull are asked for: of one portal, whose pace is kept over both."""
    portal = open_portal(settings, on_notice)
    return lambda phase: pull(settings, portal=portal, phase=phase, progress=listener)


def refresh(
    settings: Settings,
    *,
    open_pull: OpenPull = portal_pull,
    build: Build = publish.build,
    is_stale: Callable[[Settings], bool] = publish.is_stale,
    plan: RefreshPlan = refresh_plan,
    listener: Listener = ignore,
    on_notice: OnNotice = ignore,
) -> float:
    """Refresh once: entities, figures, then what costs a command a record, and figures again.

    The plan is read twice: first, so that a typed figure shows at once; and after the entities, for who is new in them.
    ``listener`` is told of every step of the pull, beside the progress file; ``on_notice`` of what the client says.
    Returns the seconds that the portal was asked for.

    Raises:
        AlreadyRunning: somebody else is at it.
        ExplainedError: it failed; the progress file says the same. What was published before stands.
    """
    with _alone(settings):
        writer = ProgressWriter(settings.progress_file)

        def heard(told: PullProgress) -> None:
            writer.pulling(told)
            listener(told)

        pulling = 0.0
        with _Reported(writer, settings):
            plan(settings, on_notice)
            if is_stale(settings):  # new SQL, settings or plan: shown at once, whatever the portal says next
                writer.building()
                build(settings)
            pull_of = open_pull(settings, heard, on_notice)
            for phase in PHASES:
                writer.phase(phase)
                pulling += pull_of(phase).seconds
                if phase == 1:
                    plan(settings, on_notice)
                writer.building()
                build(settings)
        return pulling


def refresh_for_ever(
    once: Callable[[], float | None],
    minutes: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Refresh as long as it is ``wanted``; a failure is waited out like a success.

    ``once`` gives the seconds that the portal was asked for, or None when it failed. Between two of them lie
    ``minutes``, and `REST` times those seconds: a first pull may take longer than the minutes, those after it do not.
    """
    while wanted():
        began = clock()
        asked = once()
        until = clock() + max(minutes * 60, REST * (clock() - began if asked is None else asked))
        while wanted() and (left := until - clock()) > 0:
            sleep(min(left, BREATH))


def start(settings: Settings, *, every: int | None = None) -> None:
    """Start a refresh as a process of its own and return; does nothing while one is running.

    ``every`` makes it go on with so many minutes between two, until the process that started it is gone.
    """
    if every is None and _is_running(settings):
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "metrics", "refresh", *(["--every", str(every)] if every is not None else [])]
    environment = environment_of(settings) | {PARENT: f"{os.getpid()} {birth(os.getpid())}"}
    child = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    if every is None:
        ProgressWriter(settings.progress_file, pid=child.pid)  # a page that looks at once sees that it has begun
    threading.Thread(target=child.wait, name="refresh-ended", daemon=True).start()  # else it would stay a zombie


def status(settings: Settings) -> Progress | None:
    """What the last refresh says of itself; None when there never was one. A dead one that is not done has failed."""
    return progress_file.read(settings.progress_file)


def end_on_sigterm() -> None:
    """Make SIGTERM end this process the ordinary way: what is open is closed, half-made files are removed."""

    def stop(_: int, __: FrameType | None) -> NoReturn:
        raise Stopped

    signal.signal(signal.SIGTERM, stop)


def parent_is_there() -> bool:
    """Whether the process that started this one is still there; True for one that nobody's `start` started."""
    parent = os.environ.get(PARENT)
    if parent is None:
        return True
    pid, _, born = parent.partition(" ")
    return is_running(int(pid), born)


def _is_running(settings: Settings) -> bool:
    told = status(settings)
    return told is not None and told.is_running


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.data_dir / LOCK, timeout=0):
            yield
    except Timeout:
        raise AlreadyRunning("metrics.refresh.already_running") from None


class _Reported:
    """Says in the progress file what ended the work; only what nobody explained is printed with its trace."""

    def __init__(self, writer: ProgressWriter, settings: Settings) -> None:
        self._writer, self._settings = writer, settings

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            self._writer.done()
        elif isinstance(error, ExplainedError):
            self._writer.failed(error.message)
        elif isinstance(error, Exception):
            unforeseen = RefreshFailed("metrics.refresh.unexpected", kind=type(error).__name__)
            self._writer.failed(unforeseen.message)
            sys.stderr.write(explained_trace(error, self._settings))
            raise unforeseen from None
        else:
            self._writer.failed(Message("metrics.refresh.stopped"))
