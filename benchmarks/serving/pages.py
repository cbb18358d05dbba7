"""Each page for one reader: seconds, seconds of the server's CPU and kilobytes, gesture by gesture."""

from collections.abc import Callable
from functools import partial

from benchmarks.serving.server import Server
from benchmarks.serving.session import Address, Run, Session

PAGES = ("overview", "managers", "plan", "marketing", "sales", "forgotten")
FILTERED: Address = {"period": "last_quarter"}
NARROWED: Address = {"period": "last_quarter", "source": "CALL"}
HEAD = f"{'page':<12}{'gesture':<28}{'s':>7}{'CPU s':>8}{'KB':>8}{'sent':>7}{'questions are':>15}"


def measure_pages(server: Server) -> str:
    """The table of one reader who goes through all pages."""
    reader = Session(server.address)
    reader.open("data")  # what a process does once is behind
    lines = [HEAD]
    for page in PAGES:
        gestures: dict[tuple[str, str], Callable[[], Run]] = {
            ("open", "new"): partial(reader.open, page),
            ("another period", "new"): partial(reader.open, page, FILTERED),
            ("a source too", "new"): partial(reader.open, page, NARROWED),
            ("back to the period", "known"): partial(reader.open, page, FILTERED),
            ("scroll through", "new"): reader.scroll_through,
            ("filter at the bottom", "new"): partial(reader.open, page, NARROWED),
        }
        for (gesture, kind), act in gestures.items():
            cpu = server.cpu()
            run = act()
            cpu = server.cpu() - cpu
            failed = "  FAILED" if run.has_failed else ""
            sizes = f"{run.bytes / 1024:>8.0f}{run.travelled / 1024:>7.0f}"
            lines.append(f"{page:<12}{gesture:<28}{run.seconds:>7.2f}{cpu:>8.2f}{sizes}{kind:>15}{failed}")
    reader.close()
    return "\n".join(lines)
