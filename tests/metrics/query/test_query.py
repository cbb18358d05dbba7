"""A view is asked under its filters and no others, from memory when it was asked before, within bounds."""

import datetime as dt
import gc
import threading
from decimal import Decimal

import pandas as pd
import pytest

from metrics.query import query
from metrics.query.filters import Filters
from metrics.query.query import Table, UnknownView, ask, clear_cache, rows
from metrics.query.values import FilterError
from metrics.warehouse.publish import build, open_current
from tests.metrics.conftest import company, deal, make_warehouse, settings_of, use_tiny_sql

NOVEMBER = Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30))

ECHO = """
create view echo as
select
    cast(getvariable('period_from') as date) as period_from,
    cast(getvariable('employees') as bigint[]) as employees,
    cast(getvariable('cities') as varchar[]) as cities,
    cast(getvariable('min_completion') as decimal(18, 4)) as min_completion,
    cast(getvariable('all_open') as boolean) as all_open,
    cast(getvariable('grain') as varchar) as grain;
create view kinds as
select
    cast(3 as bigint) as whole, cast(12345678901234567890123 as hugeint) as huge,
    cast(1.50 as decimal(18, 2)) as amount, 0.1e0 as share,
    date '2026-11-23' as day, timestamp '2026-11-23 12:00:00' as moment,
    '=x' as title, true as flag
union all
select null, null, null, null, null, null, null, null;
create view nobody as select 1 as one where false
"""


@pytest.fixture(scope="module")
def echoing(tmp_path_factory):
    """A warehouse with a view of the filters it is asked under; nobody changes it."""
    folder = tmp_path_factory.mktemp("echoing")
    with pytest.MonkeyPatch.context() as patch:
        (use_tiny_sql(folder / "tiny_sql", patch) / "reports" / "20_echo.sql").write_text(ECHO)
        return make_warehouse(folder, company())


def test_a_view_hears_every_filter_and_null_where_nothing_is_picked(echoing):
    filters = Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30), employees=(7,), cities=("", "О'Нил"), all_open=True)
    assert rows(echoing, "echo", filters).records() == [
        {
            "period_from": dt.date(2026, 11, 1),
            "employees": [7],
            "cities": ["", "О'Нил"],
            "min_completion": Decimal("1.0000"),
            "all_open": True,
            "grain": "month",
        }
    ]
    assert rows(echoing, "echo", NOVEMBER).records()[0]["employees"] is None


def test_values_are_pythons_own_and_exact(echoing):
    table = rows(echoing, "kinds", NOVEMBER)
    assert table.columns == ("whole", "huge", "amount", "share", "day", "moment", "title", "flag")
    assert table.types[:3] == ("BIGINT", "HUGEINT", "DECIMAL(18,2)")
    told = next(row for row in table.rows if row[0] is not None)
    assert [type(value) for value in told] == [int, int, Decimal, float, dt.date, dt.datetime, str, bool]
    assert (told[1], str(told[2])) == (12345678901234567890123, "1.50")
    assert table.origin == "https://acme.bitrix24.ru"


def test_a_frame_has_floats_moments_and_whole_numbers_with_gaps(echoing):
    frame = rows(echoing, "kinds", NOVEMBER).frame()
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds == {
        "whole": "Int64",
        "huge": "float64",
        "amount": "float64",
        "share": "float64",
        "day": "datetime64[us]",
        "moment": "datetime64[us]",
        "title": "object",
        "flag": "object",
    }
    assert frame["day"].max() == pd.Timestamp(2026, 11, 23)


def test_a_frame_without_rows_keeps_its_columns(echoing):
    frame = rows(echoing, "nobody", NOVEMBER).frame()
    assert (list(frame.columns), len(frame)) == (["one"], 0)


@pytest.mark.parametrize("view", ["nothing", "meta", "fact_deal", 'echo"; drop table meta; --', "", "ECHO\x00"])
def test_what_is_no_view_is_refused_with_a_sentence(echoing, view):
    with pytest.raises(UnknownView, match="metrics list"):
        rows(echoing, view, NOVEMBER)


def test_a_grain_the_view_does_not_know_is_refused(echoing):
    with pytest.raises(FilterError):
        rows(echoing, "echo", Filters(NOVEMBER.period_from, NOVEMBER.period_to, grain="day"))


# Memory


def count_asking(monkeypatch):
    asked_for = []
    real = ask

    def counted(warehouse, view, filters):
        asked_for.append((view, filters))
        return real(warehouse, view, filters)

    monkeypatch.setattr(query, "ask", counted)
    return asked_for


