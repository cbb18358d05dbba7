"""The proof of speed: what is changed while it is measured, and what its document says of made-up results."""

import datetime as dt
from dataclasses import replace

import pytest

from benchmarks.peers.comparison import Times
from benchmarks.scale.timings import LISTS, views_of_pages
from benchmarks.serving import changes, pages, people
from benchmarks.serving.browser import BARE_NAME, Opening
from benchmarks.serving.choices import PERIODS, Choices, choices_of, warehouse_of
from benchmarks.serving.session import Run
from benchmarks.speed.__main__ import command_of
from benchmarks.speed.document import document
from benchmarks.speed.machine import describe
from benchmarks.speed.marks import UNKNOWN, verdicts
from benchmarks.speed.results import Company, Speed
from metrics.query import catalog

POLARS = "polars 1"


# Choices


def test_choices_are_values_that_the_company_has_and_no_change_comes_twice(shop_data):
    choices = choices_of(warehouse_of(shop_data))
    assert set(choices.employees) == {str(number) for number in range(1, 21)}
    assert (choices.funnels, choices.sources) == (("0", "7"), ("WEB", "CALL"))
    made = [tuple(address.items()) for address in choices.changes(1)]
    assert len(made) == len(set(made)) == len(PERIODS) * (20 + 2 + 2)
    assert made == [tuple(address.items()) for address in choices.changes(1)]
    assert made != [tuple(address.items()) for address in choices.changes(2)]


def test_a_company_without_sources_is_still_changed():
    assert {name for address in Choices(("1",), (), ()).changes(1) for name in address} == {"period", "employee"}


# The document, of made-up results


def company(title="the demo company", activities=5_000, **changed):
    views = {view.name: {"year": 10.0, "funnel": 5.0} for view in catalog.views()}
    views |= {name: {"year": 1.0, "funnel": 1.0} for names in views_of_pages().values() for name in names}
    kinds = (pages.OPENED, pages.ANOTHER_PERIOD, pages.NARROWED, pages.AT_THE_BOTTOM)
    gestures = [
        pages.Gesture(page, name, is_new=True, run=Run(seconds=0.2, bytes=120 * 1024, travelled=100 * 1024), cpu=0.1)
        for page in pages.PAGES
        for name in kinds
    ]
    told = {
        "rows": {"activities": activities, "deal_stages": 7},
        "views": views,
        "times": (Times("sales", "sales_by_employee", 3, 10.0, 6.0, {POLARS: 40.0, "pandas 3": 90.0}),),
        "gestures": tuple(gestures),
        "changes": tuple(changes.Changes(page, (0.2, 0.25, 0.4), 0) for page in pages.PAGES),
        "openings": (Opening(BARE_NAME, 1.0, 0.5), Opening("overview", 1.3, 0.75)),
        "waited": people.Waited(people.Crowd(20, 60.0, 3.0, 1), (0.5, 1.0), 0.12, 0.8, 90.0, 30.0, 0, 300.0, 5.0),
    }
    return Company(title, **{**told, **changed})


def speed(demo=None, large=None):
    large = large or company("size L", 10_000_000)
    return Speed(demo or company(), large, ("Run of a day", "2 cores"), "make speed", 3)


def missed(found):
    return [told.asked for told in verdicts(found) if told.met is False]


def test_every_mark_is_met_at_its_border():
    assert missed(speed()) == []
    assert all(told.met for told in verdicts(speed()))


