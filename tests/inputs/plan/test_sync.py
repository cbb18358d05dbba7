"""The linked Google Sheet: laid out, read, added to; whatever people do there, nothing they typed is lost."""

import copy
import datetime as dt
import traceback

import pytest

from crm.settings import load_settings
from inputs.plan import check, google
from inputs.plan import sync as sync_module
from inputs.plan.columns import COLUMNS, label
from inputs.plan.errors import PlanError
from inputs.plan.people import Named
from inputs.plan.store import PlanStore, plan_path
from inputs.plan.sync import check_access, sync
from tests.inputs.plan.plans import NAMES, NOVEMBER, OCTOBER, planned
from tests.inputs.plan.sheets_server import EMAIL, URL, Sheet, SheetsServer

TODAY = dt.date(2026, 11, 25)
SUM, COUNT, EMPLOYEE, MONTH, COMMENT = "План, сумма", "План, сделок", "№ сотрудника", "Месяц", "Комментарий"
GOOD = planned(dt.date(2026, 1, 1), 5, 0, 1000)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(google, "QUOTA_WAITS", (0.0, 0.0))
    monkeypatch.setattr(google, "READ_WAITS", (0.0,))


@pytest.fixture
def server():
    with SheetsServer() as running:
        yield running


@pytest.fixture
def settings(server, tmp_path):
    account = server.account_file(tmp_path)
    return load_settings(
        data_dir=tmp_path, webhook_url=None, plan_sheet_url=URL, google_service_account_file=account, language=""
    )


def synced(settings, employees=NAMES.employees, funnels=NAMES.funnels, today=TODAY, language="ru", **others):
    return sync(settings, employees, funnels, language=language, today=today, **others)


def stored(settings):
    return PlanStore(plan_path(settings)).rows()


def problems(settings):
    told = PlanStore(plan_path(settings)).problems()
    return [(one.key.removeprefix("plan."), one.values.get("cell")) for one in told]


@pytest.fixture
def sheet(server, settings):
    """The sheet of 2026 as it is laid out, with 1000 typed for January, employee 5, funnel 0."""
    synced(settings)
    server.sheet("План 2026").type("F2", 1000)
    synced(settings)
    return server.sheet("План 2026")


def test_without_a_link_nothing_is_asked(server, tmp_path):
    settings = load_settings(data_dir=tmp_path, webhook_url=None)
    assert (synced(settings), server.requests, stored(settings)) == (None, [], ())


def test_a_sheet_is_laid_out_for_everybody_active_in_every_month(server, settings):
    assert synced(settings).appended == 48
    sheet = server.sheet("План 2026")
    rows = sheet.rows()
    assert rows[0] == [label(column, "ru") for column in COLUMNS]
    assert [row[:5] for row in rows[1:5]] == [
        ["2026-01", 5, "Иванов Иван", 0, "Продажи"],
        ["2026-01", 5, "Иванов Иван", 3, "Платная"],
        ["2026-01", 7, "=cmd|'calc'!A1", 0, "Продажи"],
        ["2026-01", 7, "=cmd|'calc'!A1", 3, "Платная"],
    ]
    assert (len(rows), rows[-1][:4]) == (49, ["2026-12", 7, "=cmd|'calc'!A1", 3])
    assert (sheet.frozen, sheet.marks) == (1, {"vitrina_plan": "2026"})
    assert [(one["range"]["startColumnIndex"], one["editors"]) for one in sheet.protected] == [
        (column, {"users": [EMAIL]}) for column in (0, 1, 3)
    ]
    assert sheet.formats == ["@", "0", "@", "0", "@", "#,##0.00", "#,##0", *["#,##0", "#,##0.00"] * 3]
    assert sheet.cell("A1")["note"].startswith("Одна строка — месяц, сотрудник и воронка.")
    assert [one.title for one in server.sheets] == ["Лист1", "План 2026"]


def test_the_head_is_in_the_readers_language_and_the_next_year_comes_in_december(server, settings):
    synced(settings, today=dt.date(2026, 12, 1), language="en")
    assert [one.title for one in server.sheets] == ["Лист1", "Plan 2026", "Plan 2027"]
    assert server.sheet("Plan 2027").rows()[0][:2] == ["Month", "Employee no."]


def test_a_typed_figure_is_read_and_a_second_reading_writes_nothing(server, settings, sheet):
    server.requests.clear()
    digest = PlanStore(plan_path(settings)).digest()
    report = synced(settings)
    assert (report.rows, report.appended, report.problems) == (1, 0, ())
    assert stored(settings) == (GOOD,)
    assert PlanStore(plan_path(settings)).digest() == digest
    assert [name for name, _ in server.requests] == ["token", "GET", "GET", "GET"]


