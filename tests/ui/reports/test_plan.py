"""The page of the plan through the entry script: whole in both languages, its months, its pace, its editor."""

import shutil
from decimal import Decimal

import pandas as pd
import pytest

from inputs.plan.columns import FIGURES
from inputs.plan.editing import PlanLine
from inputs.plan.rows import NO_STEPS, PlanKey, PlanRow
from language import words
from metrics.query import catalog
from tests.inputs.plan.sheets_server import EMAIL, URL, SheetsServer
from tests.ui.page_texts import address, texts
from tests.ui.planned import BONUS, DECEMBER, NOVEMBER, OCTOBER, OTHER, SELLER, build_planned, plan, store
from ui.reports.plan import editor_table

PAGE = "pages/reports/plan.py"
BLOCKS = (
    "plan_pace_total",
    "plan_month_comparison",
    "plan_by_department",
    "plan_department_dynamics",
    "plan_by_employee",
    "plan_pace",
    "plan_employee_dynamics",
    "plan_dynamics",
    "deal_state_stats",
    "deal_duration_stats",
    "deal_long_cycle_dynamics",
    "deal_list",
)
OPEN = ["plan_editor:open"]


@pytest.fixture(scope="module")
def planned_data(tmp_path_factory, shop_data):
    return build_planned(tmp_path_factory.mktemp("planned") / "data", shop_data)


@pytest.fixture
def open_plan(open_page, planned_data, monkeypatch):
    monkeypatch.setenv("VITRINA_DATA_DIR", str(planned_data))
    return lambda language="ru", **chosen: open_page(language, page=PAGE, **chosen)


@pytest.fixture
def own_data(planned_data, tmp_path, monkeypatch, open_plan):
    """A copy that a test may change, in force once `open_plan` is."""
    folder = tmp_path / "own"
    shutil.copytree(planned_data, folder)
    monkeypatch.setenv("VITRINA_DATA_DIR", str(folder))
    return folder


def shown(test):
    return "\n".join(texts(test)).replace("\\", "")


def card(test, column):
    label = catalog.view("plan_summary").columns[column].label("ru")
    return next(metric.value for metric in test.metric if metric.label.replace("\\", "") == label)


def of_month(rows, month):
    return [(row.key.employee_id, row.key.funnel_id, row.plan_sum) for row in rows if row.key.month == month]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_holds_every_block_and_the_open_editor_in_each_language(open_plan, language):
    test = open_plan(language, show=OPEN)
    assert not test.exception
    assert not test.warning
    text, say = shown(test), words(language)
    for block in BLOCKS:
        assert catalog.view(block).label(language) in text, block
    for key in ("people_funnels", "department_bars", "employee_bars", "editor.title"):
        assert say(f"pages.plan.{key}") in text, key


def test_a_lower_minimum_percent_earns_the_bonus_at_once_and_stays_in_the_address(open_plan):
    test = open_plan(period=["this_month"])
    assert card(test, "bonus") == "0\xa0₽"
    test.number_input(key="plan_min_completion").set_value(90.0).run()
    assert card(test, "bonus") == words("ru").short_money(BONUS)
    assert address(test)["min_completion"] == ["0.9"]
    assert card(open_plan(**address(test)), "bonus") == words("ru").short_money(BONUS)


def test_a_cut_month_is_named_and_made_whole_by_a_button(open_plan):
    test = open_plan(**{"from": ["2026-10-05"], "to": ["2026-11-20"]})
    assert "план взят целиком — окт 2026 – ноя 2026" in shown(test)
    test.button(key="plan_whole_months").click().run()
    assert (address(test)["from"], address(test)["to"]) == (["2026-10-01"], ["2026-11-30"])
    assert "не полностью" not in shown(test)


def test_the_pace_is_said_in_words_with_a_doubt_where_months_are_uneven(open_plan):
    text = shown(open_plan(employee=[str(SELLER)], period=["this_month"]))
    assert "При таком темпе: 120 % плана" in text  # 360 000 where 15 of 20 working days ask for 300 000
    assert "Прошло 15 рабочих дней из 20" in text
    assert "впереди на 60 тыс. ₽." in text
    assert words("ru")("pages.plan.pace.poor_guide") in text


def test_what_a_side_filter_leaves_alone_is_said_and_so_are_steps_without_a_plan(open_plan):
    text = shown(open_plan(source=["WEB"], period=["this_month"]))
    source = words("ru")("ui.filter.sources")
    assert words("ru")("pages.plan.untouched_bonus", filters=source) in text
    assert "В 1 строке плана есть ступени бонуса" in text
    assert "без плана." in text


