"""A long comparison: `python -m tests.oracle --seeds 200 --filters 30 [--first 0] [--view NAME …]`."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.oracle.built import soak, soak_story
from tests.oracle.compare import Mismatch, spoken

SHOWN = 3


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many portals")
    parser.add_argument("--first", type=int, default=0, help="the first portal's seed")
    parser.add_argument("--filters", type=int, default=12, help="how many sets of filters a portal")
    parser.add_argument("--turns", type=int, default=1, help="put each question to one view in so many, by turns")
    parser.add_argument("--only", type=int, help="this question alone")
    parser.add_argument("--story", type=date.fromisoformat, help="the demo company of this day instead of portals")
    parser.add_argument("--view", action="append", default=[], help="this view alone; may be repeated")
    parser.add_argument("--shown", type=int, default=SHOWN, help="how many mismatches of a view to print")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    with TemporaryDirectory() as folder:
        return compare(options, Path(folder))


def compare(options: argparse.Namespace, folder: Path) -> int:
    """Ask everything, print the first mismatches of each view, and sum up."""
    began, told = time.monotonic(), Told(options.shown)
    only = options.only
    questions = range(options.filters) if only is None else range(only, only + 1)
    seeds = [options.story] if options.story else range(options.first, options.first + options.seeds)
    for seed in seeds:
        ask = soak_story if options.story else soak
        answers = ask(seed, questions, folder, options.view, options.turns)
        for number, (filters, found) in zip(questions, answers, strict=True):
            told.hear(f"seed {seed}, question {number}", filters, found)
        print(f"seed {seed} done, {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"{len(seeds)} portals, {told.questions} sets of filters; otherwise, by view: {dict(told.seen)}")
    return 1 if told.seen else 0


class Told:
    """What has been printed: the first mismatch of each view and question, up to a number a view."""

    def __init__(self, most: int) -> None:
        self.seen: Counter[str] = Counter()
        self.questions = 0
        self._most = most

    def hear(self, place: str, filters: object, found: list[Mismatch]) -> None:
        self.questions += 1
        for view, mismatch in {mismatch.view: mismatch for mismatch in reversed(found)}.items():
            self.seen[view] += 1
            if self.seen[view] <= self._most:
                print(f"{place}: {spoken(filters)}\n    {mismatch}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
