"""docs/commands.md: what ``--help`` of every command prints."""

import argparse
import os
from collections.abc import Iterator, Sequence

Parsers = Sequence[argparse.ArgumentParser]

HEAD = (
    "# Commands\n\n"
    "Written by `make docs` from the command lines themselves. In the repository's folder each begins with\n"
    "`.venv/bin/`; without a webhook they speak of the demo company.\n"
)
WIDTH = "100"  # columns a help text is wrapped at, whoever's terminal prints it


def text(parsers: Parsers) -> str:
    """The whole document: a section for each parser, in the order given, with its ``--help``."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = WIDTH  # argparse asks the environment for the width
    try:
        return "\n".join([HEAD, *(line for parser in parsers for line in _section(parser))])
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def _section(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"## {parser.prog}\n"
    yield "```"
    yield parser.format_help().rstrip()
    yield "```\n"
