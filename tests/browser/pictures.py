"""Take the pictures of the READMEs from the demo company: ``python -m tests.browser.pictures`` writes docs/images."""

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import arguments, installed
from tests.browser.conftest import PATIENCE, ROOT, serving, settle, whole_page

IMAGES = ROOT / "docs" / "images"
LANGUAGES = {"ru": "ru-RU", "en": "en-US"}
# Name of the picture → what is opened, in which scheme, and the block that stands at its top ("" = the page's head).
PICTURES: dict[str, tuple[str, Literal["light", "dark"], str]] = {
    "overview": ("/", "light", ""),
    "plan": ("/plan?period=this_month", "light", ""),
    "marketing": ("/marketing?period=months_12", "dark", ""),
    "stages": ("/sales?period=months_12", "light", ".st-key-block_deal_stage_duration"),
}
BUILT = 600_000  # milliseconds for the demo company to be pulled and built


def take(browser: Browser, address: str, name: str, language: str) -> Path:
    """Take one picture of 1440 × 900; its path."""
    path, scheme, block = PICTURES[name]
    context = browser.new_context(
        locale=LANGUAGES[language], viewport={"width": 1440, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(address + whole_page(path))
    page.wait_for_selector(".st-key-page_head", timeout=BUILT)
    page.wait_for_load_state("networkidle", timeout=PATIENCE)
    settle(page)
    if block:
        _scroll_to_top(page, block)
    picture = IMAGES / f"{name}-{language}.png"
    page.screenshot(path=picture)
    context.close()
    return picture


def _scroll_to_top(page: Page, block: str) -> None:
    page.locator(block).evaluate(
        "block => {document.querySelector('[data-testid=stMain]').scrollTop += block.getBoundingClientRect().top - 24}"
    )
    page.wait_for_timeout(1000)  # charts draw themselves when they come into sight


def _wait_for_whole_pull(browser: Browser, address: str) -> None:
    """Wait for the second phase of a first pull too: comments come last."""
    page = browser.new_page()
    page.goto(f"{address}/data")
    page.wait_for_selector(".st-key-refresh_now button:not([disabled])", timeout=BUILT)
    page.close()


def main() -> None:
    """Serve the demo company once, and take every picture in both languages."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), WEBHOOK_URL="") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=installed(), args=arguments())
        _wait_for_whole_pull(browser, address)
        for name in PICTURES:
            for language in LANGUAGES:
                print(take(browser, address, name, language).relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()
