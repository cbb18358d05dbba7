"""Every page stands and reads whatever a portal holds: nothing, one of all, hundreds, and names typed by an enemy."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from language import words
from tests.ui.conftest import ENTRY, MANAGERS, PATIENCE
from tests.ui.page_texts import all_texts, texts
from tests.ui.portals import Portal, build_portal
from tests.ui.shop import WEBHOOK
from ui.shell.navigation import SECTIONS

PAGES = [entry.file for entries in SECTIONS.values() for entry in entries]
REPORTS = [file for file in PAGES if file.startswith("pages/reports/")]
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) =1+1 $x$ :material/home: :red[y] `code` {format} **b**"
ENTRANCES = ("<script", "](javascript", "$x$", ":material/home", ":red[", "`code`", "**b**")
PORTALS = {
    "nobody ever worked here": None,
    "one employee": Portal(people=1, stages=3),
    "200 employees and 60 stages": Portal(people=200, stages=60),
    "names typed by an enemy": Portal(name=lambda kind, number: f"{HOSTILE} {kind} {number}"),
    "formulas of 80 characters without a space": Portal(name=lambda kind, number: f"=1+{number}{kind}".ljust(80, "W")),
    "half have no name, half the same": Portal(people=6, name=lambda kind, number: " " if number % 2 else kind),
    "no leads": Portal(has_leads=False),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The data folder of each portal, built once."""
    built = {}

    def folder_of(portal):
        if portal not in built:
            built[portal] = build_portal(tmp_path_factory.mktemp("portal"), PORTALS[portal])
        return built[portal]

    return folder_of


@pytest.fixture
def walk(folders, monkeypatch):
    """Opens pages of a portal, every one unless told which, one after the other: pairs of the file and the page."""

    def pages(portal, files=PAGES, **address):
        monkeypatch.setenv("VITRINA_DATA_DIR", str(folders(portal)))
        monkeypatch.setenv("VITRINA_WEBHOOK_URL", WEBHOOK)
        test = AppTest.from_file(ENTRY, default_timeout=PATIENCE * 3)
        test.context["locale"] = "ru-RU"
        for name, values in address.items():
            test.query_params[name] = values
        for file in files:
            yield file, test.switch_page(file).run()

    return pages


def broken(test):
    """What failed on a page: exceptions, and blocks that gave up."""
    failed = {words("ru")("ui.block_failed"), words("ru")("ui.page_failed")}
    errors = [error.value for kind in (test.warning, test.error) for error in kind if error.value in failed]
    return [*(error.message for error in test.exception), *errors]


@pytest.mark.parametrize("portal", PORTALS)
def test_every_page_stands(walk, portal):
    for file, test in walk(portal, period=["this_month"], show=["plan_editor:open"]):
        assert broken(test) == [], file
        assert len(texts(test)) > 1, file


@pytest.mark.parametrize("address", [{"employee": ["404"]}, {"from": ["2019-01-01"], "to": ["2019-01-02"]}])
def test_every_page_stands_where_nothing_is_left(walk, address):
    for file, test in walk("one employee", **address):
        assert broken(test) == [], file


def test_a_report_without_rows_says_so(walk):
    reason = words("ru")("ui.empty.period", period="|").split("|")[1].strip(" .")
    for file, test in walk("nobody ever worked here", REPORTS):
        assert any(reason in text.replace("\\", "") for text in texts(test)), file


def test_what_an_enemy_typed_is_shown_as_text(walk):
    employee = {"employee": ["1", "2"], "source": ["W0"], "stage": ["deal:S0"], "department": ["2"]}
    for file, test in walk("names typed by an enemy", period=["this_month"], show=["plan_editor:open"], **employee):
        for text in marked_up(test):
            for entrance in ENTRANCES:
                assert not re.search(rf"(?<!\\){re.escape(entrance)}", text), (file, text)


def marked_up(test):
    """The texts of a page that Streamlit reads as Markdown."""
    kinds = ("markdown", "caption", "button", "metric", "warning", "error", "info", "success", "toast", "expander")
    for kind in kinds:
        for element in getattr(test, kind):
            yield from (str(getattr(element, part, "") or "") for part in ("value", "label", "body", "help"))


def test_names_without_end_are_told_whole(walk):
    long = "=1+1employee".ljust(80, "W")
    ((_, managers),) = walk("formulas of 80 characters without a space", [MANAGERS], period=["this_month"])
    assert long in all_texts(managers)
