"""Documents printed from the program: complete, up to date, and found out where they are not."""

import pytest

from crm.__main__ import command_parsers as crm_parsers
from crm.settings import PREFIX, Settings
from language import words
from metrics import documents
from metrics.__main__ import command_parsers, main
from metrics.documents import commands, settings, views
from metrics.query import catalog

PARSERS = [*crm_parsers(words("en")), *command_parsers()]


def test_the_documents_are_what_the_program_prints():
    assert documents.stale(PARSERS) == [], "run make docs"


def test_documents_that_are_behind_are_named_until_they_are_written(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(documents, "FOLDER", tmp_path / "docs")
    assert main(["docs", "--check"]) == 1
    assert "metrics.md, settings.md, commands.md" in capsys.readouterr().err
    assert main(["docs"]) == 0
    assert main(["docs", "--check"]) == 0
    (tmp_path / "docs" / "settings.md").write_text("old", "utf-8")
    assert main(["docs", "--check"]) == 1
    assert "settings.md" in capsys.readouterr().err


def test_the_document_of_metrics_names_every_view_and_every_column():
    text = views.text()
    for view in catalog.views():
        assert f"## {view.name}\n" in text
        assert view.help("ru") in text
        assert all(f"| `{name}` |" in text for name in view.columns)


def test_the_document_of_settings_explains_every_setting_in_both_languages():
    text = settings.text()
    for name in Settings.model_fields:
        line = next(line for line in text.splitlines() if line.startswith(f"| `{PREFIX}{name.upper()}` |"))
        assert all(words(language)(f"setting.{name}") in line for language in ("ru", "en"))


def test_the_document_of_settings_says_the_default_and_the_bounds():
    text = settings.text()
    assert "| `VITRINA_IN_FLIGHT` | 2 | whole number, 1 … 16 |" in text
    assert "| `VITRINA_REQUESTS_PER_SECOND` | 2 | number, above 0 … 1000 |" in text
    assert "| `VITRINA_WEBHOOK_URL` | — | secret |" in text


@pytest.mark.parametrize("columns", [None, "40"])
def test_the_document_of_commands_is_the_same_in_every_terminal(monkeypatch, columns):
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    text = commands.text(PARSERS)
    assert text == (documents.FOLDER / "commands.md").read_text("utf-8")
    assert all(f"## {parser.prog}\n" in text for parser in PARSERS)
    assert "-o, --output FILE" in text
