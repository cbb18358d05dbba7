"""A reader's language: texts of the catalogue, plural forms, numbers, money, shares and dates."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol

from language.texts import LANGUAGES, Text, catalogue

MOST_NUMBERS, MOST_CURRENCIES = 2**15, 256  # figures and signs that are remembered as written
NOTHING = "—"  # how a null is shown: the figure does not exist, which is not the same as zero

Number = int | float | Decimal

# From what amount on, divided by what, with how many places, by which text of the catalogue.
SHORT_UNITS: tuple[tuple[int, int, int, str], ...] = (
    (10**9, 10**9, 1, "unit.billion"),
    (10**6, 10**6, 1, "unit.million"),
    (10**4, 10**3, 0, "unit.thousand"),
)


@dataclass(frozen=True)
class Words:
    """Texts and formats of one language ("ru" or "en").

    Calling it gives a text: ``words("ru")("pull.finished", count=5)``; ``count`` chooses the plural form. Results are
    plain text: whoever puts them into HTML or Markdown escapes them there.
    """

    language: str

    def __call__(self, key: str, /, **values: object) -> str:
        """The text named ``key`` with its placeholders filled.

        Raises:
            KeyError: the catalogue has no such key, or a placeholder was not given.
        """
        text = self._form(catalogue()[key][self.language], values.get("count"))
        shown = {name: self._value(value) for name, value in values.items()}
        return text.format_map(shown)

    def has(self, key: str) -> bool:
        """Whether the catalogue holds ``key``."""
        return key in catalogue()

    def number(self, value: Number | None, digits: int = 0) -> str:
        """``1234567.8`` → "1 234 568"; ``digits`` places are always written."""
        if value is None:
            return NOTHING
        return _number_text(self.language, "#,##0" + ("." + "0" * digits if digits else ""), str(value))

    def money(self, value: Number | None, currency: str = "RUB", digits: int = 0) -> str:
        """An amount with the sign of its currency behind it, without kopecks unless ``digits`` asks for them."""
        if value is None:
            return NOTHING
        return f"{self.number(value, digits)}\u00a0{self.currency_sign(currency)}"

    def short_money(self, value: Number | None, currency: str = "RUB") -> str:
        """An amount for a card or an axis: "12,4 млн ₽", "504 тыс. ₽"."""
        if value is None:
            return NOTHING
        exact = Decimal(str(value))
        for least, size, digits, key in SHORT_UNITS:
            if abs(exact) >= least:
                amount = self.number(exact / size, digits)
                return self(key, amount=amount, sign=self.currency_sign(currency))
        return self.money(value, currency)

    def currency_sign(self, currency: str = "RUB") -> str:
        """The sign of a currency ("₽"), or its code where there is none."""
        return _currency_sign(currency, "ru" if currency == "RUB" else self.language)

    def percent(self, fraction: Number | None, digits: int = 1) -> str:
        """``0.478`` → "47,8 %"."""
        if fraction is None:
            return NOTHING
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return _number_text(
            self.language, f"{pattern}\u00a0%" if self.language == "ru" else f"{pattern}%", str(fraction)
        )

    def date(self, day: dt.date | None) -> str:
        """ "23.11.2026" in Russian, "23 Nov 2026" in English."""
        return self._date(day, {"ru": "dd.MM.yyyy", "en": "d MMM yyyy"})

    def month(self, day: dt.date | None) -> str:
        """The month of a day, short: "ноя 2026"."""
        return NOTHING if day is None else f"{self.short_months[day.month - 1]} {day.year}"

    @property
    def short_months(self) -> list[str]:
        """The twelve short names, January first, three letters and no dot ("янв", "сен")."""
        return self("month.short").split()

    def full_month(self, day: dt.date | None) -> str:
        """The month of a day in full: "Ноябрь 2026"."""
        text = self._date(day, {"ru": "LLLL yyyy", "en": "MMMM yyyy"})
        return text[:1].upper() + text[1:]

    def quarter(self, day: dt.date | None) -> str:
        """The quarter of a day: "IV кв. 2026", "Q4 2026"."""
        if day is None:
            return NOTHING
        number = (day.month + 2) // 3
        return self("unit.quarter", roman=("I", "II", "III", "IV")[number - 1], number=number, year=str(day.year))

    def moment(self, moment: dt.datetime | None) -> str:
        """A day and its time: "23.11.2026 14:05"."""
        if moment is None:
            return NOTHING
        pattern = {"ru": "dd.MM.yyyy HH:mm", "en": "d MMM yyyy HH:mm"}[self.language]
        return format_datetime(moment, pattern, locale=self._locale)

    def duration(self, seconds: Number | None) -> str:
        """How long something took: "45 с", "3 мин 5 с", "1 ч 20 мин"."""
        if seconds is None:
            return NOTHING
        whole = max(0, int(seconds))
        if whole < 60:
            return self("unit.seconds", seconds=whole)
        if whole < 3600:
            return self("unit.minutes", minutes=whole // 60, seconds=whole % 60)
        return self("unit.hours", hours=whole // 3600, minutes=whole % 3600 // 60)

    @property
    def _locale(self) -> Locale:
        return _locale(self.language)

    def _date(self, day: dt.date | None, patterns: dict[str, str]) -> str:
        return NOTHING if day is None else format_date(day, patterns[self.language], locale=self._locale)

    def _form(self, text: Text, count: object) -> str:
        if isinstance(text, str):
            return text
        amount = Decimal(str(count)) if isinstance(count, int | float | Decimal) else Decimal(0)
        form = str(self._locale.plural_form(abs(amount)))
        return text.get(form) or text.get("other") or text["many"]

    def _value(self, value: object) -> str:
        if value is None:
            return NOTHING
        if isinstance(value, bool):
            return str(value)
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, float | Decimal):
            return format_decimal(value, locale=self._locale)
        if isinstance(value, dt.datetime):
            return self.moment(value)
        if isinstance(value, dt.date):
            return self.date(value)
        return str(value)


@cache
def words(language: str) -> Words:
    """The words of a language; anything but "ru" and "en" is a programming error."""
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language!r}")
    return Words(language)


# A page writes the same few thousand figures again and again, and babel takes its time for each.
@lru_cache(maxsize=MOST_NUMBERS)
def _number_text(language: str, pattern: str, number: str) -> str:
    """A number, spelled in Python's way, in a pattern of Unicode's; a percent sign in it multiplies by a hundred."""
    return format_decimal(Decimal(number), pattern, locale=_locale(language))


@lru_cache(maxsize=MOST_CURRENCIES)
def _currency_sign(currency: str, language: str) -> str:
    return get_currency_symbol(currency, _locale(language))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)
