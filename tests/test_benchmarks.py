"""What the benchmarks count and write is right; none of the clients they measure is needed to know it."""

import io
import json
import sys
import warnings
from dataclasses import asdict, replace

import pytest
import requests

from benchmarks.pulling import days_section
from benchmarks.pulling.clients import measured
from benchmarks.pulling.conditions import BUDGET, FREE, LIMITS, QUEUE, VITRINA, Case, every_case
from benchmarks.pulling.days import Cost, Days, measure
from benchmarks.pulling.document import document, findings, table
from benchmarks.pulling.portal import Counted, MeasuredPortal, Order
from benchmarks.pulling.run import Result
from benchmarks.pulling.targets import verdicts
from benchmarks.quiet import Quiet, line

FREE_OF_CHARGE = dict.fromkeys(("page_work", "count_work", "latency"), 0.0)
NAMES = {"fast_bitrix24": "fast_bitrix24 1.8.14", "b24pysdk": "b24pysdk 1.3.2", "b24api": "b24api 0.4.1"}


def result(case, **changes):
    client = NAMES.get(case.client, "Vitrina")
    counted = Counted(requests=42, lists=2050, counted=0, refused=0, all_requests=60, work=205.0)
    got = {"rows": case.rows, "different": case.rows, "in_order": True, "said": ""}
    return Result(
        case, client, "3.11.7", **{**got, "seconds": 100.0, "cpu": 5.25, "peak_mb": 150.4, **changes}, portal=counted
    )


def everything(**changes):
    """A whole run in which only the cases that ``changes`` names, by client, went otherwise."""
    return [result(case, **changes.get(case.client, {})) for case in every_case()]


def test_the_portal_counts_what_it_is_asked_of_its_table_and_everything_it_refuses():
    limits = {"at_once": None, "rate": [0.0001, 5], "operating_limit": None, "budget_speed": 1.0, "failing_every": 4}
    order = Order("deals", 120, **FREE_OF_CHARGE, **limits)
    measured_portal = MeasuredPortal(order)
    with measured_portal.portal as portal:

        def ask(method, **params):
            return requests.post(portal.webhook + method, json=params, timeout=10).json()

        ask("profile")
        chained = {"a": "crm.deal.list?start=-1", "b": "crm.deal.list?start=50", "c": "crm.lead.list"}
        rows = ask("batch", cmd=chained)["result"]["result"]
        last = ask("crm.deal.list", start=100)["result"]
        ask("crm.lead.list")
        failed, refused = (ask("crm.deal.list")["error"] for _ in range(2))
        counted = measured_portal.counted()
    assert ([len(rows[label]) for label in "abc"], len(last)) == ([50, 50, 0], 20)
    assert (failed, refused) == ("INTERNAL_SERVER_ERROR", "QUERY_LIMIT_EXCEEDED")
    assert counted == Counted(requests=3, lists=4, counted=2, refused=2, all_requests=6, work=0.0)


def test_a_client_is_told_its_job_and_says_what_it_got(monkeypatch, capsys):
    rows = [{"ID": "9"}, {"ID": "10"}, {"ID": "10"}]

    def pull(job):
        warnings.warn("two rows are one", RuntimeWarning, stacklevel=1)
        warnings.warn("spelt in an old way", DeprecationWarning, stacklevel=1)
        return rows if job.fields == ["ID"] else None

    told = driven(monkeypatch, capsys, pull)
    assert {name: told[name] for name in ("client", "rows", "different", "in_order", "said")} == {
        "client": "it",
        "rows": 3,
        "different": 2,
        "in_order": False,
        "said": "RuntimeWarning: two rows are one",
    }
    assert told["peak_mb"] > 10


def test_a_client_that_raises_got_nothing_and_its_words_are_kept(monkeypatch, capsys):
    def pull(_):
        raise SystemExit("the portal\nis busy " + "!" * 500)

    told = driven(monkeypatch, capsys, pull)
    assert (told["rows"], told["said"][:30], len(told["said"])) == (0, "SystemExit: the portal is busy", 160)


def driven(monkeypatch, capsys, pull):
    job = measured.Job("http://127.0.0.1/rest/1/k/", "crm.deal.list", ["ID"], "", 1)
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(asdict(job)) + "\n"))
    measured.drive("it", pull)
    return json.loads(capsys.readouterr().out)


def test_a_line_of_the_table_says_how_much_came_in_which_order_and_what_was_said():
    lines = table(
        [
            result(Case(QUEUE, "deals", 100_000, VITRINA), in_order=False),
            result(Case(BUDGET, "deals", 20_000, "b24pysdk"), rows=8050, different=8000),
            result(Case(LIMITS, "deals", 100_000, "fast_bitrix24"), rows=0, different=0, said="Error: a|b `c`"),
        ]
    ).splitlines()
    assert lines[2:] == [
        "| one at a time | 100 000 deals | Vitrina | 42 | 2 050 | 0 | 0 | 100.0 | 205.0 | 5.2 | 150 "
        "| all | no | nothing |",
        "| 480 s budget, 30× | 20 000 deals | b24pysdk 1.3.2 | 42 | 2 050 | 0 | 0 | 100.0 | 205.0 | 5.2 | 150 "
        "| **8 000** and 50 twice | yes | nothing |",
        "| Bitrix24's limits | 100 000 deals | fast_bitrix24 1.8.14 | 42 | 2 050 | 0 | 0 | 100.0 | 205.0 | 5.2 | 150 "
        "| **0** |  | `Error: a/b c` |",
    ]
    assert lines[0].count("|") == lines[1].count("|") == lines[2].count("|")


