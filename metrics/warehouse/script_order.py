"""The order of SQL scripts: what a script makes is there before another names it."""

import re
from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path

COMMENT = re.compile(r"--.*")
MADE = re.compile(r"\bcreate\s+(?:or\s+replace\s+)?(?:temp\s+)?(?:table|view|macro)\s+(\w+)")
NAMED = re.compile(r"\b(?:from|join|into)\s+(\w+)|\b(\w+)\s*\(")  # a relation, or a macro that is called


def in_order(paths: Sequence[Path]) -> list[Path]:
    """The scripts, each after all that make a relation or a macro it names; by path where none needs the other.

    Raises:
        graphlib.CycleError: two scripts need each other.
    """
    texts = {path: COMMENT.sub("", path.read_text(encoding="utf-8")) for path in paths}
    maker = {name: path for path in paths for name in MADE.findall(texts[path])}
    needs = TopologicalSorter({path: sorted(_needed(text, maker) - {path}) for path, text in sorted(texts.items())})
    return list(needs.static_order())


def _needed(text: str, maker: dict[str, Path]) -> set[Path]:
    names = {relation or macro for relation, macro in NAMED.findall(text)}
    return {maker[name] for name in names & maker.keys()}
