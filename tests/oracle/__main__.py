"""A long comparison: `python -m tests.oracle --seeds 200 --filters 30 [--first 0] [--view NAME …]`."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.oracle.built import soak
from tests.oracle.compare import Mismatch, spoken

SHOWN = 3


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many portals")
    parser.add_argument("--first", type=int, default=0, help="the first portal's seed")
    parser.add_argument("--filters", type=int, default=12, help="how many sets of filters a portal")
    parser.add_argument("--skip", type=int, default=0, help="sets of filters to leave out at the beginning")
    parser.add_argument("--view", action="append", default=[], help="this view alone; may be repeated")
    parser.add_argument("--shown", type=int, default=SHOWN, help="how many mismatches of a view to print")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    with TemporaryDirectory() as folder:
        return compare(options, Path(folder))


def compare(options: argparse.Namespace, folder: Path) -> int:
    began = time.monotonic()
    seen: Counter[str] = Counter()
    questions = 0
    for seed in range(options.first, options.first + options.seeds):
        answers = soak(seed, options.filters, folder, options.view, options.skip)
        for number, (filters, found) in enumerate(answers, options.skip):
            questions += 1
            told: Counter[str] = Counter()
            for mismatch in found:
                told[mismatch.view] += 1
                if seen[mismatch.view] < options.shown and told[mismatch.view] <= 1:
                    show(seed, number, filters, mismatch)
            seen.update(told.keys())
        print(f"seed {seed} done, {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"{options.seeds} portals, {questions} sets of filters, questions answered otherwise by view: {dict(seen)}")
    return 1 if seen else 0


def show(seed: int, number: int, filters: object, mismatch: Mismatch) -> None:
    print(f"seed {seed}, question {number}: {spoken(filters)}\n    {mismatch}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
