"""Pages over the small company, driven without a browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.shop import WEBHOOK

ROOT = Path(__file__).parents[2]
ENTRY = str(ROOT / "streamlit_app.py")
PATIENCE = 60
MANAGERS = "pages/reports/managers.py"

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests is in force."""
    for name in list(os.environ):
        if name.startswith("VITRINA_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def all_blocks_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page is drawn whole, as in a window of any height: nothing here tells what is near."""
    monkeypatch.setattr("ui.blocks.deferred.WINDOW_HEIGHT", 10**9)


@pytest.fixture
def open_page(shop_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a page by its address through the entry script: ``open_page("ru", employee=["7"])`` that of managers."""
    monkeypatch.setenv("VITRINA_DATA_DIR", str(shop_data))
    monkeypatch.setenv("VITRINA_WEBHOOK_URL", WEBHOOK)

    def open_at(locale: str = "ru", *, page: str = MANAGERS, **address: list[str]) -> AppTest:
        test = AppTest.from_file(ENTRY, default_timeout=PATIENCE)
        test.context["locale"] = {"ru": "ru-RU", "en": "en-US"}[locale]
        for name, values in address.items():
            test.query_params[name] = values
        return test.switch_page(page).run()

    return open_at


@pytest.fixture(scope="module")
def pages_read() -> dict[tuple[str, ...], AppTest]:
    """The pages `read_page` has opened."""
    return {}


@pytest.fixture
def read_page(open_page: Open, pages_read: dict[tuple[str, ...], AppTest]) -> Open:
    """Opens as `open_page` does, but once a module for one address: a page to be read, not to be clicked."""

    def read_at(locale: str = "ru", *, page: str = MANAGERS, **address: list[str]) -> AppTest:
        key = (os.environ["VITRINA_DATA_DIR"], locale, page, repr(sorted(address.items())))
        if key not in pages_read:
            pages_read[key] = open_page(locale, page=page, **address)
        return pages_read[key]

    return read_at
