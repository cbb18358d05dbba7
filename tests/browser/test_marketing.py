"""What a marketer does: filter by a mark, open a source's months, sort the list, follow a link, export."""

import io
from collections.abc import Iterator

import openpyxl
import pytest
from playwright.sync_api import Locator, Page

from language import words
from metrics.query import catalog
from tests.browser.conftest import Visit, box_of, number_in, serving, settle
from tests.snapshot_rows import ORIGIN
from tests.ui.market import LEADS, LONG, MARKED, SITE_LEADS, build_market, lead_card

SOURCES, MARKS, LIST = ".st-key-tree_lead_source_stats", ".st-key-table_lead_utm_stats", ".st-key-block_lead_list"
TITLE_WIDTH = 400  # pixels of the first column of the list
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


def the_list(page: Page) -> Locator:
    """The list's canvas, drawn only once it is looked at."""
    page.locator(LIST).scroll_into_view_if_needed()
    canvas = page.locator(f"{LIST} canvas").first
    canvas.wait_for()
    page.locator(f"{LIST} td").first.wait_for(state="attached")
    canvas.scroll_into_view_if_needed()
    return canvas


def days(page: Page) -> list[int]:
    label = catalog.view("lead_list").columns["duration_days"].label("ru")
    heads = page.locator(f"{LIST} th").all_text_contents()
    place = next(at for at, head in enumerate(heads, 1) if head.endswith(label))  # an arrow before it: sorted
    return [int(text) for text in page.locator(f'{LIST} td[aria-colindex="{place}"]').all_text_contents()]


def click_head(page: Page, canvas: Locator, x: float) -> None:
    corner = box_of(canvas)
    page.mouse.move(corner["x"] + x, corner["y"] + 80, steps=6)
    page.mouse.move(corner["x"] + x, corner["y"] + 16, steps=6)
    page.mouse.down()
    page.mouse.up()


def test_the_list_of_leads_is_sorted_by_days(visit: Visit) -> None:
    page = visit("/marketing?source=WEB&employee=1&employee=2&employee=3&employee=4", width=1920)
    canvas = the_list(page)
    at_first = days(page)
    assert at_first != sorted(at_first)  # it opens with the newest leads
    for x in range(1000, 1300, 60):  # headings are drawn on a canvas: this one is looked for by clicking
        click_head(page, canvas, x)
        if is_ordered(page):
            break
    assert is_ordered(page)


def is_ordered(page: Page) -> bool:
    """Whether the list soon stands by days, those first that were closed at once."""
    for _ in range(10):
        found = days(page)
        if 0 in found and found == sorted(found):
            return True
        page.wait_for_timeout(200)
    return False


def test_the_list_leads_to_the_card_in_the_portal(visit: Visit) -> None:
    page = visit("/marketing", width=1920)
    page.context.route(f"{ORIGIN}/**", lambda route: route.fulfill(body="a card"))
    canvas = the_list(page)
    corner = box_of(canvas)
    first = page.locator(f'{LIST} td[aria-colindex="2"]').first.text_content() or ""
    with page.expect_popup() as popup:
        page.mouse.move(corner["x"] + TITLE_WIDTH + 60, corner["y"] + 90, steps=8)
        page.mouse.move(corner["x"] + TITLE_WIDTH + 30, corner["y"] + 52, steps=8)
        page.mouse.down()
        page.mouse.up()
    assert popup.value.url == first
    assert first.startswith(lead_card(0).removesuffix("0/"))


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
