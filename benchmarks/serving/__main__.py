"""``python -m benchmarks.serving <data folder>``: what a click costs, and what many people at once wait for.

The data folder is one the application has built figures in (``VITRINA_DATA_DIR``). Printed are tables: each page
opened, filtered, filtered again as before (from memory) and scrolled through; changes of filters one after another; a
real browser beside a bare Streamlit page; then people who click at once. The people's machine is the server's: their
own share of the cores is in the seconds.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.serving import browser, changes, pages, people
from benchmarks.serving.choices import choices_of, warehouse_of
from benchmarks.serving.server import serving


def main(arguments: Sequence[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("folder", type=Path, help="a data folder")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=300.0, help="how long they click")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between the clicks of one, on average")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    choices = choices_of(warehouse_of(asked.folder))
    with serving(asked.folder) as server:
        print(pages.table(pages.measure_pages(server, choices)))
        print(changes.table(changes.measure_changes(server, choices, asked.seed)))
        print(browser.table(browser.measure_browser(server)))
    with serving(asked.folder) as server:
        crowd = people.Crowd(asked.people, asked.seconds, asked.pause, asked.seed)
        print(people.line(people.measure_people(server, crowd, choices)))


if __name__ == "__main__":
    main(sys.argv[1:])
