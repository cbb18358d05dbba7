"""Whoever opens a page first after a build finds its answers asked already."""

import threading
from pathlib import Path
from typing import Any

import pytest

from metrics.query import query
from metrics.warehouse import publish
from tests.ui.conftest import Open
from ui.shell import default_answers
from ui.shell.navigation import SECTIONS

REPORTS = [entry.file for entry in SECTIONS["ui.section.reports"]]
LISTS = {"lead_list", "deal_list", "forgotten_leads", "forgotten_deals"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The views that are asked from here on and were not in the cache."""
    views: list[str] = []
    ask = query.ask

    def note(warehouse: query.Warehouse, view: str, *rest: Any, **options: Any) -> query.Table:
        views.append(view)
        return ask(warehouse, view, *rest, **options)

    query.clear_cache()
    monkeypatch.setattr(query, "ask", note)
    return views


@pytest.mark.parametrize("page", REPORTS)
def test_a_page_opened_without_an_address_asks_nothing_that_was_not_asked(
    open_page: Open, shop_data: Path, asked: list[str], page: str
) -> None:
    default_answers.ask_defaults(publish.open_current(shop_data / "warehouse"))
    before = list(asked)
    open_page(page=page)
    assert set(asked[len(before) :]) <= LISTS
    assert not LISTS & set(before)
    assert len(before) == len(set(before))


def test_each_build_is_asked_once_and_a_folder_without_one_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shop_data: Path
) -> None:
    builds: list[str] = []
    stop = threading.Event()
    folder = tmp_path / "warehouse"
    looks = iter([None, None, shop_data / "warehouse", shop_data / "warehouse"])

    def next_look(_: float) -> bool:
        found = next(looks, None)
        if found is None and builds:
            stop.set()
        elif found is not None and not folder.exists():
            folder.symlink_to(found)
        return stop.is_set()

    monkeypatch.setattr(stop, "wait", next_look)
    monkeypatch.setattr(default_answers, "ask_defaults", lambda warehouse, **_: builds.append(warehouse.build_id))
    default_answers.keep_asked(folder, stop)
    assert builds == [publish.open_current(shop_data / "warehouse").build_id]
