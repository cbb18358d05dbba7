"""`python -m crm demo`: the demo portal by itself, with a company that lives by the real clock."""

import argparse
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from crm.settings import Settings
from demo.company import MOSCOW
from demo.portal import PORT, DemoPortal
from demo.story import StoryCompany
from language import ExplainedError, words


class PortTaken(ExplainedError):
    """Another program listens on the demo portal's port."""


def living_portal(port: int = PORT) -> DemoPortal:
    """A portal, not started yet, whose company follows the real clock."""
    return DemoPortal(StoryCompany(clock=lambda: datetime.now(MOSCOW)), port)


def command(settings: Settings, argv: Sequence[str], stop: threading.Event | None = None) -> int:
    """Serve the demo company until ``stop`` is set or Ctrl-C is pressed; the exit code.

    ``argv``: ``--port N`` (0: any free one), ``--day YYYY-MM-DD`` (stand still at that day's evening).

    Raises:
        PortTaken: somebody else listens on the port.
    """
    asked = _arguments(argv)
    say = words(settings.language or "ru")
    try:
        _tell(say("demo.preparing"))
        portal = DemoPortal(StoryCompany(asked.day), asked.port) if asked.day else living_portal(asked.port)
        with _started(portal, asked.port):
            _tell(say("demo.serving", origin=portal.origin, webhook=portal.webhook))
            (stop or threading.Event()).wait()
    except KeyboardInterrupt:
        _tell("")
    return 0


@contextmanager
def _started(portal: DemoPortal, port: int) -> Iterator[None]:
    try:
        portal.start()
    except OSError as error:
        raise PortTaken("demo.port_taken", port=str(port)) from error
    try:
        yield
    finally:
        portal.stop()


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crm demo")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--day", type=date.fromisoformat)
    return parser.parse_args(argv)
