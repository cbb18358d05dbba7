"""A refresh is one process at a time that tells how far it is, and whatever ends it the data shown stand."""

import datetime as dt
import errno
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from crm.portal.client import PortalUnavailable, ignore
from crm.pull import EntityFailed
from crm.pull.progress import EntityProgress, PullProgress, PullReport
from crm.settings import load_settings
from demo import DemoPortal, TableCompany
from demo.bulk import BulkCompany
from demo.company import MOSCOW
from inputs.plan.store import plan_path
from language import Message
from metrics.__main__ import main
from metrics.warehouse.publish import DamagedRows, NoWarehouse, open_current
from refresh import progress_file
from refresh import refresh as refreshing
from refresh.child_environment import (
    DEMO_PORTAL,
    environment_of,
    redacted_trace,
    secrets_of,
    settings_of_child,
)
from refresh.demo_settings import for_demo
from refresh.processes import birth
from refresh.progress_file import Progress, ProgressWriter, read
from refresh.refresh import (
    AlreadyRunning,
    RefreshFailed,
    Stopped,
    refresh,
    refresh_for_ever,
    start,
    status,
)
from tests.crm.companies import change, wait
from tests.crm.pulling import files_in, settings_for
from tests.metrics.conftest import company, settings_of
from tests.snapshot_rows import write_snapshots

AFTER_ALL = dt.datetime(2027, 3, 1, 12, tzinfo=MOSCOW)
ROOT = Path(__file__).parents[2]
SECRET = "s3cr3tpassw0rd"
WEBHOOK = f"https://acme.bitrix24.ru/rest/1/{SECRET}/"


@pytest.fixture
def settings(tmp_path):
    return settings_of(tmp_path / "data", webhook_url=WEBHOOK)


class Told:
    """A pull and a build that only write down what was asked of them, and what the progress file said then."""

    def __init__(self, settings, failing=None, on=None):
        self.settings, self.failing, self.on = settings, failing, on
        self.steps = []

    def open_pull(self, settings, listener, on_notice):
        def pull(phase):
            listener(step(phase, rows=100 * phase))
            self._step(f"pull {phase}")
            return PullReport("2026-11-23T12:00:00+03:00", (), (), 1, 2.0)

        return pull

    def build(self, settings):
        self._step("build")
        return Path("warehouse")

    def is_stale(self, _):
        """As after a pull that brought something; the last phase finds nothing."""
        return bool(self.steps) and self.steps[-1][0] in ("pull 1", "pull 2")

    def _step(self, name):
        told = status(self.settings)
        assert told is not None
        self.steps.append((name, told.state, told.phase))
        if self.on == name:
            raise self.failing

    def run(self, **told):
        return refresh(self.settings, open_pull=self.open_pull, build=self.build, is_stale=self.is_stale, **told)


def step(phase=1, rows=0, left=5.0):
    entity = EntityProgress("deals", "running", rows=rows, requests=2, seconds=1.23)
    return PullProgress(phase, (EntityProgress("leads", "done", rows=7, requests=1, seconds=0.5), entity), 2.0, left)


# One refresh


def test_entities_are_published_before_what_costs_a_command_a_record(settings):
    told = Told(settings)
    assert told.run() == 6.0
    assert told.steps == [
        ("pull 1", "pulling", 1),
        ("build", "building", 1),
        ("pull 2", "pulling", 2),
        ("build", "building", 2),
        ("pull 3", "pulling", 3),
    ]
    done = status(settings)
    assert (done.state, done.error, done.is_running) == ("done", None, False)


def test_phases_that_bring_nothing_build_nothing(settings):
    told = Told(settings)
    refresh(settings, open_pull=told.open_pull, build=told.build, is_stale=lambda _: False)
    assert [name for name, *_ in told.steps] == ["pull 1", "pull 2", "pull 3"]


def test_a_stale_warehouse_is_rebuilt_before_the_portal_is_asked(settings):
    told = Told(settings)
    refresh(settings, open_pull=told.open_pull, build=told.build, is_stale=lambda _: True)
    assert [name for name, *_ in told.steps] == ["build", "pull 1", "build", "pull 2", "build", "pull 3", "build"]


