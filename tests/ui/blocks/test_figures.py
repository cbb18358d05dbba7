"""Values on their way to a reader: formats, and text that Markdown must not take for its own."""

import base64
import hashlib
from decimal import Decimal

import pytest

from language import words
from ui.blocks import figures
from ui.blocks.markdown import plain
from ui.charts import style
from ui.shell.headers import INDEX, INLINE, content_policy
from ui.tree_table import TreeCell

RU, EN = words("ru"), words("en")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("money", Decimal("12400000.55"), "12\xa0400\xa0001\xa0₽"),
        ("share", 0.478, "47,8\xa0%"),
        ("days", 18.34, "18,3"),
        ("count", 0, "0"),
        ("index", None, "—"),
        ("flag", True, "да"),
        ("text", "Иванов", "Иванов"),
    ],
)
def test_a_value_is_written_by_its_format(kind, value, shown):
    assert figures.text(RU, kind, value, "RUB") == shown


def test_a_card_is_short_and_its_tooltip_full():
    assert figures.short_text(RU, "money", Decimal(12_400_000), "RUB") == "12,4\xa0млн\xa0₽"
    assert figures.text_with_unit(RU, "money", Decimal(12_400_000), "RUB") == "12\xa0400\xa0000\xa0₽"
    assert figures.short_text(EN, "days", 18.3, "RUB") == "18.3 d"


def test_an_axis_of_money_counts_in_the_unit_that_fits():
    assert "млн" in style.value_axis(RU, "money", 5e7).to_dict()["labelExpr"]
    assert "тыс." in style.value_axis(RU, "money", 5e5).to_dict()["labelExpr"]


def test_months_and_money_of_a_chart_speak_the_reader_s_language():
    locale = style.locale(RU, "RUB").to_dict()
    assert locale["time"]["shortMonths"][0] == "янв"
    assert locale["number"]["currency"] == ["", "\xa0₽"]
    assert locale["number"]["decimal"] == ","


@pytest.mark.parametrize(
    "text",
    ["[сюда](https://evil.example)", "**жирно**", ":material/bolt:", ":red[x]", "$x^2$", "<b>x</b>", "# x", "`x`"],
)
def test_no_text_of_a_portal_is_markdown(text):
    escaped = plain(text)
    assert escaped.replace("\\", "") == text
    assert not any(mark in escaped.replace(f"\\{mark}", "") for mark in "[]()*:$<>#`^")


def test_a_cell_carries_only_what_it_holds():
    assert TreeCell("5", 5.0).payload() == {"t": "5", "s": 5.0}
    assert TreeCell("0", 0.0, bar=0.0).payload() == {"t": "0", "s": 0.0, "b": 0.0}  # a zero is a figure


def test_the_policy_knows_the_one_script_of_the_page_by_its_digest():
    script = INLINE.findall(INDEX.read_text("utf-8"))[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in content_policy()
