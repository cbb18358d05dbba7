"""What a reader does on the overview: follow a sentence and come back, open a card by mouse and by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, box_of, serving, settle
from tests.refresh.troubled import KINDS, troubled

PATH = "/?period=this_month"
IN_VIEW = "block => { const top = block.getBoundingClientRect().top; return top >= 0 && top < window.innerHeight / 3; }"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application over a portal in which everything asks for a look."""
    folder = tmp_path_factory.mktemp("troubled")
    troubled(folder)
    with serving(folder) as served_at:
        yield served_at


def test_a_sentence_brings_its_block_into_view_under_its_filters_and_back_takes_them_away(visit: Visit) -> None:
    page = visit(PATH, whole=False)
    assert page.locator(".st-key-sentences a").count() == len(KINDS)
    page.locator(".st-key-sentence_idle a").click()
    page.wait_for_url(re.compile(r"/managers\?period=this_month&employee=7&at=manager_results"))
    settle(page)
    block = page.locator(".st-key-block_manager_results")
    expect(block).to_be_focused()
    page.wait_for_function(f"({IN_VIEW})(document.querySelector('.st-key-block_manager_results'))")
    row = block.locator("tbody tr").filter(has_text="Петров Иван").inner_text().replace("\u00a0", " ")
    assert re.search(r"\b12\s+12 000 ₽$", row)  # what the sentence says is in work
    page.go_back()
    page.wait_for_url(lambda url: url.endswith(PATH))
    settle(page)
    assert page.locator(".st-key-chips").count() == 0
    assert page.locator(".st-key-sentences a").count() == len(KINDS)


def test_a_list_without_activities_opens_at_the_rows_the_sentence_counts(visit: Visit) -> None:
    page = visit(PATH, whole=False)
    page.locator(".st-key-sentence_unplanned_lead a").click()
    page.wait_for_url("**/marketing?*without_activities=1&at=lead_list")
    settle(page)
    block = page.locator(".st-key-block_lead_list")
    expect(block.get_by_text("1–12 из 12")).to_be_visible()
    page.wait_for_function(f"({IN_VIEW})(document.querySelector('.st-key-block_lead_list'))")


def test_the_whole_of_a_card_is_a_link_and_a_keyboard_opens_it_too(visit: Visit) -> None:
    page = visit(f"{PATH}&employee=8", whole=False)
    card = page.locator(".st-key-block_overview_sales")
    box = box_of(card)
    card.click(position={"x": box["width"] / 2, "y": box["height"] * 0.6})
    page.wait_for_url("**/sales?period=this_month&employee=8")
    page.go_back()
    page.wait_for_url("**/?period=this_month&employee=8")
    settle(page)
    page.locator(".st-key-leads_to_leads a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/marketing?period=this_month&employee=8")


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_cut_off_on_a_phone_or_a_desk_and_cards_of_a_line_are_of_one_height(
    visit: Visit, width: int
) -> None:
    page = visit(PATH, whole=False, width=width)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth <= window.innerWidth")
    cut = page.locator(".st-key-overview_cards [data-testid=stMetricValue], .st-key-sentences a").evaluate_all(
        "shown => shown.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
    )
    assert cut == []
    boxes = [box_of(card) for card in page.locator("[class*=st-key-block_overview_]").all()][:5]
    lines: dict[int, set[int]] = {}
    for box in boxes:
        lines.setdefault(round(box["y"]), set()).add(round(box["height"]))
    assert [len(heights) for heights in lines.values()] == [1] * (5 if width == 390 else 2)
