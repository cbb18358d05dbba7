"""User fields that the settings name are pulled with what the portal says of them; a field that changes is noted."""

import datetime as dt

import duckdb
import pytest

from crm.check import ALL_THERE, USABLE, check
from crm.paging.field_list import field_rows
from crm.portal.client import Answer, Portal
from crm.pull import pull
from crm.settings import load_settings
from crm.snapshots.store import Snapshots
from demo import DemoPortal, Faults, TableCompany
from demo.story import StoryCompany
from tests.crm.scripted import FakeTime

SECRET = "k3yThat" + "NobodySees"
ESCAPE = "Тип\x1b[31m\nгруза\ud83d"
ITEMS = [{"ID": "45", "VALUE": "Сборный"}, {"ID": 46, "VALUE": "Опасный"}]
FILE = {"id": 12, "showUrl": "/show", "downloadUrl": f"/rest/1/{SECRET}/download"}


def field(name, kind="string", label="", table="deals", **more):
    return {"TABLE": table, "NAME": name, "type": kind, "isMultiple": False, "listLabel": label, **more}


CARGO = field("UF_CRM_CARGO", "enumeration", ESCAPE, items=ITEMS)
SCAN = field("UF_CRM_SCAN", "file", "Скан", isMultiple=True)
REGION = field("UF_CRM_REGION", table="leads")


def company(*fields, **changed):
    deal = {"ID": "1", "TITLE": "Сделка", "UF_CRM_CARGO": "45", "UF_CRM_SCAN": [FILE, FILE], "UF_CRM_REST": "нет"}
    rows = {"deals": [{**deal, **changed}], "leads": [{"ID": "1", "TITLE": "Лид", "UF_CRM_REGION": "Урал"}]}
    return TableCompany({**rows, "user_fields": fields})


def client(settings):
    time = FakeTime()
    return Portal(settings.webhook_url, requests_per_second=1000, burst=10000, clock=time.clock, sleep=time.sleep)


def settings_over(served, folder, **chosen):
    return load_settings(webhook_url=served.webhook, data_dir=folder, **chosen)


def pulled(served, folder, **chosen):
    """The report of a pull and the manifest after it."""
    settings = settings_over(served, folder, **chosen)
    report = pull(settings, portal=client(settings))
    return report, Snapshots(settings.snapshots_dir).manifest()


def rows(manifest, entity, columns="*"):
    with duckdb.connect() as connection:
        files = [str(path) for path in manifest.files(entity)]
        return connection.read_parquet(files, union_by_name=True).project(columns).fetchall()


def drifted(manifest, language="ru"):
    return [note.text(language) for note in manifest.notes if note.key.startswith("drift.")]


def test_what_the_settings_name_is_pulled_and_nothing_else_that_people_made(tmp_path):
    with DemoPortal(company(CARGO, SCAN, REGION, field("UF_CRM_REST"))) as served:
        names = {"deal_fields": ("UF_CRM_CARGO", "UF_CRM_SCAN"), "lead_fields": ("UF_CRM_REGION",)}
        report, manifest = pulled(served, tmp_path, **names)
    assert rows(manifest, "deals", "ID, UF_CRM_CARGO, UF_CRM_SCAN") == [("1", "45", "[12, 12]")]
    assert rows(manifest, "leads", "ID, UF_CRM_REGION") == [("1", "Урал")]
    assert "UF_CRM_REST" not in duckdb.read_parquet(str(manifest.files("deals")[0])).columns
    fields = rows(manifest, "deal_fields", "FIELD, TYPE, IS_MULTIPLE, LABEL, ITEMS")
    items = '[{"ID": "45", "VALUE": "Сборный"}, {"ID": "46", "VALUE": "Опасный"}]'
    assert ("UF_CRM_CARGO", "enumeration", "false", "Тип[31m груза", items) in fields
    assert ("OPPORTUNITY", "double", "false", "OPPORTUNITY", None) in fields
    assert report.notes == ()
    assert all(SECRET.encode() not in path.read_bytes() for path in tmp_path.rglob("*.*"))


