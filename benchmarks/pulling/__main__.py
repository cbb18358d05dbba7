"""``python -m benchmarks.pulling [--rows N] [--portal NAME] [--client NAME]``: all cases, or those that are asked for.

All of them: docs/benchmarks.md is written anew. Some: their table is printed and nothing is written. ``--days`` is of
the two days of following alone, whose section of the document is written anew.
"""

import argparse
import datetime as dt
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pulling import days
from benchmarks.pulling.conditions import (
    COUNT_SECONDS,
    EVERY_CONDITIONS,
    PAGE_SECONDS,
    PEERS,
    REQUEST_SECONDS,
    VITRINA,
    WIDE,
    Case,
    every_case,
)
from benchmarks.pulling.days_section import replace_section, section
from benchmarks.pulling.document import document, name, table
from benchmarks.pulling.figures import number, seconds
from benchmarks.pulling.run import PEERS_PYTHON, ROOT, Result, run_all

DOCUMENT = ROOT / "docs" / "benchmarks.md"
BESIDE = 10  # cases at once: they mostly wait


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for."""
    asked = _parser().parse_args(arguments)
    if asked.days:
        replace_section(Path(asked.write), _section())
        return
    cases = chosen(asked.rows, asked.portal, asked.client)
    if not PEERS_PYTHON.exists() and any(case.client in PEERS for case in cases):
        sys.exit(f"{PEERS_PYTHON.relative_to(ROOT)} is missing: `make bench` makes it.")
    began = dt.datetime.now(dt.UTC)
    results = run_all(cases, asked.beside, _tell)
    print("\n" + table(results))
    if len(cases) == len(every_case()):
        Path(asked.write).write_text(document(results, _when(began, results), _COSTS), "utf-8")
        replace_section(Path(asked.write), _section())
        print(f"\nwritten: {asked.write}")


def chosen(rows: int | None, portal: str | None, client: str | None) -> list[Case]:
    """The cases with so many rows, at that portal, of that client; None: any."""
    return [
        case
        for case in every_case()
        if rows in (None, case.rows) and portal in (None, case.conditions.name) and client in (None, case.client)
    ]


_COSTS = (PAGE_SECONDS, COUNT_SECONDS, REQUEST_SECONDS)


def _section() -> str:
    """Follow a company for two days; what is to be written of it."""
    began = dt.datetime.now(dt.UTC)
    found = days.measure(tell=lambda text: print(text, flush=True))
    minutes = (dt.datetime.now(dt.UTC) - began).total_seconds() / 60
    return section(found, f"This run: {began:%Y-%m-%d}, {minutes:.0f} minutes.")


def _tell(result: Result) -> None:
    case = result.case
    got = f"{number(result.different)} of {number(case.rows)} {case.table}"
    print(f"{case.conditions.title}: {name(result)}: {got} in {seconds(result.seconds)}. {result.said}", flush=True)


def _when(began: dt.datetime, results: Sequence[Result]) -> str:
    pythons = sorted({result.python for result in results if result.python})
    minutes = (dt.datetime.now(dt.UTC) - began).total_seconds() / 60
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"This run: {began:%Y-%m-%d}, {minutes:.0f} minutes on {os.cpu_count()} cores of {platform.machine()} "
        f"({platform.system()}), Python {' and '.join(pythons)}, load at its end {load:.1f}."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pulling", description=__doc__)
    parser.add_argument("--rows", type=int, choices=sorted({case.rows for case in every_case()}))
    parser.add_argument("--portal", choices=[conditions.name for conditions in EVERY_CONDITIONS])
    parser.add_argument("--client", choices=(VITRINA, WIDE, *PEERS))
    parser.add_argument("--days", action="store_true", help="the two days of following alone")
    parser.add_argument("--beside", type=int, default=BESIDE, help="cases run beside each other")
    parser.add_argument("--write", default=str(DOCUMENT), help="where a whole run is written")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
