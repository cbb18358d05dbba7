"""What a marketer does: filter by a mark, open a source's months, export."""

import io
from collections.abc import Iterator

import openpyxl
import pytest
from playwright.sync_api import Locator, Page

from language import words
from metrics.query import catalog
from tests.browser.conftest import Visit, number_in, serving, settle
from tests.ui.market import LEADS, LONG, MARKED, SITE_LEADS, build_market

SOURCES, MARKS = ".st-key-tree_lead_source_stats", ".st-key-table_lead_utm_stats"
CARDS = ".st-key-row_lead_summary"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application over the company of the marketing page."""
    with serving(build_market(tmp_path_factory.mktemp("market"))) as served_at:
        yield served_at


def received(page: Page) -> str:
    return page.locator(f'{CARDS} [data-testid="stMetricValue"]').first.inner_text()


def row(page: Page, table: str, text: str) -> Locator:
    return page.locator(f"{table} tbody tr").filter(has_text=text)


def test_a_page_opened_first_on_a_cold_server_is_there(visit: Visit) -> None:
    page = visit("/marketing")
    assert page.get_by_role("dialog").count() == 0
    assert received(page) == str(LEADS)


def test_a_click_on_a_mark_filters_the_report_and_another_releases_it(visit: Visit) -> None:
    page = visit("/marketing")
    row(page, MARKS, "yandex").click()
    page.wait_for_url("**utm_source=yandex*")
    settle(page)
    assert received(page) == str(MARKED)
    assert page.locator(f"{MARKS} tbody tr").count() == 2  # the table itself is not narrowed
    row(page, MARKS, "yandex").click()
    page.wait_for_url(lambda url: "utm_source" not in url)
    settle(page)
    assert received(page) == str(LEADS)


def test_the_plus_opens_a_sources_months_in_the_order_of_time(visit: Visit) -> None:
    page = visit("/marketing")
    source = row(page, SOURCES, "Сайт")
    source.locator("button.toggle").click()
    assert source.get_attribute("aria-expanded") == "true"
    months = page.locator(f'{SOURCES} tr[aria-level="2"] td:first-child').all_inner_texts()
    assert [month.strip() for month in months] == ["окт 2026", "ноя 2026"]
    assert "source" not in page.url
    source.locator("button.toggle").click()
    assert page.locator(f'{SOURCES} tr[aria-level="2"]').count() == 0


def test_a_click_on_a_source_filters_the_report_and_another_releases_it(visit: Visit) -> None:
    page = visit("/marketing")
    row(page, SOURCES, "Сайт").click()
    page.wait_for_url("**source=WEB*")
    settle(page)
    assert received(page) == str(SITE_LEADS)
    assert row(page, SOURCES, LONG).count() == 1  # the tree itself is not narrowed
    assert page.locator(f"{SOURCES} tfoot td").nth(1).inner_text() == str(LEADS)
    row(page, SOURCES, "Сайт").click()
    page.wait_for_url(lambda url: "source=" not in url)
    settle(page)
    assert received(page) == str(LEADS)


def test_the_line_under_the_sources_opens_the_deals_by_source(visit: Visit) -> None:
    page = visit("/marketing")
    deals = page.locator(".st-key-table_deal_source_stats")
    assert not deals.is_visible()
    page.get_by_text("Продажи без лида").click()
    deals.wait_for(state="visible")


def test_the_table_is_downloaded_as_a_workbook_that_opens(visit: Visit) -> None:
    page = visit("/marketing")
    page.locator(".st-key-export_lead_source_stats button").first.click()
    with page.expect_download() as download:
        page.locator(".st-key-xlsx_lead_source_stats button").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    view = catalog.view("lead_source_stats")
    at = rows[0].index(view.columns["received"].label("ru"))
    assert sum(number_in(line[at]) for line in rows[1:] if line[0] != words("ru")("ui.table.total")) == LEADS


def test_sixty_stages_and_long_names_keep_the_page_within_its_width(visit: Visit) -> None:
    for width in (1440, 390):
        page = visit("/marketing", width=width)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