def test_a_setting_that_names_one_more_field_asks_for_the_entity_anew(tmp_path):
    with DemoPortal(company(CARGO)) as served:
        _, without = pulled(served, tmp_path)
        _, with_it = pulled(served, tmp_path, deal_fields=("UF_CRM_CARGO",))
    assert without.state("deals").fields != with_it.state("deals").fields
    assert without.state("leads").fields == with_it.state("leads").fields


def test_a_field_the_portal_lacks_is_noted_and_the_pull_goes_on(tmp_path):
    with DemoPortal(company(CARGO)) as served:
        settings = {"deal_fields": ("UF_CRM_CARGO", "UF_CRM_GONE")}
        report, manifest = pulled(served, tmp_path, **settings)
        checked = check(client(settings_over(served, tmp_path)), wanted={"deals": settings["deal_fields"], "leads": ()})
        known = check(client(settings_over(served, tmp_path)), wanted={"deals": ("UF_CRM_CARGO",)})
    [text] = [note.text("ru") for note in report.notes]
    assert text.startswith("VITRINA_DEAL_FIELDS: на портале нет полей UF_CRM_GONE.")
    assert rows(manifest, "deals", "UF_CRM_CARGO, UF_CRM_GONE") == [("45", None)]
    assert (checked.exit_code, checked.missing) == (USABLE, ())
    assert f"— {text}" in checked.text("ru")
    assert (known.exit_code, known.unknown_fields) == (ALL_THERE, {})


@pytest.mark.parametrize("deaf", [Faults(failed={"crm.deal.fields": range(1, 99)}, failed_error="ACCESS_DENIED"), None])
def test_without_a_description_of_fields_the_values_come_all_the_same(tmp_path, monkeypatch, deaf):
    if deaf is None:
        monkeypatch.setattr("demo.methods.field_descriptions", lambda *_: [])
    with DemoPortal(company(CARGO), faults=deaf) as served:
        _, manifest = pulled(served, tmp_path, deal_fields=("UF_CRM_CARGO",))
    assert manifest.state("deal_fields").status == "absent"
    assert "crm.deal.fields" in manifest.state("deal_fields").reason.text("ru")
    assert manifest.state("deals").status == "complete"


def test_fields_that_appear_vanish_and_change_their_type_are_noted_with_their_day_for_a_month(tmp_path):
    first = company(CARGO, SCAN, REGION)
    with DemoPortal(first) as served:
        _, manifest = pulled(served, tmp_path, deal_fields=("UF_CRM_CARGO",))
        assert drifted(manifest) == []
        served.company = company(
            field("UF_CRM_CARGO", "string", "Груз", isMultiple=True), REGION, field("UF_CRM_NEW", label="Рейс")
        )
        _, manifest = pulled(served, tmp_path, deal_fields=("UF_CRM_CARGO",))
        assert drifted(manifest) == [
            "23.11.2026 на портале появились поля сделок: Рейс (UF_CRM_NEW).",
            "23.11.2026 с портала исчезли поля сделок: Скан (UF_CRM_SCAN).",
            "23.11.2026 на портале изменился тип полей сделок: Груз (UF_CRM_CARGO): enumeration → string[]. "
            "Значения, которые не подходят новому типу, считаются пустыми.",
        ]
        assert drifted(manifest, "en")[0] == "23 Nov 2026: deals have new fields on the portal: Рейс (UF_CRM_NEW)."
        assert manifest.state("deals").fields == ""
        assert manifest.state("leads").fields != ""
        served.company.moment += dt.timedelta(days=29)
        served.company.table("user_fields").delete(2)
        _, manifest = pulled(served, tmp_path, deal_fields=("UF_CRM_CARGO",))
        assert [text[:10] for text in drifted(manifest)] == ["22.12.2026", "23.11.2026", "23.11.2026", "23.11.2026"]
        assert drifted(manifest)[0] == "22.12.2026 с портала исчезли поля лидов: UF_CRM_REGION."
        assert manifest.state("deals").fields != ""
        served.company.moment += dt.timedelta(days=1)
        _, manifest = pulled(served, tmp_path, deal_fields=("UF_CRM_CARGO",))
        assert [text[:10] for text in drifted(manifest)] == ["22.12.2026"]


