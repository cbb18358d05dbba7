"""Documents printed from the program: every view, every setting, every command. ``make lint`` compares them."""

from collections.abc import Callable, Mapping
from pathlib import Path

from metrics.documents import commands, settings, views
from metrics.documents.commands import Parsers

FOLDER = Path(__file__).resolve().parents[2] / "docs"


def documents(parsers: Parsers) -> Mapping[Path, Callable[[], str]]:
    """The file of each document, and what makes its text; ``parsers`` are the command lines to describe."""
    return {
        FOLDER / "metrics.md": views.text,
        FOLDER / "settings.md": settings.text,
        FOLDER / "commands.md": lambda: commands.text(parsers),
    }


def write(parsers: Parsers) -> None:
    """Write every document anew."""
    for path, text in documents(parsers).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text(), encoding="utf-8")


def stale(parsers: Parsers) -> list[str]:
    """Names of the documents that are missing or differ from what the program would print now."""
    return [
        path.name
        for path, text in documents(parsers).items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text()
    ]
