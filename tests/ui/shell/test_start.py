"""What a reader meets before there are figures: a wrong setting, a first pull, its failure."""

import json
import shutil

from streamlit.testing.v1 import AppTest

from crm.settings import load_settings
from language import words
from metrics.warehouse import publish
from refresh import refresh
from tests.ui import planned
from tests.ui.conftest import ENTRY, PATIENCE
from tests.ui.page_texts import texts
from tests.ui.shop import WEBHOOK


def open_app(monkeypatch, tmp_path, **environment):
    for name, value in {"DATA_DIR": str(tmp_path / "none"), "WEBHOOK_URL": WEBHOOK, **environment}.items():
        monkeypatch.setenv(f"VITRINA_{name}", value)
    test = AppTest.from_file(ENTRY, default_timeout=PATIENCE)
    test.context["locale"] = "ru-RU"
    return test.run()


def test_a_wrong_setting_is_named_in_a_sentence(monkeypatch, tmp_path):
    test = open_app(monkeypatch, tmp_path, TIMEZONE="Moon/Crater")
    assert not test.exception
    assert any("VITRINA\\_TIMEZONE" in text for text in texts(test))
    assert not any("Moon" in text for text in texts(test))


def test_before_the_first_pull_the_page_says_what_is_going_on(monkeypatch, tmp_path):
    test = open_app(monkeypatch, tmp_path)
    assert not test.exception
    assert any(words("ru")("ui.first.title") in text for text in texts(test))


def test_a_failed_first_pull_shows_its_sentence_and_a_way_to_try_again(monkeypatch, tmp_path):
    folder = tmp_path / "none"
    folder.mkdir()
    progress = {
        "state": "failed",
        "phase": 1,
        "pid": 1,
        "started_at": "2026-11-23T09:00:00+00:00",
        "updated_at": "2026-11-23T09:00:01+00:00",
        "entities": [],
        "error": {"key": "metrics.refresh.died", "values": {}, "entity": None},
    }
    (folder / "progress.json").write_text(json.dumps(progress), encoding="utf-8")
    test = open_app(monkeypatch, tmp_path)
    assert test.error[0].value == words("ru")("metrics.refresh.died").replace(".", "\\.")
    assert test.button(key="first_refresh").label == words("ru")("ui.refresh.again")


def test_damaged_figures_are_built_anew_once_and_what_is_the_matter_is_said(monkeypatch, tmp_path, shop_data):
    shutil.copytree(shop_data, tmp_path / "data")
    publish.current_path(tmp_path / "data" / "warehouse").write_bytes(b"torn")
    started = []
    monkeypatch.setattr(refresh, "start", started.append)
    test = open_app(monkeypatch, tmp_path, DATA_DIR=str(tmp_path / "data"))
    assert not test.exception
    assert len(started) == 1
    assert "испорчен" in test.error[0].value
    test.run()
    assert len(started) == 1
    assert test.button(key="first_refresh").label == words("ru")("ui.refresh.again")
    test.button(key="first_refresh").click().run()
    assert len(started) == 2


def test_newer_figures_are_offered_where_older_ones_are_shown_and_nowhere_else(monkeypatch, tmp_path, shop_data):
    shutil.copytree(shop_data, tmp_path / "data")
    shown = open_app(monkeypatch, tmp_path, DATA_DIR="data")  # relative, as an installation without settings has it
    assert offers_new_data(shown) == []

    settings = load_settings(data_dir=tmp_path / "data", webhook_url=WEBHOOK)
    older = publish.open_current(settings.warehouse_dir)
    planned.store(tmp_path / "data").replace(planned.plan())
    publish.publish_plan(settings)
    monkeypatch.setattr(publish, "open_current", lambda folder: older)
    assert offers_new_data(open_app(monkeypatch, tmp_path, DATA_DIR="data")) == [words("ru")("ui.new_data.take")]


def offers_new_data(test):
    """Labels of the buttons that take newer figures."""
    return [button.label for button in test.button if button.key == "take_new_data"]
