"""The overview: cards that lead on, sentences whose figures stand where they lead to, what is missing in words."""

from urllib.parse import parse_qs

import pytest

from crm.settings import load_settings
from language import words
from metrics.query import query
from metrics.query.selection import from_address
from metrics.warehouse.publish import open_current
from tests.refresh.troubled import KINDS, troubled
from tests.ui.page_texts import address, texts
from tests.ui.portals import Portal, build_portal
from tests.ui.shop import WEBHOOK

PAGE = "pages/reports/overview.py"
PERIOD = {"period": ["this_month"]}
CARDS = 5
IVAN = "Петров Иван"

# kind of sentence → the view behind the block it leads to, and what must stand there under the link's filters.
TARGETS = {
    "plan_behind": ("plan_pace", {"employee": IVAN, "pace_gap": -15000.0, "completion_to_date": 0.0}),
    "source_fall": ("lead_summary", {"received": 0}),
    "slow_stage": ("longest_stages", {"entity": "deal", "stage": "Переговоры", "days_share": 1.0, "place": 1}),
    "forgotten_deal": ("forgotten_summary", {"entity": "deal", "forgotten_count": 12, "forgotten_sum": 12000}),
    "forgotten_lead": ("forgotten_summary", {"entity": "lead", "forgotten_count": 12, "forgotten_share": 1.0}),
    "forgetful": ("forgotten_by_employee", {"employee": IVAN, "deals_forgotten": 12, "leads_forgotten": 12}),
    "idle": ("manager_results", {"employee": IVAN, "leads_in_work": 12, "in_work_count": 12, "in_work_sum": 12000}),
    "unplanned_lead": ("lead_list", 12),
}
SENTENCES = {
    "ru": [
        "Петров Иван: не хватает 15 тыс. ₽ до плана на сегодня. Ноябрь 2026: выполнено 0,0 % того, что должно быть "
        "к этому дню.",
        "В забытых сделках лежит 12 тыс. ₽. 12 сделок без действий 14 дней и дольше.",
        "Источник «Сайт»: лидов на 100,0 % меньше, чем за прошлый период. Поступило 0 лидов.",
        "Петров Иван: забытого больше, чем у кого-либо. Сделки — 12 из 12, лиды — 12 из 12.",
        "Забыто 12 лидов периода. Это 100,0 % поступивших; без действий 3 дня и дольше.",
        "Петров Иван: ни одной активности за период. В работе 12 сделок на 12 тыс. ₽ и 12 лидов.",
        "12 лидов периода в работе без дел. Это 100,0 % поступивших: ничего не запланировано, и Битрикс24 о них "
        "не напомнит.",
    ],
    "en": [
        "Петров Иван: 15 k ₽ short of the plan to date. November 2026: 0.0% of what is due by today is done.",
        "12 k ₽ lies in forgotten deals. 12 deals without any action for 14 days or more.",
        "Source “Сайт”: 100.0% fewer leads than in the period before. 0 leads were received.",
        "Петров Иван: more forgotten than with anybody else. Deals: 12 of 12, leads: 12 of 12.",
        "12 leads of the period are forgotten. That is 100.0% of those received; without any action for 3 days or "
        "more.",
        "Петров Иван: not a single activity in the period. In work: 12 deals, 12 k ₽, and 12 leads.",
        "12 leads of the period have nothing planned. That is 100.0% of those received: Bitrix24 will remind nobody "
        "of them.",
    ],
}


@pytest.fixture(scope="module")
def trouble(tmp_path_factory):
    folder = tmp_path_factory.mktemp("troubled")
    troubled(folder)
    return folder


@pytest.fixture
def opened(trouble, monkeypatch, open_page):
    """Opens the overview of the troubled portal, or of the one built in a folder."""
    monkeypatch.setenv("VITRINA_WEBHOOK_URL", WEBHOOK)

    def overview(language="ru", folder=trouble, **address):
        monkeypatch.setenv("VITRINA_DATA_DIR", str(folder))
        return open_page(language, page=PAGE, **address)

    return overview


@pytest.fixture
def read(trouble, monkeypatch, read_page):
    """The overview of the troubled portal in the period, to be read."""
    monkeypatch.setenv("VITRINA_DATA_DIR", str(trouble))
    return lambda language="ru": read_page(language, page=PAGE, **PERIOD)


def links(test):
    """The links of the page, as (label, address); those of the cards come first."""
    return [(link.proto.label, parse_qs(link.proto.query_string)) for link in test.get("page_link")]


def shown(text):
    return text.replace("\\", "").replace("**", "").replace("\u00a0", " ")


def figures(test):
    return {shown(metric.label): metric.value.replace("\u00a0", " ") for metric in test.metric}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_sentences_stand_in_their_order_in_each_language(read, language):
    test = read(language)
    assert not test.exception
    assert not test.warning
    assert [shown(label) for label, _ in links(test)[CARDS:]] == SENTENCES[language]