@pytest.mark.parametrize(
    ("given", "row"),
    [
        ({"type": "enumeration", "items": {"3": {"ID": 7}, "x": 5}}, {"ITEMS": '[{"ID": "7", "VALUE": ""}]'}),
        ({"type": "enumeration", "items": "none", "isMultiple": "Y"}, {"ITEMS": None, "IS_MULTIPLE": True}),
        ({"type": "crm_status", "statusType": "INDUSTRY"}, {"TYPE": "crm_status", "TARGET": "INDUSTRY"}),
        ({"type": "crm_status", "settings": {"ENTITY_TYPE": "SOURCE"}}, {"TARGET": "SOURCE"}),
        ({"type": "crm", "settings": {"LEAD": "N", "DEAL": "Y"}}, {"TARGET": "DEAL"}),
        ({"type": "crm", "settings": {"LEAD": "Y", "DEAL": "Y"}}, {"TARGET": None}),
        ({"type": None, "settings": [], "title": "", "formLabel": " Имя "}, {"TYPE": "", "LABEL": "Имя"}),
        ({"listLabel": ["x"], "title": "x" * 999}, {"LABEL": "x" * 200}),
        ({}, {"LABEL": "UF_CRM_X", "TYPE": "", "IS_MULTIPLE": False, "ITEMS": None, "TARGET": None}),
    ],
)
def test_whatever_a_portal_says_of_a_field_is_read(given, row):
    [_, found] = field_rows(Answer({"ID": {"type": "integer"}, "UF_CRM_X": given, "UF_CRM_Y": "nothing"}))
    assert {name: found[name] for name in row} == row


def test_the_demo_company_has_fields_of_its_own_and_gives_those_that_are_asked_for():
    story = StoryCompany(dt.date(2025, 2, 3))
    with DemoPortal(story) as served:
        portal = client(load_settings(webhook_url=served.webhook))
        deals, leads = portal.call("crm.deal.fields").result, portal.call("crm.lead.fields").result
        row = portal.call("crm.deal.list", {"select": ["ID", "UF_CRM_CARGO", "UF_CRM_NONE"], "order": {"ID": "ASC"}})
    assert {name: field["listLabel"] for name, field in deals.items() if field["isDynamic"]} == {
        "UF_CRM_CARGO": "Тип груза",
        "UF_CRM_TERMS": "Особые условия",
        "UF_CRM_INSURED": "Страховая стоимость",
    }
    assert leads["UF_CRM_REGION"]["type"] == "string"
    assert list(row.result[0]) == ["ID", "UF_CRM_CARGO"]
    ids = {item["ID"] for item in deals["UF_CRM_CARGO"]["items"]}
    assert {deal["UF_CRM_CARGO"] for deal in row.result} <= {*ids, ""}


def test_a_named_field_follows_what_changed_and_one_that_became_another_is_asked_for_anew(tmp_path):
    names = {"deal_fields": ("UF_CRM_CARGO",)}
    with DemoPortal(company(CARGO, DATE_MODIFY="2026-11-01T10:00:00+03:00")) as served:
        pulled(served, tmp_path, **names)
        deals, fields = served.company.table("deals"), served.company.table("user_fields")
        served.company.moment += dt.timedelta(hours=1)
        deals.put({**deals.get(1), "UF_CRM_CARGO": "46", "DATE_MODIFY": "2026-11-23T12:30:00+03:00"})
        _, manifest = pulled(served, tmp_path, **names)
        assert rows(manifest, "deals", "UF_CRM_CARGO") == [("45",), ("46",)]
        fields.put(field("UF_CRM_CARGO", "string"), 1)
        deals.put({**deals.get(1), "UF_CRM_CARGO": "made anew", "DATE_MODIFY": "2026-11-01T10:00:00+03:00"})
        pulled(served, tmp_path, **names)
        _, manifest = pulled(served, tmp_path, **names)
        assert rows(manifest, "deals", "UF_CRM_CARGO") == [("made anew",)]
