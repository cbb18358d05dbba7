"""The whole of docs/speed.md from what one run found."""

from benchmarks.peers.comparison import total
from benchmarks.speed import tables
from benchmarks.speed.marks import NO, UNKNOWN, YES, verdicts
from benchmarks.speed.results import Company, Speed
from metrics.warehouse.connection import SERVING

_INTRODUCTION = """# Speed

How long figures take to compute and pages to show, on the demo company and on a company of {activities} activities.
Written by `make speed`; do not edit.

This run, by `{command}`:

{machine}
"""
_HOW = """## How it was measured

Everything runs on the one machine, the people and the browser too: what they take of its cores is in the seconds.

- **The companies.** The demo company is pulled from its portal; the other is made by SQL from a seed
  (`benchmarks/scale`), with people, sources and companies as uneven as in life. Their rows: {rows}.
- **Views.** Each is asked past the cache, the middle of {trials} trials, over a year: of everybody, of the employee who
  does most, of the largest funnel. A page's figure is the sum over all views it can show, asked one after another.
- **Peers.** The eight figures of a year by polars and by pandas, from frames that are in memory: reading them is not
  counted. They are given the facts that have one row a thing, with money as whole kopecks and texts as categories, and
  with them what a build has worked out of the portal's rows: the states of deals, their stays on stages, whether a sale
  is a repeated one, how long nobody has acted. They are not given what the build has added up: work by day. Every value
  is compared before anything is timed (counts and texts alike, money to kopecks, doubles to 1e-9), and the run fails
  where one differs. Ours ends with rows in Python, theirs with a frame. Planning is the part of ours before any row is
  read, timed by itself (`prepare`).
- **One reader.** A session speaks to the server over a websocket as a browser does, compression included, and goes
  through each page: opens it, changes filters while its top alone is drawn, goes back, scrolls to the end, and changes
  filters with the whole page drawn. A gesture ends when the server has sent all that is in view.
- **Changes of filters.** The same session at the top of each page, with filters nobody has asked for yet, one after
  another. Drawing in the browser is not in these seconds.
- **Browser.** Chromium, from the opening until everything in view is drawn, the middle of some openings: cold is a
  browser that has never been here, warm the same once more. The bare page is Streamlit with one chart of nine bars.
- **People.** Each has a session and clicks on a page or a filter, with pauses that are random around the mean. The
  first fifth of the time is not counted.
"""


def document(speed: Speed) -> str:
    """The text, with a table for each thing measured and a line for each mark."""
    companies = (speed.demo, speed.large)
    activities = f"{speed.large.rows['activities']:,}"
    machine = "\n".join(f"- {line}." for line in speed.machine)
    rows = "; ".join(f"{told.title}: {_rows(told)}" for told in companies)
    sections = {
        f"Views, milliseconds ({speed.large.title})": tables.views(speed.large),
        f"Views, milliseconds ({speed.demo.title})": tables.views(speed.demo),
        f"Beside polars and pandas ({speed.large.title})": tables.peers(speed.large),
        f"Beside polars and pandas ({speed.demo.title})": tables.peers(speed.demo),
        "Changes of filters": tables.changes(companies),
        "In a browser": tables.browser(companies),
        "People at once": tables.people(companies),
        f"One reader ({speed.demo.title})": tables.gestures(speed.demo),
        f"One reader ({speed.large.title})": tables.gestures(speed.large),
    }
    return "\n".join(
        (
            _INTRODUCTION.format(activities=activities, command=speed.command, machine=machine),
            f"## What was aimed at\n\n{marks(speed)}\n",
            f"## What bounds it\n\n{bounds(speed)}\n",
            _HOW.format(rows=rows, trials=speed.trials),
            *(f"## {title}\n\n{table}\n" for title, table in sections.items()),
        )
    )


def marks(speed: Speed) -> str:
    """How many marks are met, and a line for each: those missed first."""
    found = verdicts(speed)
    count = {word: sum(told.word == word for told in found) for word in (YES, NO, UNKNOWN)}
    head = ", ".join(f"{number} {word.lower()}" for word, number in count.items() if number)
    ordered = [told for word in (NO, YES, UNKNOWN) for told in found if told.word == word]
    return f"Of {len(found)} marks: {head}.\n\n" + "\n".join(
        f"- {told.word}: {told.asked}: {told.measured}." for told in ordered
    )


def bounds(speed: Speed) -> str:
    """Where the time goes, as far as the figures of the run tell."""
    lines = []
    for company in (speed.demo, speed.large):
        waited, bare, figures = company.waited, company.openings[0], total(company.times)
        lines += [
            f"A click of many people ({company.title}): the server keeps {waited.cores:.2f} cores busy for "
            f"{len(waited.seconds)} clicks; pages are made by threads of one Python process, which take turns but for "
            f"what the engine computes, and at {waited.cpu:.3f} s a click a core is full with {_clicks(waited.cpu)} "
            f"clicks a second",
            f"A page in a browser ({company.title}): Streamlit itself and one chart take {bare.cold:.2f} s cold and "
            f"{bare.warm:.2f} s warm, and no page of it can take less",
            f"The eight figures ({company.title}): of {figures.ours:.0f} ms {figures.planning:.0f} are planning, which "
            f"does not grow with the rows; the peers' figures are programs that are there already",
        ]
    fastest = min(speed.large.views.items(), key=lambda told: min(told[1].values()))
    least = min(fastest[1].values())
    lines.append(
        f"A view ({speed.large.title}): the fastest, `{fastest[0]}`, takes {least:.1f} ms; the others have more to "
        f"plan, and read the rows of their period on the {SERVING.threads} threads that the warehouse is given"
    )
    return "\n".join(f"- {line}." for line in lines)


def _clicks(cpu: float) -> str:
    return f"{1 / cpu:.0f}" if cpu else "any number of"


def _rows(company: Company) -> str:
    return ", ".join(f"{number:,} {entity.replace('_', ' ')}" for entity, number in company.rows.items())
