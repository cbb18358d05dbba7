"""What Python sends the table component: the payload its view model describes, and one script without imports."""

import re

import pytest

from language import words
from ui.tree_table import FOLDER, Tip, Tree, TreeCell, TreeColumn, TreeRow, payload, script

CELL = TreeCell("Иванов", 1.0, 0.5, "good", "Отдел", "https://portal.example/1/", True, 0.5, "план")
ROW = TreeRow("1", [CELL], parent="0", pick="1", tip=Tip(["", "План"], [["май", "5"]], [0], "ещё"))
TREE = Tree("Сделки", [TreeColumn("Сотрудник")], [ROW], total=[CELL])
PAYLOAD = payload(TREE, words("ru"), clickable=True)

SENT = {
    "Payload": PAYLOAD,
    "Column": PAYLOAD["columns"][0],
    "Row": PAYLOAD["rows"][0],
    "Cell": PAYLOAD["total"][0],
    "Tooltip": PAYLOAD["rows"][0]["tip"],
    "Labels": PAYLOAD["words"],
}


def _described(name):
    """The properties of a JSDoc typedef."""
    code = (FOLDER / "view_model.js").read_text("utf-8")
    typedef = re.search(rf"@typedef {{Object}} {name}\n(.*?)\*/", code, re.DOTALL)
    return set(re.findall(r"@property {.+?} \[?(\w+)", typedef[1]))


@pytest.mark.parametrize("name", SENT)
def test_the_payload_is_described_where_it_is_read(name):
    assert _described(name) == set(SENT[name])


def test_the_modules_are_one_script_without_imports():
    code = script()
    assert not re.search(r"^\s*import\b", code, re.MULTILINE)
    assert len(re.findall(r"^export default ", code, re.MULTILINE)) == 1
