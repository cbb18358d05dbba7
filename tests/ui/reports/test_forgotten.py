"""The page of the forgotten: its days, its way further back, its lists."""

import pytest

from language import words
from tests.ui.page_texts import address, lists, texts
from tests.ui.portals import Portal, build_portal
from tests.ui.shop import WEBHOOK

PAGE = "pages/reports/forgotten.py"
LISTS = ("forgotten_leads", "forgotten_deals")


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """Seven people with a silent lead and a silent deal each, of the first days of November."""
    return build_portal(tmp_path_factory.mktemp("forgotten"), Portal(people=7))


@pytest.fixture
def opened(portal, monkeypatch, open_page):
    """Opens the page over that portal."""
    monkeypatch.setenv("VITRINA_DATA_DIR", str(portal))
    monkeypatch.setenv("VITRINA_WEBHOOK_URL", WEBHOOK)
    return lambda language="ru", **chosen: open_page(language, page=PAGE, **chosen)


def figures(test):
    return [metric.value for metric in test.metric]


def days(test):
    return test.number_input(key="control_lead_days").value, test.number_input(key="control_deal_days").value


def shown(test):
    return [text.replace("\\", "") for text in texts(test)]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_opens_whole_and_says_how_many_days_are_meant(opened, language):
    test = opened(language, lead_days=["1"], deal_days=["14"])
    say = words(language)
    assert not test.exception
    assert not test.warning
    for entity, days in (("lead", 1), ("deal", 14)):
        silent = say("pages.forgotten.silent", count=days)
        assert any(say(f"pages.forgotten.{entity}", silent=silent) in text for text in shown(test))
    assert len(lists(test)) == 2


def test_days_set_on_the_page_change_the_figures_and_stay_in_the_address(opened):
    test = opened(period=["this_month"])
    assert days(test) == (
        3,
        14,
    )
    before = figures(test)
    test.number_input(key="control_lead_days").set_value(300).run()
    assert address(test)["lead_days"] == ["300"]
    assert figures(test)[0] == "0" != before[0]
    assert figures(test)[4:] == before[4:]  # the deals stay as they were
    test.number_input(key="control_deal_days").set_value(0).run()
    assert address(test)["deal_days"] == ["0"]
    assert any(words("ru")("pages.forgotten.all_in_work") in text for text in shown(test))


def test_an_address_opens_the_page_with_its_days(opened):
    test = opened(lead_days=["7"], deal_days=["30"])
    assert days(test) == (
        7,
        30,
    )


def test_older_ones_are_told_and_one_click_shows_them(opened):
    test = opened(**{"from": ["2026-11-20"], "to": ["2026-11-23"]}, deal_days=["10"])
    assert figures(test)[0] == "0"
    assert "Ещё 7 забытых лидов создано раньше периода." in shown(test)
    test.button(key="widen_lead").click().run()
    assert address(test)["period"] == ["all_time"]
    assert figures(test)[0] == "7"
    assert not any(text.startswith("Ещё 7") for text in shown(test))


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "Ещё 1 забытая сделка создана раньше периода."),
        (2, "Ещё 2 забытые сделки созданы раньше периода."),
        (5, "Ещё 5 забытых сделок создано раньше периода."),
        (11, "Ещё 11 забытых сделок создано раньше периода."),
        (162, "Ещё 162 забытые сделки созданы раньше периода."),
    ],
)
def test_older_ones_are_counted_as_russian_counts(count, text):
    assert words("ru")("pages.forgotten.older_deal", count=count) == text


def test_the_lists_open_with_the_longest_silence(opened):
    for view, shown in zip(LISTS, lists(opened(period=["this_month"], deal_days=["5"])), strict=True):
        silent = [int(days) for days in shown.column(view, "silent_days")]
        assert len(silent) == 7
        assert silent == sorted(silent, reverse=True)


def test_a_picked_department_narrows_the_lists_and_not_its_own_table(opened):
    test = opened(period=["this_month"], department=["3"], deal_days=["5"])
    leads, deals = lists(test)
    for view, shown in zip(LISTS, (leads, deals), strict=True):
        assert set(shown.column(view, "department")) == {"department 3"}
    assert figures(test)[0] == str(len(leads.rows))


def test_a_filter_of_funnels_says_that_leads_have_none(opened):
    test = opened(period=["this_month"], funnel=["0"])
    note = words("ru")("pages.forgotten.all_funnels")
    assert sum(note in caption.value.replace("\\", "") for caption in test.caption) == 3
