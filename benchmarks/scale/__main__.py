"""Makes a company of a size, builds its warehouse and times every view: ``python -m benchmarks.scale --size M``.

A set that is in the folder already is not made again; ``--rebuild`` builds its warehouse anew, as a change of the SQL
does by itself. XL takes more disk and time than most machines have.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.scale.prepared import prepare
from benchmarks.scale.sets import NAMED_SIZES
from benchmarks.scale.timings import filter_sets, table, time_views
from crm.settings import load_settings
from metrics.warehouse.publish import open_current


def main() -> None:
    """Print what was made and how long it took, then the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--size", choices=NAMED_SIZES, default="S", help="activities: 100 thousand to 100 million")
    parser.add_argument("--folder", type=Path, help="where sets are kept, outside the repository; else a temporary one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--rebuild", action="store_true", help="build the warehouse anew")
    parser.add_argument("--view", action="append", default=[], help="time this view alone; may be repeated")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitrina-scale-") as temporary:
        folder = (options.folder or Path(temporary)) / f"{options.size}-{options.seed}"
        settings = load_settings(webhook_url=None, data_dir=folder)
        prepare(settings, NAMED_SIZES[options.size], options.seed, rebuild=options.rebuild)
        warehouse = open_current(settings.warehouse_dir)
        spent = time_views(warehouse, filter_sets(warehouse), options.trials, options.view)
        print(f"milliseconds, the middle of {options.trials}\n\n{table(spent)}")


if __name__ == "__main__":
    main()
