"""Whoever is picked in a table is one click away from the lists behind the figures."""

from tests.ui.page_texts import lists
from ui.blocks.links import LISTS
from ui.shell.navigation import SECTIONS

LISTED = {entry.file for entries in SECTIONS.values() for entry in entries}


def links(test):
    return [link.proto.page_script_hash for link in test.get("page_link")]


def test_links_to_the_lists_stand_there_once_somebody_is_picked(open_page):
    test = open_page("ru", period=["months_12"])
    assert links(test) == []
    test.multiselect(key="filter.employees").set_value([7]).run()
    assert not test.exception
    assert len(set(links(test))) == len([way for way in LISTS if way.page in LISTED]) > 0


def test_the_list_that_is_led_to_holds_what_was_picked_alone(open_page):
    test = open_page("ru", employee=["7"], period=["months_12"])
    test.switch_page("pages/reports/marketing.py").run()
    assert not test.exception
    assert test.multiselect(key="filter.employees").value == [7]
    names = {name for shown in lists(test) for name in shown.column("lead_list", "employee")}
    assert len(names) <= 1
