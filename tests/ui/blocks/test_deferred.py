"""Which blocks a run of a page draws, and which wait: counted, without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import Open
from ui.blocks import deferred

SALES = "pages/reports/sales.py"


@pytest.fixture(autouse=True)
def window_of_a_desk(monkeypatch: pytest.MonkeyPatch, all_blocks_drawn: None) -> None:
    """The window is as high as it is by default."""
    monkeypatch.setattr("ui.blocks.deferred.WINDOW_HEIGHT", 900)


def page_of(test: AppTest) -> deferred._Page:
    page: deferred._Page = test.session_state[deferred.KEY]
    return page


def drawn(test: AppTest) -> list[str]:
    """The names of the blocks that are drawn, in the order of the page."""
    page = page_of(test)
    return [name for name in page.names if name not in page.waiting]


def test_a_page_that_is_opened_draws_its_first_blocks(open_page: Open) -> None:
    page = open_page(page=SALES)
    assert drawn(page) == [
        "cards_sales_lead_summary",
        "cards_sales_deal_summary",
        "cards_sales_new_repeat",
        "sales_dynamics",
    ]
    assert len(page_of(page).waiting) >= 8


def test_a_run_draws_what_was_near_last_and_nothing_else(open_page: Open) -> None:
    page = open_page(page=SALES)
    page_of(page).near = frozenset({"deal_list", "sales_dynamics"})
    page.run()
    assert drawn(page) == ["sales_dynamics", "deal_list"]
    page.switch_page("pages/reports/managers.py").run()
    assert drawn(page)[0] == "cards_manager_total"


def test_a_whole_page_and_the_block_a_link_leads_to_are_drawn_at_once(open_page: Open) -> None:
    assert not page_of(open_page(page=SALES, whole=["yes"])).waiting
    assert drawn(open_page(page=SALES, at=["deal_list"]))[-1] == "deal_list"


@pytest.mark.parametrize(
    "reported",
    [None, "all", [], {"names": None}, {"names": "deal_list"}, {"names": [["deal_list"], 7, None, {"a": 1}]}],
)
def test_what_a_browser_reports_may_be_anything(reported: object, monkeypatch: pytest.MonkeyPatch) -> None:
    page = deferred._Page("t", near=frozenset({"a"}), names=["a", "deal_list"], waiting={"deal_list"})
    state = {deferred.KEY: page, "watcher": type("State", (), {"near": reported})}
    monkeypatch.setattr("streamlit.session_state", state)
    monkeypatch.setattr("streamlit.rerun", lambda _: pytest.fail("nothing was near"))
    deferred._near_changed("watcher")
    assert page.near in (frozenset({"a"}), frozenset())


def test_blocks_that_come_near_together_are_drawn_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    page = deferred._Page("t", names=["a", "b", "c", "d"], waiting={"b", "c", "d"})
    state = {deferred.KEY: page, "watcher": type("State", (), {"near": {"names": ["c", "a", "b", "x"], "number": 1}})}
    asked: list[list[str]] = []
    monkeypatch.setattr("streamlit.session_state", state)
    monkeypatch.setattr("streamlit.rerun", asked.append)
    deferred._near_changed("watcher")
    assert asked == [["slot.b", "slot.c"]]
    assert page.near == {"a", "b", "c"}