def test_new_people_and_funnels_are_appended_below_and_all_else_stays(server, settings, sheet):
    sheet.type("N1", COMMENT)
    sheet.type("N2", "звонить")
    sheet.type("A60", "мои заметки внизу")
    before = copy.deepcopy(sheet.cells)
    people = [*NAMES.employees, Named(11, "Новый Олег")]
    assert synced(settings, people, [*NAMES.funnels, Named(8, "Опт")]).appended == 12 * (3 * 3 - 4)
    sheet = server.sheet("План 2026")
    assert sheet.cells[: len(before)] == before
    assert sheet.rows()[60][:5] == ["2026-01", 5, "Иванов Иван", 8, "Опт"]
    assert (sheet.cell("F61")["format"], len(sheet.rows())) == ("#,##0.00", 120)
    assert synced(settings, people, [*NAMES.funnels, Named(8, "Опт")]).appended == 0


def test_rows_are_appended_in_the_order_the_columns_have_now(server, settings, sheet):
    for row in sheet.cells:
        row.reverse()
        row.insert(0, {})
    sheet.type("A1", COMMENT)
    synced(settings, [*NAMES.employees, Named(11, "Новый Олег")])
    sheet = server.sheet("План 2026")
    assert sheet.rows()[49][-5:] == ["Продажи", 0, "Новый Олег", 11, "2026-01"]
    assert stored(settings) == (GOOD,)


def test_the_plan_made_before_a_sheet_was_linked_is_written_into_it_and_kept(server, settings):
    before = (
        planned(dt.date(2025, 12, 1), 9, 0, 5),
        planned(OCTOBER, 5, 0, "100.50", 2, (1, 10)),
        planned(OCTOBER, 44, 6, 7),
    )
    PlanStore(plan_path(settings)).replace(before)
    synced(settings)
    assert [one.title for one in server.sheets] == ["Лист1", "План 2025", "План 2026"]
    rows = [row for one in server.sheets[1:] for row in one.rows() if row[5] not in (None, SUM)]
    assert [row[:9] for row in rows] == [
        ["2025-12", 9, "Ушедший Пётр", 0, "Продажи", 5.0, None, None, None],
        ["2026-10", 5, "Иванов Иван", 0, "Продажи", 100.5, 2, 1, 10.0],
        ["2026-10", 44, "Сотрудник 44", 6, "Воронка 6", 7.0, None, None, None],
    ]
    assert stored(settings) == before
    synced(settings)
    assert stored(settings) == before


def test_a_plan_of_this_machine_is_kept_when_a_sheet_that_is_there_replaces_it(server, settings, sheet):
    PlanStore(plan_path(settings)).replace([planned(OCTOBER, 5, 0, 77)])
    synced(settings)
    assert stored(settings) == (GOOD,)
    kept = list(plan_path(settings).parent.glob("plan-kept-*.xlsx"))
    assert [PlanStore(path).rows() for path in kept] == [(planned(OCTOBER, 5, 0, 77),)]


@pytest.mark.parametrize("torn", [b"", b"torn", b"PK\x03\x04"])
def test_a_damaged_file_of_the_plan_is_put_aside_for_the_sheet(settings, sheet, torn):
    plan_path(settings).write_bytes(torn)
    report = synced(settings)
    assert (stored(settings), report.rows) == ((GOOD,), 1)
    assert report.damage.key == "plan.store.put_aside"
    assert plan_path(settings).with_name(report.damage.values["name"]).read_bytes() == torn
    assert problems(settings) == [("store.put_aside", None)]
    assert synced(settings).damage is None


def test_a_damaged_file_of_the_plan_stays_while_the_sheet_cannot_be_read(server, settings, sheet):
    plan_path(settings).write_bytes(b"torn")
    server.faults = [["GET", 500, "Backend Error", 99]]
    with pytest.raises(PlanError):
        synced(settings)
    assert plan_path(settings).read_bytes() == b"torn"


