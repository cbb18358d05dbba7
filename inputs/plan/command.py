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
from inputs.plan.people import read_names
from inputs.plan.store import PlanStore, plan_path
from language import Words, words

DONE = 0


def add_arguments(parser: argparse.ArgumentParser, say: Words) -> list[argparse.ArgumentParser]:
    """Add the subcommands of ``plan`` to its parser; gives their parsers."""
    commands = parser.add_subparsers(dest="plan_command", required=True)
    for name, about in (("import", "plan.command.about_import"), ("export", "plan.command.about_export")):
        commands.add_parser(name, help=say(about)).add_argument("file", metavar="FILE", type=Path)
    return list(commands.choices.values())


def command(settings: Settings, options: argparse.Namespace, *, shown: Settings) -> int:
    """Run ``plan import`` or ``plan export`` over the data of ``shown``; the exit code.

    ``shown`` are the settings `python -m metrics` builds under: ``settings`` themselves, or those of
    the demo company that stands in for a portal.

    Raises:
        PlanError, SnapshotsError: it cannot be done; the plan stands as it was.
    """
    say = words(settings.language or "ru")
    if options.plan_command == "export":
        return export_file(shown, options.file, say)
    if settings.plan_sheet_url:
        raise PlanError("plan.command.linked")
    return import_file(_companies(settings, shown), options.file, say)


def _companies(settings: Settings, shown: Settings) -> list[Settings]:
    """Whose plan is imported. Before anything is pulled, and without a webhook, nobody can tell: whichever company is
    pulled first, a portal's or the demo's, finds it."""
    is_open = shown.is_demo and not shown.snapshots_dir.exists()
    return [shown, settings] if is_open else [shown]


def import_file(companies: Sequence[Settings], path: Path, say: Words) -> int:
    """Import a file into the plan of ``companies``: the months it names are replaced, others stay; the exit code.

    What is wrong in single cells is printed to stderr, the rest is used.

    Raises:
        PlanError: the file cannot be read or names no month; nothing was stored.
    """
    reading = read_file(path)
    for problem in reading.problems:
        sys.stderr.write(problem.text(say.language) + "\n")
    if not reading.months:
        raise PlanError("plan.file.no_rows", name=str(path))
    months = ", ".join(say.month(month) for month in sorted(reading.months))
    for company in companies:
        store = PlanStore(plan_path(company))
        store.replace_months(reading.months, reading.rows, problems=reading.problems, names=read_names(company))
        _say(say("plan.command.imported", count=len(reading.rows), months=months, path=str(store.path)))
    return DONE


def export_file(settings: Settings, path: Path, say: Words) -> int:
    """Write the plan into a file; where there is none, this month's empty rows, to be filled in; the exit code.

    Raises:
        PlanError: the suffix is neither .csv nor .xlsx, or the file cannot be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise PlanError("plan.file.suffix", name=str(path))
    names, rows = read_names(settings), PlanStore(plan_path(settings)).rows()
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
