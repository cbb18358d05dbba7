"""The file of a list is made by a process of its own, which stands back behind pages and is handed no secret."""

import csv
import datetime as dt
import io
import tempfile

import pytest

from crm.settings import load_settings
from language import words
from metrics.export.job import Job
from metrics.query.filters import Filters
from metrics.query.listing import Listing
from metrics.warehouse.publish import open_current
from tests.ui.shop import WEBHOOK
from ui.blocks import list_export
from ui.blocks.list_export import ExportError, write_file
from ui.state.page_context import PageContext

PERIOD = Filters(dt.date(2026, 10, 1), dt.date(2026, 11, 30))


@pytest.fixture
def job(shop_data, tmp_path):
    """The deals of the small company as CSV."""
    warehouse = open_current(shop_data / "warehouse")
    return Job(warehouse.path, tmp_path / "list.csv", "csv", "deal_list", PERIOD, Listing("amount"), "ru", "")


def test_another_process_writes_the_file_while_this_one_holds_the_warehouse_open(job):
    write_file(job)
    lines = list(csv.reader(io.StringIO(job.output.read_text("utf-8-sig")), delimiter=";"))
    assert len(lines) > 1
    assert list(job.output.parent.iterdir()) == [job.output]


def test_the_process_is_told_everything_by_standard_input_and_has_none_of_our_settings(job, monkeypatch):
    monkeypatch.setenv("VITRINA_WEBHOOK_URL", "https://acme.bitrix24.ru/rest/1/verysecretkey/")
    started = {}
    real = list_export.subprocess.run

    def watched(command, **told):
        started.update(told, command=command)
        return real(command, **told)

    monkeypatch.setattr(list_export.subprocess, "run", watched)
    write_file(job)
    assert not any(name.startswith("VITRINA_") for name in started["env"])
    assert "secret" not in str(started)
    assert not any(str(job.warehouse) in part or job.view in part for part in started["command"])


def test_a_file_that_cannot_be_made_is_an_error_that_says_why(job):
    with pytest.raises(ExportError, match=r"gone\.duckdb"):
        write_file(Job(**{**vars(job), "warehouse": job.warehouse.with_name("gone.duckdb")}))


def test_a_process_that_takes_too_long_is_ended(job, monkeypatch):
    monkeypatch.setattr(list_export, "PATIENCE", 0.01)
    with pytest.raises(ExportError, match="deal_list"):
        write_file(job)


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_is_left_on_the_disk(job, monkeypatch, tmp_path, fails):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = []

    def write(told):
        seen.append(told.output.parent)
        told.output.write_bytes(b"rows")
        if fails:
            raise ExportError("no")

    monkeypatch.setattr(list_export, "write_file", write)
    warehouse = open_current(job.warehouse.parent)
    context = PageContext(load_settings(webhook_url=WEBHOOK), words("ru"), warehouse, "ui.export.report")
    if fails:
        with pytest.raises(ExportError):
            list_export._make(context, "deal_list", PERIOD, Listing("amount"), "csv")
    else:
        assert list_export._make(context, "deal_list", PERIOD, Listing("amount"), "csv") == b"rows"
    assert len(seen) == 1
    assert not seen[0].exists()
