"""docs/architecture.md and CONTRIBUTING.md name what there is: every file and every name in them is opened."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
DOCUMENTS = (ARCHITECTURE, ROOT / "docs" / "extending.md", ROOT / "CONTRIBUTING.md")
FILE = re.compile(r"`([\w./-]+/(?:[\w.-]+)?|[\w./-]+\.(?:py|sql|toml|md|js))`")
LINK = re.compile(r"\]\(([^)#:]+)\)")
QUESTION = re.compile(r"^\| (?P<question>.+?) \| `(?P<file>[^`]+)` \| `(?P<name>\w+)` \|$", re.MULTILINE)
# Made by a running installation, or by a walk-through.
MADE_LATER = (
    "data/",
    "metrics/sql/staging/contacts.sql",
    "metrics/sql/reports/sales/companies.sql",
    "pages/reports/stages.py",
)


def _files(document):
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    linked = {(document.parent / path).resolve().relative_to(ROOT).as_posix() for path in LINK.findall(text)}
    return sorted(set(FILE.findall(text)) | linked)


NAMED = [(document.name, file) for document in DOCUMENTS for file in _files(document)]
QUESTIONS = [found.groupdict() for found in QUESTION.finditer(ARCHITECTURE.read_text("utf-8"))]


@pytest.mark.parametrize(("document", "file"), NAMED, ids=[f"{document}: {file}" for document, file in NAMED])
def test_a_document_names_only_files_there_are(document, file):
    if not file.startswith(MADE_LATER):
        assert (ROOT / file).exists(), f"{document} names {file}"


def _defined(file):
    """Names that a file defines: of Python its functions, classes and constants, of SQL what it creates or packs."""
    text = (ROOT / file).read_text("utf-8")
    if file.endswith(".py"):
        nodes = list(ast.walk(ast.parse(text)))
        named = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        return named | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if file.endswith(".sql"):
        return set(re.findall(r"(?:macro|table|view) (\w+)", text)) | set(re.findall(r"(\w+) :=", text))
    return set(re.findall(r"^\[[\w.]*?(\w+)\]$", text, re.MULTILINE))


@pytest.mark.parametrize("asked", QUESTIONS, ids=[asked["question"] for asked in QUESTIONS])
def test_an_answer_leads_to_where_its_name_is_defined(asked):
    assert asked["name"] in _defined(asked["file"])


def test_the_test_that_is_shown_as_an_example_is_there():
    [(file, name)] = re.findall(r"(\S+\.py)::(\w+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert name in _defined(file)


def test_ten_questions_are_answered():
    assert len(QUESTIONS) == 10
