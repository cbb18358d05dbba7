"""What is drawn again is what is made anew, for whoever looks at whatever, and what is kept has bounds."""

import shutil

import pytest

from crm.settings import load_settings
from metrics.warehouse.publish import build
from tests.ui.charts.drawn import charts, tables
from tests.ui.market import build_market
from tests.ui.planned import build_planned
from tests.ui.shop import WEBHOOK
from ui import theme
from ui.blocks import render_cache
from ui.blocks.render_cache import RenderCache
from ui.shell.navigation import SECTIONS

PAGES = [entry.file for entry in SECTIONS["ui.section.reports"]]
MANAGERS, PLAN = "pages/reports/managers.py", "pages/reports/plan.py"
SWITCHES = [
    "manager_results_dynamics_mode:heat",
    "plan_employee_dynamics_metric:fact_sum",
    "plan_department_bars_mode:percent",
    "lead_source_dynamics_metric:qualified",
    "sales_dynamics_measure:count",
    "deal_stage_stats_funnel:funnel_7",
    "deal_stage_duration_figure:visits",
]
FILTERS = {
    "employee": ["30"],
    "source": ["WEB"],
    "period": ["this_month"],
    "grain": ["quarter"],
    "utm": ["utm_campaign"],
}
# What is looked at, and on which page alone; all pages where none is named.
VIEWS = {
    "everything of everything else": {"address": {**FILTERS, "show": SWITCHES}, "locale": "en", "dark": True},
    "a phone": {"narrow": True},
    "another build": {"folder": "rebuilt"},
    "a dark page": {"dark": True, "page": MANAGERS},
    "English": {"locale": "en", "page": MANAGERS},
    "a filter by a mark of a chart": {"address": {"employee": ["30"]}, "page": MANAGERS},
    "a filter of the sidebar": {"address": {"department": ["2"]}, "page": MANAGERS},
    "another period": {"address": {"period": ["this_month"]}, "page": MANAGERS},
    "another grain of a block": {"address": {"grain": ["manager_total_dynamics:quarter"]}, "page": MANAGERS},
    "a heatmap": {"address": {"show": ["manager_results_dynamics_mode:heat"]}, "page": MANAGERS},
    "another figure": {"address": {"show": ["manager_results_dynamics_metric:won_count"]}, "page": MANAGERS},
    "percents of a plan": {"address": {"show": ["plan_department_bars_mode:percent"]}, "page": PLAN},
    "an employee struck out": {"address": {"show": ["plan_employee_dynamics_struck:out_30"]}, "page": PLAN},
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A company with leads and a plan, and the same after some deals were lost: another build."""
    market = build_market(tmp_path_factory.mktemp("market"))
    planned = build_planned(tmp_path_factory.mktemp("planned") / "data", market)
    rebuilt = tmp_path_factory.mktemp("rebuilt") / "data"
    shutil.copytree(market, rebuilt)
    build(load_settings(data_dir=rebuilt, webhook_url=WEBHOOK, sales_funnels="0"))
    return {"planned": planned, "rebuilt": rebuilt}


@pytest.fixture
def read_all(folders, open_page, monkeypatch):
    """Opens every report page, or one, as somebody looks at it; by page what it draws, as the browser gets it."""

    def read(*, page=None, address=None, locale="ru", dark=False, narrow=False, folder="planned"):
        monkeypatch.setattr(theme, "is_dark", lambda: dark)
        monkeypatch.setattr(theme, "is_narrow", lambda: narrow)
        monkeypatch.setenv("VITRINA_DATA_DIR", str(folders[folder]))
        asked = {"period": ["months_12"], **(address or {})}
        opened = {file: open_page(locale, page=file, **asked) for file in ([page] if page else PAGES)}
        assert [warning.value for test in opened.values() for warning in test.warning] == []
        return {page: (charts(test), tables(test)) for page, test in opened.items()}

    return read


@pytest.fixture
def read_anew(read_all, monkeypatch):
    """Opens as `read_all` does, with nothing kept."""

    def read(**view):
        with monkeypatch.context() as patch:
            patch.setattr(render_cache, "key_of", lambda block, part: object())
            return read_all(**view)

    return read


def test_what_is_kept_is_what_is_made_anew(read_all, read_anew):
    render_cache.clear()
    first, kept = read_all(), read_all()
    assert kept == first == read_anew()
    assert sum(len(drawn) for drawn, _ in kept.values()) > 20
    assert sum(len(drawn) for _, drawn in kept.values()) > 10


def test_nothing_is_made_twice(read_all, monkeypatch):
    read_all()
    monkeypatch.setattr(RenderCache, "put", lambda *_: pytest.fail("made again"))
    read_all()


@pytest.mark.parametrize("view", VIEWS)
def test_another_view_gets_charts_and_tables_of_its_own(read_all, read_anew, view):
    first = read_all(page=VIEWS[view].get("page"))
    other = read_all(**VIEWS[view])
    assert other == read_anew(**VIEWS[view])
    assert other != first


def test_the_cache_keeps_so_many_parts_and_drops_those_asked_for_longest_ago():
    cache = RenderCache(most_parts=3)
    for key in "abc":
        cache.put(key, key.upper(), 1)
    assert cache.get("a") == "A"
    cache.put("d", "D", 1)
    assert [cache.get(key) for key in "abcd"] == ["A", None, "C", "D"]


def test_the_cache_keeps_so_many_bytes_and_nothing_that_would_fill_it_alone():
    cache = RenderCache(most_bytes=100)
    for key in range(10):
        cache.put(key, key, 20)
    assert [key for key in range(10) if cache.get(key) is not None] == [5, 6, 7, 8, 9]
    cache.put("large", "large", 26)
    assert cache.get("large") is None
    cache.clear()
    assert cache.get(9) is None
