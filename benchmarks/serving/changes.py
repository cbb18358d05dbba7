"""How long a reader waits for the part in view after a change of filters whose figures nobody has asked for yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from benchmarks.serving.choices import Choices
from benchmarks.serving.pages import PAGES
from benchmarks.serving.quantiles import quantile
from benchmarks.serving.server import Server
from benchmarks.serving.session import Session

A_PAGE = 10  # changes on each page


@dataclass(frozen=True)
class Changes:
    """The changes on one page, or on all: seconds of each until the server had sent all that is in view, in order."""

    page: str
    seconds: tuple[float, ...]
    failures: int

    @property
    def p50(self) -> float:
        """Half of them took at most so many seconds."""
        return quantile(self.seconds, 0.5)

    @property
    def p95(self) -> float:
        """Nineteen of twenty took at most so many seconds."""
        return quantile(self.seconds, 0.95)


def measure_changes(server: Server, choices: Choices, seed: int, a_page: int = A_PAGE) -> list[Changes]:
    """One reader at the top of each page, some changes after another; none of them is asked on two pages."""
    reader, changes = Session(server.address), choices.changes(seed)
    reader.open("data")
    found = []
    for page in PAGES:
        reader.open(page)
        runs = [reader.open(page, address) for address in islice(changes, a_page)]
        seconds = tuple(sorted(run.seconds for run in runs))
        found.append(Changes(page, seconds, sum(run.has_failed for run in runs)))
    reader.close()
    return found


def together(changes: Sequence[Changes]) -> Changes:
    """The changes of all pages."""
    seconds = tuple(sorted(one for told in changes for one in told.seconds))
    return Changes("all pages", seconds, sum(told.failures for told in changes))


def table(changes: Sequence[Changes]) -> str:
    """A line a page, and one for all."""
    lines = [f"{'page':<12}{'changes':>9}{'p50 s':>8}{'p95 s':>8}{'failed':>8}"]
    lines += [
        f"{told.page:<12}{len(told.seconds):>9}{told.p50:>8.2f}{told.p95:>8.2f}{told.failures:>8}"
        for told in [*changes, together(changes)]
    ]
    return "\n".join(lines)
