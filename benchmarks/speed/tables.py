"""Results → Markdown tables, one for each thing that was measured."""

from collections.abc import Iterable, Sequence

from benchmarks.peers.comparison import total
from benchmarks.scale.timings import LISTS, page_sums
from benchmarks.serving.browser import ratios
from benchmarks.serving.changes import together
from benchmarks.speed.results import Company

KB = 1024


def views(company: Company) -> str:
    """Every view, the slowest first, and each page's views together; milliseconds by the filters that were set."""
    names = list(next(iter(company.views.values()), {}))
    ordered = sorted(company.views.items(), key=lambda told: -max(told[1].values()))
    rows = [
        [f"{view} (a list: read by pages)" if view in LISTS else view, *(f"{one:.1f}" for one in by_set.values())]
        for view, by_set in ordered
    ]
    rows += [
        [f"**page {page}, all views**", *(f"{one:.0f}" for one in sums.values())]
        for page, sums in page_sums(company.views).items()
    ]
    return markdown(["view", *names], rows)


def peers(company: Company) -> str:
    """The eight figures beside the peers, and their sums."""
    names = list(company.times[0].peers)
    head = ["figure", "view", "rows", "ours, ms", "planning, ms"]
    head += [column for name in names for column in (f"{name}, ms", f"{name} / ours")]
    rows = [
        [told.title, told.view, f"{told.rows:,}", f"{told.ours:.1f}", f"{told.planning:.1f}"]
        + [cell for name in names for cell in (f"{told.peers[name]:.1f}", f"{told.peers[name] / told.ours:.1f}")]
        for told in [*company.times, total(company.times)]
    ]
    return markdown(head, rows, texts=2)


def gestures(company: Company) -> str:
    """What one reader does on each page."""
    head = ["page", "gesture", "questions are", "seconds", "server's CPU, s", "KB before compression", "KB as sent"]
    rows = [
        [
            told.page,
            told.name,
            "new" if told.is_new else "known",
            f"{told.run.seconds:.2f}",
            f"{told.cpu:.2f}",
            f"{told.run.bytes / KB:.0f}",
            f"{told.run.travelled / KB:.0f}" + (" (failed)" if told.run.has_failed else ""),
        ]
        for told in company.gestures
    ]
    return markdown(head, rows, texts=3)


def changes(companies: Iterable[Company]) -> str:
    """How long a change of filters takes, by company and page."""
    rows = [
        [company.title, told.page, str(len(told.seconds)), f"{told.p50:.2f}", f"{told.p95:.2f}", str(told.failures)]
        for company in companies
        for told in [*company.changes, together(company.changes)]
    ]
    return markdown(["company", "page", "changes", "p50, s", "p95, s", "failed"], rows, texts=2)


def browser(companies: Iterable[Company]) -> str:
    """How long a page takes in a browser, by company."""
    rows = []
    for company in companies:
        for told in company.openings:
            cold, warm = ratios(company.openings, told)
            seconds = [f"{told.cold:.2f}", f"{told.warm:.2f}", f"{cold:.2f}", f"{warm:.2f}"]
            rows.append([company.title, told.page, *seconds])
    return markdown(["company", "page", "cold, s", "warm, s", "cold / bare", "warm / bare"], rows, texts=2)


def people(companies: Iterable[Company]) -> str:
    """What people at once wait for, by company."""
    head = ["company", "people", "pause, s", "seconds", "clicks", "p50, s", "p95, s", "longest, s"]
    head += ["CPU a click, s", "cores busy", "KB a click", "KB as sent", "failed", "memory, MB", "grown, MB"]
    rows = []
    for told in companies:
        waited = told.waited
        crowd = waited.crowd
        rows.append(
            [
                *(
                    told.title,
                    str(crowd.people),
                    f"{crowd.pause:.0f}",
                    f"{crowd.seconds:.0f}",
                    str(len(waited.seconds)),
                ),
                *(f"{seconds:.2f}" for seconds in (waited.p50, waited.p95, waited.seconds[-1])),
                *(f"{waited.cpu:.3f}", f"{waited.cores:.2f}", f"{waited.kilobytes:.0f}", f"{waited.sent:.0f}"),
                *(str(waited.failures), f"{waited.memory:.0f}", f"{waited.grown:+.0f}"),
            ]
        )
    return markdown(head, rows)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """A table; the first ``texts`` columns are of words, the others of numbers."""
    rule = [" --- " if place < texts else " ---: " for place, _ in enumerate(head)]
    lines = ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "|".join(rule) + "|", *lines])
