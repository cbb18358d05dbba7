"""What Python sends the table component: the payload its view model describes, and one script without imports."""

import json
import re

import pytest

from language import words
from ui.tree_table import FOLDER, MODULES, Tip, Tree, TreeCell, TreeColumn, TreeRow, payload, script
from ui.tree_table.listed import ListTable, packed_payload

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


def test_a_list_sends_what_a_table_does_and_its_rows_packed_in_place_of_rows():
    origin = "https://portal.example"
    listed = ListTable(
        "Лиды", [TreeColumn("Имя")], ["1", "2"], [["Иванов"], ["Иванов"]], [None, f"{origin}/2/"], 0, True, "x", origin
    )
    sent = packed_payload(listed, words("ru"))
    assert "Иванов".encode() in sent  # as it is, not six bytes a letter
    payload_of_list = json.loads(sent)
    packed = payload_of_list.pop("packed")
    assert {*payload_of_list, "rows"} == set(PAYLOAD)
    assert set(packed) == _described("Packed")
    assert (packed["texts"], packed["cells"]) == (["Иванов"], [[0, 0]])


@pytest.mark.parametrize("name", SENT)
def test_the_payload_is_described_where_it_is_read(name):
    assert _described(name) == set(SENT[name])


def test_the_modules_are_one_script_without_imports():
    code = script()
    assert not re.search(r"^\s*import\b", code, re.MULTILINE)
    assert len(re.findall(r"^export default ", code, re.MULTILINE)) == 1


def test_the_script_that_is_sent_with_each_table_has_no_comments_and_nothing_else_less():
    code = script()
    assert "/**" not in code
    assert not re.search(r"^\s*//", code, re.MULTILINE)
    lines = [line for name in MODULES for line in (FOLDER / name).read_text("utf-8").splitlines()]
    kept = [line for line in lines if re.match(r"\s*(export )?(default )?(function|const|let|return|for|if)\b", line)]
    assert [line for line in kept if line not in code] == []
