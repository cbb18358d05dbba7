"""A list becomes a file in a process of its own: all rows that match, told in the reader's language."""

import csv
import datetime as dt
import io
import json
import os
import sys
import tempfile
from decimal import Decimal

import openpyxl
import pytest

from metrics.export import job as job_module
from metrics.export.job import Job, run
from metrics.query import listing as listing_module
from metrics.query.filters import Filters
from metrics.query.listing import Listing, Spoken, list_page
from metrics.warehouse import connection
from tests.metrics.conftest import company, deal, make_warehouse

FILTERS = Filters(
    dt.date(2026, 11, 1),
    dt.date(2026, 11, 30),
    employees=(7,),
    cities=("", "О'Нил"),
    min_completion=Decimal("0.5"),
    all_open=True,
)
NOVEMBER = Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
STATES = (Spoken("state", "state", (("won", "Успешная"), ("in_work", "В работе"))),)
COUNT = 150


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """150 deals, some of whose titles a spreadsheet would run."""
    titles = ["=1+1", "Сделка", "+7 900", "@SUM(A1)"]
    deals = [
        deal(number, TITLE=f"{titles[number % 4]} {number}", OPPORTUNITY=str(number % 7))
        for number in range(1, COUNT + 1)
    ]
    return make_warehouse(tmp_path_factory.mktemp("exported"), company(deals=deals))


@pytest.fixture
def make(listed, tmp_path, monkeypatch):
    """Writes a list into a file of a form; its path."""
    monkeypatch.setattr(listing_module, "CHUNK", 40)
    monkeypatch.setattr(job_module, "open_file", lambda path, limits: connection.open_file(path))

    def write(form, listing, filters=NOVEMBER):
        job = Job(listed.path, tmp_path / f"list.{form}", form, "deal_list", filters, listing, "ru", "Отчёт о сделках")
        run(Job.from_json(job.to_json()))
        return job.output

    return write


def test_a_job_is_the_same_on_the_other_side_of_a_pipe(tmp_path):
    listing = Listing("amount", True, 'О\'Нил "и" %_', STATES)
    job = Job(tmp_path / "w.duckdb", tmp_path / "o.csv", "csv", "deal_list", FILTERS, listing, "en", "Deals")
    assert Job.from_json(job.to_json()) == job
    assert json.loads(job.to_json())["filters"]["period_from"] == "2026-11-01"


@pytest.mark.parametrize(
    "listing", [Listing("amount", descending=True), Listing("title"), Listing("title", search="1+1")]
)
def test_a_file_holds_all_rows_that_match_in_the_order_of_the_screen(make, listed, listing):
    screen = [
        row[0]
        for offset in (0, 100)
        for row in list_page(listed, "deal_list", NOVEMBER, listing, offset=offset).rows
        if offset < list_page(listed, "deal_list", NOVEMBER, listing).count
    ]
    lines = list(csv.reader(io.StringIO(make("csv", listing).read_text("utf-8-sig")), delimiter=";"))
    assert [int(line[0]) for line in lines[1:]] == screen != []
    figures = openpyxl.load_workbook(make("xlsx", listing)).worksheets[0]
    assert [row[0] for row in figures.iter_rows(min_row=2, values_only=True)] == screen
    assert figures.auto_filter.ref.endswith(str(len(screen) + 1))


def test_no_title_becomes_a_formula_in_either_form(make):
    lines = list(csv.reader(io.StringIO(make("csv", Listing("deal_id")).read_text("utf-8-sig")), delimiter=";"))
    titles = [line[1] for line in lines[1:]]
    assert len(titles) == COUNT
    assert not any(title.startswith(("=", "+", "@")) for title in titles)
    assert "'=1+1 4" in titles
    figures = openpyxl.load_workbook(make("xlsx", Listing("deal_id"))).worksheets[0]
    for row in figures.iter_rows(min_row=2):
        assert row[1].data_type == "s"
        assert row[1].quotePrefix


def test_the_second_sheet_tells_the_report_the_search_the_order_and_the_number_of_rows(make):
    about = openpyxl.load_workbook(make("xlsx", Listing("amount", True, "сделка"))).worksheets[1]
    told = {row[0]: row[1] for row in about.iter_rows(values_only=True) if row[0]}
    assert told["Отчёт"] == "Отчёт о сделках"
    assert told["Поиск"] == "сделка"
    assert told["Порядок строк"] == "Сумма, по убыванию"
    assert told["Строк"] == 38


def test_without_a_search_none_is_told(make):
    about = openpyxl.load_workbook(make("xlsx", Listing("amount"))).worksheets[1]
    assert "Поиск" not in {row[0] for row in about.iter_rows(values_only=True)}


def test_the_process_stands_back_behind_all_others_and_says_what_failed(listed, tmp_path, monkeypatch, capsys):
    stood_back = []
    monkeypatch.setattr(os, "nice", stood_back.append, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(job_module, "open_file", lambda path, limits: connection.open_file(path))
    codes = []
    for order in ("amount", "nothing"):
        job = Job(listed.path, tmp_path / "o.csv", "csv", "deal_list", NOVEMBER, Listing(order), "ru", "")
        monkeypatch.setattr(sys, "stdin", io.StringIO(job.to_json()))
        codes.append(job_module.main())
    assert codes == [0, 1]
    assert stood_back == [19, 19]
    assert "«nothing»" in capsys.readouterr().err


def test_a_list_without_rows_is_a_file_of_headings(make):
    assert len(make("csv", Listing("amount", search="нет такого")).read_text("utf-8-sig").splitlines()) == 1
    figures = openpyxl.load_workbook(make("xlsx", Listing("amount", search="нет такого"))).worksheets[0]
    assert figures.max_row == 1