def test_an_employee_is_struck_out_of_the_chart_and_put_back(open_plan):
    test = open_plan(show=["plan_employee_dynamics_metric:fact_sum"])
    pills = test.pills(key="struck_plan_employee_dynamics")
    assert pills.value[0] == SELLER
    pills.set_value(pills.value[1:]).run()
    assert f"plan_employee_dynamics_struck:out_{SELLER}" in address(test)["show"]
    pills = test.pills(key="struck_plan_employee_dynamics")
    assert SELLER not in pills.value
    assert len(pills.value) == 5  # another one has taken the place
    assert any(option.startswith("~~") for option in pills.options)
    pills.set_value([*pills.value, SELLER]).run()
    assert not any("struck" in option for option in address(test)["show"])


def test_months_without_a_plan_say_what_to_do_and_lead_to_the_editor(open_plan):
    test = open_plan(**{"from": ["2026-08-01"], "to": ["2026-08-31"]})
    assert "План на авг 2026 не заполнен" in shown(test)
    test.button(key="plan_fill").click().run()
    assert test.selectbox(key="plan_month_box").value.isoformat() == "2026-08-01"
    assert "не заполнен:" not in shown(test)


def test_the_month_before_is_taken_over_saved_and_published(open_plan, own_data):
    test = open_plan(show=[*OPEN, "plan_month:m2026_12"], **{"from": ["2026-12-01"], "to": ["2026-12-31"]})
    assert card(test, "plan_sum") == "0\xa0₽"
    assert test.button(key="plan_save").disabled
    test.button(key="plan_copy").click().run()
    assert store(own_data).rows() == tuple(sorted(plan(), key=lambda row: row.key))  # nothing is saved yet
    test.button(key="plan_save").click().run()
    assert of_month(store(own_data).rows(), DECEMBER) == [
        (OTHER, 7, None), (SELLER, 0, Decimal(300_000)), (SELLER, 7, Decimal(100_000)),
    ]  # fmt: skip
    assert "Декабрь 2026: план сохранён." in [toast.value.replace("\\", "") for toast in test.toast]
    assert card(test, "plan_sum") == words("ru").short_money(400_000)
    assert test.button(key="plan_save").disabled


def test_what_is_unsaved_outlives_another_month_a_filter_and_another_page(open_plan, own_data):
    test = open_plan(show=[*OPEN, "plan_month:m2026_12"])
    test.button(key="plan_copy").click().run()
    test.selectbox(key="plan_month_box").set_value(OCTOBER).run()
    test.multiselect(key="filter.employees").set_value([OTHER]).run()
    test.switch_page("pages/service/data.py").run()
    test.switch_page(PAGE).run()
    assert "несохранённые изменения плана: дек 2026" in shown(test)
    test.button(key="plan_unsaved_2026_12").click().run()
    assert not test.button(key="plan_save").disabled
    test.button(key="plan_undo").click().run()
    assert test.button(key="plan_save").disabled
    assert of_month(store(own_data).rows(), DECEMBER) == []


def test_a_month_somebody_else_has_saved_meanwhile_is_not_written_over_unseen(open_plan, own_data):
    test = open_plan(show=[*OPEN, "plan_month:m2026_12"])
    test.button(key="plan_copy").click().run()
    theirs = PlanRow(PlanKey(DECEMBER, 1, 0), Decimal(5))
    store(own_data).replace_months([DECEMBER], [theirs])
    test.button(key="plan_save").click().run()
    assert words("ru")("plan.store.changed") in shown(test)
    assert of_month(store(own_data).rows(), DECEMBER) == [(1, 0, Decimal(5))]
    test.button(key="plan_write_mine").click().run()
    assert [key[:2] for key in of_month(store(own_data).rows(), DECEMBER)] == [(OTHER, 7), (SELLER, 0), (SELLER, 7)]
    assert words("ru")("plan.store.changed") not in shown(test)


def test_refreshing_reads_a_plan_that_was_changed_in_its_file(open_plan, own_data):
    test = open_plan(period=["this_month"])
    assert card(test, "plan_sum") == words("ru").short_money(400_000)
    store(own_data).replace_months([NOVEMBER], [PlanRow(PlanKey(NOVEMBER, SELLER, 0), Decimal(777_000))])
    test.button(key="plan_refresh").click().run()
    assert card(test, "plan_sum") == words("ru").short_money(777_000)


def test_a_plan_that_cannot_be_read_is_said_and_the_report_stands(open_plan, own_data):
    store(own_data).path.write_bytes(b"no workbook")
    test = open_plan(show=OPEN, period=["this_month"])
    assert not test.exception
    assert any("plan.xlsx" in warning.value.replace("\\", "") for warning in test.warning)
    assert card(test, "plan_sum") == words("ru").short_money(400_000)


