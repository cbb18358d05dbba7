"""What `python -m crm check` finds out about a webhook, and what it says of it."""

import pytest
from pydantic import SecretStr

from crm.check import ALL_THERE, UNUSABLE, USABLE, check, command
from crm.portal.client import Portal
from crm.portal.errors import WebhookRejected
from crm.resources import ENTITIES, RESOURCES, Walk
from crm.settings import Settings
from demo.company import TableCompany
from demo.faults import Faults
from demo.portal import DemoPortal
from language import LANGUAGES, words
from tests.crm.scripted import batch_of, ok, scripted_portal

OWNER = {"ID": "1", "NAME": "Анна", "LAST_NAME": "Седова", "ACTIVE": True, "UF_DEPARTMENT": [1]}
FINE = {
    "profile": {"ID": "7", "ADMIN": True, "NAME": "Анна", "LAST_NAME": "Седова"},
    "scope": ["crm", "user", "department", "telephony"],
    "server.time": "2026-11-23T12:00:00+03:00",
    "crm.settings.mode.get": 1,
    "user.admin": True,
    "method.get": {"isExisting": True, "isAvailable": True},
}
DENIED = {"error": "", "error_description": "Access denied."}
UNKNOWN = {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}


def demo_report(faults=None):
    with DemoPortal(TableCompany({"users": [OWNER]}), faults=faults) as demo:
        portal = Portal(SecretStr(demo.webhook), requests_per_second=1000)
        report = check(portal)
        portal.close()
    return report


def checked(answers=None, refused=None, drop=()):
    """A portal that answers each method with what ``answers`` hold, and refuses others with an error."""

    def answer(request):
        commands = script.bodies[-1]["cmd"]
        methods = {label: text.split("?")[0] for label, text in commands.items()}
        names = {label: text.partition("name=")[2] for label, text in commands.items()}
        by_method = {**FINE, **(answers or {})}
        errors = {
            label: error
            for label, method in methods.items()
            for refused_name, error in (refused or {}).items()
            if refused_name in (method, f"method.get {names[label]}")
        }
        results = {
            label: by_method.get(f"method.get {names[label]}", by_method.get(method, []))
            for label, method in methods.items()
            if label not in errors and method not in drop
        }
        return batch_of(results, errors)

    portal, script, _ = scripted_portal(answer)
    return check(portal), script


def test_a_portal_that_shows_all_is_asked_once_and_found_well():
    report, script = checked()
    assert report.exit_code == ALL_THERE
    assert report.missing == ()
    assert (report.owner, report.user_id, report.is_admin, report.has_leads) == ("Анна Седова", "7", True, True)
    assert len(script.asked) == 1
    text = report.text("ru")
    assert "acme.bitrix24.ru" in text
    assert "Анна Седова" in text
    assert "Всё на месте" in text


def test_the_demo_portal_is_found_well():
    report = demo_report()
    assert report.exit_code == ALL_THERE
    assert report.missing == ()
    assert report.has_leads is True
    assert not report.offset_differs


def test_a_webhook_of_no_administrator_is_usable_and_the_narrowed_crm_is_named():
    report, _ = checked({"profile": {"ID": "9", "ADMIN": False, "NAME": "Пётр"}})
    assert report.exit_code == USABLE
    assert "часть лидов и сделок" in report.text("ru")
    assert "a part of the leads and deals" in report.text("en")


def test_whether_an_administrator_is_asked_otherwise_when_the_profile_is_silent():
    report, _ = checked({"profile": [], "user.admin": True})
    assert report.is_admin is True
    assert report.exit_code == ALL_THERE
    assert "имя неизвестно" in report.text("ru")


def test_an_administrator_nobody_confirms_is_not_taken_for_one():
    report, _ = checked({"profile": {"ID": "9"}}, refused={"user.admin": UNKNOWN})
    assert report.is_admin is None
    assert report.exit_code == USABLE


@pytest.mark.parametrize("way", ["ERROR_METHOD_NOT_FOUND", "insufficient_scope"])
@pytest.mark.parametrize(
    ("scope", "code", "costs"),
    [
        ("user", USABLE, "номера"),
        ("department", USABLE, "без дерева"),
        ("telephony", USABLE, "приблизительно"),
        ("crm", UNUSABLE, "отчётов не будет вовсе"),
    ],
)
def test_a_scope_not_ticked_is_named_once_with_what_it_costs(scope, code, costs, way):
    report = demo_report(Faults(missing_scopes={scope}, missing_scope_error=way))
    assert report.exit_code == code
    text = report.text("ru")
    assert text.count(f"«{scope}»") == 1
    assert costs in text
    assert {gap.scope for gap in report.missing} == {scope}


@pytest.mark.parametrize("scope", ["user_brief", "user_basic"])
def test_a_narrower_scope_of_users_is_enough_for_names(scope):
    report, _ = checked({"scope": ["crm", scope, "department", "telephony"]})
    assert report.exit_code == ALL_THERE


def test_a_method_the_portal_does_not_have_is_named_with_what_it_costs():
    available = {"method.get crm.stagehistory.list": {"isExisting": False, "isAvailable": False}}
    report, _ = checked(available)
    assert report.exit_code == USABLE
    assert [gap.method for gap in report.missing] == ["crm.stagehistory.list"]
    assert "crm.stagehistory.list" in report.text("ru")
    assert "пути лида" in report.text("ru")
    assert "пути сделки" in report.text("ru")


