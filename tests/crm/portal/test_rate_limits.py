"""A portal with limits of its own is never brought to the point of refusing."""

import threading
import time

import pytest
from pydantic import SecretStr

from crm.portal.client import Answer, Command, Portal
from crm.portal.rate_limits import ALLOWED
from demo.company import TableCompany
from demo.faults import Faults
from demo.portal import DemoPortal
from tests.crm.scripted import FakeTime

LISTS = {f"c{n:02}": Command("crm.deal.list", {"filter": {">ID": n}, "start": -1}) for n in range(50)}


class SharedTime(FakeTime):
    """A fake clock for both ends; sleeping lets the other threads work."""

    def sleep(self, seconds: float) -> None:
        time.sleep(0.005)
        super().sleep(seconds)


def pull(demo, shared, workers, batches, **options):
    """Several batches in flight; every command's answer."""
    portal = Portal(SecretStr(demo.webhook), clock=shared.clock, sleep=shared.sleep, **options)
    answers = []

    def work():
        for _ in range(batches):
            answers.extend(portal.batch(LISTS).values())

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    portal.close()
    return answers


@pytest.mark.parametrize("on_batch", [False, True], ids=["charged to methods", "charged to batch"])
@pytest.mark.parametrize("workers", [1, 2])
def test_the_budget_of_ten_minutes_is_kept_under_its_share(on_batch, workers):
    shared = SharedTime()
    faults = Faults(operating_limit=480, operating_cost=1.0, operating_on_batch=on_batch)
    spent = []
    with DemoPortal(TableCompany(), faults=faults, clock=shared.clock) as demo:
        budget = "batch" if on_batch else "crm.deal.list"
        demo._on_hit = lambda hit: spent.append(demo.counters.operating(budget))
        answers = pull(demo, shared, workers, batches=12)
        spent.append(demo.counters.operating(budget))
    assert all(isinstance(answer, Answer) for answer in answers)
    assert len(answers) == 50 * 12 * workers
    assert max(spent) > ALLOWED / 2
    assert max(spent) <= ALLOWED


def test_the_rate_of_a_portal_is_never_exceeded():
    shared = SharedTime()
    with DemoPortal(TableCompany(), faults=Faults(rate=(2, 10)), clock=shared.clock) as demo:
        answers = pull(demo, shared, workers=3, batches=20, requests_per_second=2, burst=10)
        assert demo.counters.hits == 60
    assert all(isinstance(answer, Answer) for answer in answers)


def test_a_portal_whose_rate_another_program_uses_up_is_waited_out():
    shared = SharedTime()
    faults = Faults(refuse=range(2, 8))
    with DemoPortal(TableCompany(), faults=faults, clock=shared.clock) as demo:
        answers = pull(demo, shared, workers=1, batches=3)
    assert len(answers) == 150
    assert all(isinstance(answer, Answer) for answer in answers)


@pytest.mark.parametrize(
    "faults",
    [
        Faults(cut={1, 3}),
        Faults(html={1, 2}, html_status=200),
        Faults(html={2}, html_status=403),
        Faults(html={1}, html_status=502),
        Faults(refuse={1, 2}, refuse_status=500, refuse_error="INTERNAL_SERVER_ERROR"),
        Faults(refuse={2}, refuse_status=429, refuse_error="OPERATION_TIME_LIMIT"),
        Faults(slow_body={1}),
    ],
    ids=["cut", "html", "html 403", "html 502", "500", "429", "slow"],
)
def test_a_portal_that_fails_now_and_then_still_gives_every_answer(faults):
    shared = SharedTime()
    with DemoPortal(TableCompany(), faults=faults, clock=shared.clock, sleep=shared.sleep) as demo:
        answers = pull(demo, shared, workers=1, batches=3)
    assert len(answers) == 150
    assert all(answer == Answer([], total=answer.total, time=answer.time) for answer in answers)


def test_a_renamed_portal_is_followed_over_the_wire():
    with DemoPortal(TableCompany()) as new, DemoPortal(TableCompany(), faults=Faults(moved_to=new.origin)) as old:
        portal = Portal(SecretStr(old.webhook))
        assert portal.call("scope").result
        assert portal.batch(LISTS)["c49"].result == []
        assert portal.origin == new.origin
        assert portal.renamed_from == old.origin.removeprefix("http://")
        assert (old.counters.hits, new.counters.hits) == (1, 2)
        portal.close()
