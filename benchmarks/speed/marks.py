"""What was aimed at, and what came of it: each mark finds its own figures and says what it was missed by."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from benchmarks.peers.comparison import total
from benchmarks.scale.timings import LISTS, PAGE_LIMIT, VIEW_LIMIT, page_sums
from benchmarks.serving.browser import ratios
from benchmarks.serving.changes import together
from benchmarks.serving.pages import AT_THE_BOTTOM, CHANGES_AT_TOP, Gesture
from benchmarks.speed.results import Company, Speed

CLICK_CPU = 0.12  # seconds
WHOLE_KB, TOP_KB = 300, 120
CHANGE_P50, CHANGE_P95, LARGE_CHANGE_P95 = 0.25, 0.4, 0.8  # seconds
PEOPLE_P95 = 1.0
FASTER = 4.0
COLD, WARM = 1.3, 1.5
CHANGE = "from a change of filters nobody has asked for to the part in view"
NAMED = 3  # of those above a mark

YES, NO, UNKNOWN = "Met", "Missed", "Not measured at that size"


@dataclass(frozen=True)
class Verdict:
    """A mark: what it asks, what was measured, and whether that meets it; None: this run cannot tell."""

    asked: str
    measured: str
    met: bool | None

    @property
    def word(self) -> str:
        """ "Met", "Missed", or that it is unknown."""
        return UNKNOWN if self.met is None else YES if self.met else NO


def verdicts(speed: Speed) -> list[Verdict]:
    """Every mark, in the order of the document."""
    both = (speed.demo, speed.large)
    found = [_click(company) for company in both]
    found += [verdict for company in both for verdict in _bytes(company)]
    found += [*_demo_changes(speed.demo), _large_changes(speed.large)]
    found += [_people(company) for company in both]
    found += [_views(speed.large), _page_views(speed.large), _peers(speed.large)]
    return [*found, *(verdict for company in both for verdict in _browser(company))]


def _click(company: Company) -> Verdict:
    cpu = company.waited.cpu
    asked = f"a click costs the server at most {CLICK_CPU:.2f} s of CPU ({company.title})"
    return Verdict(asked, f"{cpu:.3f} s", cpu <= CLICK_CPU)


def _bytes(company: Company) -> list[Verdict]:
    whole = [told for told in company.gestures if told.name == AT_THE_BOTTOM]
    top = [told for told in company.gestures if told.name in CHANGES_AT_TOP]
    sizes: dict[str, Callable[[Gesture], int]] = {
        "as sent": lambda told: told.run.travelled,
        "before compression": lambda told: told.run.bytes,
    }
    found = []
    for what, some, most in (("of a whole page", whole, WHOLE_KB), ("above the fold", top, TOP_KB)):
        for how, size in sizes.items():
            largest = {told.page: 0.0 for told in some}
            for told in some:
                largest[told.page] = max(largest[told.page], size(told) / 1024)
            asked = f"a change of filters {what} takes at most {most} KB, {how} ({company.title})"
            found.append(_most(asked, largest, most, "{:.0f} KB"))
    return found


def _demo_changes(demo: Company) -> list[Verdict]:
    told = together(demo.changes)
    asked = CHANGE + ", {} ({})"
    return [
        Verdict(asked.format(f"half within {CHANGE_P50} s", demo.title), f"{told.p50:.2f} s", told.p50 <= CHANGE_P50),
        Verdict(
            asked.format(f"19 of 20 within {CHANGE_P95} s", demo.title), f"{told.p95:.2f} s", told.p95 <= CHANGE_P95
        ),
    ]


def _large_changes(company: Company) -> Verdict:
    told = together(company.changes)
    asked = f"{CHANGE}, 19 of 20 within {LARGE_CHANGE_P95} s at ten million activities"
    return _of_full_size(company, Verdict(asked, f"{told.p95:.2f} s", told.p95 <= LARGE_CHANGE_P95))


def _people(company: Company) -> Verdict:
    crowd, p95 = company.waited.crowd, company.waited.p95
    asked = (
        f"{crowd.people} people at once, a click every {crowd.pause:.0f} s each: 19 of 20 clicks within "
        f"{PEOPLE_P95:.1f} s ({company.title})"
    )
    failures = company.waited.failures
    return Verdict(asked, f"{p95:.2f} s, {failures} failed", p95 <= PEOPLE_P95 and not failures)


def _views(company: Company) -> Verdict:
    longest = {view: max(by_set.values()) for view, by_set in company.views.items() if view not in LISTS}
    asked = f"at ten million activities every view but the lists takes at most {VIEW_LIMIT:.0f} ms"
    return _of_full_size(company, _most(asked, longest, VIEW_LIMIT, "{:.0f} ms"))


def _page_views(company: Company) -> Verdict:
    longest = {page: max(sums.values(), default=0.0) for page, sums in page_sums(company.views).items()}
    asked = f"at ten million activities the views of a page, one after another, take at most {PAGE_LIMIT:.0f} ms"
    return _of_full_size(company, _most(asked, longest, PAGE_LIMIT, "{:.0f} ms"))


def _peers(company: Company) -> Verdict:
    told = total(company.times)
    name = next(name for name in told.peers if name.startswith("polars"))
    ratio = told.peers[name] / told.ours
    asked = f"eight heavy figures at least {FASTER:.0f} times as fast as polars, all together ({company.title})"
    slower = [one.title for one in company.times if one.peers[name] < one.ours]
    behind = f"; polars is faster at: {', '.join(slower)}" if slower else ""
    return Verdict(
        asked, f"{ratio:.1f} times ({told.ours:.0f} ms against {told.peers[name]:.0f} ms){behind}", ratio >= FASTER
    )


def _browser(company: Company) -> list[Verdict]:
    openings = company.openings
    found = []
    for place, (how, most) in enumerate((("never been here", COLD), ("been here before", WARM))):
        times = {told.page: ratios(openings, told)[place] for told in openings[1:]}
        asked = (
            f"in a browser that has {how} a page stands within {most} times of a bare Streamlit page with one chart "
            f"({company.title})"
        )
        found.append(_most(asked, times, most, "{:.2f} times"))
    return found


def _most(asked: str, found: Mapping[str, float], most: float, form: str) -> Verdict:
    """The largest of the figures that were found, against the most that is allowed; those above it by name."""
    ordered = sorted(found, key=lambda name: -found[name])
    above = [name for name in ordered if found[name] > most]
    shown = above[:NAMED] if above else ordered[:1]
    measured = ", ".join(f"{name} {form.format(found[name])}" for name in shown)
    if above:
        return Verdict(asked, f"{len(above)} of {len(found)} above it: {measured}{_more(above)}", met=False)
    return Verdict(asked, f"at most {measured}" if measured else "nothing was measured", met=True if found else None)


def _more(above: Iterable[str]) -> str:
    return " …" if len(list(above)) > NAMED else ""


def _of_full_size(company: Company, verdict: Verdict) -> Verdict:
    if company.is_full_size:
        return verdict
    return Verdict(verdict.asked, f"with {company.rows['activities']:,} of them: {verdict.measured}", met=None)
