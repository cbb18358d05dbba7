"""``python -m metrics``: figures in a terminal, one clear sentence for what cannot be asked."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from metrics.__main__ import main
from metrics.query import catalog
from tests.metrics.conftest import company, make_warehouse, settings_of
from tests.snapshot_rows import write_snapshots

ROOT = Path(__file__).parents[2]
OCTOBER = ["--from", "2026-11-01", "--to", "2026-11-30"]


@pytest.fixture
def data(small, monkeypatch):
    """The settings name the small company's folder."""
    monkeypatch.setenv("VITRINA_DATA_DIR", str(small.path.parents[1]))
    return small


def shown(capsysbinary, *arguments):
    """What a command prints, when it succeeds."""
    assert main(arguments) == 0
    return capsysbinary.readouterr().out


def refused(capsys, *arguments):
    """The one sentence a command that was asked for wrongly prints, and nothing else."""
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.strip().splitlines()) == 1
    return told.err


def test_list_prints_the_views_one_a_line(capsysbinary):
    assert shown(capsysbinary, "list").decode().splitlines() == [view.name for view in catalog.views()]


def test_show_prints_rows_as_json_with_exact_numbers(data, capsysbinary):
    told = json.loads(shown(capsysbinary, "show", "deal_list", *OCTOBER, "--format", "json"), parse_float=str)
    assert list(told[0]) == list(catalog.view("deal_list").columns)
    first = next(row for row in told if row["deal_id"] == 1)
    assert (first["amount"], first["created_on"], first["closed_on"]) == ("1000.50", "2026-11-02", "2026-11-10")


def test_options_repeat_and_narrow(data, capsysbinary):
    def deals(*options):
        told = json.loads(shown(capsysbinary, "show", "deal_list", *OCTOBER, "--format", "json", *options))
        return sorted(row["deal_id"] for row in told)

    assert deals("--employee", "8") == [2]
    assert deals("--employee", "8", "--employee", "7") == [1, 2, 3]
    assert deals("--department", "1", "--funnel", "0", "--source", "CALL") == [1, 2, 3]
    assert deals("--stage", "deal:NEW") == [3]
    assert deals("--city", "", "--country", "", "--utm-source", "", "--utm-term", "") == [1, 2, 3]
    assert deals("--utm-medium", "cpc") == []
    assert deals("--without-activities") == [3]
    assert deals("--all-open") == [1, 2, 3]


def test_grain_days_and_completion_are_heard(data, capsysbinary):
    year = ["--from", "2026-01-01", "--to", "2026-12-31", "--grain", "year", "--utm-dimension", "utm_term"]
    controls = ["--min-completion", "0.8", "--lead-days", "0", "--deal-days", "0"]
    told = shown(capsysbinary, "show", "sales_dynamics", *year, *controls, "--format", "json")
    assert [row["bucket"] for row in json.loads(told)] == ["2026-01-01"]


def test_without_a_period_it_is_that_of_a_first_opening(data, capsysbinary):
    told = json.loads(shown(capsysbinary, "show", "sales_dynamics", "--format", "json"))
    assert [row["bucket"] for row in told] == ["2026-10-01", "2026-11-01"]


def test_rows_are_in_the_order_of_their_key(data, capsysbinary):
    told = json.loads(shown(capsysbinary, "show", "deal_list", *OCTOBER, "--format", "json"))
    assert [row["deal_id"] for row in told] == [1, 2, 3]


def test_show_prints_a_table_by_default(data, capsysbinary):
    lines = shown(capsysbinary, "show", "sales_by_employee", *OCTOBER).decode().splitlines()
    assert lines[0].split()[:2] == ["employee_id", "employee"]
    assert len(lines) == 3


