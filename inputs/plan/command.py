"""``python -m crm plan import FILE | export FILE``: the plan from a file and into one. Exit 0: rows were taken."""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from crm.settings import Settings
from inputs.plan.editing import month_lines
from inputs.plan.errors import PlanError
from inputs.plan.export import csv_bytes, xlsx_bytes
from inputs.plan.files import SUFFIXES, read_file
from inputs.plan.people import named
from inputs.plan.store import PlanStore, plan_path
from language import Words, words

DONE = 0


def add_arguments(parser: argparse.ArgumentParser, say: Words) -> list[argparse.ArgumentParser]:
    """What ``plan`` may be asked for: the parsers of its commands."""
    commands = parser.add_subparsers(dest="plan_command", required=True)
    for name, told in (("import", "plan.command.about_import"), ("export", "plan.command.about_export")):
        commands.add_parser(name, help=say(told)).add_argument("file", metavar="FILE", type=Path)
    return list(commands.choices.values())


def command(settings: Settings, asked: argparse.Namespace, *, shown: Settings) -> int:
    """Do what is asked over the data of ``shown``, the settings `python -m metrics` builds under; the exit code.

    They are ``settings`` themselves, or those of the demo company that stands in for a portal.

    Raises:
        PlanError, SnapshotsError: it cannot be done; the plan stands as it was.
    """
    say = words(settings.language or "ru")
    if asked.plan_command == "export":
        return export_file(shown, asked.file, say)
    if settings.plan_sheet_url:
        raise PlanError("plan.command.linked")
    return import_file(_companies(settings, shown), asked.file, say)


def _companies(settings: Settings, shown: Settings) -> list[Settings]:
    """Whose plan is imported. Before anything is pulled, and without a webhook, nobody can tell: whichever company is
    pulled first, a portal's or the demo's, finds it."""
    is_open = shown.is_demo and not shown.snapshots_dir.exists()
    return [shown, settings] if is_open else [shown]


def import_file(companies: Sequence[Settings], path: Path, say: Words) -> int:
    """Take the plan of the months a file names; what is wrong in single cells is told, the rest is used."""
    reading = read_file(path)
    for problem in reading.problems:
        sys.stderr.write(problem.text(say.language) + "\n")
    if not reading.months:
        raise PlanError("plan.file.no_rows", name=str(path))
    months = ", ".join(say.month(month) for month in sorted(reading.months))
    for company in companies:
        store = PlanStore(plan_path(company))
        store.replace_months(reading.months, reading.rows, problems=reading.problems, names=named(company))
        _say(say("plan.command.imported", count=len(reading.rows), months=months, path=str(store.path)))
    return DONE


def export_file(settings: Settings, path: Path, say: Words) -> int:
    """Write the plan; where there is none, this month's empty rows, to be filled in."""
    if path.suffix.lower() not in SUFFIXES:
        raise PlanError("plan.file.suffix", name=str(path))
    names, rows = named(settings), PlanStore(plan_path(settings)).rows()
    is_template = not rows
    if is_template:
        today = dt.datetime.now(ZoneInfo(settings.timezone)).date()
        rows = tuple(line.row for line in month_lines((), names, today.replace(day=1)))
    data = csv_bytes(rows, names) if path.suffix.lower() == ".csv" else xlsx_bytes(rows, names)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise PlanError("plan.file.unwritable", name=str(path), reason=error.strerror or type(error).__name__) from None
    if is_template:
        _say(say("plan.command.template", name=str(path)))
    else:
        _say(say("plan.command.exported", count=len(rows), name=str(path)))
    return DONE


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
