"""What a pull says in a terminal and in a log, and how its command ends."""

import io
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crm.pull.progress import Changes, EntityProgress, PullProgress, PullReport, Tracker
from crm.terminal import LiveLine, is_interrupt, last_line, table
from language import Message, words
from tests.crm.scripted import FakeTime

ROOT = Path(__file__).parents[2]
SECRET = "k3yThat" + "NobodySees"
RUSSIAN, ENGLISH = words("ru"), words("en")


class Terminal(io.StringIO):
    def __init__(self, live):
        super().__init__()
        self.live = live

    def isatty(self):
        return self.live

    @property
    def shown(self):
        return self.getvalue().replace("\u00a0", " ")


def tracked(time, listener, **expected):
    return Tracker(
        1, expected, requests=lambda: int(time.now - 1000), requests_before=0, listener=listener, clock=time.clock
    )


def test_time_left_is_guessed_from_what_is_behind():
    time, steps = FakeTime(), []
    tracker = tracked(time, steps.append, leads=1000, deals=3000)
    tracker.start("leads")
    assert steps[-1].seconds_left is None
    time.sleep(10)
    tracker.advance("leads", 500, 0.5)
    assert steps[-1].seconds_left == pytest.approx(70)
    tracker.done("leads")
    tracker.start("deals")
    time.sleep(30)
    tracker.advance("deals", 1500, 0.5)
    assert (steps[-1].rows, steps[-1].rows_per_second) == (2000, 50)
    tracker.done("deals")
    assert steps[-1].seconds_left == 0


def test_an_entity_has_the_requests_and_the_seconds_that_it_took():
    time, steps = FakeTime(), []
    tracker = tracked(time, steps.append, leads=1, deals=1)
    time.sleep(2)
    for entity, seconds in (("leads", 3), ("deals", 5)):
        tracker.start(entity)
        time.sleep(seconds)
        tracker.done(entity)
    leads, deals = steps[-1].entities
    assert (leads.requests, leads.seconds, deals.requests, deals.seconds) == (5, 3, 5, 5)
    assert steps[-1].requests == 10


def running(seconds=10.0, left=65.0):
    entities = (
        EntityProgress("leads", "done", rows=1200, requests=3, seconds=4, share=1.0),
        EntityProgress("deals", "running", rows=12_400, requests=9, seconds=8.0, share=0.5),
        EntityProgress("calls"),
    )
    return PullProgress(1, entities, seconds, left)


def test_a_terminal_has_one_line_that_is_drawn_anew():
    time, terminal = FakeTime(), Terminal(live=True)
    line = LiveLine(RUSSIAN, terminal, time.clock)
    for _ in range(3):
        time.sleep(1)
        line.progress(running())
    line.close()
    assert terminal.shown.count("\n") == 1
    assert "Лиды: 1 200 строк, 3 запроса, 4 с\n" in terminal.shown
    assert terminal.shown.count("Сделки: 12 400 строк, 1 550 в секунду, осталось около 1 мин 5 с") == 3
    assert terminal.shown.endswith("\r\x1b[2K")


def test_a_log_gets_a_line_now_and_then_and_no_control_characters():
    time, log = FakeTime(), Terminal(live=False)
    line = LiveLine(ENGLISH, log, time.clock)
    for _ in range(40):
        time.sleep(1)
        line.progress(running())
    line.notice(Message("portal.keeping_rate", host="acme", seconds=4))
    line.close()
    assert "\x1b" not in log.shown
    assert log.shown.count("Deals: ") == 2
    assert log.shown.splitlines()[-1].startswith("Pausing 4 s")


def test_nothing_is_guessed_in_the_first_seconds():
    time, terminal = FakeTime(), Terminal(live=True)
    line = LiveLine(RUSSIAN, terminal, time.clock)
    time.sleep(1)
    line.progress(running(seconds=1.0))
    assert "осталось" not in terminal.shown


def test_the_table_lines_up_and_says_what_was_not_given():
    reason = Message("portal.scope_missing", host="acme", method="voximplant.statistic.get")
    report = PullReport(
        as_of="2026-11-23T14:05:00+03:00",
        entities=(
            EntityProgress("leads", "done", rows=1_234_567, requests=600, seconds=300.25, share=1.0),
            EntityProgress("calls", "absent", requests=1, reason=reason),
        ),
        notes=(Message("pull.not_admin"),),
        requests=601,
        seconds=305,
    )
    shown = table(report, RUSSIAN).replace("\u00a0", " ").splitlines()
    assert shown[0].split() == ["Что", "Строк", "Запросов", "Секунд"]
    assert shown[2].split() == ["Лиды", "1", "234", "567", "600", "300,2"]
    assert shown[3].split() == ["Звонки", "—", "1", "0,0"]
    assert shown[5].split() == ["Всего", "1", "234", "567", "601", "300,2"]
    assert len({len(line) for line in shown[:6]}) == 1
    assert shown[6].startswith("Звонки: не выгружено. Вебхуку портала acme не хватает прав")
    assert shown[7].startswith("Вебхук принадлежит не администратору")
    assert last_line(report, "acme", ENGLISH) == "Done in 5 min 5 s: the portal acme as of 23 Nov 2026 14:05."