def test_a_renamed_sheet_is_found_and_a_deleted_one_comes_back_with_its_figures(server, settings, sheet):
    sheet.title = "Планы отдела's"
    server.sheets.append(Sheet(77, "План 2026", copy.deepcopy(sheet.cells)))
    assert [problem.text("ru") for problem in synced(settings).problems] == [
        "Лист «План 2026» не читается: план этого года берётся с листа «Планы отдела's»."
    ]
    assert stored(settings) == (GOOD,)
    server.sheets = [Sheet(0, "Лист1"), Sheet(5, "План 2027", kind="OBJECT")]
    synced(settings)
    assert server.sheet("План 2026").rows()[1][5] == 1000
    assert stored(settings) == (GOOD,)


def _shuffled(sheet):
    sheet.cells[1:] = sheet.cells[1:][::-1]


def _blank_rows(sheet):
    sheet.cells[1:1] = [[], [{}], [{"value": "  "}]]


def _lines_above(sheet):
    sheet.cells[0:0] = [[{"value": "План отдела продаж"}], []]


def _columns_moved(sheet):
    for row in sheet.cells:
        row.insert(0, row.pop(5))


def _column_added(sheet):
    for number, row in enumerate(sheet.cells):
        row.insert(2, {"value": COMMENT if number == 0 else "текст"})


def _typed(column, value, shown=None, month="2026-02"):
    def spoil(sheet):
        sheet.type(sheet.where(MONTH, month)[column], value, shown)

    return spoil


def _twice(sheet):
    sheet.cells.append(copy.deepcopy(sheet.cells[1]))


def _moved_out(sheet):
    """Somebody cut the names of the columns off and pasted them a row lower."""
    sheet.cells.insert(0, [])


JANUARY_AND = {  # what people did → what is told, and the plan of February, employee 5, funnel 0 beside January's 1000
    "rows shuffled": (_shuffled, [], None),
    "blank rows": (_blank_rows, [], None),
    "lines above the head": (_lines_above, [], None),
    "head moved down": (_moved_out, [], None),
    "columns moved": (_columns_moved, [], None),
    "a column added": (_column_added, [], None),
    "spaces and a comma": (_typed(SUM, "1 000 000,50"), [], "1000000.50"),
    "a currency sign": (_typed(SUM, "5\u00a0000 ₽"), [], "5000"),
    "a currency format": (_typed(SUM, 5000, "#,##0 ₽"), [], "5000"),
    "a serial that is an amount": (_typed(SUM, 46000, "#,##0.00"), [], "46000"),
    "a dash": (_typed(SUM, "—"), [], None),
    "words": (_typed(SUM, "уточнить"), [("told.not_a_number", "План 2026!F6")], None),
    "a percent": (_typed(SUM, 0.8, "0%"), [("told.percent", "План 2026!F6")], None),
    "a date": (_typed(SUM, dt.date(2026, 3, 1), "dd.mm.yyyy"), [("told.date", "План 2026!F6")], None),
    "an error of a formula": (_typed(SUM, "#REF!"), [("told.spreadsheet_error", "План 2026!F6")], None),
    "a tick": (_typed(COUNT, True), [("told.not_a_number", "План 2026!G6")], None),
    "less than nothing": (_typed(SUM, -5), [("told.negative", "План 2026!F6")], None),
    "half a deal": (_typed(COUNT, 2.5), [("told.fraction", "План 2026!G6")], None),
    "more than a plan can be": (_typed(SUM, 1e17), [("told.too_large", "План 2026!F6")], None),
    "a month as a date": (_typed(MONTH, dt.date(2026, 2, 1), "dd.mm.yyyy"), [], None),
    "a month as a word": (_typed(MONTH, "Февраль 2026 г."), [], None),
    "a row twice": (_twice, [("told.twice", "План 2026!A50")], None),
}


@pytest.mark.parametrize("case", JANUARY_AND)
def test_a_spoiled_sheet_loses_no_typed_figure_and_says_which_cell_is_wrong(server, settings, sheet, case):
    spoil, told, february = JANUARY_AND[case]
    spoil(sheet)
    typed = copy.deepcopy(sheet.cells)
    synced(settings)
    january = planned(dt.date(2026, 1, 1), 5, 0, 2000 if case == "a row twice" else 1000)
    beside = [planned(dt.date(2026, 2, 1), 5, 0, february)] if february else []
    assert stored(settings) == (january, *beside)
    assert problems(settings) == told
    assert server.sheet("План 2026").cells[: len(typed)] == typed


