"""``python -m crm check | pull | sweep | plan | demo``: the portal and the plan. Exit 0, else a sentence says why."""

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from crm import check
from crm.data_folder import exposed
from crm.pull import open_portal, pull, sweep_all
from crm.pull.progress import PullReport
from crm.settings import Settings, load_settings, stated_language
from crm.terminal import HelpFormatter, LiveLine, is_interrupt, last_line, table
from demo import serve
from inputs.plan import check as plan_check
from inputs.plan import command as plan
from language import ExplainedError, Words, words
from refresh.demo_settings import with_data

FAILED, INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    say = words(stated_language() or "ru")
    try:
        settings = load_settings()
        parser = command_parsers(say)[0]
        options = parser.parse_args(arguments)
        if options.command == "demo":
            return serve.command(options, say.language)
        if options.command == "check":
            return max(check.command(settings), plan_check.command(settings))
        if options.command == "plan":
            return plan.command(settings, options, shown=with_data(settings))
        if options.command == "sweep":
            return _follow(settings, say, sweep_all)
        work = partial(pull, full=options.full, accept_deletions=options.accept_deletions, renamed=options.renamed)
        return _follow(settings, say, work)
    except ExplainedError as error:
        print(error.text(say.language), file=sys.stderr)
    except (KeyboardInterrupt, RuntimeError) as error:
        if not is_interrupt(error):
            raise
        print(say("pull.interrupted"), file=sys.stderr)
        return INTERRUPTED
    return FAILED


def _follow(settings: Settings, say: Words, work: Callable[..., PullReport]) -> int:
    """Do some work at the portal, `pull` or `sweep_all`: its progress as a live line, its outcome as a table."""
    line = LiveLine(say, sys.stderr)
    for note in exposed(settings):
        line.notice(note)
    portal = open_portal(settings, line.notice)
    try:
        report = work(settings, portal=portal, progress=line.progress)
    finally:
        line.close()
    print(table(report, say))
    print(last_line(report, portal.host, say))
    return 0


def command_parsers(say: Words) -> list[argparse.ArgumentParser]:
    """The parser of the command line, and behind it those of its commands and of theirs, helped in one language."""
    parser = argparse.ArgumentParser(
        prog="python -m crm", description=say("command.about"), formatter_class=HelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help=say("command.about_check"))
    pulling = commands.add_parser("pull", help=say("command.about_pull"))
    pulling.add_argument("--full", action="store_true", help=say("command.about_full"))
    pulling.add_argument("--accept-deletions", action="store_true", help=say("command.about_accept_deletions"))
    pulling.add_argument("--renamed", action="store_true", help=say("command.about_renamed"))
    commands.add_parser("sweep", help=say("command.about_sweep"))
    of_plan = plan.add_arguments(commands.add_parser("plan", help=say("plan.command.about")), say)
    serve.add_arguments(commands.add_parser("demo", help=say("command.about_demo")), say)
    parsers = [*commands.choices.values(), *of_plan]
    for command in parsers:
        command.formatter_class = HelpFormatter
    return [parser, *parsers]


def _fault(_: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A fault of the program in one line: a traceback frightens, and its lines could bear the webhook."""
    frame = traceback.extract_tb(trace)[-1]
    where = f"{type(error).__name__}, {Path(frame.filename).name}:{frame.lineno}"
    print(words(stated_language() or "ru")("pull.unexpected", what=where), file=sys.stderr)


if __name__ == "__main__":
    sys.excepthook = _fault
    sys.exit(main())