def test_of_an_incremental_pull_the_changes_are_shown():
    changes = {"leads": Changes(), "deals": Changes(new=1200, changed=3, gone=1), "calls": None}
    entities = tuple(
        EntityProgress(name, "done", rows=1500, requests=1, seconds=1, share=1.0, changes=found)
        for name, found in changes.items()
    )
    report = PullReport("2026-11-23T14:05:00+03:00", entities, (), 3, 3)
    shown = [line.replace("\u00a0", " ") for line in table(report, RUSSIAN).splitlines()]
    cells = [re.split(" {2,}", line)[1] for line in shown[2:5]]
    assert cells == ["без изменений", "новых 1 200, изменено 3, удалено 1", "1 500"]
    assert len({len(line) for line in shown}) == 1
    time, terminal = FakeTime(), Terminal(live=False)
    LiveLine(ENGLISH, terminal, time.clock).progress(PullProgress(1, entities, 1, None))
    assert terminal.shown.splitlines() == [
        "Leads: no changes, 1 request, 1 s",
        "Deals: 1,200 new, 3 changed, 1 gone, 1 request, 1 s",
        "Calls: 1,500 rows, 1 request, 1 s",
    ]


def command(served, directory, *program):
    environment = {
        "VITRINA_WEBHOOK_URL": served.webhook,
        "VITRINA_DATA_DIR": str(directory),
        "VITRINA_REQUESTS_PER_SECOND": "1000",
        "VITRINA_REQUEST_BURST": "10000",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
    }
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # where it is ignored, a child ignores it too
    try:
        return subprocess.Popen(
            [sys.executable, *program], cwd=directory, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )
    finally:
        signal.signal(signal.SIGINT, before)


QUERIES = """
import runpy, sys, duckdb, crm.pull
def slow(settings, **_):
    print("asked", flush=True)
    while True:
        duckdb.execute("select sum(hash(range)) from range(2000000)").fetchall()
crm.pull.pull = slow
sys.argv = ["crm", "pull"]
runpy.run_module("crm", run_name="__main__")
"""


def test_ctrl_c_while_the_portal_is_waited_for_ends_it_at_once_with_a_sentence(served, tmp_path):
    child = command(served, tmp_path, "-m", "crm", "pull")

    def interrupt(hit):
        if hit == 4:
            child.send_signal(signal.SIGINT)
            time.sleep(0.5)  # it waits for the answer meanwhile

    served._on_hit = interrupt
    assert is_interrupted(child) == b""


def test_ctrl_c_among_queries_ends_it_at_once_with_a_sentence(served, tmp_path):
    child = command(served, tmp_path, "-c", QUERIES)
    asked = child.stdout.readline()
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    assert (asked, is_interrupted(child)) == (b"asked\n", b"")


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (KeyboardInterrupt(), True),
        (RuntimeError("Query interrupted"), True),  # what the engine makes of Ctrl-C within a query
        (RuntimeError("Query interrupted by a fault"), False),
        (ValueError("Query interrupted"), False),
    ],
)
def test_an_interrupted_query_is_told_from_a_fault(error, is_one):
    assert is_interrupt(error) is is_one


def is_interrupted(child):
    out, err = child.communicate(timeout=30)
    assert (child.returncode, b"Traceback" in err) == (130, False), err.decode()
    assert err.decode().strip().splitlines()[-1].startswith("Выгрузка прервана")
    return out


def test_a_fault_of_the_program_is_one_line_without_a_trace_or_a_secret(served, tmp_path):
    program = (
        "import runpy, sys, crm.pull\n"
        "def broken(settings, **_): raise LookupError(settings.webhook_url.get_secret_value())\n"
        "crm.pull.pull = broken\n"
        "sys.argv = ['crm', 'pull']\n"
        "runpy.run_module('crm', run_name='__main__')\n"
    )
    child = command(served, tmp_path, "-c", program)
    out, err = child.communicate(timeout=30)
    assert child.returncode == 1
    assert re.fullmatch(r"Ошибка программы: LookupError, .*:\d+\. .*\n", err.decode())
    assert SECRET.encode() not in out + err
