"""What charts send: what the schema allows, no text of the portal as code, no column nobody reads, few bytes."""

import re

import altair as alt
import pandas as pd
import pytest

from tests.ui.charts.drawn import bytes_of, charts, columns
from tests.ui.charts.enemies import ENEMIES, build_enemies
from tests.ui.market import build_market
from tests.ui.planned import build_planned
from ui import theme
from ui.charts.finished import Drawing, finish
from ui.charts.layers import Layers, named_rows
from ui.shell.navigation import SECTIONS

PAGES = [entry.file for entry in SECTIONS["ui.section.reports"][1:]]  # the overview has no charts
SWITCHED = ["plan_department_bars_mode:percent", "sales_dynamics_measure:count"]
HEAT = [f"{view}_mode:heat" for view in ("manager_results_dynamics", "lead_source_dynamics", "plan_employee_dynamics")]
EXPRESSIONS = {"test", "filter", "calculate", "expr", "labelExpr", "field", "fields", "groupby", "as"}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A data folder with leads, deals and a plan."""
    market = build_market(tmp_path_factory.mktemp("market"))
    return build_planned(tmp_path_factory.mktemp("planned") / "data", market)


@pytest.fixture(scope="module")
def enemies(tmp_path_factory):
    """The data folder of a portal where everything has a name that is code."""
    return build_enemies(tmp_path_factory.mktemp("enemies"))


@pytest.fixture
def charts_of(open_page, monkeypatch):
    """The charts of all report pages over a data folder, on a phone where ``narrow``."""

    def read(folder, *, narrow=False, **address):
        monkeypatch.setattr(theme, "is_narrow", lambda: narrow)
        monkeypatch.setenv("VITRINA_DATA_DIR", str(folder))
        return [
            chart for page in PAGES for chart in charts(open_page(page=page, **{"period": ["months_12"], **address}))
        ]

    return read


def inner(node, key=""):
    """Every text of a specification with the key it stands under."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield "key", name
            yield from inner(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from inner(value, key)
    elif isinstance(node, str):
        yield key, node


@pytest.mark.parametrize(("narrow", "switches"), [(False, []), (True, [*HEAT, *SWITCHED])])
def test_a_chart_is_what_the_schema_allows_and_sends_the_columns_it_reads(charts_of, company, narrow, switches):
    drawn = charts_of(company, narrow=narrow, show=switches)
    assert len(drawn) > 20
    for spec, rows in drawn:
        (alt.LayerChart if "layer" in spec else alt.Chart).from_dict(spec, validate=True)
        told = list(inner(spec))
        read = {text for key, text in told if key in ("field", "fields")}
        read |= {name for key, text in told if key == "test" for name in re.findall(r"datum\.(\w+)", text)}
        assert {name for each in rows.values() for name in columns(each)} <= read


@pytest.mark.parametrize("switches", [[], HEAT])
def test_no_name_of_the_portal_is_code_or_a_key(charts_of, enemies, switches):
    drawn = charts_of(enemies, show=switches)
    assert len(drawn) > 15
    for spec, rows in drawn:
        for key, text in inner(spec):
            if key in EXPRESSIONS or key == "key":
                assert not any(enemy in text for enemy in ENEMIES), (key, text)
        assert all(re.fullmatch(r"\w+", name) for each in rows.values() for name in columns(each))
    sent = [
        value for _, rows in drawn for each in rows.values() for column in columns(each).values() for value in column
    ]
    assert {"__proto__\u200b", "constructor"} <= set(sent)
    assert all(text != "__proto__" for spec, _ in drawn for _, text in inner(spec))


def test_the_charts_of_a_page_are_small(charts_of, company):
    sizes = sorted(bytes_of(chart) for chart in charts_of(company, period=["all_time"]))
    assert sizes[-1] < 60_000
    assert sizes[len(sizes) // 2] < 15_000


def test_a_heatmap_of_300_employees_and_36_months_takes_less_than_16_bytes_a_cell():
    cells = 300 * 36
    rows = pd.DataFrame(
        {
            "employee": [f"Сотрудников {number:03}" for number in range(300) for _ in range(36)],
            "employee_id": [number for number in range(300) for _ in range(36)],
            "when": [f"{month:02} 2026" for _ in range(300) for month in range(36)],
            "won_sum": [float(cell * 1000) for cell in range(cells)],
            "unread": "nobody reads this",
        }
    )
    encoding = {
        "x": alt.X(field="when", type="nominal"),
        "y": alt.Y(field="employee", type="nominal"),
        "color": alt.Color(field="won_sum", type="quantitative"),
        "detail": alt.Detail(field="employee_id", type="nominal"),
    }
    cell = alt.Chart(named_rows()).mark_rect().encode(**encoding)
    locale = alt.Locale(number=alt.NumberLocale(decimal=",", thousands=" ", grouping=[3], currency=["", ""]))
    finished = finish(Drawing(Layers([cell, cell]), {"rows": rows}), locale)
    assert len(finished.rows["rows"]) < 16 * cells
    assert columns(finished.rows["rows"]) == rows.drop(columns="unread").to_dict("list")