def test_what_a_sentence_says_stands_in_the_block_it_leads_to(read, trouble):
    warehouse = open_current(load_settings(data_dir=trouble).warehouse_dir)
    for kind, (_, led_to) in zip(KINDS, links(read())[CARDS:], strict=True):
        chosen, dropped = from_address(led_to)
        assert dropped == []
        filters = chosen.resolve(warehouse.as_of_day, warehouse.first_day, defaults=warehouse.defaults)
        view, expected = TARGETS[kind]
        rows = query.rows(warehouse, view, filters).records()
        if isinstance(expected, int):
            assert (kind, len(rows)) == (kind, expected)
        else:
            found = [{name: row[name] for name in expected} for row in rows]
            assert (kind, found.count(expected)) == (kind, 1)
    assert led_to["at"] == ["lead_list"]


def test_a_source_that_fell_is_told_with_the_change_its_card_shows(read, trouble):
    fell = links(read())[CARDS + KINDS.index("source_fall")][1]
    warehouse = open_current(load_settings(data_dir=trouble).warehouse_dir)
    filters = from_address(fell)[0].resolve(warehouse.as_of_day, warehouse.first_day)
    assert query.rows(warehouse, "lead_summary_change", filters).records()[0]["received_change"] == -1.0


def test_a_card_leads_to_its_report_under_the_filters_in_force_and_nothing_more_is_said_where_all_is_quiet(opened):
    test = opened(employee=["8"], lang=["ru"], **PERIOD)
    assert len(links(test)) == CARDS
    assert any(words("ru")("pages.overview.quiet") in shown(text) for text in texts(test))
    queries = [query for _, query in links(test)[:CARDS]]
    assert queries == [{"period": ["this_month"], "employee": ["8"], "lang": ["ru"]}] * CARDS
    assert [shown(label) for label, _ in links(test)[:CARDS]] == [
        "План и темп",
        "Продажи",
        "Лиды",
        "Активность",
        "Забытое",
    ]


def test_the_cards_say_plan_sales_leads_activity_and_the_forgotten(read):
    test = read()
    assert figures(test) == {
        "Выполнение плана": "23,8 %",
        "Факт": "5 000 ₽",
        "План": "21 тыс. ₽",
        "Осталось до плана": "16 тыс. ₽",
        "Сумма продаж периода": "5 000 ₽",
        "Продажи периода": "1",
        "Конверсия закрытых в периоде": "100,0 %",
        "Средний чек": "5 000 ₽",
        "Поступило лидов": "12",
        "Качественные к поступившим": "0,0 %",
        "Качественные (закрыты в периоде)": "0",
        "Активности": "1",
        "Минуты на линии": "0",
        "Без активности": "1",
        "Сумма забытых сделок": "12 тыс. ₽",
        "Забытые сделки": "12",
        "Забытые лиды": "12",
    }
    deltas = {metric.label: metric.delta.replace("\u00a0", " ") for metric in test.metric if metric.delta}
    assert deltas["Сумма продаж периода"] == "+25,0 %"
    text = " ".join(shown(text) for text in texts(test))
    assert "К этому дню должно быть 75,0 %. Ноябрь 2026: при таком темпе 32 % плана." in text
    assert "год назад (01.11.2025 – 23.11.2025)" in text


def test_an_empty_portal_is_told_in_words_and_not_in_zeros(opened, tmp_path):
    test = opened(folder=build_portal(tmp_path, None))
    assert not test.exception
    assert not test.warning
    text = " ".join(shown(text) for text in texts(test))
    for missing in ("plan", "deals", "activities", "calls", "created"):
        assert words("ru")(f"pages.overview.missing.{missing}").replace("\u00a0", " ") in text
    assert words("ru")("pages.overview.missing.none_in_a_year") in text
    assert "01.10.2026 – 23.11.2026" in text.partition("На что посмотреть")[2]
    assert list(figures(test)) == ["Без активности"]


def test_a_portal_without_leads_says_why_and_a_month_without_deals_what_to_do(opened, tmp_path):
    folder = build_portal(tmp_path, Portal(has_leads=False))
    text = " ".join(
        shown(text) for text in texts(opened(folder=folder, **{"from": ["2024-01-01"], "to": ["2024-01-31"]}))
    )
    assert words("ru")("pages.overview.missing.mode_without_leads") in text
    assert words("ru")("pages.overview.missing.deals") in text
    assert words("ru")("pages.overview.missing.created") in text


def test_a_filter_of_funnels_says_that_leads_have_none(opened):
    test = opened(funnel=["0"], **PERIOD)
    note = words("ru")("pages.forgotten.all_funnels")
    assert sum(note in shown(caption.value) for caption in test.caption) == 2


def test_the_block_a_link_led_to_stays_in_the_address_until_something_else_is_chosen(opened):
    test = opened(at=["overview_attention"], **PERIOD)
    assert address(test)["at"] == ["overview_attention"]
    test.multiselect(key="filter.employees").set_value([8]).run()
    assert "at" not in address(test)


@pytest.mark.parametrize(
    ("count", "text"),
    [(3, "Забыты 3 лида периода."), (5, "Забыто 5 лидов периода."), (21, "Забыт 21 лид периода.")],
)
def test_forgotten_leads_are_counted_as_russian_counts(count, text):
    assert words("ru")("pages.overview.said.forgotten_lead.head", count=count) == text
