"""The table a month of the plan is filled in: everybody who may sell, and the month before taken over."""

import datetime as dt

from inputs.plan.editing import copy_previous_month, month_before, month_lines
from inputs.plan.people import NOBODY
from tests.inputs.plan.plans import NAMES, NOVEMBER, OCTOBER, planned

PLAN = (
    planned(OCTOBER, 5, 0, 100, 2, (1, 10)),
    planned(OCTOBER, 7, 3, None, 4),
    planned(OCTOBER, 9, 0, 50),
    planned(OCTOBER, 57, 8, 60),
    planned(NOVEMBER, 5, 0, 70),
    planned(NOVEMBER, 57, 3, 80),
)


def shown(lines):
    return [(line.employee, line.funnel, line.row.plan_sum, line.row.plan_count, line.is_active) for line in lines]


def test_a_month_has_everybody_active_in_every_funnel_and_what_the_plan_has_beyond():
    assert shown(month_lines(PLAN, NAMES, OCTOBER)) == [
        ("Иванов Иван", "Продажи", 100, 2, True),
        ("Иванов Иван", "Платная", None, None, True),
        ("=cmd|'calc'!A1", "Продажи", None, None, True),
        ("=cmd|'calc'!A1", "Платная", None, 4, True),
        ("Ушедший Пётр", "Продажи", 50, None, False),
        ("Сотрудник 57", "Воронка 8", 60, None, True),
    ]


def test_before_the_first_pull_a_month_has_what_the_plan_has():
    assert shown(month_lines(PLAN, NOBODY, NOVEMBER)) == [
        ("Сотрудник 5", "Воронка 0", 70, None, True),
        ("Сотрудник 57", "Воронка 3", 80, None, True),
    ]


def test_the_month_before_fills_what_is_empty_and_replaces_nothing_and_brings_no_dismissed_back():
    lines = copy_previous_month(PLAN, NAMES, NOVEMBER)
    assert [line.row for line in lines if not line.row.is_empty] == [
        planned(NOVEMBER, 5, 0, 70),
        planned(NOVEMBER, 7, 3, None, 4),
        planned(NOVEMBER, 57, 3, 80),
        planned(NOVEMBER, 57, 8, 60),
    ]
    assert copy_previous_month((), NAMES, NOVEMBER) == month_lines((), NAMES, NOVEMBER)


def test_before_january_comes_december():
    assert month_before(dt.date(2026, 1, 1)) == dt.date(2025, 12, 1)
