"""The glossary explains every view and every column, in the reader's language, and is searched."""

import pytest

from language import LANGUAGES, words
from metrics.query import catalog
from tests.ui.page_texts import texts
from ui.blocks.markdown import plain
from ui.reports.glossary import SEARCH, search

PAGE = "pages/service/glossary.py"


def names(found):
    return [view.name for view, _ in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_stands_under_its_report_with_its_help_and_columns(open_page, language):
    test = open_page(language, page=PAGE)
    assert not test.exception
    shown = texts(test)
    folds = [fold.label for fold in test.expander]
    for view in catalog.views():
        assert plain(view.label(language)) in folds
        assert plain(view.help(language)) in shown
    text = "\n".join(shown)
    for column in catalog.columns("manager_results"):
        if column.format not in ("id", "link"):
            assert f"**{plain(column.label(language))}** — {plain(column.help(language))}" in text
    assert plain(words(language)("pages.managers.title")) in text


def test_a_search_leaves_what_speaks_of_it(open_page):
    test = open_page("ru", page=PAGE)
    everything = len(test.expander)
    test.text_input(key=SEARCH).set_value("забытые сделки").run()
    assert not test.exception
    assert 0 < len(test.expander) < everything


def test_a_search_that_finds_nothing_says_so_and_shows_what_was_asked_as_text(open_page):
    test = open_page("ru", page=PAGE)
    test.text_input(key=SEARCH).set_value("[x](javascript:alert) $y$").run()
    assert not test.exception
    assert [fold.label for fold in test.expander if "Ещё" not in fold.label] == []
    assert any("\\[x\\]\\(javascript\\:alert\\) \\$y\\$" in text for text in texts(test))


def test_every_word_must_be_found_and_letters_are_alike_in_any_case():
    everything = catalog.views()
    assert names(search(everything, "", "ru")) == [view.name for view in everything]
    assert names(search(everything, "ЗАБЫТЫЕ  по отделам", "ru")) == ["forgotten_by_department"]
    assert names(search(everything, "department forgotten", "en"))[0].startswith("forgotten")


def test_a_view_found_by_a_column_shows_that_column_alone():
    everything = [catalog.view("forgotten_leads")]
    ((_, columns),) = search(everything, "источник", "ru")
    assert [column.name for column in columns] == ["source"]
