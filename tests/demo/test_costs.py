"""The demo portal works for stated seconds, in turn where it is told to, and counts what it was asked."""

import threading
from typing import Any

import pytest
import requests

from demo import DemoPortal, Faults
from demo.bulk import BulkCompany

DEALS = "crm.deal.list"


class Costly(DemoPortal):
    """A portal of 120 deals whose clock stands at `now` and whose waiting takes no time: `slept` tells of it."""

    def __init__(self, faults: Faults, budget_speed: float = 1.0) -> None:
        self.now, self.slept = 0.0, list[float]()
        super().__init__(
            BulkCompany(120), faults=faults, clock=lambda: self.now, sleep=self.slept.append, budget_speed=budget_speed
        )

    def ask(self, method: str, **params: Any) -> Any:
        return requests.post(self.webhook + method, json=params, timeout=10).json()


def test_each_page_and_each_count_is_waited_for_before_the_answer_and_charged_to_its_method():
    with Costly(Faults(latency=0.25, page_work=0.5, count_work=1.0, operating_limit=480.0)) as portal:
        answer = portal.ask("batch", cmd={"a": f"{DEALS}?start=-1", "b": f"{DEALS}?start=50", "c": "profile"})
        spent = {label: time["operating"] for label, time in answer["result"]["result_time"].items()}
        portal.ask("profile")
        counters = portal.counters
    assert portal.slept == [0.25, 0.5 + 1.5, 0.25]
    assert spent == {"a": 0.5, "b": 2.0, "c": 0}
    assert (counters.lists, counters.counts, counters.work) == (2, {"deals": 1}, 2.0)


def test_a_budget_in_fast_motion_fills_and_empties_so_many_times_as_fast():
    with Costly(Faults(page_work=10.0, operating_limit=480.0), budget_speed=30.0) as portal:
        first = portal.ask(DEALS, start=-1)["time"]
        portal.ask(DEALS, start=-1)
        refused = portal.ask(DEALS, start=-1)["error"]
        inside = portal.ask("batch", cmd={"a": f"{DEALS}?start=-1"})["result"]["result_error"]["a"]["error"]
        portal.now = 20.0
        again = portal.ask(DEALS, start=-1)["time"]
    assert (first["operating"], first["operating_reset_at"] - first["start"]) == (300, 20)
    assert (refused, inside) == ("OPERATION_TIME_LIMIT", "OPERATION_TIME_LIMIT")
    assert portal.counters.refusals == {"OPERATION_TIME_LIMIT": 2}
    assert again["operating"] == 300


@pytest.mark.parametrize(("at_once", "most"), [(1, 1), (2, 2), (None, 4)])
def test_a_portal_works_at_so_many_requests_at_once_and_the_others_queue(at_once, most):
    working, seen = threading.Semaphore(0), list[int]()
    everybody = threading.Barrier(most, timeout=5)

    def at_work(_: float) -> None:
        working.release()
        everybody.wait()
        seen.append(working._value)
        everybody.wait()
        working.acquire()

    company, faults = BulkCompany(120), Faults(page_work=1.0, at_once=at_once)
    with DemoPortal(company, faults=faults, sleep=at_work) as portal:
        ask = [threading.Thread(target=requests.post, args=(portal.webhook + DEALS,)) for _ in range(4)]
        for thread in ask:
            thread.start()
        for thread in ask:
            thread.join(timeout=10)
    assert seen == [most] * 4
