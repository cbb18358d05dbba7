"""What a reader does on the page of the forgotten: pick a department or an employee."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit, serving, settle
from tests.ui.portals import Portal, build_portal

DEPARTMENTS, EMPLOYEES = ".st-key-table_forgotten_by_department", ".st-key-table_forgotten_by_employee"
PATH = "/forgotten?period=this_month&deal_days=5"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application over seven people with a silent lead and a silent deal each."""
    folder = build_portal(tmp_path_factory.mktemp("forgotten"), Portal(people=7))
    with serving(folder) as served_at:
        yield served_at


def rows(page: Page, table: str) -> Locator:
    return page.locator(f"{table} tbody tr")


def forgotten(page: Page) -> tuple[str, str]:
    """The forgotten leads and deals, as the cards say."""
    values = page.locator('[data-testid="stMetricValue"]').all_inner_texts()
    return values[0], values[4]


def test_a_department_filters_by_a_click_and_is_released_by_another(visit: Visit) -> None:
    page = visit(PATH)
    row = rows(page, DEPARTMENTS).filter(has_text="department 3")
    row.click()
    page.wait_for_url(re.compile("department=3"))
    settle(page)
    assert forgotten(page) == ("2", "2")
    assert rows(page, DEPARTMENTS).count() == 3  # the table itself is not narrowed
    assert rows(page, EMPLOYEES).count() == 2
    row.click()
    page.wait_for_url(lambda url: "department" not in url)
    settle(page)
    assert forgotten(page) == ("7", "7")


def test_an_employee_filters_by_a_click(visit: Visit) -> None:
    page = visit(PATH)
    rows(page, EMPLOYEES).filter(has_text="employee 4").click()
    page.wait_for_url("**employee=4*")
    settle(page)
    assert forgotten(page) == ("1", "1")
    assert page.locator(".st-key-chips").inner_text().startswith("Сотрудник: employee 4")