def test_a_typed_cell_is_a_figure_or_a_told_fault_and_an_untouched_one_stays_exact():
    exact = Decimal("12345678901234.56")  # no number of a browser holds it
    line = PlanLine(PlanRow(PlanKey(NOVEMBER, 1, 0), exact, 3, NO_STEPS), "Иванов", "Общая")
    table = editor_table.to_frame([line, line], {})
    table.loc[0, "step1_bonus"] = 10.5
    table.loc[1, list(FIGURES[:3])] = [-1.0, 1.5, float("nan")]
    table.loc[1, "step2_bonus"] = 1e15
    rows, errors = editor_table.from_frame(table, [line, line])
    assert (rows[0].plan_sum, rows[0].plan_count, rows[0].steps[0].bonus) == (exact, 3, Decimal("10.50"))
    assert [(error.employee, error.column) for error in errors] == [
        ("Иванов", "plan_sum"), ("Иванов", "plan_count"), ("Иванов", "step2_bonus"),
    ]  # fmt: skip
    assert rows[1] == line.row
    assert list(pd.DataFrame(editor_table.to_frame([line], {})).columns) == [
        *editor_table.NAMES,
        *editor_table.SOLD,
        *FIGURES,
    ]


UPLOADED = """month;employee_id;funnel_id;plan_sum;plan_count
2026-11;30;0;480 000,50 ₽;12
2026-11;30;7;много;
2026-12;29;0;;3
"""


def test_a_file_is_taken_and_its_wrong_cell_told_with_its_address(open_plan, own_data):
    test = open_plan(show=OPEN, period=["this_month"])
    test.file_uploader(key="plan_upload_0").set_value(("план.csv", UPLOADED.encode(), "text/csv")).run()
    text = shown(test)
    assert "D3" in text
    assert "много" in text
    assert "строки плана за ноя 2026, дек 2026" in text
    assert len(store(own_data).rows()) == len(plan())
    test.button(key="plan_take_file").click().run()
    stored = store(own_data).rows()
    assert of_month(stored, NOVEMBER) == [(SELLER, 0, Decimal("480000.50"))]
    assert of_month(stored, DECEMBER) == [(OTHER, 0, None)]
    assert len(of_month(stored, OCTOBER)) == 3
    assert card(test, "plan_sum") == words("ru").short_money(480_001)
    assert "К плану 1 замечание" in [expander.label.replace("\\", "") for expander in test.expander]


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx"])
def test_a_file_that_is_no_plan_is_refused_in_a_sentence(open_plan, own_data, name):
    test = open_plan(show=OPEN)
    test.file_uploader(key="plan_upload_0").set_value((name, b"%PDF-1.7 not a plan", "text/csv")).run()
    assert not test.exception
    assert any(name in warning.value.replace("\\", "") for warning in test.warning)
    assert len(store(own_data).rows()) == len(plan())


def test_a_linked_sheet_is_read_by_the_button_and_the_table_here_is_read_only(open_plan, own_data, monkeypatch):
    with SheetsServer() as server:
        monkeypatch.setenv("VITRINA_PLAN_SHEET_URL", URL)
        monkeypatch.setenv("VITRINA_GOOGLE_SERVICE_ACCOUNT_FILE", str(server.account_file(own_data)))
        test = open_plan(show=OPEN, period=["this_month"])
        assert URL in [link.proto.url for link in test.get("link_button")]
        assert words("ru")("pages.plan.editor.linked") in shown(test)
        assert not any(button.key == "plan_save" for button in test.button)
        test.button(key="plan_refresh").click().run()
        assert card(test, "plan_sum") == words("ru").short_money(400_000)  # the plan that was here is in the sheet
        sheet = server.sheet("План 2026")
        row = next(n for n, cells in enumerate(sheet.rows(), 1) if _is(cells, SELLER))
        sheet.type(f"F{row}", "950 000 ₽")
        test.button(key="plan_refresh").click().run()
        assert card(test, "plan_sum") == words("ru").short_money(1_050_000)
        server.faults = [["GET", 403, "The caller does not have permission", 9]]
        test.button(key="plan_refresh").click().run()
        assert any(EMAIL in warning.value.replace("\\", "") for warning in test.warning)
        assert card(test, "plan_sum") == words("ru").short_money(1_050_000)


def _is(cells, employee):
    """Whether a row of the sheet is the employee's of November in the first funnel."""
    return (str(cells[0])[:7], cells[1], cells[3]) == ("2026-11", employee, 0)