def test_the_same_question_is_asked_once(echoing, monkeypatch):
    asked_for = count_asking(monkeypatch)
    first = rows(echoing, "echo", NOVEMBER)
    again = rows(echoing, "echo", Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30), min_completion=Decimal("1.00")))
    assert (again, len(asked_for)) == (first, 1)
    rows(echoing, "kinds", NOVEMBER)
    clear_cache()
    rows(echoing, "echo", NOVEMBER)
    assert len(asked_for) == 3


def test_what_a_reader_does_to_his_rows_nobody_else_sees(echoing):
    rows(echoing, "kinds", NOVEMBER).rows.clear()
    rows(echoing, "kinds", NOVEMBER).records()[0]["title"] = "mine"
    assert len(rows(echoing, "kinds", NOVEMBER).rows) == 2
    assert "mine" not in str(rows(echoing, "kinds", NOVEMBER).rows)


def test_a_new_build_is_asked_anew(tmp_path, tiny_sql):
    first = make_warehouse(tmp_path, company())
    assert rows(first, "deal_count", NOVEMBER).rows == [(3,)]
    second = make_warehouse(tmp_path, company(deals=[deal(1)]))
    assert rows(second, "deal_count", NOVEMBER).rows == [(1,)]
    assert rows(first, "deal_count", NOVEMBER).rows == [(3,)]


def table_of(number, size=1):
    return Table("v", ("a", "b"), ("BIGINT", "BIGINT"), [(number, 0)] * size)


def days(number):
    return Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30), lead_days=number)


def asked_anew(cache, number, size=1):
    """Whether the cache had to ask a question."""
    asked = []
    cache.answer(("build", "v", days(number)), lambda: asked.append(number) or table_of(number, size))
    return asked == [number]


def test_memory_is_bounded_in_number_and_the_least_asked_goes_first(monkeypatch):
    monkeypatch.setattr(query, "MOST_ANSWERS", 3)
    cache = query._AnswerCache()
    assert [asked_anew(cache, number) for number in (0, 1, 2, 0, 3, 0, 2, 3, 1)] == [
        *(True, True, True, False, True),
        *(False, False, False, True),
    ]


def test_memory_is_bounded_in_size_and_a_giant_is_not_kept(monkeypatch):
    monkeypatch.setattr(query, "MOST_CELLS", 100)
    cache = query._AnswerCache()
    assert [asked_anew(cache, 0, size=13) for _ in range(2)] == [True, True]
    assert all(asked_anew(cache, number, size=9) for number in range(1, 11))
    assert [asked_anew(cache, number, size=9) for number in (10, 9, 8, 7, 6, 1)] == [False] * 5 + [True]


def test_a_question_that_many_have_at_once_is_asked_once(echoing, monkeypatch):
    asked_for, together, answers = [], threading.Barrier(6), []
    slow = threading.Event()

    def ask_slowly(*question, **options):
        asked_for.append(question)
        slow.wait(5)
        return ask(*question, **options)

    monkeypatch.setattr(query, "ask", ask_slowly)

    def read():
        together.wait()
        answers.append(rows(echoing, "echo", days(7)).rows)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    while not asked_for:
        threading.Event().wait(0.01)
    threading.Event().wait(0.1)
    slow.set()
    for thread in threads:
        thread.join()
    assert (len(asked_for), len(answers), len({str(answer) for answer in answers})) == (1, 6, 1)


def test_an_error_reaches_all_who_wait_and_is_not_cached(echoing, monkeypatch):
    def fail(*_, **__):
        raise ValueError("no")

    with monkeypatch.context() as patched:
        patched.setattr(query, "ask", fail)
        for _ in range(2):
            with pytest.raises(ValueError, match="no"):
                rows(echoing, "echo", days(8))
    assert rows(echoing, "echo", days(8)).rows


def test_many_readers_at_once_each_get_their_own_figures(echoing):
    wrong, together = [], threading.Barrier(12)

    def read(number):
        filters = Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30), employees=(number,))
        together.wait()
        for _ in range(8):
            answer = ask(echoing, "echo", filters).records()[0]
            cached = rows(echoing, "echo", filters).records()[0]
            if answer["employees"] != [number] or cached["employees"] != [number]:
                wrong.append((number, answer, cached))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_readers_go_on_through_a_publication(tmp_path, tiny_sql):
    make_warehouse(tmp_path, company())
    settings, wrong, stop = settings_of(tmp_path), [], threading.Event()

    def read():
        while not stop.wait(0.01):  # a breath, or the builds would wait for the readers
            clear_cache()
            found = rows(open_current(settings.warehouse_dir), "deal_count", NOVEMBER).rows
            if found != [(3,)]:
                wrong.append(found)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        build(settings)
        gc.collect()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
