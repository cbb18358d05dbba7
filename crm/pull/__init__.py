"""A pull: what a portal holds → snapshots. All of it proven complete, or nothing is published.

First the entities, published together; then what costs a command a record, published again. The first pull takes
everything; later ones take what changed and count records to find those that are gone. Where it is due, a piece of the
sweep comes last: all fields of all records are compared once a day.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from filelock import FileLock, Timeout

from crm.data_folder import open_data_folder
from crm.portal.client import Portal, ignore
from crm.pull import sweep
from crm.pull.entity_phase import EntityPhase
from crm.pull.errors import EntityFailed, Narrowed, PullError
from crm.pull.identity import ForeignPortal
from crm.pull.progress import EntityProgress, Listener, PullProgress, PullReport
from crm.pull.record_phase import RecordPhase
from crm.pull.run import Run
from crm.pull.sweep import Sweep
from crm.settings import Settings
from crm.snapshots.disk_errors import failure_of_disk
from crm.snapshots.files import PRIVATE_FILE, private_folder
from language import Message

__all__ = [
    "EntityFailed",
    "ForeignPortal",
    "Narrowed",
    "PullError",
    "PullProgress",
    "PullReport",
    "open_portal",
    "pull",
    "sweep_all",
]

Phase = Literal[1, 2, 3]


def pull(
    settings: Settings,
    *,
    portal: Portal | None = None,
    progress: Listener = ignore,
    phase: Phase | None = None,
    full: bool = False,
    accept_deletions: bool = False,
    renamed: bool = False,
) -> PullReport:
    """Pull the portal into ``settings.snapshots_dir``: all phases, or one of them.

    The third is a piece of the sweep of all fields, where that is due.

    Args:
        full: pull everything anew, not only what changed.
        accept_deletions: believe that an entity lost more than a fifth of its rows, or is not given any more.
        renamed: the portal is the one pulled before, under another name.

    Raises:
        PullError: another pull is running, an entity failed by name, or phase 2 is asked for before any phase 1.
        ForeignPortal: the snapshots hold another portal's rows.
        PortalError: the portal cannot be asked at all.
        SnapshotsError: the folder of snapshots cannot be read or written.
        In each case what was published before stands.
    """
    with _alone(settings):
        began = time.monotonic()
        portal = portal or open_portal(settings)
        only_records = phase in (2, 3)
        run = Run(settings, portal, progress, full=full, accept_deletions=accept_deletions, record_phase=only_records)
        any_name = renamed or settings.is_demo
        entities: list[EntityProgress] = []
        if phase in (None, 1):
            entities += EntityPhase(run, any_name=any_name).pull()
        else:
            run.verify_portal(any_name=any_name)
        if phase in (None, 2):
            entities += RecordPhase(run).pull()
        if phase in (None, 3) and sweep.is_due(run.current.sweep, run.current.as_of):
            entities += Sweep(run.next()).go_on()
        return _report(run, entities, began)


def sweep_all(settings: Settings, *, portal: Portal | None = None, progress: Listener = ignore) -> PullReport:
    """Compare all fields of leads, deals, companies and activities with the portal's now, and write what differs.

    Raises:
        PullError: another pull is running, there was none yet, or an entity failed by name.
        ForeignPortal, PortalError, SnapshotsError: see `pull`.
    """
    with _alone(settings):
        began = time.monotonic()
        run = Run(settings, portal or open_portal(settings), progress, full=False, accept_deletions=False)
        run.begin([], any_name=settings.is_demo)
        return _report(run, Sweep(run, at_once=True).go_on(), began)


def _report(run: Run, entities: Sequence[EntityProgress], began: float) -> PullReport:
    return PullReport(
        as_of=run.current.as_of,
        entities=tuple(entities),
        notes=run.current.notes,
        requests=sum(entity.requests for entity in entities),
        seconds=time.monotonic() - began,
    )


def open_portal(settings: Settings, on_notice: Callable[[Message], None] = ignore) -> Portal:
    """The portal that the settings name, asked at the rate they allow.

    Raises:
        PullError: they name none.
        WebhookMalformed: what they name is no webhook.
    """
    if settings.webhook_url is None:
        raise PullError("pull.no_webhook")
    return Portal(
        settings.webhook_url,
        requests_per_second=settings.requests_per_second,
        burst=settings.request_burst,
        on_notice=on_notice,
    )


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """No second pull into the same folder meanwhile."""
    directory = settings.snapshots_dir
    try:
        open_data_folder(settings)
        lock = FileLock(private_folder(directory) / ".pull.lock", timeout=0, mode=PRIVATE_FILE)
        lock.acquire()
    except Timeout:
        raise PullError("pull.already_running", folder=str(directory)) from None
    except OSError as error:
        raise failure_of_disk(error, directory) from None
    try:
        yield
    finally:
        lock.release()
