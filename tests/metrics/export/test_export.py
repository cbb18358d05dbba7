"""Files that are opened elsewhere hold typed figures, and no text of a portal can become a formula there."""

import csv
import datetime as dt
import io
import json
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from language import words
from metrics.export import xlsx
from metrics.export.about import about_rows
from metrics.export.csv import csv_bytes
from metrics.export.text import json_text, plain_table
from metrics.export.xlsx import xlsx_bytes
from metrics.query import catalog
from metrics.query.catalog import Column, View
from metrics.query.filters import Filters
from metrics.query.query import Table

ORIGIN = "https://acme.bitrix24.ru"
COLUMNS = {
    "deal_id": "id",
    "title": "text",
    "url": "link",
    "amount": "money",
    "share": "share",
    "created_on": "date",
    "last_action_at": "moment",
    "is_repeat": "flag",
    "won_count": "count",
}
TYPES = ("BIGINT", "VARCHAR", "VARCHAR", "DECIMAL(18,2)", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN", "HUGEINT")
HOSTILE = ["=1+1", "+7 900", "-5", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.fixture(autouse=True)
def dictionary(monkeypatch):
    """A dictionary of one view."""
    columns = {
        name: Column(name, kind, {"ru": f"Имя {name}", "en": f"Name {name}"}, {"ru": "Как", "en": "How"})
        for name, kind in COLUMNS.items()
    }
    view = View(
        "list", "deals", ("deal_id",), (), columns, {"ru": "Сделки", "en": "Deals"}, {"ru": "Что", "en": "What"}
    )
    for module in (catalog, xlsx):
        monkeypatch.setattr(module, "load", lambda: {"list": view})


def row(**told):
    """A row of the view."""
    usual = {
        "deal_id": 1,
        "title": "Сделка",
        "url": f"{ORIGIN}/crm/deal/details/1/",
        "amount": Decimal("-1234.50"),
        "share": 0.478,
        "created_on": dt.date(2026, 11, 23),
        "last_action_at": dt.datetime(2026, 11, 23, 14, 5, 7),
        "is_repeat": True,
        "won_count": 3,
    }
    return tuple({**usual, **told}.values())


def table(*rows, origin=ORIGIN):
    return Table("list", tuple(COLUMNS), TYPES, list(rows), origin)


def read_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def sheets(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return book.worksheets


# CSV


def test_a_csv_is_what_a_russian_spreadsheet_opens():
    data = csv_bytes(table(row()), words("ru"))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2
    assert read_csv(data) == [
        [f"Имя {name}" for name in COLUMNS],
        [
            "1",
            "Сделка",
            f"{ORIGIN}/crm/deal/details/1/",
            "-1234,50",
            "0,478",
            "23.11.2026",
            "23.11.2026 14:05:07",
            "да",
            "3",
        ],
    ]


def test_an_english_csv_has_iso_days_and_its_own_headers():
    told = read_csv(csv_bytes(table(row()), words("en")))
    assert (told[0][0], told[1][5], told[1][6], told[1][7]) == (
        "Name deal_id",
        "2026-11-23",
        "2026-11-23 14:05:07",
        "yes",
    )


def test_nulls_are_empty_cells_in_a_csv():
    assert read_csv(csv_bytes(table((None,) * len(COLUMNS)), words("ru")))[1] == [""] * len(COLUMNS)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_would_be_a_formula_is_made_text_in_a_csv_and_numbers_stay_numbers(text):
    told = read_csv(csv_bytes(table(row(title=text)), words("ru")))[1]
    assert told[1] == "'" + text
    assert told[3] == "-1234,50"


def test_separators_quotes_and_lines_inside_text_survive_a_csv():
    text = 'a;b"c"\nd'
    assert read_csv(csv_bytes(table(row(title=text)), words("ru")))[1][1] == text


def test_floats_are_written_in_digits_whatever_their_size():
    told = read_csv(csv_bytes(table(row(share=1e-7), row(share=1e22), row(share=float("inf"))), words("ru")))
    assert [line[4] for line in told[1:]] == ["0,0000001", "10000000000000000000000", ""]


# JSON and the terminal


def test_json_keeps_decimals_exact_and_nulls_null():
    text = json_text(table(row(amount=Decimal("12345678901234.10"), title='"\\', won_count=2**70, share=float("nan"))))
    assert '"amount": 12345678901234.10' in text
    told = json.loads(text, parse_float=Decimal)
    assert told[0]["amount"] == Decimal("12345678901234.10")
    assert told[0]["created_on"] == "2026-11-23"
    assert told[0]["last_action_at"] == "2026-11-23T14:05:07"
    assert (told[0]["title"], told[0]["won_count"], told[0]["share"], told[0]["is_repeat"]) == (
        '"\\',
        2**70,
        None,
        True,
    )
    assert json.loads(json_text(table((None,) * len(COLUMNS))))[0]["title"] is None
    assert json_text(table()) == "[]\n"


def test_a_table_in_a_terminal_is_aligned_and_prints_no_control_characters():
    lines = plain_table(table(row(title="a\x1b[31m"), row(title="длиннее", amount=None))).splitlines()
    assert lines[0].split()[0] == "deal_id"
    assert lines[1].index("https") == lines[2].index("https") == lines[0].index("url")
    assert "\x1b" not in lines[1]
    assert "—" in lines[2]


# XLSX


def test_cells_of_a_workbook_are_typed_and_formatted():
    sheet = sheets(xlsx_bytes(table(row()), words("ru"), []))[0]
    cells = {name: sheet.cell(2, number) for number, name in enumerate(COLUMNS, 1)}
    assert sheet.cell(1, 4).value == "Имя amount"
    assert (cells["deal_id"].value, cells["amount"].value, cells["share"].value) == (1, -1234.5, 0.478)
    assert (cells["created_on"].value, cells["created_on"].number_format) == (dt.datetime(2026, 11, 23), "dd.mm.yyyy")
    assert cells["last_action_at"].value == dt.datetime(2026, 11, 23, 14, 5, 7)
    assert (cells["is_repeat"].value, cells["won_count"].value) == (True, 3)
    assert (cells["amount"].number_format, cells["share"].number_format) == ("#,##0.00", "0.0%")


def test_a_workbook_is_ready_to_be_read():
    sheet = sheets(xlsx_bytes(table(row(title="x" * 500), row()), words("ru"), []))[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:I3")
    assert sheet.column_dimensions["B"].width == 60
    assert 9 <= sheet.column_dimensions["A"].width < 20


def test_links_lead_to_the_portal_and_nowhere_else():
    foreign = [
        "https://evil.example/",
        "https://acme.bitrix24.ru.evil.example/",
        "javascript:alert(1)",
        "https://[",
        "x",
    ]
    data = xlsx_bytes(table(row(), *(row(url=url) for url in foreign)), words("ru"), [])
    sheet = sheets(data)[0]
    assert sheet.cell(2, 3).hyperlink.target == f"{ORIGIN}/crm/deal/details/1/"
    assert [sheet.cell(3 + number, 3).hyperlink for number in range(5)] == [None] * 5
    assert [sheet.cell(3 + number, 3).value for number in range(5)] == foreign


def test_a_portal_that_is_unknown_gets_no_links():
    assert sheets(xlsx_bytes(table(row(), origin=""), words("ru"), []))[0].cell(2, 3).hyperlink is None


@pytest.mark.parametrize("text", [*HOSTILE[:4], "\t=1"])
def test_text_that_looks_like_a_formula_is_stored_as_text(text):
    data = xlsx_bytes(table(row(title=text)), words("ru"), [(text, text)])
    figures, about = sheets(data)
    assert (figures.cell(2, 2).value, figures.cell(2, 2).data_type) == (text, "s")
    assert (about.cell(1, 2).value, about.cell(1, 2).data_type) == (text, "s")
    assert figures.cell(2, 2).quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert all(b"<f>" not in parts.read(name) for name in parts.namelist())


def test_characters_a_workbook_must_not_hold_are_left_out():
    sheet = sheets(xlsx_bytes(table(row(title="a\x00b\x0bc\ud800d\uffffe")), words("ru"), []))[0]
    assert sheet.cell(2, 2).value == "abcde"


def test_numbers_too_long_for_a_spreadsheet_stay_whole_as_text():
    sheet = sheets(
        xlsx_bytes(table(row(deal_id=12345678901234567, amount=Decimal("9999999999999999.99"))), words("ru"), [])
    )[0]
    assert (sheet.cell(2, 1).value, sheet.cell(2, 4).value) == ("12345678901234567", "9999999999999999.99")


def test_the_second_sheet_says_what_the_first_one_means():
    about = sheets(xlsx_bytes(table(row()), words("en"), [("Report", "Sales"), ("As of", "23 Nov 2026")]))[1]
    told = [[cell.value for cell in line] for line in about.iter_rows()]
    assert told[0] == ["Report", "Sales"]
    assert ["How it is counted", "What"] in told
    assert ["Rows", 1] in told
    assert ["Column", "What it means"] in told
    assert ["Name amount", "How"] in told


def test_rows_that_do_not_fit_are_said(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 2)
    figures, about = sheets(xlsx_bytes(table(row(), row(), row(), row(), row()), words("ru"), []))
    assert figures.max_row == 3
    told = [cell.value for line in about.iter_rows() for cell in line]
    assert "На лист не поместились 3 строки: сузьте фильтры или возьмите CSV." in told


def test_links_beyond_what_a_sheet_holds_stay_text(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_LINKS", 1)
    sheet = sheets(xlsx_bytes(table(row(), row()), words("ru"), []))[0]
    assert (sheet.cell(2, 3).hyperlink is None, sheet.cell(3, 3).hyperlink is None) == (False, True)


def test_an_empty_table_is_still_a_workbook():
    sheet = sheets(xlsx_bytes(table(), words("ru"), []))[0]
    assert (sheet.max_row, sheet.auto_filter.ref) == (1, "A1:I1")


def test_a_file_says_under_which_filters_it_was_made(small):
    filters = Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30), employees=(7, 99), sources=("",), all_open=True)
    told = dict(about_rows(small, "deal_list", filters, words("ru")))
    assert told["Период"] == "01.11.2026 – 30.11.2026"
    assert told["Данные на"] == "23.11.2026 12:00 (Europe/Moscow)"
    assert told["Сотрудники"].split(", ") == ["Петров Иван", "99"]
    assert told["Источники"] in ("Без источника", "нет")
    assert told["Минимальное выполнение плана"] == "1"
    assert told["Все открытые"] == "да"
    assert "Воронки" not in told