def test_a_portal_without_method_get_is_judged_by_its_scopes():
    report, _ = checked({"scope": ["crm", "user", "department"]}, refused={"method.get": UNKNOWN})
    assert [gap.scope for gap in report.missing] == ["telephony"]


def test_a_portal_that_gives_no_scopes_is_judged_by_its_methods():
    available = {"method.get voximplant.statistic.get": {"isExisting": True, "isAvailable": False}}
    report, _ = checked(available, refused={"scope": UNKNOWN})
    assert report.scopes is None
    assert [gap.method for gap in report.missing] == ["voximplant.statistic.get"]


def test_a_right_missing_under_a_granted_scope_is_found_by_trying():
    report, _ = checked(refused={"voximplant.statistic.get": DENIED})
    assert report.exit_code == USABLE
    assert [(gap.method, gap.scope) for gap in report.missing] == [("voximplant.statistic.get", "")]
    assert "Access denied." in report.text("ru")
    assert "Минуты разговоров" in report.text("ru")


@pytest.mark.parametrize("method", ["crm.lead.list", "crm.deal.list"])
def test_without_leads_or_deals_there_is_nothing_to_report_on(method):
    report, _ = checked(refused={method: DENIED})
    assert report.exit_code == UNUSABLE


def test_a_portal_in_simple_mode_is_well_and_said_to_be_without_leads():
    report = demo_report(Faults(no_leads=True))
    assert report.has_leads is False
    assert report.exit_code == ALL_THERE
    assert "без лидов" in report.text("ru")


@pytest.mark.parametrize(
    ("clock", "zone", "differs"),
    [
        ("2026-11-23T12:00:00+03:00", "Europe/Moscow", False),
        ("2026-11-23T12:00:00+05:00", "Europe/Moscow", True),
        ("2026-11-23T14:00:00+05:00", "Asia/Yekaterinburg", False),
        ("2026-07-23T12:00:00+02:00", "Europe/Berlin", False),
        ("2026-11-23T12:00:00+02:00", "Europe/Berlin", True),
    ],
)
def test_a_clock_in_another_zone_than_the_reports_is_pointed_out(clock, zone, differs):
    portal, _, _ = scripted_portal(batch_of({"time": clock, "profile": FINE["profile"]}))
    report = check(portal, zone)
    assert report.offset_differs is differs
    assert ("VITRINA_TIMEZONE" in report.text("ru")) is differs
    assert clock[-6:] in report.text("en")


@pytest.mark.parametrize("clock", ["yesterday", "2026-11-23T12:00:00", None, 7, []])
def test_a_clock_that_makes_no_sense_is_said_to_be_unknown(clock):
    report, _ = checked({"server.time": clock})
    assert report.server_time is None
    assert "узнать не удалось" in report.text("ru")


@pytest.mark.parametrize("nonsense", [[], {}, "x", 5, None, [[]], {"ID": {}}])
def test_answers_of_a_wrong_kind_do_not_break_the_report(nonsense):
    report, _ = checked(dict.fromkeys([*FINE, "crm.lead.list"], nonsense))
    assert all(report.text(language) for language in LANGUAGES)


def test_commands_that_fail_for_a_while_are_asked_again():
    first = True

    def hiccup(request):
        nonlocal first
        labels = list(script.bodies[-1]["cmd"])
        if first:
            first = False
            return batch_of({}, {label: {"error": "INTERNAL_SERVER_ERROR"} for label in labels})
        return batch_of({label: FINE["profile"] if label == "profile" else True for label in labels})

    portal, script, _ = scripted_portal(hiccup)
    assert check(portal).is_admin is True
    assert len(script.asked) == 2


def test_a_webhook_refused_as_a_whole_is_an_error_and_no_report():
    portal, _, _ = scripted_portal((401, {"error": "INVALID_CREDENTIALS", "error_description": "Invalid"}))
    with pytest.raises(WebhookRejected):
        check(portal)


@pytest.mark.parametrize("entity", [resource.entity for resource in RESOURCES if resource.walk is not Walk.IDENTITY])
def test_what_it_costs_to_miss_an_entity_is_said_for_each(entity):
    assert entity in ENTITIES
    assert all(words(language)(f"check.without.{entity}") for language in LANGUAGES)


def test_the_command_prints_the_report_and_returns_its_verdict(capsys):
    with DemoPortal(TableCompany({"users": [OWNER]}), faults=Faults(missing_scopes={"telephony"})) as demo:
        settings = Settings(webhook_url=SecretStr(demo.webhook), language="en", _env_file=None)
        assert command(settings) == USABLE
    printed = capsys.readouterr().out
    assert "“telephony”" in printed
    assert "Loading is possible" in printed
    assert demo.secret not in printed


def test_the_command_without_a_webhook_says_how_to_set_one(capsys):
    assert command(Settings(_env_file=None)) == UNUSABLE
    assert "VITRINA_WEBHOOK_URL" in capsys.readouterr().out


def test_the_command_with_a_webhook_that_cannot_be_read_says_what_is_wrong(capsys):
    settings = Settings.model_construct(webhook_url=SecretStr("https://acme.bitrix24.ru/rest/7/"), language="ru")
    assert command(settings) == UNUSABLE
    assert "нет ключа" in capsys.readouterr().out


def test_a_full_answer_without_an_envelope_of_maps_leaves_everything_unknown():
    portal, _, _ = scripted_portal(ok({"result": []}))
    report = check(portal)
    assert report.exit_code == USABLE
    assert report.owner == ""
