"""Whatever happens between pulls, and whatever a portal spoils, the rows that stand are those of one full pull.

Killed at any moment, a pull leaves the old state or the new one.
"""

import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from crm.portal.client import PortalError
from crm.pull import EntityFailed
from demo import DemoPortal, Faults, TableCompany
from demo.faults import Counters
from tests.crm.companies import change, wait, written
from tests.crm.pulling import SECRET, everything, manifest_of, pulled, settings_for

ROOT = Path(__file__).parents[3]
GROWING = ("lead_stage_history", "deal_stage_history", "comments")
TABLES = ("companies", "leads", "deals", "activities")


class Life:
    """Things that happen in a company, drawn by lot."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.company = TableCompany({"users": [{"ID": "1", "NAME": "Анна", "ACTIVE": True, "UF_DEPARTMENT": [1]}]})
        self.last = dict.fromkeys((*TABLES, "deal_stage_history", "comments", "calls"), 0)
        self.late = []
        for _ in range(120):
            self.create()

    def create(self):
        table = self.draw.choice(TABLES)
        self.last[table] += self.draw.choice((1, 1, 1, 40))
        self._put(table, self.last[table])

    def _put(self, table, number):
        owner = {"OWNER_ID": "1", "OWNER_TYPE_ID": "2", "COMPLETED": self.draw.choice("NY")}
        row = {"TITLE": f"{self.draw.random()}", **(owner if table == "activities" else {})}
        change(self.company, table, number, **row)
        if table == "activities":
            self.company.owners.setdefault("activity_bindings", {})[("activity", number)] = [
                {"entityTypeId": 2, "entityId": self.draw.randint(1, 9)}
            ]

    def update(self):
        table = self.draw.choice(TABLES)
        known = list(self.company.table(table))
        if known:
            self._put(table, int(self.draw.choice(known)["ID"]))

    def move(self):
        known = list(self.company.table("deals"))
        if not known:
            return
        deal = self.draw.choice(known)
        stage = self.draw.choice(("NEW", "WON", "LOSE"))
        change(self.company, "deals", int(deal["ID"]), STAGE_ID=stage)
        self.last["deal_stage_history"] += 1
        entry = {"ID": self.last["deal_stage_history"], "OWNER_ID": int(deal["ID"]), "STAGE_ID": stage, "TYPE_ID": 2}
        self.company.table("deal_stage_history").put({**entry, "CREATED_TIME": written(self.company)})

    def comment(self):
        known = list(self.company.table("deals"))
        if known:
            deal = self.draw.choice(known)
            self.last["comments"] += 1
            row = {"ID": str(self.last["comments"]), "CREATED": written(self.company), "AUTHOR_ID": "1"}
            self.company.own("comments", ("deal", int(deal["ID"])), row)
            self.company.table("deals").put({**deal, "LAST_ACTIVITY_TIME": written(self.company)})

    def call(self):
        self.last["calls"] += 1
        row = {"ID": str(self.last["calls"]), "CALL_START_DATE": written(self.company), "CALL_DURATION": "5"}
        self.company.table("calls").put(row)

    def delete(self):
        table = self.draw.choice((*TABLES, "calls"))
        known = list(self.company.table(table))
        if len(known) > 5:
            self.company.table(table).delete(int(self.draw.choice(known)["ID"]))

    def commit_late(self):
        """A row gets its number and its moment now, and is seen after the next pull."""
        self.last["deals"] += 1
        moment = written(self.company)
        self.late.append(
            {"ID": str(self.last["deals"]), "TITLE": "поздняя", "DATE_MODIFY": moment, "DATE_CREATE": moment}
        )

    def go_on(self):
        """Some minutes of the company's life."""
        for row in self.late:
            self.company.table("deals").put(row)
        self.late.clear()
        for _ in range(self.draw.randint(0, 12)):
            happens = (self.create, self.update, self.update, self.move, self.comment, self.call, self.delete)
            self.draw.choice(happens)()
            wait(self.company, seconds=self.draw.randint(0, 20))
        if self.draw.random() < 0.5:
            self.commit_late()

    def trouble(self):
        kinds = ("cut", "html", "refuse", "drop_label", "empty_batch", "blank_batch", "short_pages", "")
        kind = self.draw.choice(kinds)
        return Faults(**{kind: range(self.draw.randint(1, 4), 10**9, 5)}) if kind else Faults()