def test_a_shortfall_without_a_word_is_told_apart_from_one_that_is_told():
    quiet, loud = {"rows": 8050, "different": 8050}, {"rows": 0, "different": 0, "said": "Error"}
    told = findings(everything(b24pysdk=quiet, fast_bitrix24=loud))
    assert [line for line in told if "incomplete" in line and "b24pysdk" in line and "**without a word**" in line]
    assert [line for line in told if "incomplete" in line and "fast_bitrix24" in line and "says so" in line]
    assert not [line for line in told if "incomplete" in line and ("Vitrina" in line or "b24api" in line)]


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({"fast_bitrix24": {"seconds": 300.0}}, set()),
        ({"fast_bitrix24": {"seconds": 299.0}}, {3}),
        ({"fast_bitrix24": {"seconds": 300.0}, VITRINA: {"different": 99_999}}, {3, 4, 5}),
        ({"fast_bitrix24": {"seconds": 300.0}, VITRINA: {"peak_mb": 200.5}}, {4}),
    ],
)
def test_a_target_is_met_at_its_border_and_missed_behind_it(changes, missed):
    assert {place for place, verdict in enumerate(verdicts(everything(**changes))) if not verdict.met} == missed


def test_more_requests_counts_or_refusals_than_aimed_at_are_missed():
    results = everything(fast_bitrix24={"seconds": 300.0})
    more = [replace(found, portal=replace(found.portal, requests=43, counted=1, refused=1)) for found in results]
    assert [verdict.met for verdict in verdicts(more)] == [False, False, False, True, True, True]


def test_the_document_holds_the_portals_the_table_the_targets_and_the_findings():
    results = everything()
    written = document(results, "This run.", (0.1, 0.15, 0.15))
    assert table(results) in written
    assert FREE.title in written
    assert written.count("\n- Met: ") + written.count("\n- Missed: ") == 6
    assert all(f"- {finding}\n" in written for finding in findings(results))


# Two days of following


def test_a_company_at_work_is_followed_and_what_each_kind_of_pull_costs_is_told_apart():
    found = measure(120, 1, steps=24)  # three hours before work, and one of it
    assert (found.nothing.pulls, found.nothing.requests, found.most_quiet_requests) == (17, 34, 2)
    assert found.something.pulls == 24 - 17
    assert found.sweep == Cost()
    assert found.something.seconds / found.something.pulls > found.nothing.seconds / found.nothing.pulls > 0
    assert found.done["touched"] > 20
    assert found.rows > 3 * 120
    assert found.different <= 2 * found.done["re-linked"]


def days(**changes):
    costs = {"nothing": Cost(160, 320, 11_000, 1300.0), "something": Cost(120, 700, 16_000, 2300.0)}
    told = {**costs, "sweep": Cost(8, 290, 14_000, 1400.0), "most_quiet_requests": 2, "rows": 334_000}
    return Days(2, **{**told, "done": {"made": 1600}, **changes})


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({}, []),
        ({"most_quiet_requests": 3}, [0]),
        ({"sweep": Cost(8, 290, 14_000, 2400.0)}, []),
        ({"sweep": Cost(8, 290, 14_000, 2402.0)}, [1]),
        ({"different": 1}, [2]),
    ],
)
def test_a_target_of_following_is_met_at_its_border_and_missed_behind_it(changes, missed):
    met = [is_met for _, is_met in days_section.verdicts(days(**changes))]
    assert [place for place, is_met in enumerate(met) if not is_met] == missed


def test_a_full_pull_is_reckoned_by_fifty_rows_a_list_and_fifty_lists_a_request():
    assert days_section.full_pull(100_000, 0.25) == Cost(1, 40, 2000, 500.0)
    assert days_section.full_pull(100_001, 0.1).commands == 2001


def test_the_section_of_following_replaces_the_one_that_was_there_and_nothing_else(tmp_path):
    path, text = tmp_path / "benchmarks.md", days_section.section(days(), "This run.")
    path.write_text("# Benchmarks\n\n## Two days of following\n\nold\n\n## Behind\n\nkept\n", "utf-8")
    days_section.replace_section(path, text)
    days_section.replace_section(path, text)
    assert path.read_text("utf-8") == f"# Benchmarks\n\n## Behind\n\nkept\n\n{text}"
    assert "| **a day** | 144 | 655 | 20 500 | 2 500 |" in text
    assert text.count("\n- Met: ") == 3


# What following costs where nothing happens


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (Quiet("it", 2, 0.5, built=False), "Met"),
        (Quiet("it", 3, 0.1, built=False), "Missed"),
        (Quiet("it", 2, 0.51, built=False), "Missed"),
        (Quiet("it", 2, 0.1, built=True), "Missed"),
    ],
)
def test_a_quiet_command_keeps_its_requests_its_seconds_and_builds_nothing(found, word):
    assert line(found).startswith(f"{word}: it: {found.requests} requests, {found.seconds:.2f} s of CPU")
