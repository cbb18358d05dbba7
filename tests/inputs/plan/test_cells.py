"""A cell of a plan means what a person meant, or is told with its fault."""

import datetime as dt
from decimal import Decimal

import pytest

from inputs.plan.amounts import Fault, Spoiled, amount, count, identifier
from inputs.plan.months import month_of

SAID = {
    "1 000 000": "1000000", "1\u00a0000,50 ₽": "1000.50", "1\u202f000\u2009000 руб.": "1000000", "12 р.": "12",
    "₽ 5": "5", "$1,000.50": "1000.50", "1.000,50": "1000.50", "1,000": "1000", "1.000": "1000", "0.500": "0.50",
    "0,5": "0.50", "1'000’000": "1000000", "1,000,000": "1000000", "1.000.000,5": "1000000.50", "1E+6": "1000000",
    "1e3": "1000", "1234.565": "1234.57", "+7": "7", "'42": "42", "１２": "12", "1234,5": "1234.50", ".5": "0.50",
    "9999999999999999.99": "9999999999999999.99",
}  # fmt: skip
FAULTS = {
    "мало": "not_a_number", "1 млн": "not_a_number", "1 000 5x": "not_a_number", "1,2,3": "not_a_number",
    "1.000.00": "not_a_number", "12 %": "percent", "=A1": "formula", "=СУММ(A1:A3)": "formula",
    "#REF!": "spreadsheet_error", "#Н/Д": "spreadsheet_error", "-5": "negative", "−5": "negative", "(5)": "negative",
    "1e16": "too_large", "10000000000000000": "too_large", "01.10.2026": "date", "2026-10-01": "date",
    "1e": "not_a_number",
}  # fmt: skip


def _outcome(read, value):
    try:
        return read(value)
    except Fault as fault:
        return fault.kind


def test_an_amount_is_read_however_it_is_typed():
    assert {text: amount(text) for text in SAID} == {text: Decimal(value) for text, value in SAID.items()}
    assert [amount(value) for value in (5, 5.5, Decimal("0.005"), 1e6)] == [5, Decimal("5.50"), Decimal("0.01"), 10**6]


def test_a_cell_struck_out_is_empty():
    assert [amount(text) for text in ("", "  ", "\u00a0", "-", "—", None)] == [None] * 6


def test_what_is_no_amount_has_a_fault_of_its_own():
    assert {text: _outcome(amount, text) for text in FAULTS} == FAULTS
    others = [True, float("nan"), float("inf"), dt.date(2026, 1, 1), Spoiled("percent", "5%")]
    assert [_outcome(amount, value) for value in others] == ["not_a_number"] * 3 + ["date", "percent"]


def test_deals_are_counted_in_whole_numbers():
    said = {"10": 10, "10,0": 10, "1 000": 1000, "1,000": 1000, "0": 0, "": None, 3.0: 3}
    assert {value: count(value) for value in said} == said
    faults = {"1,5": "fraction", 2.5: "fraction", "-1": "negative", "1000000000": "too_large", "много": "not_a_number"}
    assert {value: _outcome(count, value) for value in faults} == faults


def test_an_id_may_have_been_through_a_spreadsheet():
    said = {"57": 57, "57.0": 57, "57,0": 57, 57.0: 57, "5.7E1": 57, "1 024": 1024, "": None, 0: 0}
    assert {value: identifier(value) for value in said} == said
    faults = {"57.5": "not_an_id", -1: "not_an_id", "Иванов": "not_a_number", "1e20": "not_an_id"}
    assert {value: _outcome(identifier, value) for value in faults} == faults


OCTOBER = [
    "2026-10", "2026-10-01", "2026-10-15", "2026.10", "2026/10/01", "2026-10-01T00:00:00", "2026-10-01 00:00:00",
    "01.10.2026", "15.10.2026", "10.2026", "10/2026", "01/10/2026", "10/01/2026", "15/10/2026", "10/15/2026",
    "октябрь 2026", "Октябрь 2026 г.", "октября 2026", "окт 2026", "окт.26", "Oct 2026", "October, 2026", "Oct-26",
    "2026 октябрь", "1 октября 2026", "202610", "46296", 46296, 46296.5, 202610, dt.date(2026, 10, 31),
]  # fmt: skip


@pytest.mark.parametrize("value", OCTOBER, ids=str)
def test_a_month_is_read_however_it_is_written(value):
    assert month_of(value) == dt.date(2026, 10, 1)


def test_every_name_of_a_month_is_known():
    names = ["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
    cases = (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    )  # fmt: skip
    english = (
        "january", "february", "march", "april", "may", "june",
        "july", "august", "september", "october", "november", "december",
    )  # fmt: skip
    for number, told in enumerate(zip(names, cases, english, strict=True), start=1):
        assert [month_of(f"{name} 2025") for name in (*told, told[2][:3])] == [dt.date(2025, number, 1)] * 4
    assert month_of("сент. 2025") == month_of("Sept 2025") == dt.date(2025, 9, 1)


def test_what_names_no_month_is_none():
    nothing = ["", "октябрь", "2026", "2026-13", "13.2026", "10/11/2026", "1026-10", "foo 2026", None, True, 5, 10.2026]
    assert [month_of(value) for value in nothing] == [None] * len(nothing)
