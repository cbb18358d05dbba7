"""The marketing page through the entry script: whole in both languages, and of deals where there are no leads."""

import pytest

from language import words
from metrics.query import catalog
from tests.ui.market import LEADS, MARKED, SITE_LEADS, build_market
from tests.ui.page_texts import address, lists, texts
from tests.ui.shop import HOSTILE

PAGE = "pages/reports/marketing.py"
BLOCKS = (
    "lead_source_stats",
    "deal_source_stats",
    "lead_source_dynamics",
    "lead_utm_stats",
    "deal_utm_stats",
    "lead_top_sources_dynamics",
    "marketing_funnel",
    "lead_state_stats",
    "lead_source_share",
    "lead_source_state_stats",
    "lead_stage_stats",
    "lead_stage_conversion",
    "lead_employee_stage_stats",
    "lead_list",
)


@pytest.fixture(scope="session")
def market_data(tmp_path_factory):
    return build_market(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="module")
def leadless_data(tmp_path_factory):
    return build_market(tmp_path_factory.mktemp("leadless"), leads=False)


@pytest.fixture
def open_marketing(open_page, market_data, monkeypatch):
    monkeypatch.setenv("VITRINA_DATA_DIR", str(market_data))
    return lambda language="ru", **chosen: open_page(language, page=PAGE, **chosen)


@pytest.fixture
def read_marketing(read_page, market_data, monkeypatch):
    monkeypatch.setenv("VITRINA_DATA_DIR", str(market_data))
    return lambda language="ru", **chosen: read_page(language, page=PAGE, **chosen)


def card(test, column):
    label = catalog.view("lead_summary").columns[column].label("ru")
    return next(metric.value for metric in test.metric if metric.label.replace("\\", "") == label)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_holds_both_parts_and_every_block_in_each_language(read_marketing, language):
    test = read_marketing(language)
    assert not test.exception
    assert not test.warning
    shown = "\n".join(texts(test)).replace("\\", "")
    for key in ("pages.marketing.events", "pages.marketing.fate"):
        assert words(language)(key) in shown
    for block in BLOCKS:
        assert catalog.view(block).label(language) in shown, block
    received = catalog.view("lead_summary").columns["received"].label(language)
    assert str(LEADS) in {metric.value for metric in test.metric if metric.label == received}


def test_the_line_under_the_sources_reconciles_them_with_all_sales(read_marketing):
    line = next(each.label for each in read_marketing().expander if each.label.startswith("**"))
    assert "без лида" in line
    assert "С лидом — 10 на" in line.replace("\\", "")


def test_a_mark_in_the_address_narrows_the_report(open_marketing):
    test = open_marketing(utm_source=["yandex"])
    assert card(test, "received") == str(MARKED)


def test_the_mark_looked_at_is_kept_in_the_address(open_marketing):
    test = open_marketing()
    test.segmented_control(key="utm_lead_utm_stats").set_value("utm_campaign").run()
    assert address(test)["utm"] == ["utm_campaign"]
    assert test.segmented_control(key="utm_deal_utm_stats").value == "utm_campaign"


def test_the_list_is_switched_to_what_nobody_has_planned(open_marketing):
    test = open_marketing()
    [everything] = lists(test)
    test.toggle(key="without_activities_lead_list").set_value(True).run()
    assert address(test)["without_activities"] == ["1"]
    [unplanned] = lists(test)
    assert 0 < len(unplanned.rows) < len(everything.rows) == LEADS


def test_the_list_links_to_the_portal_alone_and_orders_days_as_numbers(open_marketing):
    test = open_marketing(show=["lead_list_order:asc_duration_days"])
    [shown] = lists(test)
    assert all(url.startswith("https://acme.bitrix24.ru/crm/lead/details/") for url in shown.links)
    days = [int(text) for text in shown.column("lead_list", "duration_days")]
    assert days == sorted(days)
    assert max(days) > 9
    assert HOSTILE in set(shown.column("lead_list", "title"))


def test_a_source_in_the_address_keeps_the_rest_of_the_report_in_step(open_marketing):
    test = open_marketing(source=["WEB"])
    assert card(test, "received") == str(SITE_LEADS)
    assert not test.warning


def test_a_nasty_name_is_shown_and_never_run(open_marketing):
    shown = "\n".join(texts(open_marketing(source=["EVIL"])))
    assert HOSTILE not in shown
    assert HOSTILE.replace("**", "") not in shown


@pytest.mark.parametrize("language", ["ru", "en"])
def test_without_leads_the_page_shows_deals_and_says_why(open_page, leadless_data, monkeypatch, language):
    monkeypatch.setenv("VITRINA_DATA_DIR", str(leadless_data))
    test = open_page(language, page=PAGE)
    assert not test.exception
    assert not test.warning
    shown = "\n".join(texts(test)).replace("\\", "")
    assert words(language)("pages.marketing.without_leads.mode_without_leads", last="") in shown
    for view in ("deal_source_stats", "deal_utm_stats", "deal_stage_conversion"):
        assert catalog.view(view).label(language) in shown
    assert words(language)("pages.marketing.fate") not in shown