def test_the_plan_is_read_at_once_and_again_for_who_is_new(settings):
    told = Told(settings)
    stale = iter([True, True, True, False])
    refresh(
        settings,
        open_pull=told.open_pull,
        build=told.build,
        is_stale=lambda _: next(stale),
        plan=lambda *_: told.steps.append(("plan",)),
    )
    assert [name for name, *_ in told.steps] == [
        "plan",
        "build",
        "pull 1",
        "plan",
        "build",
        "pull 2",
        "build",
        "pull 3",
    ]


def test_whoever_listens_hears_every_step(settings):
    heard = []
    Told(settings).run(listener=heard.append)
    assert [told.phase for told in heard] == [1, 2, 3]


@pytest.mark.parametrize("on", ["pull 1", "build", "pull 2"])
def test_an_explained_failure_is_told_in_the_readers_language(settings, on):
    error = PortalUnavailable("metrics.filter.no_date", value="x")
    with pytest.raises(PortalUnavailable):
        Told(settings, error, on).run()
    failed = status(settings)
    assert (failed.state, failed.error) == ("failed", Message("metrics.filter.no_date", value="x"))
    assert failed.error.text("ru") == error.text("ru")
    assert failed.error.text("en") == error.text("en")


def test_a_failure_names_the_entity_that_is_to_blame(settings):
    error = EntityFailed("deals", PortalUnavailable("metrics.filter.no_date", value="x"))
    with pytest.raises(EntityFailed):
        Told(settings, error, "pull 1").run()
    assert status(settings).error.values["entity"] == Message("entity.deals")
    assert status(settings).error.text("ru") == error.text("ru")


@pytest.mark.parametrize(
    ("entity", "text"), [(None, "“x” is no date."), ("deals", "Deals: “x” is no date.")], ids=["of all", "of an entity"]
)
def test_a_failure_that_an_older_version_wrote_is_told_as_it_was(settings, entity, text):
    writer = ProgressWriter(settings.progress_file)
    writer.failed(Message("metrics.refresh.died"))
    stored = json.loads(settings.progress_file.read_text())
    stored["error"] = {"key": "metrics.filter.no_date", "values": {"value": "x"}, "entity": entity}
    settings.progress_file.write_text(json.dumps(stored))
    assert status(settings).error.text("en").startswith(text[:-1])


def test_what_nobody_foresaw_is_told_without_the_webhook(settings, capsys):
    error = ValueError(f"GET {WEBHOOK}crm.deal.list and {SECRET} alone")
    with pytest.raises(RefreshFailed):
        Told(settings, error, "pull 1").run()
    failed = status(settings)
    assert failed.error == Message("metrics.refresh.unexpected", kind="ValueError")
    told = capsys.readouterr().err
    assert "ValueError" in told
    assert "test_refresh.py" in told
    assert SECRET not in told
    assert SECRET not in settings.progress_file.read_text()


@pytest.mark.parametrize("error", [Stopped(), KeyboardInterrupt()])
def test_who_is_told_to_end_says_so_and_lets_the_lock_go(settings, error):
    with pytest.raises(type(error)):
        Told(settings, error, "pull 1").run()
    assert status(settings).error == Message("metrics.refresh.stopped")
    Told(settings).run()
    assert status(settings).state == "done"


def test_a_build_that_fails_before_the_pull_is_noticed_and_the_pull_may_mend_it(settings):
    told, heard, errors = Told(settings), [], iter([DamagedRows("deals"), None, None, None])

    def build(_):
        if error := next(errors):
            raise error
        return told.build(_)

    refresh(settings, open_pull=told.open_pull, build=build, is_stale=lambda _: True, on_notice=heard.append)
    assert [name for name, *_ in told.steps] == ["pull 1", "build", "pull 2", "build", "pull 3", "build"]
    notice = Message("metrics.warehouse.damaged", entity=Message("entity.deals"))
    assert (heard, status(settings).state, status(settings).notices) == ([notice], "done", (notice,))


