"""Each page for one reader: seconds, seconds of the server's CPU and kilobytes, gesture by gesture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.serving.choices import Choices
from benchmarks.serving.server import Server
from benchmarks.serving.session import Address, Run, Session

PAGES = ("overview", "managers", "plan", "marketing", "sales", "forgotten")
FILTERED: Address = {"period": "last_quarter"}
OPENED, ANOTHER_PERIOD, NARROWED, BACK = "open", "another period", "a source too", "back to the period"
SCROLLED, AT_THE_BOTTOM = "scroll through", "filter at the bottom"
CHANGES_AT_TOP = (ANOTHER_PERIOD, NARROWED)  # new filters while the top of a page alone is drawn


@dataclass(frozen=True)
class Gesture:
    """What a reader did on a page, what came of it, and the server's seconds of CPU; ``is_new``: never asked before."""

    page: str
    name: str
    is_new: bool
    run: Run
    cpu: float


def measure_pages(server: Server, choices: Choices) -> list[Gesture]:
    """One reader goes through all pages."""
    reader = Session(server.address)
    reader.open("data")  # what a process does once is behind
    narrowed = {**FILTERED, "source": choices.sources[0]} if choices.sources else FILTERED
    found = []
    for page in PAGES:
        gestures: dict[str, Callable[[], Run]] = {
            OPENED: partial(reader.open, page),
            ANOTHER_PERIOD: partial(reader.open, page, FILTERED),
            NARROWED: partial(reader.open, page, narrowed),
            BACK: partial(reader.open, page, FILTERED),
            SCROLLED: reader.scroll_through,
            AT_THE_BOTTOM: partial(reader.open, page, narrowed),
        }
        for name, act in gestures.items():
            cpu = server.cpu()
            run = act()
            found.append(Gesture(page, name, name != BACK, run, server.cpu() - cpu))
    reader.close()
    return found


def table(gestures: Sequence[Gesture]) -> str:
    """A line a gesture."""
    lines = [f"{'page':<12}{'gesture':<28}{'s':>7}{'CPU s':>8}{'KB':>8}{'sent':>7}{'questions are':>15}"]
    for told in gestures:
        failed = "  FAILED" if told.run.has_failed else ""
        sizes = f"{told.run.bytes / 1024:>8.0f}{told.run.travelled / 1024:>7.0f}"
        kind = "new" if told.is_new else "known"
        lines.append(f"{told.page:<12}{told.name:<28}{told.run.seconds:>7.2f}{told.cpu:>8.2f}{sizes}{kind:>15}{failed}")
    return "\n".join(lines)
