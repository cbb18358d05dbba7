"""What people do with a list: sort it by a heading, search it, turn its pages, follow a link, hand it on, export it."""

import csv
import io
from collections.abc import Iterator

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from metrics.query import catalog
from tests.browser.conftest import Visit, box_of, serving, settle
from tests.snapshot_rows import ORIGIN
from tests.ui.market import build_market, lead_card

LIST = ".st-key-block_lead_list"
LEADS = 250


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application over a company of many leads."""
    with serving(build_market(tmp_path_factory.mktemp("lists"), lead_count=LEADS)) as served_at:
        yield served_at


def label(column: str) -> str:
    return catalog.view("lead_list").columns[column].label("ru")


def heading(page: Page, column: str) -> Locator:
    return page.locator(f"{LIST} th").filter(has_text=label(column))


def cells(page: Page, column: str) -> list[str]:
    heads = page.locator(f"{LIST} th button span:first-child").all_text_contents()
    place = next(at for at, head in enumerate(heads, 1) if head.startswith(label(column)))
    return page.locator(f"{LIST} tbody td:nth-child({place})").all_text_contents()


def search_box(page: Page) -> Locator:
    return page.locator(f"{LIST} input[type=search]")


def expect_rows(page: Page, text: str) -> None:
    expect(page.locator(LIST).get_by_text(text, exact=True)).to_be_visible()
    settle(page)


def turn(page: Page, name: str) -> None:
    page.locator(LIST).get_by_role("button", name=name, exact=True).click()


def watch_other_blocks(page: Page) -> None:
    """Mark what stands outside the list, to see later that nothing of it was drawn anew."""
    page.evaluate("document.querySelector('.st-key-row_lead_summary').dataset.untouched = 'yes'")


def test_a_heading_sorts_all_rows_of_the_list_and_not_those_of_the_page_alone(visit: Visit) -> None:
    page = visit("/marketing")
    heading(page, "duration_days").click()
    expect(heading(page, "duration_days")).to_have_attribute("aria-sort", "descending")
    page.wait_for_url("**show=lead_list_order%3Adesc_duration_days*")
    settle(page)
    days = [int(text) for text in cells(page, "duration_days")]
    assert days == sorted(days, reverse=True)
    heading(page, "duration_days").click()
    page.wait_for_url("**show=lead_list_order%3Aasc_duration_days*")
    settle(page)
    shortest = [int(text) for text in cells(page, "duration_days")]
    assert shortest == sorted(shortest)
    assert len(shortest) == len(days) == 100
    assert max(shortest) < max(days)


def test_a_list_is_sorted_by_keyboard_and_the_heading_keeps_the_focus(visit: Visit) -> None:
    page = visit("/marketing")
    heading(page, "title").locator("button").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**show=lead_list_order%3Aasc_title*")
    settle(page)
    expect(heading(page, "title").locator("button")).to_be_focused()
    assert cells(page, "title")[1:3] == ["Лид 10", "Лид 100"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**show=lead_list_order%3Aasc_stage*")


def test_what_a_person_types_narrows_the_list_while_the_box_keeps_every_letter(visit: Visit) -> None:
    page = visit("/marketing")
    watch_other_blocks(page)
    search_box(page).scroll_into_view_if_needed()
    search_box(page).click()
    page.keyboard.type("ЛИД 1", delay=90)
    page.wait_for_timeout(450)  # a pause to think, long enough for the list to be searched
    page.keyboard.type("24", delay=90)
    expect_rows(page, "1–1 из 1")
    expect(search_box(page)).to_have_value("ЛИД 124")
    expect(search_box(page)).to_be_focused()
    assert cells(page, "title") == ["Лид 124"]
    assert page.evaluate("document.querySelector('.st-key-row_lead_summary').dataset.untouched") == "yes"
    for _ in range(7):
        page.keyboard.press("Backspace")
    expect_rows(page, f"1–100 из {LEADS}")
    assert "find=" not in page.url


def test_the_pages_of_a_list_are_turned_to_its_end_and_back(visit: Visit) -> None:
    page = visit("/marketing")
    first = cells(page, "title")
    page.locator(f"{LIST} .wrap").evaluate("wrap => { wrap.scrollTop = 900; }")
    turn(page, "Вперёд")
    expect_rows(page, f"101–200 из {LEADS}")
    assert page.locator(f"{LIST} .wrap").evaluate("wrap => wrap.scrollTop") == 0
    second = cells(page, "title")
    turn(page, "Вперёд")
    expect_rows(page, f"201–250 из {LEADS}")
    expect(page.locator(LIST).get_by_role("button", name="Вперёд", exact=True)).to_be_disabled()
    third = cells(page, "title")
    assert len({*first, *second, *third}) == LEADS
    turn(page, "Назад")
    expect_rows(page, f"101–200 из {LEADS}")
    assert cells(page, "title") == second


def test_a_link_hands_on_the_order_and_the_search(visit: Visit, address: str) -> None:
    mine = visit("/marketing")
    heading(mine, "title").click()
    mine.wait_for_url("**show=lead_list_order%3Aasc_title*")
    settle(mine)
    search_box(mine).fill("лид 2%")
    mine.wait_for_url("**find=lead_list*")
    search_box(mine).fill("лид 20")
    expect_rows(mine, "1–11 из 11")
    theirs = visit(mine.url.removeprefix(address))
    expect(search_box(theirs)).to_have_value("лид 20")
    assert cells(theirs, "title") == cells(mine, "title")
    assert cells(theirs, "title")[:2] == ["Лид 20", "Лид 200"]


def test_a_title_leads_to_the_card_in_the_portal_by_click_and_by_keyboard(visit: Visit) -> None:
    page = visit("/marketing?find=lead_list:лид 77")
    page.context.route(f"{ORIGIN}/**", lambda route: route.fulfill(body="a card"))
    link = page.locator(f"{LIST} tbody a")
    with page.expect_popup() as popup:
        link.click()
    assert popup.value.url == lead_card(77)
    page.locator(f"{LIST} tbody tr").focus()
    with page.expect_popup() as popup:
        page.keyboard.press("Enter")
    assert popup.value.url == lead_card(77)


@pytest.mark.parametrize("width", [1024, 390])
def test_on_a_narrow_screen_the_list_is_sorted_searched_and_turned_too(visit: Visit, width: int) -> None:
    page = visit("/marketing", width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(LIST).scroll_into_view_if_needed()  # what nobody looks at is not drawn
    wrap = page.locator(f"{LIST} .wrap")
    at = heading(page, "duration_days").evaluate("heading => heading.offsetLeft")
    wrap.evaluate("(wrap, at) => { wrap.scrollLeft = at - wrap.clientWidth + 100; }", at)
    moved = wrap.evaluate("wrap => wrap.scrollLeft")
    assert moved > 0
    heading(page, "duration_days").locator("button").evaluate("button => button.click()")  # without scrolling to it
    page.wait_for_url("**show=lead_list_order%3Adesc_duration_days*")
    settle(page)
    assert wrap.evaluate("wrap => wrap.scrollLeft") == moved  # the reader still sees what was sorted by
    turn(page, "Вперёд")
    expect_rows(page, f"101–200 из {LEADS}")
    search_box(page).fill("лид 7")
    expect_rows(page, "1–11 из 11")
    list_box = box_of(page.locator(LIST))
    for control in (search_box(page), page.locator(".st-key-export_lead_list")):
        box = box_of(control)
        assert list_box["x"] <= box["x"]
        assert box["x"] + box["width"] <= list_box["x"] + list_box["width"]


def test_an_export_holds_all_rows_that_match_in_the_order_of_the_screen(visit: Visit) -> None:
    page = visit("/marketing?show=lead_list_order:asc_title&find=lead_list:лид")
    files = {}
    page.locator(".st-key-export_lead_list button").first.click()
    for form in ("csv", "xlsx"):
        with page.expect_download() as download:
            page.locator(f".st-key-{form}_lead_list button").click()
        files[form] = download.value.path().read_bytes()
        assert download.value.suggested_filename.endswith(f".{form}")
    lines = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    titles = [line[label("title")] for line in lines]
    assert len(titles) == len(set(titles)) == LEADS - 1
    assert titles == sorted(titles)
    figures, about = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets
    place = [cell.value for cell in figures[1]].index(label("title")) + 1
    assert [figures.cell(row, place).value for row in range(2, LEADS + 1)] == titles
    told = {row[0]: row[1] for row in about.iter_rows(values_only=True) if row[0]}
    assert told["Поиск"] == "лид"
    assert told["Порядок строк"] == f"{label('title')}, по возрастанию"
    assert told["Отчёт"] == "Анализ маркетинга"


def test_a_file_that_cannot_be_made_is_told_in_the_readers_language(
    visit: Visit, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = visit("/marketing")
    folder = next(tmp_path_factory.getbasetemp().glob("lists*")) / "warehouse"
    page.locator(".st-key-export_lead_list button").first.click()
    [built] = folder.glob("warehouse-*.duckdb")
    hidden = built.rename(built.with_suffix(".hidden"))
    try:
        page.locator(".st-key-csv_lead_list button").click()
        error = page.get_by_test_id("stDownloadButtonError")
        expect(error).to_be_visible()
        said = error.evaluate("error => getComputedStyle(error, '::after').content")
        assert said.startswith('"Файл не получился.')
    finally:
        hidden.rename(built)
