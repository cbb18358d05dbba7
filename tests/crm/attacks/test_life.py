"""Whatever a company and its portal go through, after a quiet day the rows are those of one full pull, field by field.

A life is a run of steps that hypothesis draws: edits, deletions, merges, records that are re-linked without a trace,
hidden and shown again, clocks that jump, faults, kills; between them pulls, sweeps and whole days.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, configuration, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crm.portal.client import PortalError
from crm.pull import EntityFailed, sweep_all
from crm.snapshots.store import Snapshots
from demo import DemoPortal, Faults
from demo.faults import Counters
from metrics.query import catalog, query
from metrics.query.filters import Filters
from metrics.warehouse.publish import build, open_current
from tests.crm.companies import change, wait
from tests.crm.pull.test_convergence import GROWING, TABLES, Life, current_rows
from tests.crm.pulling import SECRET, client, manifest_of, pulled, settings_for

configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "vitrina-hypothesis")  # else a folder here
LIVES = 1 if int(os.environ.get("VITRINA_ATTACKS", "0")) < 400 else 10
STEPS = 300
BETWEEN_PULLS = 7  # steps, at the least
NEXT = st.integers(0, 2**32 - 1)  # what a step does is drawn from it


class Killed(BaseException):
    """A process that ends here."""


def _is_time_to_pull(life):
    return life.steps_since_pull >= BETWEEN_PULLS


class PortalLife(RuleBasedStateMachine):
    """A company, the portal that serves it, and the snapshots that follow it."""

    @initialize(seed=NEXT)
    def begin(self, seed):
        """A company of some hundred records, pulled once."""
        self.life = Life(seed)
        self.folder = Path(tempfile.mkdtemp())
        self.portal = DemoPortal(self.life.company, secret=SECRET).start()
        self.hidden = {table: set() for table in TABLES}
        self.settings = settings_for(self.portal, self.folder / "incremental")
        pulled(self.settings)

    steps_since_pull = 0

    @invariant()
    def count_step(self):
        """Most steps are life's: a pull is dear."""
        self.steps_since_pull += 1

    def teardown(self):
        """The quiet day, and the comparison."""
        if not hasattr(self, "portal"):
            return
        try:
            self._compare()
        finally:
            self.portal.stop()
            shutil.rmtree(self.folder)

    @rule(seed=NEXT)
    def live(self, seed):
        """Some records are made, edited, moved, commented, deleted."""
        self.life.draw.seed(seed)
        self.life.go_on()

    @rule(seed=NEXT)
    def relink(self, seed):
        """A company is merged into another: its deals and leads change without their moment of change."""
        self.life.draw.seed(seed)
        company = str(self.life.draw.randint(1, 9))
        for table in ("deals", "leads"):
            rows = list(self.life.company.table(table))
            for row in self.life.draw.sample(rows, min(3, len(rows))):
                self.life.company.table(table).put({**row, "COMPANY_ID": company})

    @rule(seed=NEXT)
    def import_rows(self, seed):
        """An administrator's import writes anything, and leaves no trace of when."""
        self.life.draw.seed(seed)
        table = self.life.draw.choice(TABLES)
        rows = list(self.life.company.table(table))
        for row in self.life.draw.sample(rows, min(4, len(rows))):
            field = "RESPONSIBLE_ID" if table == "activities" else "TITLE"
            self.life.company.table(table).put({**row, field: str(self.life.draw.randint(1, 99))})

    @rule(seed=NEXT)
    def hide_and_show(self, seed):
        """A record is hidden from the webhook's owner, another is shown again."""
        self.life.draw.seed(seed)
        table = self.life.draw.choice(TABLES)
        rows = list(self.life.company.table(table))
        if rows:
            self.hidden[table] = {int(self.life.draw.choice(rows)["ID"])}

    @rule(minutes=st.sampled_from([1, 9, 40, 400]))
    def time_passes(self, minutes):
        """Some of the portal's time."""
        wait(self.life.company, minutes=minutes)

    @rule(hours=st.sampled_from([-30, -2, 3]))
    def clock_jumps(self, hours):
        """Somebody puts the portal's clock otherwise, and a record is stamped by it."""
        wait(self.life.company, hours=hours)
        rows = list(self.life.company.table("deals"))
        if rows:
            change(self.life.company, "deals", int(rows[0]["ID"]), TITLE=f"{hours}")

    @precondition(_is_time_to_pull)
    @rule(seed=NEXT)
    def pull_in_trouble(self, seed):
        """A pull of a portal that breaks off, drops, shortens or lies."""
        self.life.draw.seed(seed)
        self._serve(self.life.trouble())
        self._try(lambda: pulled(self.settings))
        self._serve(Faults())

    @precondition(_is_time_to_pull)
    @rule(accepts=st.booleans())
    def pull_in_peace(self, accepts):
        """A pull as there are many each day."""
        self._serve(Faults())
        self._try(lambda: pulled(self.settings, accept_deletions=accepts))

    @precondition(_is_time_to_pull)
    @rule(steps=st.integers(1, 60))
    def pull_that_is_killed(self, steps):
        """A pull whose process ends in the midst of it."""
        left = iter(range(steps))

        def kill(_):
            if next(left, None) is None:
                raise Killed

        with suppress(Killed):
            self._try(lambda: pulled(self.settings, progress=kill))

    @precondition(_is_time_to_pull)
    @rule()
    def sweep(self):
        """All fields at once."""
        self._serve(Faults())
        self._try(lambda: sweep_all(self.settings, portal=client(self.settings)))

    def _serve(self, faults):
        hidden = {table: set(ids) for table, ids in self.hidden.items() if ids}
        self.portal.faults = replace(faults, hidden=hidden)
        self.portal.counters = Counters(lambda: 0.0)

    def _try(self, work):
        """A pull may fail by name; whatever happens, what is published is whole."""
        self.steps_since_pull = 0
        try:
            work()
        except (EntityFailed, PortalError):
            pass
        finally:
            assert Snapshots(self.settings.snapshots_dir).verified().dropped == {}

    def _compare(self):
        self.hidden = {table: set() for table in TABLES}
        self._serve(Faults())
        self._come_to_rest()
        fresh = settings_for(self.portal, self.folder / "fresh")
        pulled(fresh)
        seen, expected = current_rows(self.settings), current_rows(fresh)
        for name, rows in expected.items():
            if name in GROWING:
                assert rows <= seen[name], name
            else:
                assert rows == seen[name], name
        counted = {name: state.rows for name, state in manifest_of(self.settings).entities.items()}
        assert {name: counted[name] for name in TABLES} == {name: len(expected[name]) for name in TABLES}
        if all(expected[name] == seen[name] for name in GROWING):
            assert _figures(self.settings) == _figures(fresh)

    def _come_to_rest(self):
        """A day in which nothing happens but pulls, the first of which may find much gone."""
        for row in self.life.late:
            self.life.company.table("deals").put(row)
        self.life.late.clear()
        wait(self.life.company, hours=40)  # past whatever a wrong clock has stamped
        pulled(self.settings, accept_deletions=True)
        for hours in (21, 1):  # what the sweep finds, the next pull asks for comments of
            wait(self.life.company, hours=hours)
            pulled(self.settings)


def _figures(settings):
    """The rows of every view over a year."""
    build(settings)
    warehouse = open_current(settings.warehouse_dir)
    year = Filters(period_from=warehouse.as_of_day.replace(month=1, day=1), period_to=warehouse.as_of_day)
    return {
        view.name: sorted(map(repr, query.rows(warehouse, view.name, year).rows))
        for view in catalog.views()
        if view.name != "entity_state"
    }


TestLife = PortalLife.TestCase
TestLife.settings = settings(
    max_examples=LIVES,
    stateful_step_count=STEPS,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    database=None,
)
