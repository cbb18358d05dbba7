"""Results → the table, and docs/benchmarks.md around it."""

from collections.abc import Sequence
from itertools import groupby

from benchmarks.pulling.conditions import DEALS, EVERY_CONDITIONS, IN_FLIGHT, LIMITS, OPEN, QUEUE, VITRINA, WIDE
from benchmarks.pulling.figures import number, seconds
from benchmarks.pulling.run import Result
from benchmarks.pulling.targets import RIVAL, Results, verdicts

_HEAD = (
    "portal",
    "rows",
    "client",
    "HTTP requests",
    "list commands",
    "of them counted",
    "refused or failed",
    "seconds",
    "portal's seconds of work",
    "client's seconds of CPU",
    "peak MB",
    "rows got",
    "in order of id",
    "what it said",
)
_TEXT_COLUMNS = {"portal", "client", "in order of id", "what it said"}
_INTRODUCTION = """# Benchmarks

A table of a CRM pulled from a portal whose every second of work is stated, by Vitrina and by the clients that others
use. Written by `make bench`; do not edit. {when}

## How it was measured

- The portal is the demo's, in a process of its own: {page:.2f} s of work for a page of fifty rows, {count:.2f} s more
  when the command also counts, {request:.2f} s for an HTTP request. It counts by itself what it is asked: the HTTP
  requests that carry a list command of the measured method, these commands, those that counted, and everything it
  refused or failed.
- Each client runs in a process of its own and asks for the same fields, with its settings as they come. Seconds are the
  wall's; peak memory is the process's own. The others hold rows in memory. Vitrina writes parquet, publishes it, and
  asks for the rest of the portal too, which is empty but for its dictionaries: those requests are in its seconds, not
  in its counts.
- Vitrina's files hold rows as their ranges came; whoever reads them goes by the id.
- b24pysdk speaks https alone; the scheme is the one thing changed in it. Nothing is touched in the others.
- b24api 2 needs Python 3.12: under an older one its last version for that, 0.4.1, is measured (`BENCH_PYTHON` names
  another interpreter for the clients).
- Most of a run is waiting for the portal's stated seconds, so several run beside each other; those that need a core run
  alone.
"""


def document(results: Sequence[Result], when: str, costs: tuple[float, float, float]) -> str:
    """The whole of docs/benchmarks.md from the results of a whole run; ``costs``: of a page, a count, a request."""
    page, count, request = costs
    conditions = "\n".join(f"- **{told.title}**: {_lower(told.text)}" for told in EVERY_CONDITIONS)
    aims = "\n".join(
        f"- {'Met' if verdict.met else 'Missed'}: {verdict.asked}: {verdict.measured}." for verdict in verdicts(results)
    )
    return "\n".join(
        (
            _INTRODUCTION.format(when=when, page=page, count=count, request=request),
            f"The portals of the first column:\n\n{conditions}\n",
            f"## The table\n\n{table(results)}\n",
            f"## What was aimed at\n\n{aims}\n",
            "## What it shows\n\n" + "\n".join(f"- {finding}" for finding in findings(results)) + "\n",
        )
    )


def table(results: Sequence[Result]) -> str:
    """The results as a Markdown table, a line a case."""
    rule = "|".join(" --- " if name in _TEXT_COLUMNS else " ---: " for name in _HEAD)
    lines = ["| " + " | ".join(_HEAD) + " |", f"|{rule}|"]
    return "\n".join([*lines, *("| " + " | ".join(_cells(result)) + " |" for result in results)])


def name(result: Result) -> str:
    """A client as the document calls it."""
    if result.case.client == WIDE:
        return f"Vitrina, {IN_FLIGHT[WIDE]} in flight"
    return result.client


def _cells(result: Result) -> list[str]:
    case, portal = result.case, result.portal
    return [
        case.conditions.title,
        f"{number(case.rows)} {case.table}",
        name(result),
        number(portal.requests),
        number(portal.lists),
        number(portal.counted),
        number(portal.refused),
        f"{result.seconds:.1f}",
        f"{portal.work:.1f}",
        f"{result.cpu:.1f}",
        f"{result.peak_mb:.0f}",
        _rows_got(result),
        ("yes" if result.in_order else "no") if result.rows else "",
        _code(result.said),
    ]


def _rows_got(result: Result) -> str:
    if result.complete:
        return "all"
    doubled = result.rows - result.different
    return f"**{number(result.different)}**" + (f" and {number(doubled)} twice" if doubled else "")


def _code(said: str) -> str:
    """What a client said, as it is, without breaking the table."""
    return f"`{said.replace('|', '/').replace('`', '')}`" if said else "nothing"


def findings(results: Sequence[Result]) -> list[str]:
    """A sentence for everything that somebody should know before choosing."""
    return [*_races(results), *_failures(results)]


def _races(results: Sequence[Result]) -> list[str]:
    of = Results(results).of
    lines = []
    for conditions, text in ((QUEUE, "one request at a time"), (OPEN, "at every request at once")):
        ours, theirs = (of(conditions, DEALS, 100_000, client) for client in (VITRINA, RIVAL))
        lines.append(
            f"A portal that works {text}: of 100 000 deals Vitrina gets {_spent(ours)}, {RIVAL} {_spent(theirs)}."
        )
    wide = of(OPEN, DEALS, 100_000, WIDE)
    lines.append(
        f"Vitrina keeps {IN_FLIGHT[VITRINA]} requests on their way, for Bitrix24 advises against many; "
        f"with `VITRINA_IN_FLIGHT={IN_FLIGHT[WIDE]}` the same portal gives all in {seconds(wide.seconds)}."
    )
    for rows in (100_000, 300_000):
        ours, theirs = (of(LIMITS, DEALS, rows, client) for client in (VITRINA, RIVAL))
        lines.append(
            f"Under Bitrix24's limits, of {number(rows)} deals Vitrina gets {_spent(ours)}, {RIVAL} {_spent(theirs)}."
        )
    return lines


def _spent(result: Result) -> str:
    got = "all" if result.complete else number(result.different)
    return f"{got} in {seconds(result.seconds)} for {number(round(result.portal.work))} s of the portal's work"


def _failures(results: Sequence[Result]) -> list[str]:
    """Shortfalls, one sentence a client; those without a word first."""
    short = sorted(
        (result for result in results if not result.complete), key=lambda found: (bool(found.said), name(found))
    )
    return [
        _failure(*key, list(some)) for key, some in groupby(short, key=lambda found: (name(found), bool(found.said)))
    ]


def _failure(client: str, spoken: bool, some: list[Result]) -> str:
    amounts = "; ".join(
        f"{number(found.different)} of {number(found.case.rows)} ({found.case.conditions.title})" for found in some
    )
    return f"{client} comes back incomplete {'and says so' if spoken else '**without a word**'}: {amounts}."


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
