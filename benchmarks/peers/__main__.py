"""``python -m benchmarks.peers <warehouse's folder>``: the eight figures of a year beside polars and pandas.

The run fails where a value differs.
"""

import argparse
from pathlib import Path

from benchmarks.peers.comparison import TRIALS, all_peers, compare, table
from benchmarks.scale.timings import filter_sets
from metrics.warehouse.publish import open_current


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of a warehouse")
    parser.add_argument("--trials", type=int, default=TRIALS)
    options = parser.parse_args()
    warehouse = open_current(options.folder)
    times = compare(warehouse, filter_sets(warehouse)["year"], all_peers(), options.trials)
    print(table(times))


if __name__ == "__main__":
    main()
