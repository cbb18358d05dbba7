"""The progress of a refresh: one small JSON file, replaced at once, read by pages.

A process that is gone while its file says neither "done" nor "failed" has failed.
"""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from crm.pull.progress import PullProgress
from crm.snapshots.files import open_private, private_folder, replace_file
from language import Message
from refresh.processes import birth, is_running

State = Literal["pulling", "building", "done", "failed"]
RUNNING: tuple[State, ...] = ("pulling", "building")
BETWEEN_WRITES = 0.5  # seconds: pages look twice a second at most


@dataclass(frozen=True)
class EntityLine:
    """How far one entity is; ``seconds`` it took so far."""

    entity: str
    state: str
    rows: int
    requests: int
    seconds: float


@dataclass(frozen=True)
class Progress:
    """A refresh: under way, done or failed. Moments are ISO, in UTC; ``seconds_left`` is a guess of the phase's end.

    ``born`` (its `birth`) tells this process from a later one that was given the same ``pid``; ``notices`` are what a
    person should know though the refresh goes on.
    """

    state: State
    phase: int
    pid: int
    started_at: str
    updated_at: str
    entities: tuple[EntityLine, ...] = ()
    rows: int = 0
    rows_per_second: float = 0.0
    seconds_left: float | None = None
    error: Message | None = None
    born: str = ""
    notices: tuple[Message, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it is still at work."""
        return self.state in RUNNING


class ProgressWriter:
    """Writes the progress of a process into ``path``; steps are throttled, changes of state are not.

    A write that fails ends nothing: whoever works goes on, and the next write tries again.

    ``pid``: of a child that has just been started and will go on writing; else it is this process.
    """

    def __init__(
        self,
        path: Path,
        *,
        pid: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._path, self._clock = path, clock
        self._now = now or (lambda: datetime.now(UTC))
        moment, pid = self._moment(), pid or os.getpid()
        self.progress = Progress("pulling", 1, pid, moment, moment, born=birth(pid))
        self._written_at = float("-inf")
        self._write()

    def pulling(self, progress: PullProgress) -> None:
        """Take over the progress of a pull; written at most every `BETWEEN_WRITES` seconds."""
        lines = tuple(EntityLine(e.entity, e.state, e.rows, e.requests, round(e.seconds, 1)) for e in progress.entities)
        self.progress = replace(
            self.progress,
            state="pulling",
            phase=progress.phase,
            entities=_merged(self.progress.entities, lines),
            rows=progress.rows,
            rows_per_second=round(progress.rows_per_second, 1),
            seconds_left=None if progress.seconds_left is None else round(progress.seconds_left, 1),
        )
        if self._clock() - self._written_at >= BETWEEN_WRITES:
            self._write()

    def phase(self, phase: int) -> None:
        """A phase of the pull (1 or 2) begins."""
        self._become("pulling", phase=phase)

    def notice(self, notice: Message) -> bool:
        """Keep something a person should know; False where it is known already."""
        if notice in self.progress.notices:
            return False
        self._become(self.progress.state, notices=(*self.progress.notices, notice))
        return True

    def building(self) -> None:
        """The pull is through; figures are being built."""
        self._become("building", seconds_left=None)

    def done(self) -> None:
        """All is published."""
        self._become("done", seconds_left=None)

    def failed(self, reason: Message) -> None:
        """It could not be done; what was published before stands."""
        self._become("failed", seconds_left=None, error=reason)

    def _become(self, state: State, **changes: Any) -> None:
        self.progress = replace(self.progress, state=state, **changes)
        self._write()

    def _write(self) -> None:
        self._written_at = self._clock()
        self.progress = replace(self.progress, updated_at=self._moment())
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        with suppress(OSError):
            try:
                private_folder(self._path.parent)
                with open_private(draft, "wb") as file:
                    file.write(json.dumps(_to_json(self.progress), ensure_ascii=False).encode("utf-8", "replace"))
                replace_file(draft, self._path)
            finally:
                draft.unlink(missing_ok=True)

    def _moment(self) -> str:
        return self._now().isoformat(timespec="milliseconds")


def read(path: Path) -> Progress | None:
    """The progress in the file; None when there is none, or it is not one of ours."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        entities = tuple(EntityLine(**line) for line in stored.pop("entities"))
        error = stored.pop("error")
        notices = tuple(Message.from_json(notice) for notice in stored.pop("notices", ()))
        progress = Progress(**stored, entities=entities, error=_message(error) if error else None, notices=notices)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    if progress.is_running and not is_running(progress.pid, progress.born):
        return replace(progress, state="failed", seconds_left=None, error=Message("metrics.refresh.died"))
    return progress


def _to_json(progress: Progress) -> dict[str, Any]:
    lines = [asdict(line) for line in progress.entities]
    notices = [notice.to_json() for notice in progress.notices]
    error = progress.error.to_json() if progress.error else None
    return {**vars(progress), "entities": lines, "error": error, "notices": notices}


def _message(stored: Any) -> Message:
    """Why it failed. An older version names beside its key the ``entity`` that is to blame, or has null there."""
    cause = Message.from_json(stored)
    entity = stored.get("entity")
    return Message("pull.entity_failed", entity=Message(f"entity.{entity}"), cause=cause) if entity else cause


def _merged(before: tuple[EntityLine, ...], now: tuple[EntityLine, ...]) -> tuple[EntityLine, ...]:
    """Lines of an earlier phase stay; those of this one take their places."""
    lines = {line.entity: line for line in (*before, *now)}
    return tuple(lines.values())
