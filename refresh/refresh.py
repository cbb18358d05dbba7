"""Plan → pull → plan → build → publish, again for the second phase and for what a sweep finds, under one lock. A phase
that brings nothing builds nothing.

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
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from filelock import FileLock, Timeout

from crm.data_folder import exposed, open_data_folder
from crm.portal.client import ignore
from crm.pull import Phase, open_portal, pull
from crm.pull.progress import Listener, PullProgress, PullReport
from crm.settings import Settings
from crm.snapshots.disk_errors import failure_of_disk
from crm.snapshots.files import PRIVATE_FILE
from language import ExplainedError, Message
from metrics.warehouse import publish
from refresh import progress_file
from refresh.child_environment import PARENT, environment_of, redacted_trace
from refresh.plan_step import refresh_plan
from refresh.processes import birth, is_running
from refresh.progress_file import Progress, ProgressWriter

LOCK = "refresh.lock"
PHASES: tuple[Phase, ...] = (1, 2, 3)
POLL_SECONDS = 1.0  # between two looks whether the parent process is still there
REST = 1  # minutes of rest for each minute of a pull: it is work for the portal

Pull = Callable[[Phase], PullReport]
Build = Callable[[Settings], Path]
OnNotice = Callable[[Message], None]
OpenPull = Callable[[Settings, Listener, OnNotice], Pull]
RefreshPlan = Callable[[Settings, OnNotice], None]


class AlreadyRunning(ExplainedError):
    """These data are being refreshed right now."""


class RefreshFailed(ExplainedError):
    """A fault of the program; its trace is on stderr."""


class Stopped(SystemExit):
    """SIGTERM has come: what was published stands, nothing half-made is left."""


def portal_pull(settings: Settings, listener: Listener, on_notice: OnNotice, *, renamed: bool = False) -> Pull:
    """A function that pulls one phase: all of them from one `Portal`, whose rate limit goes on over them.

    ``renamed``: the portal is the one pulled before, under another name.
    """
    portal = open_portal(settings, on_notice)
    return lambda phase: pull(settings, portal=portal, phase=phase, progress=listener, renamed=renamed)


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
    ``listener`` gets the progress of the pull at every step, as the progress file does; ``on_notice`` what a person
    should know meanwhile. Returns the seconds that the phases of the pull took.

    Raises:
        AlreadyRunning: somebody else is at it.
        ExplainedError: it failed; the progress file says the same. What was published before stands.
    """
    with _locked(settings):
        writer = ProgressWriter(settings.progress_file)

        def report(progress: PullProgress) -> None:
            writer.pulling(progress)
            listener(progress)

        def warn(notice: Message) -> None:
            if writer.notice(notice):
                on_notice(notice)

        pulling = 0.0
        with _OutcomeReport(writer, settings):
            for note in exposed(settings):
                warn(note)
            plan(settings, warn)
            if is_stale(settings):  # new SQL, settings or plan: shown at once, whatever the portal says next
                writer.building()
                try:
                    build(settings)
                except ExplainedError as error:  # the pull may mend it: it brings again what is damaged
                    warn(error.message)
            pull_of = open_pull(settings, report, on_notice)
            for phase in PHASES:
                writer.phase(phase)
                pulling += pull_of(phase).seconds
                if phase == 1:
                    plan(settings, warn)
                if is_stale(settings):
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
    """Refresh as long as ``wanted()``; after a failure the wait is the same as after a success.

    ``once`` refreshes and gives the seconds its pull took, or None when it failed (then its whole time counts). The
    next one begins after ``minutes`` or `REST` times those seconds, whichever is longer: only a first pull takes that
    long.
    """
    while wanted():
        began = clock()
        seconds = once()
        until = clock() + max(minutes * 60, REST * (clock() - began if seconds is None else seconds))
        while wanted() and (left := until - clock()) > 0:
            sleep(min(left, POLL_SECONDS))


def start(settings: Settings, *, every: int | None = None, renamed: bool = False) -> None:
    """Start a refresh as a process of its own and return; does nothing while one is running.

    ``every`` makes it go on with so many minutes between two, until the process that started it is gone. ``renamed``:
    the portal is the one pulled before, under another name.
    """
    if every is None and _is_running(settings):
        return
    with suppress(OSError):  # the child says so in a sentence
        open_data_folder(settings)
    command = [sys.executable, "-m", "metrics", "refresh", *(["--every", str(every)] if every is not None else [])]
    command += ["--renamed"] if renamed else []
    environment = environment_of(settings) | {PARENT: f"{os.getpid()} {birth(os.getpid())}"}
    child = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    if every is None:
        ProgressWriter(settings.progress_file, pid=child.pid)  # a page that looks at once sees that it has begun
    threading.Thread(target=child.wait, name="refresh-ended", daemon=True).start()  # else it would stay a zombie


def status(settings: Settings) -> Progress | None:
    """The progress of the last refresh; None when there never was one. A process that died on the way has failed."""
    return progress_file.read(settings.progress_file)


def end_on_sigterm() -> None:
    """Make SIGTERM end this process the ordinary way: what is open is closed, half-made files are removed."""

    def stop(_: int, __: FrameType | None) -> NoReturn:
        raise Stopped

    signal.signal(signal.SIGTERM, stop)


def is_child() -> bool:
    """Whether somebody's `start` started this process."""
    return PARENT in os.environ


def parent_is_there() -> bool:
    """Whether the process that started this one is still there; True for one that nobody's `start` started."""
    parent = os.environ.get(PARENT)
    if parent is None:
        return True
    pid, _, born = parent.partition(" ")
    return is_running(int(pid), born)


def _is_running(settings: Settings) -> bool:
    progress = status(settings)
    return progress is not None and progress.is_running


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    try:
        lock = FileLock(open_data_folder(settings) / LOCK, timeout=0, mode=PRIVATE_FILE)
        lock.acquire()
    except Timeout:
        raise AlreadyRunning("metrics.refresh.already_running") from None
    except OSError as error:
        raise failure_of_disk(error, settings.data_dir) from None
    try:
        yield
    finally:
        lock.release()


class _OutcomeReport:
    """Writes into the progress file how the work ended: an `ExplainedError` as its message, any other error as an
    unexpected one, whose trace goes to stderr."""

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
            unexpected = RefreshFailed("metrics.refresh.unexpected", kind=type(error).__name__)
            self._writer.failed(unexpected.message)
            sys.stderr.write(redacted_trace(error, self._settings))
            raise unexpected from None
        else:
            self._writer.failed(Message("metrics.refresh.stopped"))
