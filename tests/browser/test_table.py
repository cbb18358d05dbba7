"""What a reader does with a table: sort it, walk it by keyboard, filter the report by a row, open a card."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, box_of, settle
from tests.ui.shop import HOSTILE, PEOPLE, WON_TOTAL, card

RESULTS = ".st-key-table_manager_results"


def rows(page: Page, table: str = RESULTS) -> Locator:
    return page.locator(f"{table} tbody tr")


def won(page: Page) -> str:
    return page.locator('[data-testid="stMetric"]').nth(2).locator('[data-testid="stMetricValue"]').inner_text()


def test_a_click_on_a_row_filters_the_report_and_another_releases_it(visit: Visit) -> None:
    page = visit("/managers?period=months_12")
    assert won(page) == str(WON_TOTAL)
    row = rows(page).filter(has_text="Сотрудников30")
    row.click()
    page.wait_for_url("**employee=30*")
    settle(page)
    assert won(page) == "30"
    assert row.get_attribute("aria-selected") == "true"
    expect(rows(page)).to_have_count(25)  # the table itself is not narrowed
    assert page.locator(".st-key-chips button").first.inner_text() == "Сотрудник: Сотрудников30 Пётр ✕"
    row.click()
    page.wait_for_url(lambda url: "employee" not in url)
    settle(page)
    assert won(page) == str(WON_TOTAL)


def test_the_total_belongs_to_the_rows_of_the_table(visit: Visit) -> None:
    page = visit("/managers?period=months_12&employee=30")
    total = page.locator(f"{RESULTS} tfoot td")
    assert total.first.inner_text() == "Итого"
    assert str(WON_TOTAL) in total.all_inner_texts()


def test_a_heading_sorts_and_says_how(visit: Visit) -> None:
    page = visit("/managers?period=months_12")
    heading = page.locator(f"{RESULTS} th").first
    assert heading.get_attribute("aria-sort") == "none"
    heading.locator("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    first = rows(page).first.locator("td").first.inner_text()
    heading.locator("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert rows(page).first.locator("td").first.inner_text() != first


def test_sorting_outlives_a_change_of_the_filters(visit: Visit) -> None:
    page = visit("/managers?period=months_12")
    heading = page.locator(f"{RESULTS} th").first
    heading.locator("button").click()
    page.get_by_role("button", name="Этот год").or_(page.get_by_text("Этот год", exact=True)).first.click()
    page.wait_for_url("**period=this_year*")
    settle(page)
    assert heading.get_attribute("aria-sort") == "ascending"


def test_a_run_that_does_not_concern_a_table_leaves_it_alone_and_clickable(visit: Visit) -> None:
    page = visit("/managers?period=months_12")
    row = rows(page).filter(has_text="Сотрудников30")
    row.evaluate("row => { row.drawnOnce = true }")
    page.locator(".st-key-block_manager_total_dynamics").get_by_text("Кварталы").click()
    page.wait_for_url("**grain=*")
    settle(page)
    assert row.evaluate("row => row.drawnOnce")
    row.click()
    page.wait_for_url("**employee=30*")


def test_everything_a_table_does_is_done_by_keyboard_too(visit: Visit) -> None:
    page = visit("/managers?period=months_12")
    heading = page.locator(f"{RESULTS} th button").nth(1)
    heading.focus()
    page.keyboard.press("ArrowUp")
    assert page.locator(f"{RESULTS} th").nth(1).get_attribute("aria-sort") == "ascending"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.locator(f"{RESULTS} th").nth(2).get_attribute("aria-sort") == "descending"
    rows(page).first.focus()
    page.keyboard.press("ArrowDown")
    name = rows(page).nth(1).locator("td").first.inner_text().replace("↗", "").strip()
    page.keyboard.press("Enter")
    page.wait_for_url("**employee=*")
    settle(page)
    assert name in page.locator(".st-key-chips").inner_text()


def test_a_long_table_opens_with_its_first_rows_and_shows_all_when_asked(visit: Visit) -> None:
    page = visit("/managers?period=months_12")
    expect(rows(page)).to_have_count(25)
    page.locator(RESULTS).get_by_text("Показать все строки").click()
    expect(rows(page)).to_have_count(PEOPLE)


def test_the_card_of_an_employee_opens_in_the_portal_and_nowhere_else(visit: Visit) -> None:
    page = visit("/managers?period=months_12")
    row = rows(page).filter(has_text="Сотрудников30")
    link = row.locator("a")
    assert link.get_attribute("href") == card(30)
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_a_name_typed_by_an_enemy_is_drawn_as_text(visit: Visit) -> None:
    page = visit("/managers?period=months_12&employee=5")
    page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError(dialog.message)))
    page.locator(RESULTS).get_by_text("Показать все строки").click()
    expect(page.locator(RESULTS)).to_contain_text(HOSTILE.split(" [")[0])
    assert page.locator(f"{RESULTS} img, .st-key-chips img, .st-key-chips a").count() == 0
    assert "evil.example" not in "".join(link.get_attribute("href") or "" for link in page.locator("a").all())


def test_a_click_on_a_point_filters_and_another_releases_it(visit: Visit) -> None:
    page = visit("/managers?period=months_12")
    chart = page.locator(".st-key-block_manager_points")
    point = chart.locator("path[aria-roledescription=circle]").first
    point.click()
    page.wait_for_url("**employee=*")
    settle(page)
    picked = page.url
    chart.locator("path[aria-roledescription=circle]").first.click()
    page.wait_for_url(lambda url: "employee" not in url)
    assert "employee" in picked


def test_a_table_is_readable_on_a_phone(visit: Visit) -> None:
    page = visit("/managers?period=months_12", width=390, height=844)
    box = page.locator(f"{RESULTS} .wrap")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.evaluate("box => { box.scrollLeft = 400 }")
    name, edge = box_of(rows(page).first.locator("td").first), box_of(box)
    assert abs(name["x"] - edge["x"]) < 2  # the name stays while the figures pass
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
