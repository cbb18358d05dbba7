"""docs/extending.md is carried out: each walk-through is applied to a copy of the repository, and its claim is run.

A step of a walk-through is a sentence that ends in a colon and the fenced block below it:

- "A new file, `path`:" makes the file;
- "In `path`, below `line`:" puts the block under the one line that holds ``line``;
- "In `path`, `line` becomes:" puts the block in place of it;
- "Run this once:" and "Now this holds:" are run as programs in the copy.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "extending.md"
LEFT_BEHIND = (
    ".git",
    ".env*",
    ".venv*",
    "data",
    "node_modules",
    "images",
    ".*_cache",
    "__pycache__",
    "oracle",
    "browser",
)
STEP = re.compile(r"^(?P<step>[^\n]+):\n\n```\w*\n(?P<block>.*?)^```$", re.MULTILINE | re.DOTALL)
NEW_FILE = re.compile(r"A new file, `(?P<path>[^`]+)`$")
BELOW = re.compile(r"In `(?P<path>[^`]+)`, below `(?P<line>.+)`$")
BECOMES = re.compile(r"In `(?P<path>[^`]+)`, `(?P<line>.+)` becomes$")
# Streamlit's AppTest leaves a folder of its own to be cleaned up when the program ends.
WARNINGS = ("-W", "error", "-W", "ignore:Implicitly cleaning up")
ONCE, CLAIM = "Run this once", "Now this holds"


def _walks():
    """The sections of the document that hold steps, by their heading: (sentence, block) each."""
    _, *sections = re.split(r"^## ", DOCUMENT.read_text("utf-8"), flags=re.MULTILINE)
    found = {section.split("\n", 1)[0]: STEP.findall(section) for section in sections}
    return {heading: steps for heading, steps in found.items() if steps}


def _only_line(path, part):
    """The lines of a file and the place of the one that holds ``part``."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if part in line]
    assert len(places) == 1, f"{part!r} stands {len(places)} times in {path.name}"
    return lines, places[0]


def _carry_out(copy, sentence, block):
    if found := NEW_FILE.search(sentence):
        path = copy / found["path"]
        assert not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, "utf-8")
    elif found := BELOW.search(sentence):
        path = copy / found["path"]
        lines, place = _only_line(path, found["line"])
        path.write_text("".join([*lines[: place + 1], block, *lines[place + 1 :]]), "utf-8")
    elif found := BECOMES.search(sentence):
        path = copy / found["path"]
        lines, place = _only_line(path, found["line"])
        path.write_text("".join([*lines[:place], block, *lines[place + 1 :]]), "utf-8")
    else:
        assert sentence.endswith((ONCE, CLAIM)), f"no step: {sentence!r}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VITRINA_")}
        done = subprocess.run(
            [sys.executable, *WARNINGS, "-c", block],
            cwd=copy,
            env=environment | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_the_document_walks_through_all_it_promises():
    promised = ("filter", "entity", "view", "page", "language")
    walks = _walks()
    assert [word for word in promised if not any(word in heading for heading in walks)] == []
    assert all(steps[-1][0].endswith(CLAIM) for steps in walks.values())


@pytest.mark.parametrize("heading", _walks())
def test_a_walk_through_does_what_it_says(heading, tmp_path):
    copy = tmp_path / "vitrina"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    for sentence, block in _walks()[heading]:
        _carry_out(copy, sentence, block)
