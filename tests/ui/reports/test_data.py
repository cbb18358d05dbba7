"""The page "Data" says how the sweep stands, and lets who knows it go on with a portal that was renamed."""

import shutil
from dataclasses import replace

import pytest

from crm.settings import load_settings
from crm.snapshots.manifest import SweepState
from crm.snapshots.store import Snapshots
from language import Message, words
from refresh import refresh
from refresh.progress_file import ProgressWriter
from tests.ui.page_texts import texts

PAGE = "pages/service/data.py"


@pytest.fixture
def own_settings(shop_data, tmp_path, monkeypatch, open_page):
    """Settings of a copy of the small company that a test may change, in force once `open_page` is."""
    shutil.copytree(shop_data, tmp_path / "own")
    monkeypatch.setenv("VITRINA_DATA_DIR", str(tmp_path / "own"))
    return load_settings()


@pytest.mark.parametrize(
    ("sweep", "sentence"),
    [
        (SweepState(), "Сверки всех полей с порталом ещё не было"),
        (SweepState(entity="deals", found={"leads": 2}), "идёт: Сделки. Исправлено записей: Лиды 2."),
        (
            SweepState(ended_at="2026-11-23T03:40:00+03:00", last_found={"companies": 1, "deals": 0}),
            "последняя закончена 23.11.2026 03:40, исправлено записей: Компании 1.",
        ),
    ],
)
def test_how_the_sweep_stands_is_said(open_page, own_settings, sweep, sentence):
    snapshots = Snapshots(own_settings.snapshots_dir)
    snapshots.publish(replace(snapshots.manifest(), sweep=sweep))
    shown = "\n".join(texts(open_page("ru", page=PAGE))).replace("\\", "").replace("\xa0", " ")
    assert sentence in shown


def test_a_portal_that_was_renamed_is_gone_on_with_by_a_button(open_page, own_settings, monkeypatch):
    started = []
    monkeypatch.setattr(refresh, "start", lambda _, **given: started.append(given))
    assert "refresh_renamed" not in [button.key for button in open_page("ru", page=PAGE).button]
    foreign = Message("pull.foreign", here="acme.example", there="new.example", folder="data")
    ProgressWriter(own_settings.progress_file).failed(foreign)
    test = open_page("ru", page=PAGE)
    assert "new.example" in test.error[0].value.replace("\\", "")
    assert test.button(key="refresh_renamed").label == words("ru")("ui.refresh.renamed")
    test.button(key="refresh_renamed").click().run()
    assert started == [{"renamed": True}]
