"""The figures at a command line: ``python -m metrics build | list | show VIEW … | refresh | docs``.

Exit codes: 0 done, 1 it cannot be done now (the sentence says what to do first), 2 it was asked for wrongly.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from crm.__main__ import command_parsers as crm_parsers
from crm.settings import Settings, SettingsError, load_settings, stated_language
from crm.terminal import HelpFormatter, LiveLine, is_interrupt
from language import ExplainedError, Words
from language import words as words_in
from metrics import documents
from metrics.export.about import about_rows
from metrics.export.csv import csv_bytes
from metrics.export.text import json_text, plain_table
from metrics.export.xlsx import xlsx_bytes
from metrics.query import catalog
from metrics.query.filters import Filters
from metrics.query.options import add_options, filters_of
from metrics.query.query import Table, UnknownView, rows
from metrics.query.values import FilterError
from metrics.warehouse import publish
from metrics.warehouse.connection import Warehouse
from metrics.warehouse.plan_in_force import plan_failure
from metrics.warehouse.publish import build_with_report, open_current
from refresh import refresh
from refresh.child_environment import settings_of_child
from refresh.demo_portal import demo_portal
from refresh.demo_settings import with_data
from refresh.processes import give_way

DONE, NOT_NOW, WRONG, INTERRUPTED = 0, 1, 2, 130

FORMATS = ("table", "csv", "json", "xlsx")


class UsageError(ExplainedError):
    """The command was asked for something it cannot do as it was asked."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask; the exit code says how it went."""
    options = command_parsers()[0].parse_args(arguments)
    language = stated_language() or "ru"
    try:
        settings = settings_in_force()
        command: Callable[[argparse.Namespace, Settings, Words], int] = options.command
        return command(options, settings, words_in(language))
    except ExplainedError as error:
        print(error.text(language), file=sys.stderr)
        return WRONG if isinstance(error, FilterError | UnknownView | SettingsError | UsageError) else NOT_NOW
    except (KeyboardInterrupt, RuntimeError) as error:
        if not is_interrupt(error):
            raise
        return INTERRUPTED
    except BrokenPipeError:  # nobody reads on; Python's own farewell flush would complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def settings_in_force() -> Settings:
    """The settings; without a webhook and without rows of a portal, those of the demo company."""
    if given := settings_of_child():
        return given
    return with_data(load_settings())


