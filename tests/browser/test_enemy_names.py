"""Charts over a portal where employees, sources and stages have names that are code: they are drawn, and clicked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.browser.conftest import Reader, serving, settle, whole_page
from tests.ui.charts.enemies import build_enemies

HEAT = "&show=manager_results_dynamics_mode:heat"


@pytest.fixture(scope="module")
def enemies_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(build_enemies(tmp_path_factory.mktemp("enemies"))) as served_at:
        yield served_at


@pytest.mark.parametrize(
    "path", ["/managers?period=this_month", f"/managers?period=this_month{HEAT}", "/marketing?period=this_month"]
)
def test_every_chart_is_drawn_whatever_its_rows_are_called(enemies_address: str, reader: Reader, path: str) -> None:
    page, errors = reader().new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if _is_error(message) else None)
    page.goto(enemies_address + whole_page(path))
    page.wait_for_selector(".st-key-page_head")
    settle(page)
    charts = page.locator(".stVegaLiteChart")
    assert charts.count() > 2
    for chart in charts.all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator("svg .mark-rect path, svg .mark-symbol path, svg .mark-line path").first).to_be_attached()
    assert errors == []


def test_a_click_on_a_cell_of_such_a_name_filters(enemies_address: str, reader: Reader) -> None:
    page = reader().new_page()
    page.goto(enemies_address + whole_page(f"/managers?period=this_month{HEAT}"))
    page.wait_for_selector(".st-key-page_head")
    settle(page)
    _cell(page).click(position={"x": 12, "y": 12})
    page.wait_for_url("**employee=*")
    settle(page)
    _cell(page).click(position={"x": 12, "y": 12})
    page.wait_for_url(lambda url: "employee" not in url)


def _cell(page: Page) -> Locator:
    return page.locator(".st-key-block_manager_results_dynamics svg .mark-rect path").first


def _is_error(message: ConsoleMessage) -> bool:
    """An error that is ours: Streamlit looks up its own health below the address of the page, and finds nothing."""
    return message.type == "error" and "404" not in message.text