def test_show_writes_csv_and_xlsx_into_a_file(data, capsysbinary, tmp_path):
    assert shown(capsysbinary, "show", "deal_list", *OCTOBER, "--format", "csv", "-o", str(tmp_path / "d.csv")) == b""
    text = (tmp_path / "d.csv").read_bytes().decode("utf-8-sig")
    assert text.splitlines()[0].split(";")[1] == catalog.view("deal_list").columns["title"].label("ru")
    assert "'=HYPERLINK(1)" in text
    book = openpyxl.load_workbook(io.BytesIO(shown(capsysbinary, "show", "deal_list", *OCTOBER, "--format", "xlsx")))
    assert book.worksheets[0].max_row == 4
    about = {line[0].value: line[1].value for line in book.worksheets[1].iter_rows() if len(line) > 1}
    assert about["Период"] == "01.11.2026 – 30.11.2026"


def test_the_language_of_the_settings_is_spoken(data, capsysbinary, monkeypatch):
    monkeypatch.setenv("VITRINA_LANGUAGE", "en")
    head = shown(capsysbinary, "show", "deal_list", *OCTOBER, "--format", "csv").decode("utf-8-sig").splitlines()[0]
    assert head.split(";")[1] == catalog.view("deal_list").columns["title"].label("en")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["show", "nothing"], "nothing"),
        (["show", "deal_list", "--from", "31.10.2026"], "--from"),
        (["show", "deal_list", "--from", "2026-11-30", "--to", "2026-11-01"], "2026-11-30"),
        (["show", "deal_list", "--grain", "decade"], "decade"),
        (["show", "sales_dynamics", "--grain", "week"], "sales_dynamics"),
        (["show", "deal_list", "--employee", "Петров"], "--employee"),
        (["show", "deal_list", "--employee", "-1"], "--employee"),
        (["show", "deal_list", "--stage", "NEW"], "lead:NEW"),
        (["show", "deal_list", "--utm-dimension", "utm_id"], "utm_id"),
        (["show", "deal_list", "--min-completion", "80%"], "--min-completion"),
        (["show", "deal_list", "--min-completion", "2000"], "2000"),
        (["show", "deal_list", "--lead-days", "x"], "--lead-days"),
        (["show", "deal_list", "--deal-days", "99999999"], "deal_days"),
        (["refresh", "--every", "0"], "--every"),
        (["show", "deal_list", "-o", "no/such/folder/x.csv"], "no/such/folder"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_and_exit_2(data, capsys, options, word):
    assert word in refused(capsys, *options)


def test_a_wrong_setting_is_one_sentence_that_names_it(capsys, monkeypatch):
    monkeypatch.setenv("VITRINA_TIMEZONE", "Mars/Olympus")
    assert "VITRINA_TIMEZONE" in refused(capsys, "show", "deal_list")


def test_before_anything_is_built_a_sentence_says_what_to_run(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("VITRINA_DATA_DIR", str(tmp_path))
    for command, advice in (("show", "metrics build"), ("build", "metrics refresh")):
        assert main([command, *(["deal_list"] if command == "show" else [])]) == 1
        assert advice in capsys.readouterr().err


def test_history_months_limit_what_may_be_asked(tmp_path, tiny_sql, capsys, monkeypatch):
    make_warehouse(tmp_path, company(), history_months=3)
    monkeypatch.setenv("VITRINA_DATA_DIR", str(tmp_path))
    assert "2026-08-24" in refused(capsys, "show", "deal_count", "--from", "2026-08-23")
    assert main(["show", "deal_count", "--from", "2026-08-24"]) == 0


def test_build_says_what_it_made(tmp_path, tiny_sql, capsys, monkeypatch):
    settings = settings_of(tmp_path)
    rows = company()
    rows["deals"][0]["OPPORTUNITY"] = "a lot"
    write_snapshots(settings.snapshots_dir, rows)
    monkeypatch.setenv("VITRINA_DATA_DIR", str(tmp_path))
    assert main(["build"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert ["deals", "3"] in [line.split() for line in told]
    assert ["deals.OPPORTUNITY", "1"] in [line.split() for line in told]
    assert "2 представления" in told


def test_a_reader_who_leaves_early_is_no_error(data):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = f"{sys.executable} -m metrics list | head -1"
    told = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=True, env=environment)
    assert (told.stdout.decode().strip(), told.stderr) == (catalog.views()[0].name, b"")
