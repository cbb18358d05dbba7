"""The two days of following → their section of docs/benchmarks.md."""

import re
from pathlib import Path

from benchmarks.pulling.conditions import COUNT_SECONDS, PAGE_SECONDS
from benchmarks.pulling.days import Cost, Days
from benchmarks.pulling.figures import number, seconds
from benchmarks.pulling.work import STEP_MINUTES

TITLE = "## Two days of following"
PAGE, BATCH = 50, 50
QUIET_REQUESTS, MOST_SECONDS_A_DAY = 2, 3_000


def section(days: Days, when: str) -> str:
    """The whole section; ``when`` says when and where it was measured."""
    aims = "\n".join(f"- {'Met' if met else 'Missed'}: {text}." for text, met in verdicts(days))
    return f"""{TITLE}

A company of 100 000 deals, as many leads and activities and 33 333 companies is at work for two days, and a pull
follows it every {STEP_MINUTES} minutes of its clock; the sweep comes with those of the night.
{when}

- In the working hours people touch, make and delete some hundred records an hour, comment on half of the deals and
  leads, and re-link some without their moment of change: {_done(days)}.
- The portal's seconds are counted as above ({PAGE_SECONDS:.2f} s a list command, {COUNT_SECONDS:.2f} s more where it
  counts), not waited for; its clock and ours are the story's. Every list command costs the same here, however little
  it gives: {_share_of_small(days)} of the seconds are those of lists of a few rows, outside the sweep.
- What the company did before these days is older than a year, so that comments are asked of what is worked with; stage
  history and calls begin empty.

| what | pulls | HTTP requests | commands | portal's seconds of work |
| --- | ---: | ---: | ---: | ---: |
{_line("pulls that brought nothing, a day", days.nothing.of_one(days.days))}
{_line("pulls that brought something, a day", days.something.of_one(days.days))}
{_line("pulls with a piece of the sweep, a day", days.sweep.of_one(days.days))}
{_line("**a day**", days.a_day)}
{_line("a nightly full pull, rows uncounted (b24pysdk, b24api)", full_pull(days.rows, PAGE_SECONDS))}
{_line("a nightly full pull, rows counted (fast_bitrix24)", full_pull(days.rows, PAGE_SECONDS + COUNT_SECONDS))}

A full pull is reckoned from the table above, where 100 000 rows take these clients 2 000 lists in 41 requests, for the
{number(days.rows)} rows that the four tables have at the end. It brings no comments, stage history or dictionaries, and
sees nothing until the next night; one for each of our pulls would cost {number(24 * 60 // STEP_MINUTES)} times as much.

{aims}
"""


def verdicts(days: Days) -> list[tuple[str, bool]]:
    """What was aimed at, with what was measured, and whether that meets it."""
    quiet, spent = days.most_quiet_requests, days.a_day.seconds
    return [
        (f"a pull that brings nothing asks {QUIET_REQUESTS} requests: {quiet} at the most", quiet <= QUIET_REQUESTS),
        (
            f"a day costs the portal at most {number(MOST_SECONDS_A_DAY)} s of work: {seconds(spent)}, "
            f"{spent / 864:.1f} % of it",
            spent <= MOST_SECONDS_A_DAY,
        ),
        (
            f"after the days every row is as the portal has it: {number(days.different)} of {number(days.rows)} differ",
            days.different == 0,
        ),
    ]


def full_pull(rows: int, page_seconds: float) -> Cost:
    """What it costs to list so many rows, fifty a command, fifty commands a request."""
    lists = -(-rows // PAGE)
    return Cost(1, -(-lists // BATCH), lists, lists * page_seconds)


def replace_section(document: Path, text: str) -> None:
    """Put a section in the place of the one that a document has, or at its end."""
    before = document.read_text("utf-8")
    rest = re.sub(rf"^{TITLE}\n.*?(?=^## |\Z)", "", before, flags=re.DOTALL | re.MULTILINE)
    document.write_text(f"{rest.rstrip()}\n\n{text}", "utf-8")


def _line(what: str, cost: Cost) -> str:
    figures = (cost.pulls, cost.requests, cost.commands, round(cost.seconds))
    return f"| {what} | {' | '.join(map(number, figures))} |"


def _share_of_small(days: Days) -> str:
    small = days.nothing + days.something
    return f"{small.seconds / (small + days.sweep).seconds:.0%}"


def _done(days: Days) -> str:
    return ", ".join(f"{number(count)} {name}" for name, count in days.done.items())
