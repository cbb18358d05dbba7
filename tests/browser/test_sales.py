"""What a reader does with sales dynamics: switch figures and grains, pick an employee or a stage, open a funnel."""

from collections.abc import Iterator
from typing import Protocol, Unpack

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Reader, ReaderOptions, serving, settle
from tests.ui.stage_times import DAYS_ON_FIRST, LONG, STANDING, build_stage_times

EMPLOYEES = ".st-key-table_sales_by_employee"
FUNNELS = ".st-key-tree_deal_funnel_duration"
CROSSED = ".st-key-cross_deal_stage_duration"


class Sales(Protocol):
    """Opens the page over the company of `build_stage_times`; ``query`` is added to the address."""

    def __call__(self, query: str = "", **options: Unpack[ReaderOptions]) -> Page:
        """The page, drawn whole."""
        ...


@pytest.fixture(scope="module")
def sales_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(build_stage_times(tmp_path_factory.mktemp("stays"))) as served_at:
        yield served_at


@pytest.fixture
def sales(sales_address: str, reader: Reader) -> Sales:
    def open_sales(query: str = "", **options: Unpack[ReaderOptions]) -> Page:
        page = reader(**options).new_page()
        page.goto(f"{sales_address}/sales?period=months_12&whole=yes{query}")
        page.wait_for_selector(CROSSED, state="attached")
        settle(page)
        return page

    return open_sales


def test_the_figure_and_the_grain_are_switched_and_stay_in_the_address(sales: Sales) -> None:
    page = sales()
    total = page.locator(f"{CROSSED} tfoot td").nth(1)
    days = total.inner_text()
    page.locator(".st-key-block_deal_stage_duration").get_by_text("Пребывания", exact=True).first.click()
    page.wait_for_url("**deal_stage_duration_figure*visits*")
    settle(page)
    assert total.inner_text() == str(2 * STANDING) != days
    page.locator(".st-key-block_sales_dynamics").get_by_text("Кварталы").click()
    page.wait_for_url("**grain=*")
    settle(page)
    assert page.locator(".st-key-block_sales_dynamics").get_by_text("IV кв. 2026").count()
    page.locator(".st-key-block_sales_dynamics").get_by_text("Штуки").click()
    page.wait_for_url("**sales_dynamics_measure*count*")


def test_a_click_on_an_employee_filters_and_another_releases(sales: Sales) -> None:
    page = sales()
    row = page.locator(f"{EMPLOYEES} tbody tr").filter(has_text="Сотрудников30")
    row.click()
    page.wait_for_url("**employee=30*")
    settle(page)
    assert row.get_attribute("aria-selected") == "true"
    row.click()
    page.wait_for_url(lambda url: "employee" not in url)


def test_the_plus_of_a_funnel_opens_its_stages_in_their_order(sales: Sales) -> None:
    page = sales()
    assert page.locator(f"{FUNNELS} tbody tr").count() == 2
    page.locator(f"{FUNNELS} tbody tr").filter(has_text="Общая").locator("button.toggle").click()
    stages = page.locator(f"{FUNNELS} tbody tr.level1")
    assert [text.split("\n")[0] for text in stages.locator("td:first-child .text").all_inner_texts()] == ["Новая", LONG]
    assert DAYS_ON_FIRST in stages.first.locator("td").all_inner_texts()
    assert "всех дней" in stages.nth(1).locator(".badge").inner_text()
    assert stages.nth(1).locator("td").first.get_attribute("title") == LONG


def test_one_stage_shows_all_its_figures_by_employee(sales: Sales) -> None:
    page = sales()
    block = page.locator(".st-key-block_deal_stage_duration")
    stages = block.locator(".st-key-switch_deal_stage_duration_stage input")
    stages.click()  # the box shows its options only once it was opened by hand
    stages.fill("Новая")
    page.get_by_role("option").filter(has_text="Новая").first.click()
    page.wait_for_url("**deal_stage_duration_stage*")
    settle(page)
    table = page.locator(".st-key-stage_deal_stage_duration")
    assert table.locator("tbody tr").count() == STANDING
    assert table.locator("th").count() == 6
    assert table.locator("tfoot td").nth(2).inner_text() == DAYS_ON_FIRST