WAITED = company().waited


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"waited": replace(WAITED, cpu=0.121)}, "a click costs the server"),
        ({"waited": replace(WAITED, seconds=(0.5, 1.01))}, "20 people at once"),
        ({"waited": replace(WAITED, failures=1)}, "20 people at once"),
        ({"openings": (Opening(BARE_NAME, 1.0, 0.5), Opening("overview", 1.31, 0.75))}, "never been here"),
        ({"openings": (Opening(BARE_NAME, 1.0, 0.5), Opening("overview", 1.3, 0.76))}, "been here before"),
        ({"changes": (changes.Changes("plan", (0.1, 0.26, 0.26), 0),)}, "half within"),
        ({"changes": (changes.Changes("plan", (0.1, 0.2, 0.41), 0),)}, "19 of 20 within 0.4"),
    ],
)
def test_a_mark_is_missed_behind_its_border(changed, part):
    found = missed(speed(company(**changed)))
    assert len(found) == 1
    assert part in found[0]


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"changes": (changes.Changes("plan", (0.1, 0.2, 0.81), 0),)}, "19 of 20 within 0.8"),
        ({"views": {"lead_summary": {"year": 60.1, "funnel": 1.0}}}, "every view but the lists"),
        ({"times": (Times("sales", "v", 3, 10.0, 6.0, {POLARS: 39.0}),)}, "as fast as polars"),
    ],
)
def test_a_mark_of_ten_million_is_missed_by_a_company_of_that_size_alone(changed, part):
    found = missed(speed(large=company("size L", 10_000_000, **changed)))
    assert len(found) == 1
    assert part in found[0]
    if "polars" not in part:
        told = verdicts(speed(large=company("size M", 1_000_000, **changed)))
        assert {one.word for one in told if "ten million" in one.asked} == {UNKNOWN}


def test_a_list_may_take_longer_than_a_view_for_it_is_read_by_pages():
    views = {**company().views, LISTS[0]: {"year": 900.0, "funnel": 1.0}}
    assert missed(speed(large=company("size L", 10_000_000, views=views))) == []


def test_a_page_sends_no_more_than_its_mark_as_sent_and_before_compression():
    at_top = company().gestures[1]
    larger = replace(at_top, run=replace(at_top.run, bytes=121 * 1024))
    at_bottom = company().gestures[3]
    largest = replace(at_bottom, run=replace(at_bottom.run, travelled=301 * 1024))
    found = missed(speed(company(gestures=(larger, largest))))
    assert [("above the fold" in asked, "as sent" in asked) for asked in found] == [(False, True), (True, False)]


def test_the_document_names_the_run_every_mark_every_view_and_every_table():
    found = speed(company(waited=replace(WAITED, cpu=0.2)))
    written = document(found)
    assert "- Run of a day.\n- 2 cores.\n" in written
    assert written.count("\n- Met: ") + written.count("\n- Missed: ") == len(verdicts(found))
    assert "- Missed: a click costs the server at most 0.12 s of CPU (the demo company): 0.200 s.\n" in written
    assert all(view.name in written for view in catalog.views())
    assert "| sales | sales_by_employee | 3 | 10.0 | 6.0 | 40.0 | 4.0 | 90.0 | 9.0 |" in written
    assert "| size L | overview | 1.30 | 0.75 | 1.30 | 1.50 |" in written
    assert "| the demo company | 20 | 3 | 60 | 2 | 1.00 | 1.00 | 1.00 | 0.200 |" in written
    assert all(line.count("|") > 3 for line in written.splitlines() if line.startswith("|"))


def test_the_machine_is_described_with_its_cores_versions_and_loads():
    told = " ".join(describe(dt.datetime(2026, 11, 28, tzinfo=dt.UTC), (0.5, 1.5)))
    assert all(word in told for word in ("2026-11-28", "cores of", "GB", "Python 3", "duckdb", "0.5", "1.5"))


def test_changes_of_all_pages_are_taken_together():
    some = [changes.Changes("a", (0.1, 0.4), 1), changes.Changes("b", (0.2, 0.3), 0)]
    assert changes.together(some) == changes.Changes("all pages", (0.1, 0.2, 0.3, 0.4), 1)


def test_the_command_of_a_run_is_told_without_the_paths_of_a_machine():
    asked = ["--size", "L", "--folder", "/a/b", "--seconds", "30", "--write=/c"]
    assert command_of(asked) == 'make speed ARGS="--size L --seconds 30"'
    assert command_of(["--folder", "/a"]) == "make speed"
