"""`python -m crm demo`: the demo portal by itself, with a company that lives by the real clock."""

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from demo.company import MOSCOW
from demo.portal import PORT, DemoPortal
from demo.story import StoryCompany
from language import ExplainedError, Words, words


class PortTaken(ExplainedError):
    """Another program listens on the demo portal's port."""


def living_portal(port: int = PORT) -> DemoPortal:
    """A portal, not started yet, whose company follows the real clock."""
    return DemoPortal(StoryCompany(clock=lambda: datetime.now(MOSCOW)), port)


def add_arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """Give a parser the options that `command` reads: ``--port`` (0: any free one) and ``--day`` (ISO)."""
    parser.add_argument("--port", type=int, default=PORT, help=say("demo.about_port", port=str(PORT)))
    parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help=say("demo.about_day"))


def command(options: argparse.Namespace, language: str, stop: threading.Event | None = None) -> int:
    """Serve the demo company until ``stop`` is set or Ctrl-C is pressed; the exit code.

    ``options`` holds ``port`` and ``day``, as `add_arguments` reads them; with a day the company stands still at its
    evening. ``language``: "ru" or "en".

    Raises:
        PortTaken: somebody else listens on the port.
    """
    say = words(language)
    try:
        _tell(say("demo.preparing"))
        portal = DemoPortal(StoryCompany(options.day), options.port) if options.day else living_portal(options.port)
        with _started(portal, options.port):
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
