"""Fields that people made stand behind the columns of the lists: rows of a portal in, whole columns out."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import openpyxl
import pytest

from language import words
from metrics.export.csv import csv_bytes
from metrics.export.text import json_text
from metrics.export.xlsx import xlsx_bytes
from metrics.query import catalog, query
from metrics.query.filters import Filters
from tests.metrics.portal_rows import NOVEMBER, ask, deal, fact, lead, portal, status

ITEMS = json.dumps([{"ID": "45", "VALUE": "Сборный"}, {"ID": "46", "VALUE": "Опасный"}])
HOSTILE = '=1+1"; drop table meta -- <b>'


def described(field, kind, label=None, *, several=False, items=None, target=None):
    return {"FIELD": field, "TYPE": kind, "IS_MULTIPLE": several, "LABEL": label, "ITEMS": items, "TARGET": target}


# Kind of a field, what a portal sends, and what the list shows of it.
SINGLE = {
    "string": [
        ("  Без ремней ", "Без ремней"),
        ("=1+1", "=1+1"),
        ('["кавычки"]', '["кавычки"]'),
        (0, "0"),
        ("", None),
        (False, None),
        (None, None),
    ],
    "enumeration": [("45", "Сборный"), (46, "Опасный"), ("0", None), (False, None), ("", None)],
    "boolean": [("1", True), ("Y", True), (True, True), ("0", False), (False, False), ("N", False), ("", None)],
    "date": [("2026-08-30T03:00:00+03:00", dt.date(2026, 8, 30)), ("2026-08-30", dt.date(2026, 8, 30)), ("", None)],
    "datetime": [
        ("2026-08-30T23:30:00+00:00", dt.datetime(2026, 8, 31, 2, 30)),
        ("2026-08-30 10:00:00", dt.datetime(2026, 8, 30, 10)),
        (False, None),
    ],
    "integer": [("12", 12), (-7, -7), ("", None)],
    "double": [("12.5", 12.5), (3, 3.0), (None, None)],
    "money": [
        ("1000|RUB", Decimal("1000.00")),
        ("1000.005|", Decimal("1000.01")),
        ("1000|JPY", Decimal("551.23")),
        ("|RUB", None),
        ("", None),
    ],
    "employee": [("8", "Сидорова Анна"), (777, "Сотрудник 777"), ("user_7", "Петров Иван"), ("0", None)],
    "crm": [
        ("D_2", "Сделка 2"),
        ("L_1", "Лид 1"),
        ("CO_5", "ООО «Пять»"),
        ("C_9", "Контакт 9"),
        ("CO_99", "Компания 99"),
        ("T8e_3", "T8e_3"),
        ("31", "31"),
        (0, None),
    ],
    "crm_status": [("CALL", "Звонок"), ("GONE", "GONE"), ("", None)],
    "address": [("Казань, Баумана, 1|55.79;49.11|12", "Казань, Баумана, 1"), ("", None)],
    "file": [("12", "12"), (False, None)],
    "url": [("https://evil.example", "https://evil.example"), ("", None)],
    "of_somebody": [("как есть", "как есть"), ("", None)],
}
SEVERAL = {
    "string": [(["a, b", "", "c"], "a, b, c"), ("одна", "одна"), ([], None), (False, None)],
    "enumeration": [(["46", 45], "Опасный, Сборный"), ("46", "Опасный"), ([], None)],
    "boolean": [([1, 0], "✓, ✗")],
    "date": [(["2026-08-30T03:00:00+03:00", "2026-01-02"], "2026-08-30, 2026-01-02")],
    "datetime": [(["2026-08-30T23:30:00+00:00"], "2026-08-31 02:30")],
    "integer": [(["2", 10, "1"], "2, 10, 1")],
    "double": [([1.5, "2"], "1.5, 2")],
    "money": [(["1000|JPY", "5|RUB"], "551.23, 5.00")],
    "employee": [([7, 8], "Петров Иван, Сидорова Анна")],
    "crm": [(["CO_5", "C_9"], "ООО «Пять», Контакт 9")],
    "crm_status": [(["CALL", "WEB"], "Звонок, Сайт")],
    "address": [(["Казань|1;2|3", "Пермь|1;2|3"], "Казань, Пермь")],
    "file": [([12, 13], "12, 13")],
}
# What is none of its kind: null in the list, and counted.
WRONG = {
    "enumeration": ["47", ["45", "46"]],
    "boolean": ["возможно"],
    "date": ["скоро", "30.08.2026"],
    "datetime": ["infinity"],
    "integer": ["много", "9" * 30],
    "double": ["nan", "1,5 т"],
    "money": ["много|RUB", "99999999999999999|RUB"],
    "employee": ["Петров"],
}
TARGETS = {"crm_status": "SOURCE"}
COMPANIES = [{"ID": "5", "TITLE": "ООО «Пять»"}]


def code(kind, group):
    return f"UF_CRM_{group}_{kind.upper()}"


def columns_of(group, kinds):
    """For each case of each kind a deal that has it, in a field of that kind."""
    return [
        {code(kind, group): case[0] if group != "WRONG" else case} for kind, cases in kinds.items() for case in cases
    ]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """A deal a case, in the order of SINGLE, SEVERAL and WRONG, each in a field of its kind."""
    groups = {"SINGLE": SINGLE, "SEVERAL": SEVERAL, "WRONG": WRONG}
    told = [row for group, cases in groups.items() for row in columns_of(group, cases)]
    fields = [(group, kind) for group, cases in groups.items() for kind in cases]
    return portal(
        tmp_path_factory.mktemp("kinds"),
        {"deal_fields": tuple(code(kind, group) for group, kind in fields)},
        deals=[deal(number, **row) for number, row in enumerate(told, 1)],
        leads=[lead(1)],
        companies=COMPANIES,
        deal_fields=[
            described(code(kind, group), kind, several=group == "SEVERAL", items=ITEMS, target=TARGETS.get(kind))
            for group, kind in fields
        ],
    )


def shown(warehouse, group, kinds, before):
    """What the list shows of each case: its own column, all others being empty."""
    rows = {row["deal_id"]: row for row in ask(warehouse, "deal_list")}
    told, number = {kind: [] for kind in kinds}, before
    for kind, cases in kinds.items():
        for _ in cases:
            number += 1
            own = {name: value for name, value in rows[number].items() if name.startswith("uf_crm_")}
            told[kind].append(own.pop(code(kind, group).lower()))
            assert set(own.values()) == {None}
    return told


def size(kinds):
    return sum(len(cases) for cases in kinds.values())


def test_a_value_of_each_kind_is_typed_and_said_as_the_portal_says_it(kinds):
    told = shown(kinds, "SINGLE", SINGLE, 0)
    assert told == {kind: [value for _, value in cases] for kind, cases in SINGLE.items()}


def test_several_values_are_joined_in_their_order(kinds):
    told = shown(kinds, "SEVERAL", SEVERAL, size(SINGLE))
    assert told == {kind: [value for _, value in cases] for kind, cases in SEVERAL.items()}


def test_what_is_none_of_its_kind_is_empty_and_counted_and_nothing_else_is(kinds):
    told = shown(kinds, "WRONG", WRONG, size(SINGLE) + size(SEVERAL))
    first = {"enumeration": [None, "Сборный"]}  # of two values where one belongs the first stands
    assert told == {kind: first.get(kind, [None] * len(cases)) for kind, cases in WRONG.items()}
    failed = {row["column_name"]: row["failed"] for row in fact(kinds, "failed_casts", "column_name", "failed")}
    assert failed == {code(kind, "WRONG"): len(cases) for kind, cases in WRONG.items()}


def test_a_column_has_the_type_its_format_says(kinds):
    table = query.rows(kinds, "deal_list", Filters(**NOVEMBER))
    types = dict(zip(table.columns, table.types, strict=True))
    told = {code(kind, "SINGLE").lower(): kind for kind in SINGLE}
    assert {(told[c.name], c.format, types[c.name]) for c in table.further if c.name in told} == {
        ("string", "text", "VARCHAR"),
        ("enumeration", "text", "VARCHAR"),
        ("boolean", "flag", "BOOLEAN"),
        ("date", "date", "DATE"),
        ("datetime", "moment", "TIMESTAMP"),
        ("integer", "count", "BIGINT"),
        ("double", "number", "DOUBLE"),
        ("money", "money", "DECIMAL(18,2)"),
        *(
            (kind, "text", "VARCHAR")
            for kind in ("employee", "crm", "crm_status", "address", "file", "url", "of_somebody")
        ),
    }


def test_a_bare_link_leads_to_the_one_kind_of_record_its_field_allows(tmp_path):
    targets = {"UF_CRM_A": "COMPANY", "UF_CRM_B": "DEAL", "UF_CRM_C": "CONTACT", "UF_CRM_D": None}
    house = portal(
        tmp_path,
        {"lead_fields": tuple(targets)},
        leads=[lead(1, UF_CRM_A="5", UF_CRM_B=["1"], UF_CRM_C=5, UF_CRM_D="5")],
        deals=[deal(1)],
        companies=COMPANIES,
        lead_fields=[described(field, "crm", target=target) for field, target in targets.items()],
    )
    [row] = ask(house, "lead_list")
    assert [row[field.lower()] for field in targets] == ["ООО «Пять»", "Сделка 1", "Контакт 5", "5"]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Two lists with fields of their own; one field the portal does not describe, one that no row has."""
    return portal(
        tmp_path_factory.mktemp("house"),
        {"deal_fields": ("UF_CRM_SUM", "UF_CRM_DAY", "UF_CRM_UNTOLD", "UF_CRM_GONE"), "lead_fields": ("UF_CRM_ODD",)},
        deals=[deal(1, UF_CRM_SUM="10.5|RUB", UF_CRM_DAY="2026-08-30", UF_CRM_UNTOLD="=1+1"), deal(2)],
        leads=[lead(1, UF_CRM_ODD="1")],
        statuses=[status(1, "SOURCE", "WEB", "Сайт", 10)],
        deal_fields=[described("UF_CRM_SUM", "money", "Сумма страховки"), described("UF_CRM_DAY", "date", "Погрузка")],
        lead_fields=[described("UF_CRM_ODD", "boolean", HOSTILE), described("UF_CRM_OTHER", "string", "Не спрошено")],
    )


