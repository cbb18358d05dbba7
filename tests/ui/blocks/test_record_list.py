"""A list through the entry script: a hundred rows at a time, in the order and under the search of the address."""

import re

import pytest

from tests.ui.market import build_market, lead_card
from tests.ui.page_texts import address, lists, texts
from tests.ui.shop import HOSTILE

PAGE = "pages/reports/marketing.py"
LEADS = 250
NEXT, BACK, SEARCH = "list_forward_lead_list", "list_back_lead_list", "list_search_lead_list"
MOST_BYTES = 60_000


@pytest.fixture(scope="module")
def long_data(tmp_path_factory):
    return build_market(tmp_path_factory.mktemp("long"), lead_count=LEADS)


@pytest.fixture
def open_list(open_page, long_data, monkeypatch):
    monkeypatch.setenv("VITRINA_DATA_DIR", str(long_data))
    return lambda language="ru", **chosen: open_page(language, page=PAGE, **chosen)


def the_list(test):
    assert not test.exception
    [shown] = lists(test)
    return shown


def titles(test):
    return the_list(test).column("lead_list", "title")


def shown_rows(test):
    """What the caption above the list says: "1–100 из 250"."""
    return next(text.replace("\\", "") for text in texts(test) if re.search(r"\d\\?–\d", text) and "из" in text)


def test_the_pages_of_a_list_hold_each_row_once_and_end_with_the_last(open_list):
    test = open_list(show=["lead_list_order:asc_title"])
    found, captions = [], []
    while True:
        found += titles(test)
        captions.append(shown_rows(test))
        if test.button(key=NEXT).disabled:
            break
        test.button(key=NEXT).click().run()
    assert captions == ["1–100 из 250", "101–200 из 250", "201–250 из 250"]
    assert sorted(found) == sorted([HOSTILE, *(f"Лид {number}" for number in range(2, LEADS + 1))])
    test.button(key=BACK).click().run()
    assert titles(test) == found[100:200]
    assert address(test)["show"] == ["lead_list_order:asc_title"]  # a page is nobody else's business


def test_a_list_opens_at_its_first_page_in_its_own_order(open_list):
    test = open_list()
    shown = the_list(test)
    assert (shown.sorted_by, len(shown.rows)) == (("Создан", True), 100)
    assert test.button(key=BACK).disabled
    assert address(test) == {}


def test_a_list_that_fits_on_a_page_has_no_buttons_to_turn_it(open_list):
    test = open_list(source=["EVIL"])
    assert 0 < len(the_list(test).rows) < 100
    assert NEXT not in {button.key for button in test.button}


def test_what_is_typed_narrows_the_list_alone_and_stays_in_the_address(open_list):
    test = open_list()
    figures = [metric.value for metric in test.metric]
    test.text_input(key=SEARCH).set_value("ЛИД 24").run()
    assert set(titles(test)) == {"Лид 24", *(f"Лид {number}" for number in range(240, 250))}
    assert shown_rows(test) == "1–11 из 11"
    assert [metric.value for metric in test.metric] == figures
    assert address(test)["find"] == ["lead_list:ЛИД 24"]
    test.text_input(key=SEARCH).set_value("").run()
    assert len(titles(test)) == 100
    assert "find" not in address(test)


@pytest.mark.parametrize("text", ["100% _ 'x' \"y\" & z=1?#:;+", "a:b:c", "Ёж & Ко", "<img src=x>"])
def test_any_text_survives_a_link(open_list, text):
    test = open_list(find=[f"lead_list:{text}"])
    assert test.text_input(key=SEARCH).value == text
    assert address(test)["find"] == [f"lead_list:{text}"]


def test_a_link_opens_the_list_in_its_order_under_its_search(open_list):
    shown = the_list(open_list(show=["lead_list_order:desc_duration_days"], find=["lead_list:лид 2"]))
    assert shown.sorted_by == ("Дней", True)
    days = [int(text) for text in shown.column("lead_list", "duration_days")]
    assert days == sorted(days, reverse=True)
    assert all(title.startswith("Лид 2") for title in shown.column("lead_list", "title"))


@pytest.mark.parametrize(
    "nonsense",
    [
        {"show": ["lead_list_order:desc_nothing"]},
        {"show": ["lead_list_order:created_on"]},
        {"find": ["lead_list"]},
        {"find": ["lead_list: \n"]},
        {"find": ["no list:x"]},
    ],
)
def test_an_address_that_means_nothing_opens_the_list_as_it_is(open_list, nonsense):
    shown = the_list(open_list(**nonsense))
    assert (shown.sorted_by, len(shown.rows)) == (("Создан", True), 100)


def test_a_search_begins_at_the_first_page(open_list):
    test = open_list()
    test.button(key=NEXT).click().run()
    test.text_input(key=SEARCH).set_value("лид").run()
    assert shown_rows(test) == "1–100 из 249"


def test_a_search_without_rows_says_so_and_can_be_changed(open_list):
    test = open_list(find=["lead_list:**нет** такого"])
    assert lists(test) == []
    assert any("«**нет** такого»" in text.replace("\\", "") for text in texts(test))
    test.text_input(key=SEARCH).set_value("лид 7").run()
    assert "Лид 7" in titles(test)


@pytest.mark.parametrize(
    ("language", "state", "hidden"), [("ru", "некачественный", "junk"), ("en", "junk", "некачественный")]
)
def test_a_search_is_for_what_the_reader_sees(open_list, language, state, hidden):
    shown = the_list(open_list(language, find=[f"lead_list:{state}"]))
    assert {text.lower() for text in shown.column("lead_list", "state", language)} == {state}
    assert lists(open_list(language, find=[f"lead_list:{hidden}"])) == []


def test_the_switches_of_the_list_narrow_it_and_stand_in_the_address(open_list):
    test = open_list()
    test.toggle(key="without_activities_lead_list").set_value(True).run()
    assert set(the_list(test).column("lead_list", "closed_on")) == {"—"}
    assert address(test) == {"without_activities": ["1"]}


def test_every_title_leads_to_its_card_in_the_portal(open_list):
    shown = the_list(open_list(show=["lead_list_order:asc_title"], find=["lead_list:Лид 11"]))
    by_title = dict(zip(shown.column("lead_list", "title"), shown.links, strict=True))
    assert by_title["Лид 11"] == lead_card(11)
    assert by_title["Лид 115"] == lead_card(115)


def test_a_page_of_a_list_is_no_heavier_however_long_the_list_is(open_list, open_page, tmp_path, monkeypatch):
    small = the_list(open_list())
    monkeypatch.setenv("VITRINA_DATA_DIR", str(build_market(tmp_path, lead_count=100 * LEADS)))
    large = the_list(open_page("ru", page=PAGE))
    assert (len(large.rows), len(small.rows)) == (100, 100)
    assert max(small.size, large.size) <= MOST_BYTES
    assert abs(large.size - small.size) < 4_000
