"""From nothing to a report, and from a report to a newer one, before a reader's eyes."""

import time
from pathlib import Path

from playwright.sync_api import expect

from demo import DemoPortal
from language import words
from tests.browser.conftest import Reader, serving, settle
from tests.crm.companies import small_company


def test_the_first_start_shows_the_pull_and_turns_into_the_report(tmp_path: Path, reader: Reader) -> None:
    with DemoPortal(small_company()) as portal, serving(tmp_path, WEBHOOK_URL=portal.webhook) as address:
        page = reader().new_page()
        page.goto(address)
        page.wait_for_selector(".st-key-first_start, .st-key-page_head")
        page.wait_for_selector(".st-key-page_head", timeout=180_000)
        settle(page)
        assert page.locator(".st-key-page_head h2").inner_text() == "Обзор"

        page.goto(f"{address}/data")
        page.wait_for_selector(".st-key-refresh_now button:not([disabled])", timeout=180_000)
        settle(page)
        portal._on_hit = lambda _: time.sleep(2)  # nothing is new, and that would be over before anybody saw it
        page.locator(".st-key-refresh_now button").click()
        expect(page.get_by_text(words("ru")("ui.refresh.connecting"))).to_be_visible()
        page.wait_for_selector(".st-key-refresh_now button:not([disabled])", timeout=180_000)


def test_a_portal_that_is_gone_is_explained_and_can_be_tried_again(tmp_path: Path, reader: Reader) -> None:
    with serving(tmp_path) as address:
        page = reader().new_page()
        page.goto(address)
        page.wait_for_selector(".st-key-first_refresh button", timeout=180_000)
        expect(page.locator('[data-testid="stAlert"]')).to_contain_text("не отвечает")
