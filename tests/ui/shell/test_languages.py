"""Every page speaks one language at a time. Names in the data are of the other alphabet or of this one, as a test
needs: whatever then stands out is the product's own.

Excepted, because they are no texts of the product: RU and EN on the switch; VITRINA_ names of settings, and on the
page of the data the time zone, the portal's address and the folder; UTM, CRM, CSV, Excel, SMS, Google, URL, .env and
Vitrina, which Russian writes so too; on English pages words in “quotes”: what stands in the data for somebody the
portal does not show is Russian, and the explanation says how it is spelled. Streamlit's own English that pages cannot
set (the calendar, "Press Enter") shows in a browser alone and is not met here.
"""

import re
import string
from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

from language import catalogue, words
from tests.ui.conftest import ENTRY, PATIENCE
from tests.ui.page_texts import all_texts
from tests.ui.portals import Portal, build_portal
from tests.ui.shop import WEBHOOK
from ui.shell.navigation import SECTIONS

PAGES = [entry.file for entries in SECTIONS.values() for entry in entries]
CYRILLIC, LATIN = re.compile("[А-Яа-яЁё]"), re.compile("[A-Za-z]{2,}")
QUOTED = re.compile("“[^”]*”")
DATA = ("Europe/Moscow", "acme.bitrix24.ru")
KNOWN = {"RU", "EN", "UTM", "CRM", "CSV", "Excel", "xlsx", "SMS", "Google", "URL", "env", "Vitrina"}
ICON, SETTING = re.compile(r":material/\w+:"), re.compile(r"VITRINA_\w+")
RUSSIAN = {
    "employee": "Сотрудник", "department": "Отдел", "funnel": "Воронка", "stage": "Стадия", "source": "Источник",
    "company": "Компания", "city": "Город", "deal": "Сделка", "lead": "Лид", "mark": "Метка",
}  # fmt: skip
NAMED = {
    "en": Portal(people=4, stages=5),
    "ru": Portal(people=4, stages=5, name=lambda kind, number: f"{RUSSIAN[kind]} {number}"),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A portal whose people write as the language does, for each language."""
    return {language: build_portal(tmp_path_factory.mktemp(language), portal) for language, portal in NAMED.items()}


@pytest.fixture(scope="module")
def read(folders):
    """All texts of a page in a language: ``read("en", "pages/reports/plan.py")``. A page is drawn once."""

    @cache
    def texts(language, file):
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("VITRINA_DATA_DIR", str(folders[language]))
            environment.setenv("VITRINA_WEBHOOK_URL", WEBHOOK)
            test = AppTest.from_file(ENTRY, default_timeout=PATIENCE)
            test.context["locale"] = {"ru": "ru-RU", "en": "en-US"}[language]
            test.query_params["period"] = ["this_month"]
            test.query_params["show"] = ["plan_editor:open"]
            test.switch_page(file).run()
        assert not test.exception
        assert words(language)("ui.block_failed") not in [warning.value for warning in test.warning]
        folder = str(folders[language])
        return [text.replace("\\", "").replace(folder, "") for text in all_texts(test)]

    return texts


@pytest.mark.parametrize("file", PAGES)
def test_an_english_page_holds_no_russian(read, file):
    texts = read("en", file)
    assert len(texts) > 10
    assert [text for text in texts if CYRILLIC.search(QUOTED.sub("", text))] == []


@pytest.mark.parametrize("file", PAGES)
def test_a_russian_page_holds_no_english(read, file):
    texts = read("ru", file)
    assert len(texts) > 10
    assert {word: text for text in texts for word in foreign(text)} == {}


@pytest.mark.parametrize("language", NAMED)
@pytest.mark.parametrize("file", PAGES)
def test_no_text_is_missing_and_none_is_left_unfilled(read, file, language):
    texts = read(language, file)
    keys = set(catalogue())
    assert [text for text in texts if text in keys] == []
    holes = {f"{{{name}}}" for key in keys for name in placeholders(catalogue()[key][language])}
    assert [text for text in texts if any(hole in text for hole in holes)] == []
    assert [text for text in texts if re.search(r"\b(None|nan|NaT|null|undefined)\b", text)] == []


def foreign(text):
    """The Latin words of a text that Russian does not write so."""
    rest = SETTING.sub(" ", ICON.sub(" ", text))
    for known in DATA:
        rest = rest.replace(known, " ")
    return set(LATIN.findall(rest)) - KNOWN


def placeholders(entry):
    variants = [entry] if isinstance(entry, str) else entry.values()
    return {name for variant in variants for _, name, _, _ in string.Formatter().parse(variant) if name}
