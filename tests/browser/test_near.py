"""A page draws what is near the window, the rest as its reader comes to it; what is touched is drawn again, no more."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Visit, box_of, settle

PATH = "/sales?period=months_12"
FIRST, LAST = ".st-key-row_sales_lead_summary", ".st-key-block_deal_stage_duration"
SCROLL = (
    "bottom => { const main = document.querySelector('.stMain'); main.scrollTo(0, bottom ? main.scrollHeight : 0); }"
)
PLACEHOLDERS = "document.querySelectorAll('.waiting').length"
NEAR_PLACEHOLDERS = """
[...document.querySelectorAll('.waiting')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.bottom > 0 && box.top < window.innerHeight;
}).length
"""


@pytest.fixture
def received(visit: Visit) -> Callable[[Page], list[int]]:
    """Begins to note how many bytes a page is sent, a message each."""

    def note(page: Page) -> list[int]:
        sizes: list[int] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
        return sizes

    return note


def scroll(page: Page, *, bottom: bool) -> None:
    """Scroll to an end of the page, and on as long as it grows."""
    for _ in range(4):
        page.evaluate(SCROLL, bottom)
        page.wait_for_timeout(400)
        settle(page)


def test_a_page_is_drawn_as_far_as_its_reader_sees_and_on_as_he_scrolls(visit: Visit) -> None:
    page = visit(PATH, whole=False)
    expect(page.locator(FIRST)).to_be_visible()
    assert page.locator(LAST).count() == 0
    assert page.evaluate(NEAR_PLACEHOLDERS) == 0
    waiting = page.evaluate(PLACEHOLDERS)
    assert waiting >= 5
    scroll(page, bottom=True)
    expect(page.locator(LAST)).to_be_visible()
    assert page.evaluate(NEAR_PLACEHOLDERS) == 0
    assert page.evaluate(PLACEHOLDERS) < waiting


def test_a_filter_draws_what_is_in_view_and_moves_nothing_under_the_reader(visit: Visit) -> None:
    page = visit(PATH, whole=False)
    scroll(page, bottom=True)
    top = box_of(page.locator(LAST))["y"]
    height = page.evaluate("document.querySelector('.stMain').scrollHeight")
    page.locator("[data-testid=stSidebar]").get_by_text("90 дней").click()
    page.wait_for_url("**period=days_90*")
    settle(page)
    assert page.locator(FIRST).count() == 0, "it was near the window and is no longer drawn"
    expect(page.locator(LAST)).to_be_visible()
    assert abs(page.evaluate("document.querySelector('.stMain').scrollHeight") - height) < 600
    assert abs(box_of(page.locator(LAST))["y"] - top) < 600
    scroll(page, bottom=False)
    expect(page.locator(FIRST)).to_be_visible()


def test_a_switch_draws_its_block_alone_and_stays_in_the_address(visit: Visit) -> None:
    page = visit(PATH)
    mark = "block => { block.dataset.marked = 'yes'; }"
    others = [
        page.locator(f".st-key-block_{name} canvas, .st-key-block_{name} svg").first for name in ("deal_state_stats",)
    ]
    for other in others:
        other.evaluate(mark)
    page.locator(".st-key-block_sales_employee_dynamics").get_by_text("Топ-10").click()
    page.wait_for_url("**show=sales_employee_dynamics_mode*top_10*", timeout=PATIENCE)
    settle(page)
    for other in others:
        assert other.get_attribute("data-marked") == "yes"


def test_printing_draws_all_of_the_page_first(visit: Visit) -> None:
    page = visit(PATH, whole=False)
    page.evaluate("() => { window.print = () => { window.printed = document.querySelectorAll('.waiting').length; }; }")
    page.keyboard.press("Control+p")
    page.wait_for_function("window.printed !== undefined", timeout=PATIENCE)
    assert page.evaluate("window.printed") == 0
    assert page.locator(LAST).count() == 1


def test_a_link_to_a_block_far_below_draws_it_and_brings_it_into_view(visit: Visit) -> None:
    page = visit(f"{PATH}&at=deal_stage_duration", whole=False)
    expect(page.locator(LAST)).to_be_focused()
    page.wait_for_function(
        "selector => { const top = document.querySelector(selector).getBoundingClientRect().top;"
        " return top >= 0 && top < window.innerHeight / 2; }",
        arg=LAST,
    )
