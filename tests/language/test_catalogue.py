"""The catalogue holds both languages of every text, and no text nobody speaks."""

import re
import string
from pathlib import Path

import pytest

from language import LANGUAGES, catalogue
from language.texts import FOLDER
from language.texts import catalogue as read

ROOT = FOLDER.parents[1]
CYRILLIC = re.compile("[А-Яа-яЁё]")
FORMS = {"ru": {"one", "few", "many"}, "en": {"one", "other"}}


def _variants(text):
    return [text] if isinstance(text, str) else list(text.values())


def _placeholders(text):
    return {name for variant in _variants(text) for _, name, _, _ in string.Formatter().parse(variant) if name}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_a_text_says_the_same_things_in_both_languages(key):
    entry = catalogue()[key]
    assert set(entry) == set(LANGUAGES)
    russian, english = (_placeholders(entry[language]) - {"count"} for language in LANGUAGES)
    roman_and_number = {"roman", "number"}
    assert russian - roman_and_number == english - roman_and_number
    assert not any(CYRILLIC.search(variant) for variant in _variants(entry["en"]))
    assert all(variant.strip() for language in LANGUAGES for variant in _variants(entry[language]))


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_a_plural_has_all_forms_of_its_language(key):
    for language in LANGUAGES:
        text = catalogue()[key][language]
        if not isinstance(text, str):
            assert FORMS[language] <= set(text)


def test_every_text_is_spoken_somewhere():
    rooms = ("language", "crm", "demo", "inputs", "metrics", "refresh", "ui", "pages")
    sources = [path.read_text("utf-8") for room in rooms for path in (ROOT / room).rglob("*.py")]
    sources.append((ROOT / "streamlit_app.py").read_text("utf-8"))
    code = "\n".join(sources)
    # A key may be put together from its first part and a word: f"entity.{name}".
    families = set(re.findall(r"""f["']([a-z_.]+\.)\{""", code))
    unspoken = [key for key in catalogue() if key not in code and not any(key.startswith(part) for part in families)]
    assert unspoken == []


def test_a_key_defined_twice_is_refused(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text('[a]\nb = { ru = "да", en = "yes" }\n', "utf-8")
    with pytest.raises(ValueError, match=r"'a\.b' is defined twice"):
        read(tmp_path)


def test_a_text_without_one_of_the_languages_is_refused(tmp_path: Path):
    (tmp_path / "one.toml").write_text('[a]\nb = { ru = "да" }\n', "utf-8")
    with pytest.raises(ValueError, match="lacks en"):
        read(tmp_path)
