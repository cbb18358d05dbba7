"""What many tests stand on: the demo company at a pinned day, and a small one, each served by a portal."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.pull import pull
from crm.settings import Settings, load_settings
from demo import DemoPortal
from demo.story import StoryCompany
from metrics.warehouse import build
from refresh.demo_settings import for_demo
from tests.bound_views import BoundViews
from tests.crm.companies import small_company
from tests.crm.pulling import SECRET, settings_for
from tests.ui.shop import build_shop

STORY_DAY = dt.date(2026, 11, 23)
# A warning is an error in child processes too: a refresh, the served application, the command line.
os.environ["PYTHONWARNINGS"] = "error"

# The files that take longest, in the order they are begun: with two workers none of them is left for the end, and what
# waits for a browser stands beside what computes.
LONGEST = (
    "browser/test_plan.py",
    "ui/charts/test_extremes.py",
    "browser/test_marketing.py",
    "metrics/reports/test_invariants.py",
    "browser/test_page.py",
    "crm/pull/test_pull.py",
    "crm/attacks/",
    "browser/test_refresh.py",
    "metrics/reports/test_oracle.py",
    "browser/test_overview.py",
    "metrics/warehouse/test_facts.py",
    "browser/test_forgotten.py",
    "demo/test_company.py",
    "browser/test_sales.py",
    "crm/pull/test_convergence.py",
    "browser/test_table.py",
    "ui/reports/",
    "crm/pull/",
    "metrics/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; the others keep their order."""
    tests = Path(__file__).parent

    def turn(item: pytest.Item) -> int:
        name = item.path.relative_to(tests).as_posix()
        return next((place for place, start in enumerate(LONGEST) if name.startswith(start)), len(LONGEST))

    items.sort(key=turn)


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """`os.fsync` does nothing: no test can see a power cut, and a disk takes milliseconds for each of thousands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def views_bound_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Warehouses that this process builds share the binding of their views, see `BoundViews`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_run", BoundViews(tmp_path_factory.mktemp("views")).run)
        yield


@pytest.fixture(scope="session")
def story_company() -> StoryCompany:
    """The demo company as it stands at eight in the evening of `STORY_DAY`; nobody changes it."""
    return StoryCompany(STORY_DAY)


@pytest.fixture(scope="session")
def story_portal(story_company: StoryCompany) -> Iterator[DemoPortal]:
    """A portal without faults that serves the demo company."""
    with DemoPortal(story_company) as portal:
        yield portal


@pytest.fixture(scope="session")
def demo_settings(story_portal: DemoPortal, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the demo whose snapshots hold the whole story, both phases; nobody writes there."""
    settings = for_demo(load_settings(data_dir=tmp_path_factory.mktemp("demo")), story_portal.webhook)
    pull(settings)
    return settings


@pytest.fixture(scope="session")
def shop_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small company pulled and built; nobody changes it."""
    folder = tmp_path_factory.mktemp("shop")
    build_shop(folder)
    return folder


@pytest.fixture
def company():
    return small_company()


@pytest.fixture
def served(company):
    with DemoPortal(company, secret=SECRET) as portal:
        yield portal


@pytest.fixture
def settings(served, tmp_path):
    return settings_for(served, tmp_path)
