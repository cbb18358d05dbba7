"""Numbers, money, dates and plurals, as a person of either language reads them."""

import datetime as dt
from decimal import Decimal

import pytest

from language import ExplainedError, words

DAY = dt.date(2026, 11, 23)
NBSP = "\u00a0"


def test_a_number_is_grouped_as_its_language_groups():
    assert words("ru").number(1234567.8) == f"1{NBSP}234{NBSP}568"
    assert words("en").number(1234567.8) == "1,234,568"
    assert words("ru").number(Decimal("8.25"), 1) == "8,2"


def test_what_does_not_exist_is_a_dash_and_zero_is_zero():
    for language in ("ru", "en"):
        spoken = words(language)
        assert spoken.number(None) == spoken.money(None) == spoken.percent(None) == spoken.date(None) == "—"
        assert spoken.number(0) == "0"


def test_money_has_no_kopecks_and_its_sign_behind_it():
    assert words("ru").money(Decimal("1234567.40")) == f"1{NBSP}234{NBSP}567{NBSP}₽"
    assert words("en").money(1234567) == f"1,234,567{NBSP}₽"
    assert words("ru").money(-5, "USD") == f"-5{NBSP}$"


@pytest.mark.parametrize(
    ("amount", "russian", "english"),
    [
        (Decimal("12400000"), "12,4 млн ₽", "12.4 m ₽"),
        (504_000, "504 тыс. ₽", "504 k ₽"),
        (9_400, "9 400 ₽", "9,400 ₽"),
        (-2_500_000_000, "-2,5 млрд ₽", "-2.5 bn ₽"),
    ],
)
def test_short_money_fits_a_card(amount, russian, english):
    assert words("ru").short_money(amount).replace(NBSP, " ") == russian
    assert words("en").short_money(amount).replace(NBSP, " ") == english


def test_a_share_is_shown_as_a_percent_with_one_decimal():
    assert words("ru").percent(0.478) == f"47,8{NBSP}%"
    assert words("en").percent(Decimal("0.478")) == "47.8%"


def test_days_months_and_quarters_are_named_in_the_language():
    russian, english = words("ru"), words("en")
    assert (russian.date(DAY), english.date(DAY)) == ("23.11.2026", "23 Nov 2026")
    assert (russian.month(DAY), english.month(DAY)) == ("ноя 2026", "Nov 2026")
    assert (russian.full_month(DAY), english.full_month(DAY)) == ("Ноябрь 2026", "November 2026")
    assert (russian.quarter(DAY), english.quarter(DAY)) == ("IV кв. 2026", "Q4 2026")
    assert russian.moment(dt.datetime(2026, 11, 23, 9, 5)) == "23.11.2026 09:05"


def test_every_short_month_has_three_letters_and_there_are_twelve():
    for language in ("ru", "en"):
        assert [len(name) for name in words(language).short_months] == [3] * 12


def test_a_duration_is_told_in_its_two_largest_units():
    assert [words("ru").duration(seconds) for seconds in (45, 185, 4800)] == ["45 с", "3 мин 5 с", "1 ч 20 мин"]


@pytest.mark.parametrize(
    ("count", "form"), [(1, "сделка"), (3, "сделки"), (5, "сделок"), (21, "сделка"), (112, "сделок")]
)
def test_a_russian_plural_follows_the_number(count, form, monkeypatch):
    entry = {"t.deals": {"ru": {"one": "сделка", "few": "сделки", "many": "сделок"}, "en": {"one": "a", "other": "b"}}}
    monkeypatch.setattr("language.formats.catalogue", lambda: entry)
    assert words("ru")("t.deals", count=count) == form


def test_an_error_speaks_the_language_of_whoever_reads_it():
    error = ExplainedError("settings.switch", name="VITRINA_COMMENTS")
    assert error.text("ru") == str(error) == "VITRINA_COMMENTS: напишите true или false."
    assert error.text("en") == "VITRINA_COMMENTS: write true or false."


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="no such language"):
        words("de")