def test_fields_follow_the_columns_of_every_portal_in_the_order_of_the_settings(house):
    deals, leads = (query.rows(house, view, Filters(**NOVEMBER)) for view in ("deal_list", "lead_list"))
    named = ("uf_crm_sum", "uf_crm_day", "uf_crm_untold", "uf_crm_gone")
    assert deals.columns == (*catalog.view("deal_list").columns, *named)
    assert leads.columns == (*catalog.view("lead_list").columns, "uf_crm_odd")
    assert [row[-4:] for row in sorted(deals.rows)] == [
        (Decimal("10.50"), dt.date(2026, 8, 30), "=1+1", None),
        (None, None, None, None),
    ]
    assert [(column.label("ru"), column.label("en")) for column in deals.further] == [
        ("Сумма страховки", "Сумма страховки"),
        ("Погрузка", "Погрузка"),
        ("UF_CRM_UNTOLD", "UF_CRM_UNTOLD"),
        ("UF_CRM_GONE", "UF_CRM_GONE"),
    ]
    assert list(house.meaning("deal_list").columns) == list(deals.columns)
    assert house.meaning("deal_stage_stats") == catalog.view("deal_stage_stats")


def test_no_field_named_means_the_columns_of_every_portal_alone(small):
    for view in ("deal_list", "lead_list"):
        assert query.rows(small, view, Filters(**NOVEMBER)).columns == tuple(catalog.view(view).columns)
    assert small.user_columns == {}


