"""The page of sales dynamics through the entry script: whole in both languages, its days, its words, its switches."""

import pytest

from language import words
from metrics.query import catalog
from tests.ui.page_texts import address, texts
from tests.ui.stage_times import LONG, REPEATED, build_stage_times

PAGE = "pages/reports/sales.py"
BLOCKS = (
    "sales_dynamics",
    "sales_by_employee",
    "sales_employee_dynamics",
    "deal_state_stats",
    "deal_duration_stats",
    "deal_stage_conversion",
    "deal_list",
    "lead_stage_duration_total",
    "lead_stage_duration",
    "deal_funnel_duration",
    "deal_stage_duration",
)


@pytest.fixture(scope="session")
def stage_times_data(tmp_path_factory):
    return build_stage_times(tmp_path_factory.mktemp("stage_times"))


@pytest.fixture
def open_sales(open_page, stage_times_data, monkeypatch):
    monkeypatch.setenv("VITRINA_DATA_DIR", str(stage_times_data))
    return lambda language="ru", **chosen: open_page(language, page=PAGE, **chosen)


@pytest.fixture
def read_sales(read_page, stage_times_data, monkeypatch):
    monkeypatch.setenv("VITRINA_DATA_DIR", str(stage_times_data))
    return lambda language="ru", **chosen: read_page(language, page=PAGE, **chosen)


def shown(test):
    return "\n".join(texts(test)).replace("\\", "")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_holds_every_block_in_each_language(read_sales, language):
    test = read_sales(language)
    assert not test.exception
    assert not test.warning
    text = shown(test)
    for block in BLOCKS:
        assert catalog.view(block).label(language) in text, block
    assert words(language)("pages.sales.by_stage") in text


def test_the_forgotten_name_their_days(read_sales):
    labels = {metric.label.replace("\\", "") for metric in read_sales().metric}
    assert {"Забытые, 3 дня и больше", "Забытые, 14 дней и больше"} <= labels


def test_a_company_that_comes_again_is_a_repeat_sale(read_sales):
    label = catalog.view("sales_new_repeat").columns["repeat_count"].label("ru")
    values = {metric.label: metric.value for metric in read_sales(period=["months_12"]).metric}
    assert values[label] == str(REPEATED)


def test_the_stages_that_hold_most_days_are_named_in_words(read_sales):
    text = shown(read_sales(period=["months_12"]))
    assert "Дольше всего лиды стоят на «Новый» — 100,0" in text
    assert f"Дольше всего сделки стоят на «{LONG}» (Общая)" in text


def test_lead_blocks_say_that_a_funnel_does_not_touch_them(open_sales):
    note = words("ru")("ui.untouched", filters=words("ru")("ui.filter.funnels"))
    is_noted = [note in caption.value.replace("\\", "") for caption in open_sales(funnel=["7"]).caption]
    assert is_noted.count(True) == 3


def test_a_switch_stands_in_the_address_and_comes_back_from_it(open_sales):
    first = open_sales()
    first.segmented_control(key="switch_sales_dynamics_measure").set_value("count").run()
    first.segmented_control(key="switch_lead_stage_duration_figure").set_value("visits").run()
    assert address(first)["show"] == ["lead_stage_duration_figure:visits", "sales_dynamics_measure:count"]
    second = open_sales(**address(first))
    assert second.segmented_control(key="switch_sales_dynamics_measure").value == "count"
    assert second.segmented_control(key="switch_lead_stage_duration_figure").value == "visits"


def test_one_stage_takes_the_place_of_all_and_a_funnel_changes_the_stages(open_sales):
    test = open_sales()
    picker = test.selectbox(key="switch_deal_stage_duration_stage")
    assert LONG in picker.options
    picker.select(LONG).run()
    assert not test.warning
    assert not any(control.key == "switch_deal_stage_duration_figure" for control in test.segmented_control)
    test.selectbox(key="switch_deal_stage_duration_funnel").select("Сервис").run()
    assert not test.warning
    assert LONG not in test.selectbox(key="switch_deal_stage_duration_stage").options