def current_rows(settings):
    """The current rows of each entity without the columns a pull adds; growing ones may have some that are gone."""
    found = {name: [row[:-3] for row in table] for name, table in everything(settings).items() if name != "portal"}
    assert [name for name, table in found.items() if len(table) != len(set(table))] == []
    return {name: set(table) for name, table in found.items()}


@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_changes_and_faults_gives_the_rows_of_one_full_pull(tmp_path, seed):
    life = Life(seed)
    with DemoPortal(life.company, secret=SECRET) as served:
        incremental, fresh = (settings_for(served, tmp_path / name) for name in ("incremental", "fresh"))
        for _ in range(5):
            served.faults, served.counters = life.trouble(), Counters(lambda: 0.0)
            try:
                pulled(incremental)
            except (EntityFailed, PortalError):
                assert served.faults != Faults()
            life.go_on()
            wait(life.company, minutes=9 if life.late else life.draw.choice((1, 9, 400)))
        served.faults = Faults()
        pulled(incremental)
        for row in life.late:
            life.company.table("deals").put(row)
        wait(life.company, hours=21)
        pulled(incremental, accept_deletions=True)
        pulled(fresh)
        seen, expected = current_rows(incremental), current_rows(fresh)
        assert {name: seen[name] >= expected[name] for name in GROWING} == dict.fromkeys(GROWING, True)
        assert {n: v for n, v in seen.items() if n not in GROWING} == {
            n: v for n, v in expected.items() if n not in GROWING
        }
        counted = {name: state.rows for name, state in manifest_of(incremental).entities.items()}
        assert {name: counted[name] for name in TABLES} == {name: len(expected[name]) for name in TABLES}


# Forks a pull into each folder and has it killed at a random moment of the work that the first, left alone, took.
ZYGOTE = """
import os, random, resource, shutil, signal, sys
from types import SimpleNamespace
from tests.crm.pulling import pulled, settings_for
webhook, base, places = sys.argv[1], sys.argv[2], sys.argv[3:]
draw, work = random.Random(11), 0.0
os.fsync = lambda _: None  # as in tests/conftest.py
for place, folder in enumerate(places):
    shutil.copytree(base, folder)
    pid = os.fork()
    if not pid:
        if work:
            signal.setitimer(signal.ITIMER_PROF, 0.001 + draw.random() * work)  # its default is death without a word
        pulled(settings_for(SimpleNamespace(webhook=webhook), folder), full=place % 2 == 0)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = work or used.ru_utime + used.ru_stime
"""


def test_killed_at_fifty_random_moments_a_pull_leaves_the_old_state_or_the_new_one(tmp_path):
    life = Life(3)
    with DemoPortal(life.company, secret=SECRET) as served:
        settings = settings_for(served, tmp_path / "base")
        pulled(settings)
        old, rows_before = manifest_of(settings), current_rows(settings)
        change(life.company, "deals", 2, TITLE="новое имя")
        wait(life.company, hours=21)
        life.company.table("leads").delete(int(next(iter(life.company.table("leads")))["ID"]))
        places = [tmp_path / f"killed{place}" for place in range(51)]
        command = [sys.executable, "-c", ZYGOTE, served.webhook, tmp_path / "base", *places]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=True)
        codes = [int(line) for line in done.stdout.split()]
        assert codes[0] == 0
        assert codes.count(-signal.SIGPROF) > 25
        new = current_rows(settings_for(served, places[0]))
        by_record = {name: rows_before[name] for name in ("comments", "activity_bindings")}
        for place in places:
            settings = settings_for(served, place)
            manifest = manifest_of(settings)
            assert [path for name in manifest.entities for path in manifest.files(name) if not path.exists()] == []
            if replace(manifest, directory=old.directory) != old:
                assert current_rows(settings) in (new, {**new, **by_record})
        for place in places[1::10]:
            settings = settings_for(served, place)
            pulled(settings)
            assert current_rows(settings) == new
            names = [path.name for path in settings.snapshots_dir.rglob("*") if path.name != ".pull.lock"]
            assert [name for name in names if name.startswith(".") or name.endswith(("ndjson", "journal"))] == []
