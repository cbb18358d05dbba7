"""The plan's step of a refresh: a linked sheet is read; the demo company is given a plan where it has none."""

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

from crm.settings import Settings
from crm.snapshots.store import Snapshots
from demo.plan import write_plan
from inputs.plan.files import read_file
from inputs.plan.people import read_names
from inputs.plan.store import PlanStore, plan_path
from inputs.plan.sync import sync
from language import ExplainedError, Message
from metrics.warehouse.plan_in_force import plan_failure
from metrics.warehouse.publish import current_or_none


def refresh_plan(settings: Settings, on_notice: Callable[[Message], None]) -> None:
    """Bring the plan up to date. A failure is a notice, and the plan's store notes it: what was read last stands.

    So is a plan that lies here and cannot be read.
    """
    try:
        if settings.plan_sheet_url:
            names = read_names(settings)
            report = sync(settings, names.employees, names.funnels, language=settings.language or "ru")
            if report and report.damage:
                on_notice(report.damage)
        elif settings.is_demo:
            import_demo_plan(settings)
    except ExplainedError as error:
        on_notice(error.message)
    if failure := plan_failure(settings, current_or_none(settings.warehouse_dir)):
        on_notice(failure)


def import_demo_plan(settings: Settings) -> None:
    """Import the demo company's plan, to the end of next year, once its people were pulled and where there is none yet.

    Raises:
        PlanError, SnapshotsError: it cannot be stored, or what was pulled cannot be read.
    """
    store, manifest = PlanStore(plan_path(settings)), Snapshots(settings.snapshots_dir).manifest()
    if manifest is None or store.digest():
        return
    names, year = read_names(settings), dt.datetime.fromisoformat(manifest.as_of).year
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.csv"
        if write_plan(path, year + 1, {person.id: person.name for person in names.employees}):
            store.replace(read_file(path).rows, names=names)