def command_parsers() -> list[argparse.ArgumentParser]:
    """The parser of the command line, and behind it those of its commands."""
    parser = argparse.ArgumentParser(
        prog="python -m metrics", description="Figures out of what was pulled.", formatter_class=HelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("build", help="build the figures from what was pulled").set_defaults(command=_build)
    commands.add_parser("list", help="print the views, one a line").set_defaults(command=_list)
    show = commands.add_parser("show", help="print the rows of a view under filters")
    show.add_argument("view", metavar="VIEW")
    add_options(show)
    show.add_argument("--format", choices=FORMATS, default="table")
    show.add_argument("-o", "--output", type=Path, metavar="FILE")
    show.set_defaults(command=_show)
    again = commands.add_parser("refresh", help="pull the portal and build the figures")
    again.add_argument("--every", type=int, metavar="MINUTES", help="go on, with so many minutes between two")
    again.add_argument("--renamed", action="store_true", help="it is the same portal under a new name")
    again.set_defaults(command=_refresh)
    docs = commands.add_parser("docs", help="write docs/metrics.md, settings.md and commands.md from the program")
    docs.add_argument("--check", action="store_true", help="only say whether they are up to date")
    docs.set_defaults(command=_docs)
    for command in commands.choices.values():
        command.formatter_class = HelpFormatter
    return [parser, *commands.choices.values()]


def _build(_: argparse.Namespace, settings: Settings, words: Words) -> int:
    started = time.monotonic()
    path, report = build_with_report(settings)
    width = max(len(name) for name in report.rows)
    for name, count in report.rows.items():
        print(f"{name:<{width}}  {words.number(count):>12}")
    if report.failed_casts:
        print(words("metrics.command.failed_casts"))
    for (entity, column), count in report.failed_casts.items():
        print(f"  {entity}.{column}  {words.number(count)}")
    if failure := plan_failure(settings, open_current(settings.warehouse_dir)):
        print(failure.text(words.language), file=sys.stderr)
    print(words("metrics.command.views", count=report.views))
    print(words("metrics.command.built", seconds=words.number(time.monotonic() - started, 1), name=path.name))
    return DONE


def _list(_: argparse.Namespace, __: Settings, ___: Words) -> int:
    print("\n".join(view.name for view in catalog.views()))
    return DONE


def _show(options: argparse.Namespace, settings: Settings, words: Words) -> int:
    warehouse = open_current(settings.warehouse_dir)
    filters = filters_of(options, warehouse)
    if options.format == "xlsx" and options.output is None and sys.stdout.isatty():
        raise UsageError("metrics.command.to_terminal", view=options.view)
    table = in_order(rows(warehouse, options.view, filters))
    data = _to_bytes(options.format, table, words, warehouse, filters)
    try:
        if options.output is None:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            options.output.write_bytes(data)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError("metrics.command.no_file", name=str(options.output), reason=reason) from None
    return DONE


def _refresh(options: argparse.Namespace, settings: Settings, words: Words) -> int:
    if options.every is not None and options.every < 1:
        raise UsageError("metrics.command.bad_minutes", value=options.every)
    refresh.end_on_sigterm()
    if refresh.is_child():
        give_way()
    with demo_portal(settings) as reachable:
        if options.every is None:
            return NOT_NOW if _refresh_once(reachable, words, renamed=options.renamed) is None else DONE
        once = partial(_refresh_once, reachable, words, renamed=options.renamed)
        refresh.refresh_for_ever(once, options.every, wanted=refresh.parent_is_there)
    return DONE


def _refresh_once(settings: Settings, words: Words, *, renamed: bool) -> float | None:
    """Refresh once and print how it went; gives the seconds the portal worked, None for a failure.

    ``renamed``: see `refresh.portal_pull`.
    """
    started = time.monotonic()
    line = LiveLine(words, sys.stderr)
    try:
        open_pull = partial(refresh.portal_pull, renamed=renamed)
        build = partial(publish.build, threads=1) if refresh.is_child() else publish.build
        portal_seconds = refresh.refresh(
            settings, open_pull=open_pull, build=build, listener=line.progress, on_notice=line.notice
        )
    except ExplainedError as error:
        line.close()
        print(error.text(words.language), file=sys.stderr)
        return None
    line.close()
    print(words("metrics.refresh.done", seconds=words.number(time.monotonic() - started, 1)))
    return portal_seconds


def _docs(options: argparse.Namespace, _: Settings, words: Words) -> int:
    parsers = [*crm_parsers(words_in("en")), *command_parsers()]
    if not options.check:
        documents.write(parsers)
        return DONE
    names = documents.stale(parsers)
    if names:
        print(words("metrics.command.docs_stale", names=", ".join(names)), file=sys.stderr)
    return NOT_NOW if names else DONE


def in_order(table: Table) -> Table:
    """The rows by the view's key, null first: views promise no order, and what is printed is compared."""
    view = catalog.load().get(table.view)
    places = [table.columns.index(name) for name in view.key] if view else []
    table.rows.sort(key=lambda row: [(row[place] is not None, row[place]) for place in places])
    return table


def _to_bytes(form: str, table: Table, words: Words, warehouse: Warehouse, filters: Filters) -> bytes:
    """The table as a file of the format, one of `FORMATS`."""
    match form:
        case "csv":
            return csv_bytes(table, words)
        case "json":
            return json_text(table).encode()
        case "xlsx":
            return xlsx_bytes(table, words, about_rows(warehouse, table.view, filters, words))
        case _:
            return plain_table(table).encode()


if __name__ == "__main__":
    sys.exit(main())
