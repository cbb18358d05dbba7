"""A grid of cells becomes a plan; what is not plain is told with its cell, and the rest is used."""

import datetime as dt

import pytest

from inputs.plan.columns import COLUMNS, label
from inputs.plan.grid import Grid, head_of, read
from inputs.plan.rows import PlanKey
from tests.inputs.plan.plans import NOVEMBER, OCTOBER, planned

HEAD = list(COLUMNS)


def reading(*rows, head=HEAD, name=""):
    grid = Grid(name, [head, *rows])
    return read([(grid, head_of(grid))])


def told(found, language="ru"):
    return [one.text(language) for one in found.problems]


def cells(month="2026-10", employee=5, funnel=0, *figures):
    return [month, employee, "имя", funnel, "воронка", *figures]


def test_a_row_is_read_whole():
    found = reading(cells("2026-10", "5", "0", "1 000,50 ₽", "3", "10", "500", "20", "1 000", "", "7"))
    assert found.rows == (planned(OCTOBER, 5, 0, "1000.50", 3, (10, 500), (20, 1000), (None, 7)),)
    assert (found.problems, found.months) == ([], {OCTOBER})


def test_columns_may_stand_in_any_order_with_others_between_and_lines_above():
    head = ["Комментарий", "План, сделок", "FUNNEL ID", "Employee no.", "месяц", "План сумма"]
    grid = Grid("", [["План отдела"], [], head, ["звонить", "4", "3", "7", "октябрь 2026", "5"]])
    found = read([(grid, head_of(grid))])
    assert (found.rows, found.problems) == ((planned(OCTOBER, 7, 3, 5, 4),), [])


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_head_is_known_by_its_labels_in_either_language(language):
    head = [label(column, language) for column in COLUMNS]
    assert dict(head_of(Grid("", [head])).columns) == {column: number for number, column in enumerate(COLUMNS)}


def test_a_grid_without_the_ids_is_no_plan():
    assert head_of(Grid("", [["month", "employee", "plan_sum"], [], ["2026-10", "5", "1"]])) is None
    assert head_of(Grid("", [])) is None


def test_rows_of_one_key_add_up_and_both_are_named():
    found = reading(
        cells("2026-10", 5, 0, 100, 2), cells("01.10.2026", 5, 0, 50, None, 10, 500), cells("2026-10", 5, 0, 1, 1, 1, 1)
    )
    assert found.rows == (planned(OCTOBER, 5, 0, 151, 3, (10, 500)),)
    assert told(found) == [
        "A3: тот же месяц, сотрудник и воронка, что и в A2. Суммы и числа сделок сложены, ступени взяты первые.",
        "A4: тот же месяц, сотрудник и воронка, что и в A2. Суммы и числа сделок сложены, ступени взяты первые.",
    ]


def test_a_bonus_without_a_count_is_no_step_and_does_not_hide_those_of_a_later_row():
    found = reading(cells("2026-10", 5, 0, 100, None, None, 700), cells("2026-10", 5, 0, 50, None, 10, 500))
    assert found.rows == (planned(OCTOBER, 5, 0, 150, None, (10, 500)),)
    alone = reading(cells("2026-10", 5, 0, 100, None, None, 700), cells("2026-10", 5, 0, 50))
    assert alone.rows == (planned(OCTOBER, 5, 0, 150, None, (None, 700)),)  # stays as it was typed


def test_a_spoiled_cell_is_told_and_the_rest_of_its_row_is_used():
    found = reading(
        cells("2026-10", 5, 0, "много", "2,5", -1, "=A1", "10%", "#REF!", "1e30", "x" * 100), name="План 2026"
    )
    assert found.rows == ()
    assert told(found, "en") == [
        "План 2026!F2: “много” is not a number. The cell is left out, the rest is used.",
        "План 2026!G2: “2,5”: a number of deals is whole. The cell is left out, the rest is used.",
        "План 2026!H2: “-1” is below zero, which no plan can be. The cell is left out, the rest is used.",
        "План 2026!I2: the formula “=A1” has no value. Type the number, or save the file in a spreadsheet again."
        " The cell is left out, the rest is used.",
        "План 2026!J2: “10%” is a percentage where a number is needed. The cell is left out, the rest is used.",
        "План 2026!K2: the cell holds the error “#REF!”. Correct the formula or type the number."
        " The cell is left out, the rest is used.",
        "План 2026!L2: “1e30” is more than a plan can be. The cell is left out, the rest is used.",
        f"План 2026!M2: “{'x' * 39}…” is not a number. The cell is left out, the rest is used.",
    ]
    assert reading(cells("2026-10", 5, 0, "много", 2)).rows == (planned(OCTOBER, 5, 0, None, 2),)


def test_figures_without_a_key_are_told_and_empty_rows_are_not():
    found = reading(
        [], [None] * 13, cells("", "", ""), cells("когда-нибудь", 5, 0), cells("", 5, 0, 1),
        cells("2026-10", "Иванов", "", 1),
        cells("2026-10", 0, -1, 1), cells("2026-13", 5, 0, 1),
    )  # fmt: skip
    assert (found.rows, found.months) == ((), frozenset())
    assert [(one.key.removeprefix("plan.told."), one.values["cell"]) for one in found.problems] == [
        ("no_month", "A6"), ("bad_employee_id", "B7"), ("no_funnel_id", "D7"), ("bad_employee_id", "B8"),
        ("bad_funnel_id", "D8"), ("bad_month", "A9"),
    ]  # fmt: skip


def test_an_empty_row_names_its_month_and_a_spoiled_one_does_not():
    found = reading(cells("2026-10", 5, 0), cells("2026-11", 5, 0, "много"))
    assert (found.rows, found.months) == ((), {OCTOBER})
    assert found.keys == {PlanKey(OCTOBER, 5, 0), PlanKey(NOVEMBER, 5, 0)}


def test_of_two_columns_of_one_name_the_first_is_read():
    found = reading(["2026-10", 5, 0, 1, 2], head=["month", "employee_id", "funnel_id", "plan_sum", "План, сумма"])
    assert found.rows == (planned(OCTOBER, 5, 0, 1),)
    assert told(found) == ["E1: второй столбец «План, сумма»; читается первый, D1."]


def test_what_a_sentence_repeats_of_a_cell_is_no_command_to_a_terminal():
    found = reading(cells("2026-10", 5, 0, "\x1b[31mмного\n\u202eб"), name="План\x1b]0;\x07 2026")
    assert told(found) == ["План]0; 2026!F2: «[31mмного б» — не число. Ячейка пропущена, остальное учтено."]


def test_two_rows_that_are_together_too_large_are_told():
    found = reading(cells("2026-10", 5, 0, 9 * 10**15), cells("2026-10", 5, 0, 9 * 10**15))
    assert found.rows == (planned(OCTOBER, 5, 0, 9 * 10**15),)
    assert [one.key for one in found.problems] == ["plan.told.twice", "plan.told.too_large"]


def test_of_very_many_remarks_the_first_are_told_and_the_rest_are_counted():
    found = reading(*[cells("2026-10", number, 0, "много") for number in range(1, 251)])
    assert len(found.problems) == 201
    assert told(found)[-1] == "…и ещё 50 замечаний."


def test_a_day_within_a_month_names_the_month():
    found = reading(cells(dt.date(2026, 10, 20), 5, 0, 1))
    assert (found.rows, found.problems) == ((planned(OCTOBER, 5, 0, 1),), [])
