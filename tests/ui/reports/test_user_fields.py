"""Fields that people made stand in the list of deals under the portal's own labels, and "Данные" tells what changed."""

import datetime as dt

import pytest

from crm.settings import load_settings
from language import Message
from metrics.warehouse.publish import build
from tests.snapshot_rows import write_snapshots
from tests.ui.page_texts import lists, texts
from tests.ui.shop import HOSTILE, WEBHOOK, shop

FIELDS = {
    "UF_CRM_CARGO": ("enumeration", HOSTILE),
    "UF_CRM_LOADED": ("date", "Погрузка"),
    "UF_CRM_TONS": ("double", "Вес"),
}
ITEMS = '[{"ID": "45", "VALUE": "Сборный"}]'
DRIFT = Message("drift.deal_fields.appeared", day=dt.date(2026, 11, 20), fields=f"{HOSTILE} (UF_CRM_CARGO)")


@pytest.fixture
def open_portal(open_page, monkeypatch, tmp_path):
    monkeypatch.setenv("VITRINA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VITRINA_DEAL_FIELDS", ",".join(FIELDS))
    rows = shop()
    own = {"UF_CRM_CARGO": "45", "UF_CRM_LOADED": "2026-11-02T03:00:00+03:00", "UF_CRM_TONS": "1.25"}
    rows["deals"] = [{**row, **own} for row in rows["deals"]]
    rows["deal_fields"] = [
        {"FIELD": name, "TYPE": kind, "IS_MULTIPLE": False, "LABEL": label, "ITEMS": ITEMS}
        for name, (kind, label) in FIELDS.items()
    ]
    settings = load_settings(webhook_url=WEBHOOK)
    write_snapshots(settings.snapshots_dir, rows, notes=[DRIFT])
    build(settings)
    return open_page


def test_the_list_of_deals_holds_them_and_the_page_of_data_says_what_changed(open_portal):
    test = open_portal("ru", page="pages/reports/sales.py")
    assert not test.exception
    [shown] = lists(test)
    own = shown.heads[-len(FIELDS) :]
    assert own == [HOSTILE, "Погрузка", "Вес"]
    texts_of = [set(column) for column in zip(*(row[-len(FIELDS) :] for row in shown.rows), strict=True)]
    assert texts_of == [{"Сборный"}, {"02.11.2026"}, {"1,25"}]  # a number as exact as the portal has it
    test.switch_page("pages/service/data.py").run()
    assert not test.exception
    [note] = {text for text in texts(test) if text.startswith("20\\.11\\.2026 на портале появились")}
    assert HOSTILE not in note
    assert HOSTILE in note.replace("\\", "")
