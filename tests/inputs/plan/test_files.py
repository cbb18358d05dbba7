"""CSV and XLSX files of a plan, whoever wrote them, and what is no plan at all."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from inputs.plan.columns import COLUMNS
from inputs.plan.errors import PlanError
from inputs.plan.export import csv_bytes, xlsx_bytes
from inputs.plan.files import read_file
from inputs.plan.people import NOBODY
from tests.inputs.plan.plans import NAMES, NOVEMBER, OCTOBER, drawn_plan, planned

ROWS = (planned(OCTOBER, 5, 0, "1000.50", 3, (10, 500)), planned(NOVEMBER, 7, 3, None, 10))
LINES = [
    list(COLUMNS),
    ["2026-10", "5", "Иванов", "0", "Продажи", "1 000,50", "3", "10", "500"],
    ["2026-11", "7", "", "3", "", "", "10"],
]


def csv_file(folder, delimiter=";", encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(LINES)
    path = folder / "план.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def workbook(path, *sheets):
    """A workbook with the cells given; a pair is a value with its number format."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(number, place)
                cell.value, shown = value if isinstance(value, tuple) else (value, None)
                cell.number_format = shown or "General"
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_csv_is_read_whatever_parts_and_encodes_it(tmp_path, delimiter, encoding):
    found = read_file(csv_file(tmp_path, delimiter, encoding))
    assert (found.rows, found.problems) == (ROWS, [])


def test_between_commas_the_point_is_the_decimal_mark(tmp_path):
    amounts = {";": "100.500", ",": "100.500", "\t": "100.500"}
    read = {}
    for delimiter, amount in amounts.items():
        head, row = ["month", "employee_id", "funnel_id", "plan_sum"], ["2026-10", "5", "0", amount]
        (tmp_path / "p.csv").write_text("\n".join(delimiter.join(line) for line in (head, row)), "utf-8")
        read[delimiter] = read_file(tmp_path / "p.csv").rows[0].plan_sum
    assert read == {";": 100_500, ",": Decimal("100.50"), "\t": 100_500}


def test_cells_of_a_workbook_may_be_dates_numbers_and_texts(tmp_path):
    path = workbook(
        tmp_path / "p.xlsx",
        ("Заметки", [["месяц", "что-то"]]),
        ("План", [
            list(COLUMNS),
            [(dt.datetime(2026, 10, 15), "mmm yy"), 5.0, "", "0", "", (1000.5, "#,##0 ₽"), 3, "10 ", "500 руб."],
            [],
            [(46327, "General"), "7", None, 3, None, None, 10],
        ]),
    )  # fmt: skip
    found = read_file(path)
    assert (found.rows, found.problems) == (ROWS, [])


def test_sheets_of_several_years_are_one_plan_and_told_cells_bear_their_name(tmp_path):
    rows = [["2026-10", 5, "", 0, "", "много"]], [["2027-10", 5, "", 0, "", 1]]
    path = workbook(tmp_path / "p.xlsx", *((f"План {2026 + n}", [list(COLUMNS), *rows[n]]) for n in range(2)))
    found = read_file(path)
    assert found.rows == (planned(dt.date(2027, 10, 1), 5, 0, 1),)
    assert [one.values["cell"] for one in found.problems] == ["План 2026!F2"]


def test_cells_that_show_something_else_than_a_figure_are_told(tmp_path):
    row = [
        "2026-10",
        5,
        "",
        0,
        "",
        (0.5, "0%"),
        True,
        "=1+1",
        (dt.datetime(2026, 10, 1), "dd.mm"),
        (dt.time(10), "h:mm"),
    ]
    found = read_file(workbook(tmp_path / "p.xlsx", ("План", [list(COLUMNS), row])))
    assert [(one.key, dict(one.values)) for one in found.problems] == [
        ("plan.told.percent", {"cell": "F2", "found": "50%"}),
        ("plan.told.not_a_number", {"cell": "G2", "found": "TRUE"}),
        ("plan.told.formula", {"cell": "H2", "found": "=1+1"}),
        ("plan.told.date", {"cell": "I2", "found": "2026-10-01"}),
        ("plan.told.date", {"cell": "J2", "found": "10:00:00"}),
    ]