def test_an_export_bears_the_labels_of_the_portal_and_typed_cells(house):
    table = query.rows(house, "deal_list", Filters(**NOVEMBER))
    table.rows.sort()
    heads, first, _ = csv.reader(io.StringIO(csv_bytes(table, words("ru")).decode("utf-8-sig")), delimiter=";")
    assert heads[-4:] == ["Сумма страховки", "Погрузка", "UF_CRM_UNTOLD", "UF_CRM_GONE"]
    assert first[-4:] == ["10,50", "30.08.2026", "'=1+1", ""]
    figures, about = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table, words("ru"), []))).worksheets
    cells = [figures.cell(2, column) for column in range(len(heads) - 3, len(heads) + 1)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (10.5, "n"),
        (dt.datetime(2026, 8, 30), "d"),
        ("=1+1", "s"),
        (None, "n"),
    ]
    assert cells[0].number_format == "#,##0.00"
    meanings = {row[0].value: row[1].value for row in about.iter_rows()}
    assert "UF_CRM_SUM" in meanings["Сумма страховки"]
    assert "валюте" in meanings["Сумма страховки"]
    assert json.loads(json_text(table))[0]["uf_crm_day"] == "2026-08-30"


def test_a_hostile_label_is_text_and_no_more(house):
    table = query.rows(house, "lead_list", Filters(**NOVEMBER))
    heads = next(csv.reader(io.StringIO(csv_bytes(table, words("en")).decode("utf-8-sig")), delimiter=";"))
    assert heads[-1] == "'" + HOSTILE
    figures, _ = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table, words("en"), []))).worksheets
    head = figures.cell(1, len(heads))
    assert (head.value, head.data_type) == (HOSTILE, "s")
    assert table.rows[0][-1] is True