def test_a_figure_whose_key_is_lost_is_told_and_stands_and_its_row_is_laid_out_anew(server, settings, sheet):
    places = sheet.where(MONTH, "2026-03")
    sheet.type(places[SUM], 300)
    sheet.type(places[MONTH], "март")
    places = sheet.where(MONTH, "2026-04")
    sheet.type(places[SUM], 400)
    sheet.type(places[EMPLOYEE], None)
    report = synced(settings)
    assert problems(settings) == [("told.bad_month", "План 2026!A10"), ("told.no_employee_id", "План 2026!B14")]
    sheet = server.sheet("План 2026")
    assert (sheet.cell("F10")["value"], sheet.cell("F14")["value"], report.appended) == (300, 400, 2)
    assert (synced(settings).appended, stored(settings)) == (0, (GOOD,))


def test_a_sheet_without_its_head_keeps_the_plan_that_was_read_last(server, settings, sheet):
    typed = sheet.cells.pop(0)
    report = synced(settings)
    assert [problem.text("en").split(":")[0] for problem in report.problems] == ["Sheet “План 2026”"]
    assert (stored(settings), report.appended) == ((GOOD,), 0)
    sheet.cells.insert(0, typed)
    assert synced(settings).problems == ()


def test_a_sheet_that_may_only_be_read_is_read(server, settings, sheet):
    server.may_write = False
    report = synced(settings, [*NAMES.employees, Named(11, "Новый Олег")])
    assert [problem.text("en") for problem in report.problems] == [
        f"The Google Sheet of the plan can be read and not added to: make {EMAIL} an Editor,"
        " and let it through the protection of sheets. The plan is read."
    ]
    assert (stored(settings), report.appended) == ((GOOD,), 0)


def test_a_sheet_protected_from_the_account_is_read(server, settings, sheet):
    server.faults = [["POST", 400, "You are trying to edit a protected cell or object.", 1]]
    report = synced(settings, [*NAMES.employees, Named(11, "Новый Олег")])
    assert [problem.key for problem in report.problems] == ["plan.sheet.read_only"]
    assert stored(settings) == (GOOD,)


def test_very_many_rows_are_laid_out_in_several_readings_those_with_a_plan_first(server, settings, monkeypatch):
    monkeypatch.setattr(sync_module, "MOST_ROWS", 20)
    PlanStore(plan_path(settings)).replace([planned(dt.date(2026, 12, 1), 7, 3, 5)])
    assert [synced(settings).appended for _ in range(4)] == [20, 20, 8, 0]
    rows = server.sheet("План 2026").rows()[1:]
    assert rows[19][:6] == ["2026-12", 7, "=cmd|'calc'!A1", 3, "Платная", 5.0]
    assert len({tuple(row[:4]) for row in rows}) == len(rows) == 48
    assert stored(settings) == (planned(dt.date(2026, 12, 1), 7, 3, 5),)


def test_before_the_first_pull_a_sheet_is_read_and_nobody_is_written(server, settings, sheet):
    server.requests.clear()
    assert synced(settings, (), ()).rows == 1
    assert server.asked("POST") == []


