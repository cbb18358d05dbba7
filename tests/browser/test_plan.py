"""What a sales director does with the plan: types it, asks of the bonus, points at people, links a sheet."""

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Unpack

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from language import words
from tests.browser.conftest import Reader, ReaderOptions, box_of, number_in, serving, settle
from tests.inputs.plan.sheets_server import URL, SheetsServer
from tests.ui.planned import NOVEMBER, SELLER, build_planned, store

EDITOR, PEOPLE = ".st-key-block_plan_editor", ".st-key-table_plan_by_employee"
FIRST_ROW = (60, 52)  # pixels from the corner of the table to its first cell
TYPED = 5  # columns before the planned amount
PAUSE = 60  # milliseconds a key is held
PLAN, BONUS = 0, 5  # places of cards


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory, shop_data: Path) -> Path:
    return build_planned(tmp_path_factory.mktemp("planned") / "data", shop_data)


@pytest.fixture(scope="module")
def plan_address(planned: Path) -> Iterator[str]:
    with serving(planned) as served_at:
        yield served_at


@pytest.fixture(scope="module")
def own_plan(planned: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A data folder whose plan tests change, and the address of the application over it."""
    folder = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(planned, folder)
    with serving(folder) as served_at:
        yield folder, served_at


def november(folder: Path) -> Decimal:
    """What is planned for November now."""
    return sum((row.plan_sum or Decimal(0) for row in store(folder).rows() if row.key.month == NOVEMBER), Decimal(0))


def open_plan(reader: Reader, address: str, query: str = "", **options: Unpack[ReaderOptions]) -> Page:
    page = reader(**options).new_page()
    page.goto(f"{address}/plan?period=this_month&whole=yes{query}")
    page.wait_for_selector(".st-key-block_deal_stage_stats", state="attached")
    settle(page)
    return page


def card(page: Page, place: int) -> Locator:
    return page.locator('.st-key-row_plan_summary [data-testid="stMetricValue"]').nth(place)


def money(amount: Decimal) -> str:
    return words("ru").short_money(amount)


def test_a_plan_is_typed_summed_while_typing_saved_and_seen(own_plan: tuple[Path, str], reader: Reader) -> None:
    folder, address = own_plan
    before = november(folder)
    after = before + 100_000
    page = open_plan(reader, address)
    expect(card(page, PLAN)).to_have_text(money(before))
    page.locator(".st-key-plan_edit button").click()
    page.wait_for_selector(f"{EDITOR} canvas")
    settle(page)
    total = page.locator(f"{EDITOR} tfoot td").nth(1)
    expect(total).to_have_text(words("ru").money(before))
    corner = box_of(page.locator(f"{EDITOR} canvas").first)
    page.mouse.move(corner["x"] + FIRST_ROW[0], corner["y"] + 2 * FIRST_ROW[1], steps=6)
    page.mouse.move(corner["x"] + FIRST_ROW[0], corner["y"] + FIRST_ROW[1], steps=6)
    page.mouse.down()
    page.mouse.up()
    for _ in range(TYPED):
        page.keyboard.press("ArrowRight", delay=PAUSE)
    page.keyboard.press("Enter")
    page.locator("#portal input").fill("100000")
    page.keyboard.press("Enter")
    expect(total).to_have_text(words("ru").money(after))
    settle(page)
    expect(card(page, PLAN)).to_have_text(money(before))  # nothing is saved yet
    page.locator(".st-key-plan_save button").click()
    page.get_by_text("Ноябрь 2026: план сохранён.").wait_for()
    settle(page)
    expect(card(page, PLAN)).to_have_text(money(after))
    assert november(folder) == after
    assert 100_000 in [row.plan_sum for row in store(folder).rows() if row.key.month == NOVEMBER]


def test_a_workbook_that_the_page_gave_is_taken_back_with_what_was_changed_in_it(
    own_plan: tuple[Path, str], reader: Reader, tmp_path: Path
) -> None:
    folder, address = own_plan
    after = november(folder) + 100_000
    page = open_plan(reader, address, "&show=plan_editor:open")
    page.locator(".st-key-plan_exchange summary").click()
    with page.expect_download() as download:
        page.locator(".st-key-plan_download_xlsx button").click()
    changed = tmp_path / "changed.xlsx"
    download.value.save_as(changed)
    book = openpyxl.load_workbook(changed)
    headings, *rows = book.worksheets[0].iter_rows()
    month, plan_sum = ([cell.value for cell in headings].index(name) for name in ("month", "plan_sum"))
    row = next(row for row in rows if str(row[month].value).startswith("2026-11") and row[plan_sum].value)
    row[plan_sum].value = number_in(row[plan_sum].value) + 100_000
    book.save(changed)
    page.locator('.st-key-plan_upload_0 input[type="file"]').set_input_files(changed)
    page.locator(".st-key-plan_take_file button").click()
    expect(card(page, PLAN)).to_have_text(money(after))
    assert november(folder) == after


def test_a_lower_minimum_percent_changes_the_bonus_on_the_spot(plan_address: str, reader: Reader) -> None:
    page = open_plan(reader, plan_address)
    expect(card(page, BONUS)).to_have_text(money(Decimal(0)))
    box = page.locator(".st-key-plan_min_completion input")
    box.fill("90")
    box.press("Enter")
    page.wait_for_url("**min_completion=0.9*")
    settle(page)
    expect(card(page, BONUS)).to_have_text(money(Decimal(10_000)))


def test_pointing_at_an_employee_shows_their_months_by_mouse_and_by_keyboard(plan_address: str, reader: Reader) -> None:
    page = open_plan(reader, plan_address)
    row = page.locator(f"{PEOPLE} tbody tr").filter(has_text=f"Сотрудников{SELLER}")
    tip = page.locator(f"{PEOPLE} .tip")
    row.hover()
    tip.wait_for()
    assert [line.split("\t")[0] for line in tip.locator("tr").all_inner_texts()][1:] == ["ноя 2026", "Общая", "Сервис"]
    page.mouse.move(0, 0)
    tip.wait_for(state="detached")
    first = page.locator(f"{PEOPLE} tbody tr").first
    first.focus()
    page.keyboard.press("ArrowDown")
    tip.wait_for()
    page.keyboard.press("Escape")
    tip.wait_for(state="detached")


def test_an_employee_is_struck_out_of_the_chart_and_the_address_remembers(plan_address: str, reader: Reader) -> None:
    page = open_plan(reader, plan_address, "&show=plan_employee_dynamics_metric:fact_sum")
    names = page.locator(".st-key-struck_plan_employee_dynamics button")
    expect(names.first).to_have_text(f"Сотрудников{SELLER} Пётр")
    chart = page.locator(".st-key-block_plan_employee_dynamics .stVegaLiteChart")
    expect(chart).to_contain_text(f"Сотрудников{SELLER}")
    names.first.click()
    page.wait_for_url(f"**out_{SELLER}*")
    settle(page)
    expect(chart).not_to_contain_text(f"Сотрудников{SELLER}")
    names.last.click()
    page.wait_for_url(lambda url: "struck" not in url)


def test_a_figure_typed_into_the_linked_sheet_is_seen_after_the_button(
    planned: Path, reader: Reader, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(planned, folder)
    with SheetsServer() as google:
        account = str(google.account_file(folder))
        with serving(folder, PLAN_SHEET_URL=URL, GOOGLE_SERVICE_ACCOUNT_FILE=account) as address:
            page = open_plan(reader, address)
            expect(page.locator(f'.st-key-plan_bar a[href="{URL}"]')).to_have_count(1)
            _read_again(page, google)
            sheet = google.sheet("План 2026")
            wanted = ("2026-11", SELLER, 0)
            place = next(n for n, c in enumerate(sheet.rows(), 1) if (str(c[0]), c[1], c[3]) == wanted)
            sheet.type(f"F{place}", "950 000 ₽")
            _read_again(page, google)
            expect(card(page, PLAN)).to_have_text(words("ru").short_money(1_050_000))


def _read_again(page: Page, google: SheetsServer) -> None:
    requests = len(google.requests)
    page.locator(".st-key-plan_refresh button").click()
    page.get_by_text("План прочитан заново.").wait_for()
    settle(page)
    assert len(google.requests) > requests


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_and_its_open_editor_keep_within_the_width(plan_address: str, reader: Reader, width: int) -> None:
    page = open_plan(reader, plan_address, "&show=plan_editor:open", width=width)
    page.wait_for_selector(f"{EDITOR} canvas")
    page.locator(".st-key-plan_exchange summary").click()
    upload = page.locator(f"{EDITOR} [data-testid=stFileUploaderDropzone] button p")
    assert "Выбрать файл" in upload.evaluate("text => getComputedStyle(text, '::after').content")
    expect(page.locator("[data-testid=stFileUploaderDropzoneInstructions]")).to_be_hidden()  # Streamlit's English
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
