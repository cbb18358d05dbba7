"""Numbers as people type them: spaces, commas, currency signs forgiven; what cannot be a plan is a named fault."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from language import LANGUAGES, words

KOPECK = Decimal("0.01")
MOST_AMOUNT = Decimal(10) ** 16  # decimal(18, 2) ends here
MOST_COUNT = 10**9
MOST_ID = 2**53
PARTING = ".,"  # marks that part thousands, or are the decimal one
NOTHING = frozenset({"", "-", "–", "—", "−"})  # people strike an empty cell out
SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u2060\ufeff'’`´_]+")  # apostrophes part thousands too
DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
NUMBER = re.compile(r"\d[\d.,]*(e[+-]?\d{1,3})?|[.,]\d+")


class Fault(Exception):
    """Why a cell is no figure of a plan; `kind` ends a key of the catalogue (``plan.told.<kind>``)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Spoiled:
    """A cell that a spreadsheet shows as something else than the figure it holds: a percent, a date, a formula.

    `fault` is the kind of the `Fault` it causes, `shown` the text that a person sees in the cell.
    """

    fault: str
    shown: str

    def __str__(self) -> str:
        return self.shown


def amount(value: object, thousands: str = PARTING) -> Decimal | None:
    """An amount, half a kopeck rounded up; None for an empty cell.

    ``thousands``: the marks that part thousands where one stands alone before three digits.

    Raises:
        Fault: it is none that a plan can hold.
    """
    found = _number(value, thousands)
    if found is None:
        return None
    if found < 0:
        raise Fault("negative")
    if found >= MOST_AMOUNT:
        raise Fault("too_large")
    return found.quantize(KOPECK, ROUND_HALF_UP)


def count(value: object, thousands: str = PARTING) -> int | None:
    """A whole number of deals; None for an empty cell.

    Raises:
        Fault: it is none that a plan can hold.
    """
    found = _number(value, thousands)
    if found is None:
        return None
    if found < 0:
        raise Fault("negative")
    if found >= MOST_COUNT:
        raise Fault("too_large")
    if found != found.to_integral_value():
        raise Fault("fraction")
    return int(found)


def identifier(value: object) -> int | None:
    """An id of the portal, 0 or more; None for an empty cell.

    Raises:
        Fault: it is no id.
    """
    found = _number(value, "")
    if found is None:
        return None
    if found < 0 or found > MOST_ID or found != found.to_integral_value():
        raise Fault("not_an_id")
    return int(found)


def _number(value: object, thousands: str) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, Spoiled):
        raise Fault(value.fault)
    if isinstance(value, bool):
        raise Fault("not_a_number")
    if isinstance(value, int | float | Decimal):
        found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not found.is_finite():
            raise Fault("not_a_number")
        return found
    if isinstance(value, str):
        return _parse_text(value, thousands)
    raise Fault("date")


def _parse_text(text: str, thousands: str) -> Decimal | None:
    bare = _without_currency(SPACES.sub("", unicodedata.normalize("NFKC", text)).lower())
    if bare in NOTHING:
        return None
    if bare.startswith(("=", "#")):
        raise Fault("formula" if bare.startswith("=") else "spreadsheet_error")
    if "%" in bare:
        raise Fault("percent")
    if DATE.fullmatch(bare) and "," not in bare and len(re.split(r"[.]", bare)[-1]) != 3:
        raise Fault("date")
    sign, bare = _split_sign(bare)
    if not NUMBER.fullmatch(bare):
        raise Fault("not_a_number")
    try:
        return sign * Decimal(_with_a_point(bare, thousands))
    except InvalidOperation:
        raise Fault("not_a_number") from None


def _split_sign(bare: str) -> tuple[int, str]:
    if bare.startswith("(") and bare.endswith(")"):
        return -1, bare[1:-1]
    if bare.startswith(("-", "−", "–")):
        return -1, _without_currency(bare[1:])
    return 1, bare.removeprefix("+")


def _with_a_point(bare: str, thousands: str) -> str:
    """``1,000.50``, ``1.000,50``, ``1000,5`` → with a point alone; one mark before three digits parts thousands."""
    digits, exponent, power = bare.partition("e")
    marks = re.findall("[.,]", digits)
    if not marks:
        return bare
    last = marks[-1]
    whole, _, places = digits.rpartition(last)
    grouped = len(marks) > 1 and (marks.count(last) > 1)
    parted = last in thousands and len(marks) == 1 and len(places) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole)
    if (grouped or parted) and not exponent:
        whole, places = digits, ""
    if len(set(re.findall("[.,]", whole))) > 1 or (re.search("[.,]", whole) and not _in_thousands(whole)):
        raise Fault("not_a_number")
    return f"{re.sub('[.,]', '', whole) or '0'}.{places or '0'}{exponent}{power}"


def _in_thousands(digits: str) -> bool:
    return re.fullmatch(r"\d{1,3}([.,]\d{3})+", digits) is not None


def _without_currency(bare: str) -> str:
    for mark in _currency_marks():
        if bare.endswith(mark):
            return bare.removesuffix(mark)
        if bare.startswith(mark) and bare != mark:
            return bare.removeprefix(mark)
    return bare


@cache
def _currency_marks() -> tuple[str, ...]:
    """Longest first, so that no sign leaves a tail of a longer one behind."""
    marks = {mark for language in LANGUAGES for mark in words(language)("plan.currency_marks").lower().split()}
    return tuple(sorted(marks, key=len, reverse=True))