def test_a_formula_is_worth_what_the_spreadsheet_kept(tmp_path):
    path = workbook(tmp_path / "p.xlsx", ("План", [list(COLUMNS), ["2026-10", 5, "", 0, "", "=500+500.5", "=#REF!"]]))
    calculated = tmp_path / "c.xlsx"
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(calculated, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            data = data.replace(b"<f>500+500.5</f><v />", b"<f>500+500.5</f><v>1000.5</v>")
            data = data.replace(b'<c r="G2"><f>#REF!</f><v />', b'<c r="G2" t="e"><f>#REF!</f><v>#REF!</v>')
            after.writestr(name, data)
    found = read_file(calculated)
    assert found.rows == (planned(OCTOBER, 5, 0, "1000.50"),)
    assert [(one.key, one.values["cell"]) for one in found.problems] == [("plan.told.spreadsheet_error", "G2")]


def test_what_is_no_plan_is_said_with_its_name(tmp_path):
    contents = {
        "empty.csv": b" \n", "empty.xlsx": b"", "paper.xlsx": b"%PDF-1.7 ...", "bytes.csv": b"\0\1\2",
        "paper.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "other.csv": "имя;дата\nа;б\n".encode(),
        "plan.pdf": b"%PDF",
        "zip.xlsx": b"PK\3\4 cut off",
    }  # fmt: skip
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder.csv").mkdir()
    with zipfile.ZipFile(tmp_path / "foreign.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    workbook(tmp_path / "headless.xlsx", ("План", [["a", "b"]]))
    keys = {}
    for name in [*contents, "folder.csv", "foreign.xlsx", "headless.xlsx", "missing.csv"]:
        with pytest.raises(PlanError) as refused:
            read_file(tmp_path / name)
        keys[name] = refused.value.message.key.removeprefix("plan.file.")
        assert all(name in refused.value.text(language) for language in ("ru", "en"))
    assert keys == {
        "empty.csv": "empty", "empty.xlsx": "empty", "paper.xlsx": "not_xlsx", "bytes.csv": "not_csv",
        "paper.csv": "no_head",
        "other.csv": "no_head", "plan.pdf": "suffix", "zip.xlsx": "not_xlsx", "folder.csv": "unreadable",
        "foreign.xlsx": "not_xlsx", "headless.xlsx": "no_head", "missing.csv": "missing",
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_what_is_written_is_read_back_the_same(tmp_path, seed):
    plan = drawn_plan(seed)
    for name, written in (("p.csv", csv_bytes), ("p.xlsx", xlsx_bytes)):
        (tmp_path / name).write_bytes(written(plan, NOBODY))
        found = read_file(tmp_path / name)
        assert (found.rows, found.problems) == (plan, [])


def test_a_csv_is_one_a_spreadsheet_opens_and_no_name_in_it_is_a_formula():
    text = csv_bytes(ROWS, NAMES).decode("utf-8")
    assert text == (
        "\ufeffmonth;employee_id;employee;funnel_id;funnel;plan_sum;plan_count;"
        "step1_count;step1_bonus;step2_count;step2_bonus;step3_count;step3_bonus\r\n"
        "2026-10;5;Иванов Иван;0;Продажи;1000,50;3;10;500,00;;;;\r\n"
        "2026-11;7;'=cmd|'calc'!A1;3;Платная;;10;;;;;;\r\n"
    )


def test_a_workbook_has_typed_cells_and_no_name_in_it_is_a_formula():
    sheet = load_workbook(io.BytesIO(xlsx_bytes(ROWS, NAMES))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        list(COLUMNS),
        [dt.datetime(2026, 10, 1), 5, "Иванов Иван", 0, "Продажи", 1000.5, 3, 10, 500, None, None, None, None],
        [dt.datetime(2026, 11, 1), 7, "=cmd|'calc'!A1", 3, "Платная", None, 10, None, None, None, None, None, None],
    ]
    assert (sheet["C3"].data_type, sheet["C3"].quotePrefix, sheet.freeze_panes) == ("s", True, "A2")
    assert (sheet["A2"].number_format, sheet["F2"].number_format) == ("yyyy-mm", "#,##0.00")
    assert Decimal(str(sheet["F2"].value)) == ROWS[0].plan_sum
