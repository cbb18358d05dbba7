"""Every page through the entry script, in both languages, without a browser."""

import pytest

from language import words
from tests.ui.conftest import MANAGERS
from tests.ui.page_texts import address, texts
from tests.ui.shop import HOSTILE, HOSTILE_ID, NAMESAKE, NAMESAKES, SECRET

PAGES = {"pages.managers.title": MANAGERS, "pages.data.title": "pages/service/data.py"}


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("title", PAGES)
def test_each_page_opens_whole_in_each_language(read_page, title, language):
    test = read_page(language, page=PAGES[title])
    assert not test.exception
    assert not test.warning
    assert any(words(language)(title) in text for text in texts(test))


def test_the_switch_wins_over_the_browser_and_stays_in_the_address(open_page):
    test = open_page("en")
    test.segmented_control(key="language").set_value("ru").run()
    assert any(words("ru")("pages.managers.title") in text for text in texts(test))
    assert address(test)["lang"] == ["ru"]


def test_an_address_opens_the_same_view_in_a_new_session(open_page):
    first = open_page("ru", employee=["7"], period=["this_month"])
    assert first.multiselect(key="filter.employees").value == [7]
    assert first.pills(key="period.preset").value == "this_month"
    won = {metric.label: metric.value for metric in first.metric}
    second = open_page("ru", **address(first))
    assert {metric.label: metric.value for metric in second.metric} == won
    assert address(second)["period"] == ["this_month"]


def test_a_filter_of_the_sidebar_narrows_the_figures_and_the_address(open_page):
    test = open_page("ru")
    everything = test.metric[2].value
    test.multiselect(key="filter.employees").set_value([7]).run()
    assert address(test)["employee"] == ["7"]
    assert test.metric[2].value == "7" != everything


def test_a_chip_takes_its_filter_away_and_one_button_all_of_them(open_page):
    test = open_page("ru", employee=["7", "8"], funnel=["0"])
    test.button(key="chip.employees.7").click().run()
    assert address(test)["employee"] == ["8"]
    test.button(key="chip.all").click().run()
    assert "employee" not in address(test)
    assert "funnel" not in address(test)


def test_slider_boxes_and_presets_say_the_same_period(open_page):
    test = open_page("ru", period=["last_month"])
    start, end = test.slider(key="period.slider").value
    assert (start.isoformat(), end.isoformat()) == ("2026-10-01", "2026-10-31")
    assert test.date_input(key="period.start").value == start
    test.date_input(key="period.end").set_value(end.replace(day=20)).run()
    assert address(test)["to"] == ["2026-10-20"]
    assert test.pills(key="period.preset").value is None
    assert test.slider(key="period.slider").value[1].day == 20


def test_filters_survive_a_turned_page(open_page):
    test = open_page("ru", employee=["7"])
    test.switch_page("pages/service/data.py").run()
    test.switch_page("pages/reports/managers.py").run()
    assert address(test)["employee"] == ["7"]
    assert test.multiselect(key="filter.employees").value == [7]


def test_namesakes_are_two_options(read_page):
    test = read_page("ru")
    labels = [option for option in test.multiselect(key="filter.employees").options if option.startswith(NAMESAKE)]
    assert len(labels) == len(set(labels)) == len(NAMESAKES)


def test_a_name_typed_by_an_enemy_is_only_a_name(open_page):
    test = open_page("ru", employee=[str(HOSTILE_ID)])
    chip = test.button(key=f"chip.employees.{HOSTILE_ID}").label
    assert "\\[сюда\\]\\(https\\:" in chip
    assert "\\<img" in chip
    assert HOSTILE not in chip


def test_a_link_to_somebody_who_is_gone_still_filters(open_page):
    test = open_page("ru", employee=["404"])
    assert not test.exception
    assert test.multiselect(key="filter.employees").value == [404]
    assert any("№ 404" in option for option in test.multiselect(key="filter.employees").options)


def test_rubbish_in_an_address_is_dropped_and_told(open_page):
    test = open_page("ru", employee=["x"], period=["yesterday"], show=["a:b:c", "nothing"], lang=["xx"])
    assert not test.exception
    assert "employee" not in address(test)
    assert any("employee\\=x" in toast.value for toast in test.toast)


def test_a_block_without_rows_says_why(open_page):
    test = open_page("ru", **{"from": ["2024-01-01"], "to": ["2024-01-31"]})
    text = words("ru")("ui.empty.period", period="01.01.2024 – 31.01.2024").split(".")[0]
    assert any(text.split(" 01")[0] in shown.replace("\\", "") for shown in texts(test))


def test_the_data_page_tells_what_is_missing_and_no_secret(read_page):
    test = read_page("ru", page="pages/service/data.py")
    assert any("23.11.2026 12:00" in text.replace("\\", "") for text in texts(test))
    assert SECRET not in str(test)
