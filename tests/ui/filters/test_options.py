"""What filters offer: one label a value, a tree of departments, nothing lost."""

from language import words
from metrics.query.query import Table
from ui.filters.options import INDENT, choices_of, with_values

RU = words("ru")
COLUMNS = ("filter", "value", "label", "detail", "parent", "sort")


def offers(*rows):
    return choices_of(Table("filter_options", COLUMNS, ("VARCHAR",) * 6, list(rows)), RU)


def test_namesakes_get_their_department_and_if_need_be_their_number():
    people = offers(
        ("employees", "1", "Иванов Иван", "Розница", None, 1),
        ("employees", "2", "Иванов Иван", "Опт", None, 2),
        ("employees", "3", "Петров Пётр", "Опт", None, 3),
        ("employees", "4", "Ли Анна", "Опт", None, 4),
        ("employees", "5", "Ли Анна", "Опт", None, 5),
    )["employees"]
    assert [choice.label for choice in people] == [
        "Иванов Иван (Розница)",
        "Иванов Иван (Опт)",
        "Петров Пётр",
        "Ли Анна (№ 4)",
        "Ли Анна (№ 5)",
    ]


def test_a_department_stands_below_its_parent_and_a_ring_of_parents_hides_nobody():
    found = offers(
        ("departments", "3", "Опт", None, "1", 1),
        ("departments", "1", "Компания", None, None, 2),
        ("departments", "8", "Круг", None, "9", 3),
        ("departments", "9", "Кольцо", None, "8", 4),
    )["departments"]
    assert [choice.indented for choice in found] == ["Компания", INDENT + "Опт", "Круг", "Кольцо"]


def test_what_has_no_name_is_named_by_the_reader_s_language():
    assert offers(("sources", "", "", None, None, 1))["sources"][0].label == "Без источника"


def test_what_was_chosen_and_is_gone_stays_an_option():
    kept = with_values([], "employees", (57,), RU)
    assert [(choice.value, choice.label) for choice in kept] == [(57, "№ 57")]
    assert with_values([], "cities", ("",), RU)[0].label == "Город не указан"
