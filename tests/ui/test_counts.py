"""What a gesture costs, counted and not timed: questions asked, bytes sent, blocks drawn; block by block of each page.

A count that grows is seen here before anybody waits for it. The limits are those of all blocks; what needs more is
named with what it needs.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from metrics.query import query
from tests.ui.conftest import Open
from ui.blocks import deferred
from ui.shell.navigation import SECTIONS

MOST_QUESTIONS, MOST_BYTES = 5, 60_000  # of one block
MOST_BYTES_OF_FRAME = 45_000  # of a page without its blocks: sidebar, head, placeholders
REPORTS = [entry.file for entry in SECTIONS["ui.section.reports"]]
MORE_BYTES = {"plan_by_employee": 70_000, "plan_employee_funnels": 80_000}  # people × the steps behind a plus


@dataclass
class Costs:
    """What was asked and sent since it was emptied last."""

    questions: list[str]
    bytes: int = 0

    def clear(self) -> None:
        query.clear_cache()
        self.questions.clear()
        self.bytes = 0


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> Costs:
    """Counts what runs of pages ask and send."""
    found = Costs([])
    ask, run = query.ask, LocalScriptRunner.run

    def note_question(warehouse: query.Warehouse, view: str, *rest: Any, **options: Any) -> query.Table:
        found.questions.append(view)
        return ask(warehouse, view, *rest, **options)

    def note_bytes(runner: LocalScriptRunner, *arguments: Any, **options: Any) -> Any:
        tree = run(runner, *arguments, **options)
        found.bytes += sum(
            message.ByteSize() for message in runner.forward_msgs() if message.WhichOneof("type") == "delta"
        )
        return tree

    monkeypatch.setattr(query, "ask", note_question)
    monkeypatch.setattr(LocalScriptRunner, "run", note_bytes)
    return found


def drawn_alone(page: AppTest, costs: Costs, *near: str) -> tuple[list[str], int]:
    """The questions and the bytes of a page of which only these blocks are near."""
    page.session_state[deferred.KEY].near = frozenset(near)
    costs.clear()
    page.run()
    assert not page.exception
    return list(costs.questions), costs.bytes


@pytest.mark.parametrize("file", REPORTS)
def test_a_block_asks_few_questions_each_once_and_sends_few_bytes(open_page: Open, costs: Costs, file: str) -> None:
    page = open_page(page=file, period=["months_12"])
    names = list(page.session_state[deferred.KEY].names)
    frame, frame_bytes = drawn_alone(page, costs)
    assert len(names) == len(set(names)) > 0
    assert len(frame) == len(set(frame))
    assert frame_bytes <= MOST_BYTES_OF_FRAME
    too_many, too_large = {}, {}
    for name in names:
        questions, size = drawn_alone(page, costs, name)
        own = [view for view in questions if view not in frame]

        if len(own) > MOST_QUESTIONS:
            too_many[name] = own
        if size - frame_bytes > MORE_BYTES.get(name, MOST_BYTES):
            too_large[name] = size - frame_bytes
    assert (too_many, too_large) == ({}, {})