def test_rows_that_were_damaged_are_pulled_anew_and_built_by_one_refresh(served, tmp_path, tiny_sql):
    settings = settings_for(served, tmp_path)
    refresh(settings)
    built = open_current(settings.warehouse_dir)
    counted = built.cursor().table("deal_count").fetchall()
    for path in settings.snapshots_dir.glob("*/*.parquet"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    (settings.warehouse_dir / "current").unlink()  # so that a build comes first
    refresh(settings)
    assert open_current(settings.warehouse_dir).cursor().table("deal_count").fetchall() == counted
    (notice,) = status(settings).notices
    assert notice.key == "metrics.warehouse.damaged"


def test_a_refresh_that_brings_nothing_asks_two_requests_writes_no_rows_and_builds_nothing(tmp_path, tiny_sql):
    company = BulkCompany(120)
    company.now = lambda: AFTER_ALL  # else some of its records are of tomorrow
    with DemoPortal(company) as served:
        settings = settings_for(served, tmp_path)
        refresh(settings)
        built, files, hits = open_current(settings.warehouse_dir), files_in(settings), served.counters.hits
        refresh(settings)
        assert served.counters.hits == hits + 2
        assert files_in(settings) == files
        assert open_current(settings.warehouse_dir) is built
        company.now = lambda: AFTER_ALL + dt.timedelta(minutes=50)
        refresh(settings)
        assert open_current(settings.warehouse_dir) is built
        company.now = lambda: AFTER_ALL + dt.timedelta(minutes=60)
        refresh(settings)
        assert open_current(settings.warehouse_dir).as_of == AFTER_ALL.replace(tzinfo=None) + dt.timedelta(minutes=60)
        assert served.counters.hits == hits + 6


def test_a_refresh_that_brings_a_change_builds_at_once(served, tmp_path, tiny_sql):
    settings = settings_for(served, tmp_path)
    refresh(settings)
    built = open_current(settings.warehouse_dir)
    wait(served.company, minutes=20)
    change(served.company, "deals", 200, TITLE="changed")
    refresh(settings)
    assert open_current(settings.warehouse_dir).as_of == built.as_of + dt.timedelta(minutes=20)


def test_a_progress_file_that_cannot_be_written_ends_nothing(settings, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    told, steps = Told(settings), []
    monkeypatch.setattr(progress_file, "replace_file", fail)
    monkeypatch.setattr(told, "_step", steps.append)
    monkeypatch.setattr(told, "is_stale", lambda _: bool(steps) and steps[-1] in ("pull 1", "pull 2"))
    assert told.run() == 6.0
    assert steps == ["pull 1", "build", "pull 2", "build", "pull 3"]
    assert [path.name for path in settings.data_dir.iterdir()] == ["refresh.lock"]


def test_a_plan_that_is_damaged_is_one_sentence_and_the_crm_goes_on(settings):
    plan_path(settings).parent.mkdir(parents=True)
    plan_path(settings).write_bytes(b"torn")
    told, heard = Told(settings), []
    told.run(on_notice=heard.append)
    assert [name for name, *_ in told.steps] == ["pull 1", "build", "pull 2", "build", "pull 3"]
    notice = Message("plan.file.not_xlsx", name=str(plan_path(settings)))
    assert (heard, status(settings).state, status(settings).notices) == ([notice], "done", (notice,))


def test_two_at_once_are_refused_and_the_first_is_not_disturbed(settings):
    told = Told(settings)
    refused = []

    def meanwhile(_):
        try:
            Told(settings).run()
        except AlreadyRunning as error:
            refused.append(error.message.key)

    told.run(listener=meanwhile)
    assert refused == ["metrics.refresh.already_running"] * 3
    assert status(settings).state == "done"


def test_a_refresh_of_a_portal_that_is_not_there_leaves_what_was_built(tmp_path, tiny_sql):
    settings = settings_of(tmp_path, webhook_url="http://127.0.0.1:9/rest/1/nobodyhere/")
    write_snapshots(settings.snapshots_dir, company())
    failing = PortalUnavailable("metrics.filter.no_date", value="x")

    def nobody(*_):
        raise failing

    with pytest.raises(PortalUnavailable):
        refresh(settings, open_pull=nobody)
    assert status(settings).state == "failed"
    assert open_current(settings.warehouse_dir).meta["pull_id"] == "000000000001"


# The progress file


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_progress_is_written_twice_a_second_and_every_change_of_state_at_once(tmp_path):
    clock = Clock()
    writer = ProgressWriter(tmp_path / "progress.json", clock=clock)
    for rows in range(10):
        clock.now += 0.125
        writer.pulling(step(rows=rows))
    assert read(tmp_path / "progress.json").rows == 7 + 7
    writer.building()
    told = read(tmp_path / "progress.json")
    assert (told.state, told.rows, told.seconds_left) == ("building", 9 + 7, None)


def test_progress_says_rows_rate_entities_and_time_left(tmp_path):
    writer = ProgressWriter(tmp_path / "progress.json", clock=Clock())
    writer.phase(1)
    writer._written_at = 0
    writer.pulling(step(rows=93))
    told = json.loads((tmp_path / "progress.json").read_text())
    assert (told["state"], told["phase"], told["pid"]) == ("pulling", 1, os.getpid())
    assert (told["rows"], told["rows_per_second"], told["seconds_left"], told["error"]) == (100, 50.0, 5.0, None)
    assert told["entities"][1] == {"entity": "deals", "state": "running", "rows": 93, "requests": 2, "seconds": 1.2}


def test_entities_of_the_first_phase_are_still_told_in_the_second(tmp_path):
    clock = Clock()
    writer = ProgressWriter(tmp_path / "progress.json", clock=clock)
    clock.now += 1
    writer.pulling(step())
    clock.now += 1
    writer.pulling(PullProgress(2, (EntityProgress("comments", "running", rows=3),), 1.0, None))
    assert [line.entity for line in read(tmp_path / "progress.json").entities] == ["leads", "deals", "comments"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"state": "done"}', '{"entities": 3}', "\x00"])
def test_a_file_that_is_no_progress_is_none(tmp_path, text):
    (tmp_path / "progress.json").write_text(text)
    assert read(tmp_path / "progress.json") is None
    assert read(tmp_path / "absent.json") is None


def written(path, **told):
    writer = ProgressWriter(path)
    writer.progress = replace(writer.progress, **told)
    writer._write()
    return read(path)


def test_a_process_that_died_has_failed_even_if_another_has_its_number(tmp_path):
    path = tmp_path / "progress.json"
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    born = birth(child.pid)
    assert written(path, pid=child.pid, born=born).is_running
    assert written(path, pid=child.pid, born=str(float(born) - 5)).error == Message("metrics.refresh.died")
    child.kill()
    while birth(child.pid):  # a zombie from now on: nobody has waited for it
        os.sched_yield()
    assert written(path, pid=child.pid, born=born).error == Message("metrics.refresh.died")
    child.communicate()
    assert written(path, pid=child.pid, born=born).state == "failed"
    assert written(path, pid=child.pid, born=born, state="done").error is None


def test_a_reader_never_meets_half_a_file(tmp_path):
    path = tmp_path / "progress.json"
    writer = ProgressWriter(path)
    stop, torn = threading.Event(), []

    def look():
        while not stop.is_set():
            if not isinstance(read(path), Progress):
                torn.append(path)

    reader = threading.Thread(target=look)
    reader.start()
    for phase in range(300):
        writer.phase(phase)
    stop.set()
    reader.join()
    assert torn == []
    assert [part.name for part in tmp_path.iterdir()] == ["progress.json"]


# The schedule


def test_between_two_refreshes_lie_the_minutes_or_as_long_as_the_pull_took():
    clock, asked = Clock(), []
    pulls = iter([10.0, 5400.0, None, 0.0])
    started = []

    def once():
        started.append(clock.now)
        clock.now += 30
        asked.append(next(pulls))
        return asked[-1]

    def sleep(seconds):
        clock.now += seconds

    refresh_for_ever(once, 10, clock=clock, sleep=sleep, wanted=lambda: len(asked) < 4)
    gaps = [round(later - earlier - 30) for earlier, later in itertools.pairwise(started)]
    assert gaps == [600, 5400, 600]


def test_nobody_waits_for_who_is_not_wanted_any_more():
    clock, wanted = Clock(), iter([True, True, True, False, False])

    def sleep(seconds):
        clock.now += seconds

    refresh_for_ever(lambda: 0.0, 10, clock=clock, sleep=sleep, wanted=lambda: next(wanted))
    assert clock.now <= 102


def test_a_child_ends_when_its_parent_is_gone(monkeypatch):
    assert refreshing.parent_is_there()
    monkeypatch.setenv("VITRINA_REFRESH_PARENT", f"{os.getppid()} {birth(os.getppid())}")
    assert refreshing.parent_is_there()
    monkeypatch.setenv("VITRINA_REFRESH_PARENT", f"{os.getppid()} {float(birth(os.getppid())) - 5}")
    assert not refreshing.parent_is_there()  # another process has got its number


# The child process


def test_a_child_finds_the_very_settings_of_its_parent(tmp_path, monkeypatch):
    parent = settings_of(
        tmp_path, webhook_url=WEBHOOK, sales_funnels="0,7", holidays="", comments=False, weight_call="2.5",
        history_months=12, min_completion="0.8", language="en",
    )  # fmt: skip
    monkeypatch.setenv("VITRINA_TIMEZONE", "Asia/Omsk")  # the parent was made before: the child must not see it
    environment = environment_of(parent)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert settings_of_child() is None
    assert dict(settings_of(tmp_path)) == dict(parent)


def test_a_child_of_the_demo_shows_the_demo(tmp_path, monkeypatch):
    parent = for_demo(settings_of(tmp_path), "http://127.0.0.1:8509/rest/1/key12345/")
    for name, value in environment_of(parent).items():
        monkeypatch.setenv(name, value)
    child = settings_of_child()
    assert child is not None
    assert (child.is_demo, dict(child)) == (True, dict(parent))


def test_a_webhook_is_hidden_whole_and_in_part():
    assert secrets_of(SecretStr(WEBHOOK))[0] == WEBHOOK
    assert SECRET in secrets_of(SecretStr(WEBHOOK))
    assert (secrets_of(None), secrets_of(SecretStr(""))) == ([], [])


def test_a_trace_names_its_causes_without_the_webhook(settings):
    error = ValueError(f"after {SECRET}")
    error.__cause__ = OSError(WEBHOOK)
    text = redacted_trace(error, settings)
    assert "OSError" in text
    assert "ValueError: after …" in text
    assert SECRET not in text


def wait_for(condition, seconds=120):
    """Look until it holds; a child process has no clock of ours."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        threading.Event().wait(0.05)
    raise AssertionError(f"not within {seconds} s")


def ended(settings):
    told = status(settings)
    return told if told and not told.is_running else None


def test_a_started_child_pulls_builds_and_publishes_and_its_arguments_hold_no_secret(tmp_path):
    with DemoPortal(TableCompany(), secret=SECRET) as portal:
        settings = for_demo(settings_of(tmp_path), portal.webhook)
        start(settings)
        running = status(settings)
        assert running.is_running
        arguments = Path(f"/proc/{running.pid}/cmdline")
        assert SECRET not in arguments.read_text()
        process = psutil.Process(running.pid)
        assert wait_for(lambda: process.nice() == 19 or None), "readers wait for none of its work"
        start(settings)
        assert wait_for(lambda: ended(settings)).error is None
        assert status(settings).pid == running.pid
    assert open_current(settings.warehouse_dir).meta["is_demo"]


SLOW = """
import sys, threading
from pathlib import Path
from crm.settings import load_settings
from refresh.refresh import end_on_sigterm, refresh
def open_pull(settings, listener, on_notice):
    def pull(phase):
        print("pulling", flush=True)
        threading.Event().wait()
    return pull
end_on_sigterm()
refresh(load_settings(data_dir=Path(sys.argv[1])), open_pull=open_pull)
"""


@pytest.mark.parametrize(("sent", "key", "code"), [(signal.SIGTERM, "stopped", 0), (signal.SIGKILL, "died", -9)])
def test_a_child_that_is_ended_has_failed_and_the_next_one_can_run(tmp_path, sent, key, code):
    settings = settings_of(tmp_path)
    child = subprocess.Popen([sys.executable, "-c", SLOW, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"pulling\n"
    assert status(settings).is_running
    child.send_signal(sent)
    assert child.wait() == code
    child.stdout.close()
    assert status(settings).error == Message(f"metrics.refresh.{key}")
    Told(settings).run()
    assert status(settings).state == "done"


def test_nothing_built_yet_is_no_progress(tmp_path):
    settings = settings_of(tmp_path)
    assert status(settings) is None
    with pytest.raises(NoWarehouse):
        open_current(settings.warehouse_dir)


def test_the_names_between_parent_and_child_are_no_settings():
    assert DEMO_PORTAL.removeprefix("VITRINA_").lower() not in type(settings_of(Path())).model_fields


def test_a_portal_that_was_renamed_is_gone_on_with_when_the_command_says_so(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(refreshing, "refresh", lambda _, **options: given.append(options["open_pull"]) or 1.0)
    monkeypatch.setattr(refreshing, "pull", lambda _, **options: options["renamed"])
    monkeypatch.setenv("VITRINA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VITRINA_WEBHOOK_URL", "https://acme.bitrix24.ru/rest/1/k3y/")
    for arguments in (["refresh"], ["refresh", "--renamed"]):
        assert main(arguments) == 0
    settings = load_settings()
    assert [open_pull(settings, ignore, ignore)(1) for open_pull in given] == [False, True]
