"""The rules of the house that a machine can see: pages hold no figures, no room is overfull.

Which room may import which is in pyproject.toml, for import-linter.
"""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("language", "crm", "demo", "inputs", "metrics", "refresh", "workbooks", "ui", "pages")
FILES = [*sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "streamlit_app.py"]
# The demo company is a Russian one: its people and cargoes are data, not texts of the product.
SPEAKING = [path for path in FILES if not path.is_relative_to(ROOT / "demo")]
NO_LINES = 300
NO_FUNCTION_LINES = 60


def _name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_module_is_short_enough_to_be_read(path):
    assert len(path.read_text("utf-8").splitlines()) <= NO_LINES


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_function_is_short_enough_to_be_read(path):
    tree = ast.parse(path.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= NO_FUNCTION_LINES]
    assert long == []


@pytest.mark.parametrize("path", SPEAKING, ids=_name)
def test_russian_is_spoken_by_the_catalogue_and_not_by_code(path):
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    }
    spoken = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings
    ]
    assert [text for text in spoken if re.search("[А-Яа-яЁё]", text)] == []


@pytest.mark.parametrize("path", [path for path in FILES if "pages" in path.parts], ids=_name)
def test_a_page_holds_no_arithmetic_and_no_sql(path):
    tree = ast.parse(path.read_text("utf-8"))
    sums = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div)
    ]
    assert sums == []
    assert not re.search(r"\bselect\b.*\bfrom\b", path.read_text("utf-8"), re.IGNORECASE | re.DOTALL)


def test_no_excuse_is_written_for_a_checker():
    excuses = ("type: " + "ignore", "no" + "qa", "pytest." + "skip", "mark." + "skip", "x" + "fail")
    excused = [
        _name(path)
        for folder in (*ROOMS, "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if any(excuse in path.read_text("utf-8") for excuse in excuses)
    ]
    assert excused == []


def test_everything_required_is_pinned():
    lines = [line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()]
    assert all(re.fullmatch(r"[\w-]+==[\w.]+", line) for line in lines if line)


def test_the_public_host_tries_the_oldest_and_the_newest_python_that_is_allowed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest, beyond = map(int, re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"]).groups())
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    assert f'python: ["3.{oldest}", "3.{beyond - 1}"]' in workflow
