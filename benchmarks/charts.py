"""What drawing costs once every answer is in memory: ``python benchmarks/charts.py [data folder]``.

The folder is one whose ``demo`` holds a demo company (`VITRINA_DATA_DIR`); without one it is pulled for this run.
Three tables, all of one run: each kind of chart and table with the CPU it takes to draw it anew and to draw the same
again, and the bytes it sends; each report page with the CPU of a run; each period with its largest and median chart.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest, app_test

from benchmarks.views import STORY_DAY
from crm.settings import load_settings
from demo import DemoPortal
from demo.story import StoryCompany
from refresh.demo_settings import for_demo
from refresh.refresh import refresh
from ui.blocks import render_cache
from ui.shell import warm_up
from ui.shell.navigation import SECTIONS
from ui.state import url_state

ROOT = Path(__file__).resolve().parents[1]
PAGES = [entry.file for entry in SECTIONS["ui.section.reports"]]
CHARTS = sorted(f"ui.charts.{file.stem}" for file in (ROOT / "ui" / "charts").glob("*.py"))
TABLES = ["ui.blocks.table", "ui.blocks.tree", "ui.blocks.cross_table", "ui.reports.stage_times"]
PERIODS = ("", "this_month", "days_90", "months_12", "all_time")  # "" is what a page opens with
SERIES = ("manager_results", "lead_source", "plan_department", "plan_employee", "sales_employee")
HEATMAPS = [f"{name}_dynamics_mode:heat" for name in SERIES]
AGAIN = 5  # runs of a page that draw the same; the middle one counts
DRAWN = ("vega_lite_chart", "bidi_component")


@dataclass
class Recorder:
    """What was drawn since `clear`: by kind the CPU milliseconds and the bytes of each, and the CPU of the last run."""

    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    run: float = 0.0
    drawing: str = ""  # the kind that is just being drawn
    began: float = 0.0

    def clear(self) -> None:
        """Forget everything."""
        self.spent.clear()
        self.sizes.clear()

    def draw_block_of(self, kind: str, draw_block: Callable[..., None]) -> Callable[..., None]:
        """`draw_block` that times what it calls."""

        def timed(view: str, draw: Callable[[Any], None], **options: Any) -> None:
            def draw_timed(block: Any) -> None:
                outer, self.drawing, began = self.drawing, kind, time.thread_time()
                try:
                    draw(block)
                finally:
                    self.drawing = outer
                    self.spent[kind].append((time.thread_time() - began) * 1000)

            draw_block(view, draw_timed, **options)

        return timed

    def enqueue(self, enqueue: Callable[..., Any]) -> Callable[..., Any]:
        """`DeltaGenerator._enqueue` that counts the bytes of charts and tables."""

        def counted(generator: Any, kind: str, proto: Any, *args: Any, **options: Any) -> Any:
            if self.drawing and kind in DRAWN:
                self.sizes[self.drawing].append(proto.ByteSize())
            return enqueue(generator, kind, proto, *args, **options)

        return counted

    def begin(self) -> bool:
        """Stands for the warm-up, the first thing a run does."""
        self.began = time.thread_time()
        return True

    def end(self, write_address: Callable[[], None]) -> Callable[[], None]:
        """`write_address`, the last thing a run does."""

        def ended() -> None:
            write_address()
            self.run = (time.thread_time() - self.began) * 1000

        return ended


def main() -> None:
    """Print the tables."""
    warm_up.warm_up()
    with _data_folder() as folder, _recorder() as recorder:
        os.environ["VITRINA_DATA_DIR"] = str(folder)
        _print_kinds_and_pages(recorder)
        _print_periods(recorder)
    app_test.TMP_DIR.cleanup()


def _print_kinds_and_pages(recorder: Recorder) -> None:
    new: dict[str, list[float]] = defaultdict(list)
    again: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, list[int]] = defaultdict(list)
    pages = []
    for page in PAGES:
        test = _open(page, "")
        render_cache.clear()
        recorder.clear()
        test.run()
        first = recorder.run
        _extend(new, recorder.spent)
        _extend(sizes, recorder.sizes)
        runs, spent = [], []
        for _ in range(AGAIN):
            recorder.clear()
            test.run()
            runs.append(recorder.run)
            spent.append({kind: list(each) for kind, each in recorder.spent.items()})
        for kind in spent[0]:
            again[kind] += [statistics.median(each) for each in zip(*(run[kind] for run in spent), strict=True)]
        pages.append((Path(page).stem, first, statistics.median(runs)))
    print(f"{'kind':<18}{'drawn':>7}{'anew':>10}{'again':>10}{'ratio':>8}{'bytes':>10}{'largest':>10}")
    for kind in sorted(new):
        line = f"{kind:<18}{len(new[kind]):>7}{_mean(new[kind]):>7.2f} ms{_mean(again[kind]):>7.2f} ms"
        print(f"{line}{_mean(new[kind]) / _mean(again[kind]):>8.1f}{_mean(sizes[kind]):>10.0f}{max(sizes[kind]):>10}")
    print(f"\n{'page':<18}{'anew':>10}{'again':>10}{'ratio':>8}")
    for name, first, repeated in pages:
        print(f"{name:<18}{first:>7.0f} ms{repeated:>7.0f} ms{first / repeated:>8.1f}")


def _print_periods(recorder: Recorder) -> None:
    print(f"\n{'period':<18}{'charts':>7}{'median':>10}{'largest':>10}  the largest is")
    for period, switches in [*((period, []) for period in PERIODS), ("all_time", HEATMAPS)]:
        recorder.clear()
        for page in PAGES:
            _open(page, period, switches)
        charts = [(size, kind) for kind, each in recorder.sizes.items() for size in each if kind not in _stems(TABLES)]
        median = statistics.median(size for size, _ in charts)
        name = f"{period or 'as it opens'}{', heat' if switches else ''}"
        print(f"{name:<18}{len(charts):>7}{median:>10.0f}{max(charts)[0]:>10}  {max(charts)[1]}")


def _open(page: str, period: str, switches: list[str] | None = None) -> AppTest:
    test = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    test.context["locale"] = "ru-RU"
    test.query_params["whole"] = "yes"  # what is below the window too
    if period:
        test.query_params["period"] = period
    if switches:
        test.query_params["show"] = switches
    opened = test.switch_page(page).run()
    if opened.exception:
        raise SystemExit(f"{page}: {opened.exception[0].message}")
    return opened


@contextmanager
def _recorder() -> Iterator[Recorder]:
    """A recorder that listens to every run."""
    recorder = Recorder()
    with ExitStack() as patches:
        for name in [*CHARTS, *TABLES]:
            module = import_module(name)
            if draw_block := getattr(module, "draw_block", None):
                timed = recorder.draw_block_of(name.rpartition(".")[2], draw_block)
                patches.enter_context(patch.object(module, "draw_block", timed))
        enqueue = recorder.enqueue(vars(DeltaGenerator)["_enqueue"])
        patches.enter_context(patch.object(DeltaGenerator, "_enqueue", enqueue))
        patches.enter_context(patch.object(warm_up, "warm_up", recorder.begin))
        patches.enter_context(patch.object(url_state, "write_address", recorder.end(url_state.write_address)))
        yield recorder


@contextmanager
def _data_folder() -> Iterator[Path]:
    """The folder named, or one made for this run."""
    if sys.argv[1:]:
        yield Path(sys.argv[1])
        return
    with DemoPortal(StoryCompany(STORY_DAY)) as portal, tempfile.TemporaryDirectory() as folder:
        refresh(for_demo(load_settings(webhook_url=None, data_dir=Path(folder)), portal.webhook))
        yield Path(folder)


def _extend(all_of: dict[str, list[Any]], some: dict[str, list[Any]]) -> None:
    for kind, each in some.items():
        all_of[kind] += each


def _stems(modules: list[str]) -> set[str]:
    return {name.rpartition(".")[2] for name in modules}


def _mean(values: list[Any]) -> float:
    return statistics.fmean(values) if values else 0.0


if __name__ == "__main__":
    main()
