"""What commands show in a terminal: a live line while a pull runs, a table when it is done, their own help."""

import argparse
import datetime as dt
import shutil
import time
from collections.abc import Callable
from typing import TextIO

from crm.pull.progress import Changes, EntityProgress, PullProgress, PullReport
from language import Message, Words

REDRAW_SECONDS = 0.2
PLAIN_LINE_SECONDS = 15.0  # into a log, where nothing can be redrawn
CLEAR = "\r\x1b[2K"
ENGINE_INTERRUPTED = "Query interrupted"


class LiveLine:
    """Shows progress and notices on a stream: one redrawn line on a terminal, a line now and then in a log."""

    def __init__(self, say: Words, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._stream, self._clock = say, stream, clock
        self._is_live = stream.isatty()
        self._shown_at = clock()
        self._done: set[str] = set()

    def progress(self, progress: PullProgress) -> None:
        """Show how far the pull is; an entity that is done gets a line of its own."""
        for entity in progress.entities:
            if entity.state in ("done", "absent") and entity.entity not in self._done:
                self._done.add(entity.entity)
                self._write(entity_line(entity, self._say))
        running = progress.running
        now = self._clock()
        if running is None or now - self._shown_at < (REDRAW_SECONDS if self._is_live else PLAIN_LINE_SECONDS):
            return
        self._shown_at = now
        line = _running_line(running, progress, self._say)
        if self._is_live:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(CLEAR + line[:width])
            self._stream.flush()
        else:
            self._write(line)

    def notice(self, notice: Message) -> None:
        """Show something the client wants known."""
        self._write(notice.text(self._say.language))

    def close(self) -> None:
        """Take the live line away."""
        if self._is_live:
            self._stream.write(CLEAR)
            self._stream.flush()

    def _write(self, line: str) -> None:
        self._stream.write(f"{CLEAR}{line}\n" if self._is_live else f"{line}\n")
        self._stream.flush()


def is_interrupt(error: BaseException) -> bool:
    """Whether an error is the reader's Ctrl-C: within a query the engine raises a `RuntimeError` of its own for it."""
    return isinstance(error, KeyboardInterrupt) or (type(error) is RuntimeError and str(error) == ENGINE_INTERRUPTED)


def entity_line(entity: EntityProgress, say: Words) -> str:
    """The line of an entity that is done: its rows, or what changed where only that was pulled; or why it is absent."""
    name = say(f"entity.{entity.entity}")
    if entity.state == "absent":
        reason = entity.reason.text(say.language) if entity.reason else ""
        return say("command.absent", entity=name, reason=reason)
    rows, requests = say("command.rows", count=entity.rows), say("command.requests", count=entity.requests)
    if entity.changes is not None:
        rows = changes_text(entity.changes, say)
    return say("command.brought", entity=name, rows=rows, requests=requests, seconds=say.duration(entity.seconds))


def changes_text(changes: Changes, say: Words) -> str:
    """What changed in an entity: "новых 12, изменено 3"."""
    counts = {"new": changes.new, "changed": changes.changed, "gone": changes.gone}
    texts = [say(f"command.changes.{name}", number=say.number(count)) for name, count in counts.items() if count]
    return ", ".join(texts) or say("command.changes.none")


def table(report: PullReport, say: Words) -> str:
    """The outcome of a pull: entity, rows (or what changed, where only that was pulled), requests, seconds; below it
    what was not given and what should be known."""
    head = [say(f"command.head.{name}") for name in ("entity", "rows", "requests", "seconds")]
    body = [_cells(entity, say) for entity in report.entities]
    seconds = sum(entity.seconds for entity in report.entities)
    last = [say("command.total"), say.number(report.rows), say.number(report.requests), say.number(seconds, 1)]
    lines = _align([head, *body, last])
    rule = "─" * max(map(len, lines))
    absent = [entity_line(entity, say) for entity in report.entities if entity.state == "absent"]
    notes = [note.text(say.language) for note in report.notes]
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1], *absent, *notes])


def last_line(report: PullReport, host: str, say: Words) -> str:
    """The last line of a pull."""
    moment = dt.datetime.fromisoformat(report.as_of)
    return say("command.finished", seconds=say.duration(report.seconds), host=host, moment=moment)


def _running_line(entity: EntityProgress, progress: PullProgress, say: Words) -> str:
    rate = entity.rows / entity.seconds if entity.seconds > 0 else 0.0
    values = {
        "entity": say(f"entity.{entity.entity}"),
        "rows": say("command.rows", count=entity.rows),
        "rate": say.number(rate),
    }
    if progress.seconds_left is None or progress.seconds < 2:
        return say("command.running", **values)
    return say("command.running_left", **values, left=say.duration(progress.seconds_left))


def _cells(entity: EntityProgress, say: Words) -> list[str]:
    rows = say.number(None if entity.state == "absent" else entity.rows)
    if entity.changes is not None:
        rows = changes_text(entity.changes, say)
    name = say(f"entity.{entity.entity}")
    return [name, rows, say.number(entity.requests), say.number(entity.seconds, 1)]


def _align(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    first, *others = widths
    return [
        "  ".join([row[0].ljust(first), *(cell.rjust(width) for cell, width in zip(row[1:], others, strict=True))])
        for row in rows
    ]


class HelpFormatter(argparse.HelpFormatter):
    """Help of a command line, spelled the same on every Python: ``-o, --output FILE``, as 3.13 and newer write it."""

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, self._get_default_metavar_for_optional(action))
        return f"{', '.join(action.option_strings)} {value}"
