"""What a page is to a reader: whole in a language, private, sharable, downloadable, the same from every door."""

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.conftest import Reader, Visit, number_in, serving, settle, whole_page
from tests.ui.shop import WON_TOTAL
from ui.shell.navigation import SECTIONS

PATHS = [
    "/",
    *(f"/{entry.address}" for entries in SECTIONS.values() for entry in entries if entry.address != "overview"),
]
# English that stays in a Russian page: names of things, of files and of settings; the rest is Streamlit's own, for
# screen readers alone.
KNOWN = {
    "VITRINA", "Vitrina", "RU", "EN", "UTM", "CSV", "Excel", "xlsx", "URL", "env", "Europe", "Moscow", "Google",
    "acme", "bitrix24", "ru", "yandex", "x", "sms", "SMS",
}  # fmt: skip
HARMLESS = ("_stcore/health", "_stcore/host-config", "Infinite extent", "404 (Not Found)", "discrete height")


def watch(page: Page, address: str) -> tuple[list[str], list[str]]:
    """Two lists that fill as the page loads: addresses it requests of anybody else, and complaints of its console."""
    requests_elsewhere: list[str] = []
    complaints: list[str] = []
    own = (address, "data:", "blob:")
    page.on("request", lambda r: requests_elsewhere.append(r.url) if not r.url.startswith(own) else None)
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return requests_elsewhere, complaints


@pytest.mark.parametrize("path", PATHS)
def test_a_page_asks_nothing_of_the_outside_complains_of_nothing_and_is_russian_alone(
    address: str, reader: Reader, path: str
) -> None:
    page = reader().new_page()
    requests_elsewhere, complaints = watch(page, address)
    page.goto(address + whole_page(path))
    page.wait_for_selector(".st-key-page_head")
    settle(page)
    page.wait_for_timeout(500)
    assert [url for url in requests_elsewhere if not url.startswith(address.replace("http", "ws", 1))] == []
    assert [text for text in complaints if not any(known in text for known in HARMLESS)] == []
    assert english_in(page) - KNOWN == set()
    page.wait_for_function("document.documentElement.lang === 'ru'")


def english_in(page: Page) -> set[str]:
    """The English words a page shows, without the names of its icons and of settings."""
    shown = " ".join(page.locator(".stMain, [data-testid=stSidebar]").all_inner_texts())
    named = {*page.locator("[data-testid=stIconMaterial]").all_inner_texts(), *re.findall(r"VITRINA_\w+", shown)}
    for name in sorted(named, key=len, reverse=True):
        shown = shown.replace(name, " ")
    return set(re.findall(r"[A-Za-z]{2,}", _without_data(shown)))


def test_the_switch_turns_the_whole_page_to_english_and_back(visit: Visit) -> None:
    page = visit("/managers")
    page.get_by_text("EN", exact=True).click()
    page.wait_for_url("**lang=en*")
    settle(page)
    assert page.locator(".st-key-page_head h2").inner_text() == "Manager efficiency"
    page.wait_for_function("document.documentElement.lang === 'en'")
    assert page.locator(".st-key-table_manager_results tfoot td").first.inner_text() == "Total"
    page.get_by_text("RU", exact=True).click()
    page.wait_for_url("**lang=ru*")
    settle(page)
    assert page.locator(".st-key-page_head h2").inner_text() == "Эффективность менеджеров"


def test_a_link_opens_the_same_view_for_somebody_else(visit: Visit, address: str) -> None:
    mine = visit("/managers?employee=30&period=months_12")
    mine.locator(".st-key-block_manager_results_dynamics").get_by_text("Кварталы").click()
    mine.wait_for_url("**grain=*")
    settle(mine)
    theirs = visit(mine.url.removeprefix(address))
    for part in (".st-key-page_head", ".st-key-chips", ".st-key-row_manager_total"):
        expect(theirs.locator(part)).to_have_text(mine.locator(part).text_content() or "")
    assert theirs.url == mine.url


def test_going_back_takes_the_last_choice_back(visit: Visit) -> None:
    page = visit("/managers?period=months_12")
    page.locator(".st-key-table_manager_results tbody tr").first.click()
    page.wait_for_url("**employee=*")
    settle(page)
    page.go_back()
    page.wait_for_url(lambda url: "employee" not in url)
    settle(page)
    assert page.locator(".st-key-chips").count() == 0


def _download(page: Page, label: str, folder: Path) -> Path:
    page.locator(".st-key-export_manager_results button").first.click()
    with page.expect_download() as download:
        page.get_by_text(label, exact=True).click()
    path = Path(folder) / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_table_is_downloaded_as_csv_that_a_russian_spreadsheet_opens(visit: Visit, tmp_path: Path) -> None:
    path = _download(visit("/managers?period=months_12"), "CSV", tmp_path)
    assert "Результаты" in path.name
    assert "2025-11-24" in path.name
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert sum(int(line["Продажи периода"]) for line in lines) == WON_TOTAL


def test_a_table_is_downloaded_as_a_workbook_of_typed_cells(visit: Visit, tmp_path: Path) -> None:
    path = _download(visit("/managers?period=months_12&employee=30"), "Excel (.xlsx)", tmp_path)
    book = openpyxl.load_workbook(path)
    figures, about = book.worksheets
    headings = [cell.value for cell in figures[1]]
    sums = headings.index("Продажи периода")
    assert sum(number_in(row[sums].value) for row in figures.iter_rows(min_row=2)) == WON_TOTAL
    about_text = " ".join(str(cell.value) for row in about.iter_rows() for cell in row if cell.value is not None)
    assert "Эффективность менеджеров" in about_text
    assert "23.11.2026" in about_text


@pytest.mark.parametrize("path", ["/overview", "/plan", "/data"])  # the first page, another report, another section
def test_a_cold_server_meets_the_entry_script_whatever_address_comes_first(
    shop_data: Path, reader: Reader, path: str
) -> None:
    with serving(shop_data) as address:
        page = reader().new_page()
        page.goto(address + path)
        page.wait_for_selector(".st-key-sidebar_foot")
        page.wait_for_selector(".st-key-page_head")
        expect(page.get_by_role("dialog")).to_have_count(0)  # where Streamlit says that there is no such page


def test_the_first_page_asked_for_by_an_address_of_its_own_keeps_its_filters(visit: Visit) -> None:
    page = visit("/overview?employee=7", whole=False)
    expect(page.locator(".st-key-page_head h2")).to_have_text("Обзор")
    assert page.url.endswith("/?employee=7")


def test_every_answer_forbids_what_comes_from_elsewhere(address: str) -> None:
    headers = requests.get(address, timeout=10).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_dark_and_light_are_two_looks_of_one_page(visit: Visit) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        page = visit("/managers?period=months_12", color_scheme=scheme)
        card = page.locator(".st-key-block_manager_results")
        colours[scheme] = card.evaluate(
            "card => [getComputedStyle(card).backgroundColor, getComputedStyle(card).color]"
        )
    assert colours["light"][0] == "rgb(255, 255, 255)"
    assert colours["dark"][0] != colours["light"][0]
    assert colours["dark"][1] != colours["light"][1]


def _without_data(text: str) -> str:
    """The text without what the small company itself is called."""
    return re.sub(r"<img src=x.*?\$x\$|https?://\S+|127\.0\.0\.1\S*|/tmp/\S+|/\S+/shop\S*", " ", text)
