"""``python -m benchmarks.serving <data folder>``: what a click costs, and what many people at once wait for.

The data folder is one the application has built figures in (``VITRINA_DATA_DIR``). Printed are tables: each page
opened, filtered, filtered again as before (from memory) and scrolled through; a real browser beside a bare Streamlit
page; then people who click at once. The people's machine is the server's: their own share of the cores is in the
seconds.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.serving.browser import measure_browser
from benchmarks.serving.pages import measure_pages
from benchmarks.serving.people import Crowd, measure_people
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
    with serving(asked.folder) as server:
        print(measure_pages(server))
        print(measure_browser(server))
    with serving(asked.folder) as server:
        print(measure_people(server, Crowd(asked.people, asked.seconds, asked.pause, asked.seed)))


if __name__ == "__main__":
    main(sys.argv[1:])