FAULTS = {  # the request that fails, with what, how often → the sentence
    "closed": (("GET", 403, "The caller does not have permission", 9), "forbidden"),
    "no such sheet": (("GET", 404, "Requested entity was not found.", 9), "not_found"),
    "an Excel file": (("GET", 400, "This operation is not supported for this document", 9), "not_a_sheet"),
    "not enabled": (
        ("GET", 403, "Google Sheets API has not been used in project 1.", 9),
        "api_disabled",
    ),
    "quota": (("GET", 429, "Quota exceeded for quota metric 'Read requests'", 9), "quota"),
    "a server's fault": (("GET", 503, "The service is currently unavailable.", 9), "server"),
    "a page of nobody's": (("GET", 200, "<html>", 9), "server"),
    "a page with an error": (("GET", 502, "<html>", 9), "server"),
    "a changed title": (("GET", 400, "Unable to parse range: 'План 2026'", 9), "rejected"),
    "a revoked key": (("token", 400, "Invalid JWT Signature.", 9), "revoked"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_failure_is_a_sentence_and_the_last_good_plan_stays(server, settings, sheet, case):
    fault, key = FAULTS[case]
    server.faults = [list(fault)]
    with pytest.raises(PlanError) as failed:
        synced(settings)
    assert failed.value.message.key == f"plan.sheet.{key}"
    assert (stored(settings), problems(settings)) == ((GOOD,), [(f"sheet.{key}", None)])
    told = "".join(traceback.format_exception(failed.value)) + failed.value.text("en") + repr(failed.value)
    key = server.account()["private_key"].splitlines()[1]
    notes = plan_path(settings).with_name("problems.json").read_text("utf-8")
    assert not any(secret in told + notes for secret in (key, "PRIVATE", "t0ken"))
    server.faults = []
    synced(settings)
    assert problems(settings) == []


def test_what_passes_is_waited_out(server, settings, sheet):
    server.faults = [["GET", 429, "Quota exceeded", 2], ["POST", 429, "Quota exceeded", 1]]
    assert synced(settings, [*NAMES.employees, Named(11, "Новый Олег")]).appended == 24
    server.faults = [["GET", 500, "Internal error", 1]]
    assert synced(settings).problems == ()


def test_a_write_that_may_have_happened_is_not_repeated(server, settings, sheet):
    server.requests.clear()
    server.faults = [["POST", 503, "The service is currently unavailable.", 1]]
    report = synced(settings, [*NAMES.employees, Named(11, "Новый Олег")])
    assert ([problem.key for problem in report.problems], len(server.asked("POST"))) == (["plan.sheet.server"], 1)
    assert stored(settings) == (GOOD,)


def test_without_a_network_the_last_good_plan_stays(server, settings, sheet, tmp_path):
    server.account_file(tmp_path, sheets_api="http://127.0.0.1:9")
    with pytest.raises(PlanError) as failed:
        synced(settings)
    assert (failed.value.message.key, stored(settings)) == ("plan.sheet.unreachable", (GOOD,))


def test_the_transport_argument_carries_every_request(server, settings, tmp_path):
    server.account_file(tmp_path, sheets_api=None)
    assert synced(settings, transport=google.OnThisMachine(server.origin)).appended == 48
    assert server.requests[0] == ("token", "/token")


ACCOUNTS = {
    "elsewhere": ({"sheets_api": "http://sheets.example.com:80"}, "account_elsewhere"),
    "no port": ({"sheets_api": "http://127.0.0.1"}, "account_elsewhere"),
    "a stranger's tokens": (
        {"sheets_api": None, "token_uri": "https://google.com.example.org/token"},
        "account_elsewhere",
    ),
    "a person's key": ({"type": "authorized_user"}, "account_malformed"),
    "no key": ({"private_key": None}, "account_malformed"),
    "a cut key": ({"private_key": "-----BEGIN PRIVATE KEY-----\nMIIE"}, "account_malformed"),
}


@pytest.mark.parametrize("case", ACCOUNTS)
def test_an_account_that_is_none_or_leads_elsewhere_is_refused(server, settings, tmp_path, case):
    changes, key = ACCOUNTS[case]
    server.account_file(tmp_path, **changes)
    with pytest.raises(PlanError) as failed:
        synced(settings)
    assert (failed.value.message.key, server.requests) == (f"plan.sheet.{key}", [])
    assert "MIIE" not in failed.value.text("ru")


def test_an_account_that_is_missing_is_said(settings, tmp_path):
    (tmp_path / "account.json").unlink()
    for changed, key in ((settings, "account_missing"), (_without_account(settings), "no_account")):
        with pytest.raises(PlanError) as failed:
            synced(changed)
        assert failed.value.message.key == f"plan.sheet.{key}"


def _without_account(settings):
    return settings.model_copy(update={"google_service_account_file": None})


def test_a_check_opens_the_sheet_and_changes_nothing(server, settings, sheet):
    before = copy.deepcopy(server.sheets)
    assert check_access(settings) == "План продаж"
    assert server.sheets == before
    server.may_write = False
    with pytest.raises(PlanError) as failed:
        check_access(settings)
    assert failed.value.message.key == "plan.sheet.read_only"


def test_the_command_says_whether_the_sheet_is_open(server, settings, monkeypatch, tmp_path, capsys):
    assert check.command(_without_link(settings)) == 0
    assert check.command(settings) == 0
    server.faults = [["GET", 403, "The caller does not have permission", 9]]
    assert check.command(settings) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Google-таблица плана «План продаж» открывается и дополняется.",
        f"Google-таблица плана закрыта. Откройте её для {EMAIL} с правом «Редактор»."
        " Действует последний прочитанный план.",
    ]


def _without_link(settings):
    return settings.model_copy(update={"plan_sheet_url": ""})


def test_november_typed_beside_october_is_read_with_it(server, settings, sheet):
    for month in (OCTOBER, NOVEMBER):
        _typed(COUNT, month.month, month=f"{month:%Y-%m}")(sheet)
    synced(settings)
    assert stored(settings) == (GOOD, planned(OCTOBER, 5, 0, None, 10), planned(NOVEMBER, 5, 0, None, 11))
