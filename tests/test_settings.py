"""Settings: defaults, what the environment says, and one clear sentence for what cannot be used."""

import os
from decimal import Decimal

import pytest

from crm.__main__ import main as crm_main
from crm.settings import SettingsError, load_settings
from metrics.__main__ import main as metrics_main
from refresh.demo_settings import DemoSettings, for_demo

SECRET = "s3cr3ts3cr3ts3cr3t"


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("VITRINA_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_nothing_set_means_the_defaults():
    settings = load_settings()
    assert settings.webhook_url is None
    assert (settings.timezone, settings.refresh_minutes, settings.lead_days, settings.deal_days) == (
        "Europe/Moscow",
        10,
        3,
        14,
    )
    assert (settings.min_completion, settings.sales_funnels, settings.history_months) == (Decimal(1), (), None)
    assert settings.holidays == "RU"


def test_an_empty_value_means_the_default_but_no_holidays_means_none(monkeypatch):
    for name in ("WEBHOOK_URL", "LEAD_DAYS", "SALES_FUNNELS", "HISTORY_MONTHS", "DATA_DIR", "HOLIDAYS"):
        monkeypatch.setenv(f"VITRINA_{name}", "")
    settings = load_settings()
    assert (settings.webhook_url, settings.lead_days, settings.sales_funnels, settings.history_months) == (
        None,
        3,
        (),
        None,
    )
    assert str(settings.data_dir) == "data"
    assert settings.holidays == ""


def test_a_list_is_read_from_numbers_with_commas(monkeypatch):
    monkeypatch.setenv("VITRINA_SALES_FUNNELS", "0, 7")
    assert load_settings().sales_funnels == (0, 7)


def test_user_fields_are_a_list_of_their_codes_each_once(monkeypatch):
    monkeypatch.setenv("VITRINA_DEAL_FIELDS", "UF_CRM_1712345678, UF_CRM_REGION,UF_CRM_1712345678,")
    settings = load_settings()
    assert (settings.deal_fields, settings.lead_fields) == (("UF_CRM_1712345678", "UF_CRM_REGION"), ())


def test_settings_are_read_from_a_dot_env_file(tmp_path):
    (tmp_path / ".env").write_text("VITRINA_LEAD_DAYS=5\n", "utf-8")
    assert load_settings().lead_days == 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBHOOK_URL", f"http://acme.bitrix24.ru/rest/1/{SECRET}/"),
        ("WEBHOOK_URL", f"https://acme.bitrix24.ru/{SECRET}/"),
        ("WEBHOOK_URL", f"https://[acme/rest/1/{SECRET}/"),
        ("WEBHOOK_URL", SECRET),
        ("TIMEZONE", "Moscow"),
        ("LANGUAGE", "de"),
        ("HOLIDAYS", "Россия"),
        ("PLAN_SHEET_URL", f"https://docs.google.com/document/d/{SECRET}{SECRET}/edit"),
        ("PLAN_SHEET_URL", f"https://docs.google.com/spreadsheets/d/e/2PACX-{SECRET}/pubhtml"),
        ("PLAN_SHEET_URL", f"https://docs.google.com.example.com/spreadsheets/d/{SECRET}{SECRET}/"),
        ("SALES_FUNNELS", "0;7"),
        ("COMMENTS", "maybe"),
        ("LEAD_DAYS", "-1"),
        ("LEAD_DAYS", "three"),
        ("IN_FLIGHT", "0"),
        ("MIN_COMPLETION", "nan"),
        ("REQUESTS_PER_SECOND", "0"),
        ("DEAL_FIELDS", "UF_CRM_1;UF_CRM_2"),
        ("DEAL_FIELDS", "TITLE"),
        ("LEAD_FIELDS", 'UF_CRM_1" as x, "'),
        ("LEAD_FIELDS", "uf_crm_region"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it_and_not_its_value(monkeypatch, name, value):
    monkeypatch.setenv(f"VITRINA_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    for language in ("ru", "en"):
        sentence = caught.value.text(language)
        assert sentence.startswith(f"VITRINA_{name}: ")
        assert "\n" not in sentence
        assert SECRET not in sentence
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("main", [crm_main, metrics_main])
@pytest.mark.parametrize("place", ["environment", ".env"])
@pytest.mark.parametrize(
    ("language", "told"), [("en", "this is not a number"), ("ru", "это не число"), ("", "это не число")]
)
def test_a_wrong_setting_is_told_in_the_language_that_is_set(
    monkeypatch, tmp_path, capsys, main, place, language, told
):
    wrong = {"VITRINA_LANGUAGE": language, "VITRINA_LEAD_DAYS": "three"}
    if place == ".env":
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in wrong.items()), "utf-8")
    else:
        for name, value in wrong.items():
            monkeypatch.setenv(name, value)
    assert main(["list"]) in (1, 2)
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("path", ["spreadsheets/d", "spreadsheets/u/1/d", "a/acme.ru/spreadsheets/d"])
def test_a_sheet_is_named_by_the_address_a_browser_shows(path):
    address = f"https://docs.google.com/{path}/1aBcDeFgHiJkLmNoPqRsTuVwXyZ/edit?gid=0#gid=0"
    settings = load_settings(plan_sheet_url=f" {address} ")
    assert (settings.plan_sheet_url, settings.plan_sheet_key) == (address, "1aBcDeFgHiJkLmNoPqRsTuVwXyZ")


def test_plain_http_is_for_loopback_alone():
    for host in ("127.0.0.1:8509", "localhost:8509", "[::1]:8509"):
        assert load_settings(webhook_url=f"http://{host}/rest/1/{SECRET}/").webhook_url is not None


def test_the_webhook_is_not_in_what_settings_print():
    settings = load_settings(webhook_url=f"https://acme.bitrix24.ru/rest/1/{SECRET}/")
    assert SECRET not in repr(settings) + str(settings) + str(settings.model_dump())


def test_the_demo_company_has_a_folder_of_its_own_and_a_portal_that_needs_no_sparing():
    demo = for_demo(load_settings(timezone="Asia/Omsk"), f"http://127.0.0.1:8509/rest/1/{SECRET}/")
    assert isinstance(demo, DemoSettings)
    assert demo.is_demo
    assert not load_settings().is_demo
    assert demo.data_dir.name == "demo"
    assert demo.timezone == "Asia/Omsk"
    assert demo.requests_per_second > load_settings().requests_per_second
