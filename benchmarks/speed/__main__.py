"""``make speed``, ``python -m benchmarks.speed``: how fast figures and pages are, written into docs/speed.md.

The demo company and a company of a size are measured one after another: every view, eight heavy figures beside polars
and pandas, pages for one reader, a browser, many people at once. A quiet machine and twenty minutes are needed; a set
that is kept in ``--folder`` is not made again.
"""

import argparse
import datetime as dt
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.comparison import all_peers
from benchmarks.scale.prepared import prepare
from benchmarks.scale.sets import NAMED_SIZES
from benchmarks.serving.people import Crowd
from benchmarks.speed.document import document
from benchmarks.speed.machine import describe, load
from benchmarks.speed.measure import Effort, measure_company
from benchmarks.speed.results import Speed
from benchmarks.views import STORY_DAY
from crm.settings import load_settings
from demo import DemoPortal
from demo.story import StoryCompany
from refresh.demo_settings import for_demo
from refresh.refresh import refresh

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "speed.md"
SEED = 1
PATHS = ("--folder", "--write")


def main(arguments: Sequence[str]) -> None:
    """Measure, and write the document."""
    asked = _parser().parse_args(arguments)
    all_peers()  # fails at once where one is missing
    began, before = dt.datetime.now(dt.UTC), load()
    crowd = Crowd(asked.people, asked.seconds, asked.pause, SEED)
    effort = Effort(asked.trials, asked.openings, asked.changes)
    activities = NAMED_SIZES[asked.size]
    with tempfile.TemporaryDirectory(prefix="vitrina-speed-") as temporary:
        kept = asked.folder or Path(temporary)
        demo, large = kept / "demo-company", kept / f"{asked.size}-{SEED}"
        _pull_demo(demo)
        prepare(load_settings(webhook_url=None, data_dir=large), activities, SEED, _tell)
        companies = (
            measure_company("the demo company", demo, crowd, effort, _tell),
            measure_company(f"size {asked.size}", large, crowd, effort, _tell, activities),
        )
    speed = Speed(*companies, describe(began, (before, load())), command_of(arguments), asked.trials)
    asked.write.write_text(document(speed), "utf-8")
    _tell(f"written: {asked.write}")


def command_of(arguments: Sequence[str]) -> str:
    """The command of a run as the document says it: where files lie on this machine is nobody else's."""
    told: list[str] = []
    is_path = False
    for argument in arguments:
        name, separator, _ = argument.partition("=")
        if not is_path and name not in PATHS:
            told.append(argument)
        is_path = name in PATHS and not separator
    return f'make speed ARGS="{" ".join(told)}"' if told else "make speed"


def _pull_demo(folder: Path) -> None:
    """Pull and build the demo company, where the folder does not have its figures already."""
    _tell("the demo company is pulled")
    with DemoPortal(StoryCompany(STORY_DAY)) as portal:
        refresh(for_demo(load_settings(webhook_url=None, data_dir=folder), portal.webhook))


def _tell(text: str) -> None:
    print(text, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--size", choices=NAMED_SIZES, default="M", help="activities: 100 thousand to 100 million")
    parser.add_argument("--folder", type=Path, help="where companies are kept, outside the repository")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they click")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between the clicks of one, on average")
    parser.add_argument("--trials", type=int, default=3, help="of each view and each figure")
    parser.add_argument("--openings", type=int, default=3, help="of each page in a browser")
    parser.add_argument("--changes", type=int, default=10, help="of filters on each page")
    parser.add_argument("--write", type=Path, default=DOCUMENT)
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
