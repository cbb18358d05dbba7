"""A pull takes all of a portal or publishes nothing, whatever goes wrong between."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from crm.__main__ import main
from crm.portal.errors import PortalContradicts, PortalError, WebhookRejected
from crm.pull import EntityFailed, ForeignPortal, Narrowed, PullError, pull
from crm.resources import ENTITIES
from demo import DemoPortal, Faults, Span
from language import Message
from refresh.demo_settings import for_demo
from tests.crm import companies
from tests.crm.companies import SECRET_TEXT, change, small_company, wait
from tests.crm.pulling import (
    SECRET,
    counted,
    everything,
    files_in,
    ids,
    manifest_of,
    pulled,
    rows,
    settings_for,
    unchanged,
)
from tests.crm.scripted import ok, scripted_portal

ROOT = Path(__file__).parents[3]
FOR_EVER = range(1, 10**9)


KEYED = ["funnels", "departments", "users", "companies", "leads", "deals", "activities", "calls"]
HISTORIES = ["lead_stage_history", "deal_stage_history"]


def test_a_pull_brings_every_row_of_every_entity(settings, company):
    report = pulled(settings)
    for entity in (*KEYED, *HISTORIES, "statuses"):
        assert ids(settings, entity) == counted(company, entity)
    assert rows(settings, "currencies", "CURRENCY", "AMOUNT_CNT") == [("RUB", "1")]
    assert ids(settings, "comments") == [*range(1, 121), 500]
    assert sorted(rows(settings, "activity_bindings", "*"))[0][:3] == ("3", "2", "5")
    manifest = manifest_of(settings)
    assert list(manifest.entities) == list(ENTITIES)
    assert {state.status for state in manifest.entities.values()} == {"complete"}
    assert manifest.as_of == report.as_of == company.now().isoformat()
    assert report.notes == ()
    assert report.rows == sum(state.rows for state in manifest.entities.values())
    assert report.requests == sum(entity.requests for entity in report.entities)


def test_a_row_bears_its_values_as_text_and_the_pull_that_brought_it(settings):
    pulled(settings)
    assert sorted(rows(settings, "funnels", "ID", "NAME", "SORT", "IS_DEFAULT"))[0] == ("0", "Продажи", "10", "Y")
    user = rows(settings, "users", "NAME", "ACTIVE", "UF_DEPARTMENT", "pull_id", "pulled_at", "is_deleted")[0]
    assert user == ("Анна", "true", "[1]", "000000000001", "2026-11-23T12:00:00+03:00", False)
    comments = rows(settings, "comments", "ENTITY_ID", "ENTITY_TYPE", "CREATED", "AUTHOR_ID")
    assert set(comments) == {("200", "deal", companies.RECENT, "1"), ("7", "lead", companies.RECENT, "1")}


def test_the_portal_is_asked_about_itself(settings, served):
    pulled(settings)
    found = rows(settings, "portal", "ORIGIN", "USER_ID", "IS_ADMIN", "SERVER_TIME", "LEADS_MODE", "SCOPES")
    [(origin, user, admin, clock, mode, scopes)] = found
    assert (origin, user, admin, clock, mode) == (served.origin, "1", "true", "2026-11-23T12:00:00+03:00", "1")
    assert '"crm"' in scopes


def test_neither_the_webhook_nor_what_was_said_lies_in_the_snapshots(settings, capsys):
    pulled(settings)
    for path in settings.data_dir.rglob("*.*"):
        held = path.read_bytes()
        assert SECRET.encode() not in held
        assert SECRET_TEXT.encode() not in held
    assert "COMMENT" not in duckdb.read_parquet(str(manifest_of(settings).files("comments")[0])).columns


def test_comments_are_asked_only_of_what_was_touched_within_a_year(settings, company):
    company.own("comments", ("deal", 50), {"ID": "900", "CREATED": companies.OLD, "AUTHOR_ID": "1"})
    pulled(settings)
    assert 900 not in ids(settings, "comments")
    touched = {"LAST_ACTIVITY_TIME": companies.written(company)}
    company.table("deals").put({**company.table("deals").get(50), **touched})
    pulled(settings)
    assert 900 in ids(settings, "comments")


TROUBLES = {
    "a cut body": Faults(cut=range(3, 10**9, 4)),
    "html in place of json": Faults(html=range(2, 10**9, 3)),
    "503": Faults(refuse=range(2, 10**9, 3)),
    "500": Faults(refuse=range(2, 10**9, 3), refuse_status=500, refuse_error="INTERNAL_SERVER_ERROR"),
    "a label that is dropped": Faults(drop_label=range(2, 10**9, 3)),
    "a batch of nothing": Faults(empty_batch=range(2, 10**9, 3)),
    "a batch of empty lists": Faults(blank_batch=range(1, 10**9, 3)),
    "no descending order": Faults(ascending_only=True),
    "commands that fail": Faults(failed=dict.fromkeys(("crm.deal.list", "crm.lead.list"), range(3, 10**9, 3))),
    "short pages": Faults(short_pages=range(2, 10**9, 3)),
}


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """A portal that nobody changes, and all rows that a pull without faults brings of it."""
    with DemoPortal(small_company(), secret=SECRET) as portal:
        settings = settings_for(portal, tmp_path_factory.mktemp("calm"))
        pulled(settings)
        yield portal, everything(settings)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_a_portal_breaks_off_drops_or_shortens_is_asked_again(calm, tmp_path, trouble):
    portal, expected = calm
    portal.faults, portal.counters = TROUBLES[trouble], type(portal.counters)(lambda: 0.0)
    settings = settings_for(portal, tmp_path)
    pulled(settings)
    assert everything(settings) == expected


def test_pages_that_are_always_short_are_walked_all_the_same(served, tmp_path, company):
    company.owners.clear()
    for table in ("statuses", "departments"):
        company.tables[table] = type(company.table(table))(list(company.table(table))[:20])
    calm, troubled = (settings_for(served, tmp_path / name) for name in ("calm", "troubled"))
    pulled(calm)
    served.faults = Faults(short_pages=FOR_EVER, short_length=33)
    pulled(troubled)
    assert everything(troubled) == everything(calm)


@pytest.mark.parametrize("entity", ["departments", "comments"])
def test_a_list_without_a_cursor_whose_pages_stay_cut_is_not_believed(served, settings, company, entity):
    company.tables["statuses"] = type(company.table("deals"))()
    if entity == "comments":
        company.tables["departments"] = type(company.table("deals"))()
    served.faults = Faults(short_pages=FOR_EVER, short_length=33)
    with pytest.raises(EntityFailed) as raised:
        pulled(settings)
    assert (raised.value.entity, raised.value.cause.message.key) == (entity, "pull.cut_page")


HOPELESS = {
    "every command of deals fails": Faults(failed={"crm.deal.list": FOR_EVER}),
    "every batch is empty": Faults(empty_batch=FOR_EVER),
    "every body is cut": Faults(cut=range(2, 10**9)),
    "html for ever": Faults(html=range(2, 10**9)),
    "no crm scope": Faults(missing_scopes={"crm"}),
}


@pytest.mark.parametrize("trouble", HOPELESS)
@pytest.mark.parametrize("has_data", [True, False])
def test_what_stays_broken_publishes_nothing(served, settings, trouble, has_data):
    if has_data:
        pulled(settings)
    before, files = manifest_of(settings), files_in(settings)
    served.faults = HOPELESS[trouble]
    served.counters = type(served.counters)(lambda: 0.0)
    with pytest.raises((EntityFailed, PortalError)):
        pulled(settings, full=True)
    unchanged(settings, before, files)


def test_a_failure_names_the_entity_in_either_language(served, settings):
    served.faults = Faults(failed={"crm.deal.list": FOR_EVER})
    with pytest.raises(EntityFailed) as raised:
        pulled(settings)
    assert raised.value.entity == "deals"
    assert raised.value.text("ru").startswith("Сделки: ")
    assert raised.value.text("en").startswith("Deals: ")
    assert raised.value.message.values["cause"] == raised.value.cause.message


def test_a_rejected_webhook_is_no_matter_of_an_entity(served, settings):
    served.secret = "another"
    with pytest.raises(WebhookRejected):
        pulled(settings)


def test_what_the_webhook_never_could_see_is_absent_and_the_rest_is_there(served, settings):
    served.faults = Faults(missing_scopes={"telephony", "department", "user"})
    report = pulled(settings)
    absent = {entity.entity: entity for entity in report.entities if entity.state == "absent"}
    assert set(absent) == {"calls", "departments", "users"}
    state = manifest_of(settings).state("calls")
    assert (state.status, state.files) == ("absent", ())
    assert state.reason == absent["calls"].reason
    assert state.reason.key == "portal.method_missing"
    assert state.reason.values["method"] == "voximplant.statistic.get"
    assert len(ids(settings, "deals")) == companies.DEALS


@pytest.mark.parametrize("error", ["ERROR_METHOD_NOT_FOUND", "insufficient_scope"])
def test_what_was_there_and_is_refused_now_fails_the_pull(served, settings, error):
    pulled(settings)
    before, files = manifest_of(settings), files_in(settings)
    served.faults = Faults(missing_scopes={"telephony"}, missing_scope_error=error)
    with pytest.raises(EntityFailed) as raised:
        pulled(settings)
    assert raised.value.entity == "calls"
    unchanged(settings, before, files)
    pulled(settings, accept_deletions=True)
    assert manifest_of(settings).state("calls").status == "absent"


def test_what_is_granted_later_is_pulled_then(served, settings, company):
    served.faults = Faults(missing_scopes={"telephony"})
    pulled(settings)
    served.faults = Faults()
    pulled(settings)
    assert manifest_of(settings).state("calls").status == "complete"
    assert ids(settings, "calls") == counted(company, "calls")


def test_without_the_crm_scope_there_is_nothing_to_publish(served, settings):
    served.faults = Faults(missing_scopes={"crm"}, missing_scope_error="insufficient_scope")
    with pytest.raises(EntityFailed) as raised:
        pulled(settings)
    assert raised.value.entity in ("leads", "deals")
    assert manifest_of(settings) is None


def test_rights_that_were_narrowed_are_noticed(served, settings):
    pulled(settings)
    before, files = manifest_of(settings), files_in(settings)
    served.faults = Faults(hidden={"deals": range(1, 100)})
    with pytest.raises(EntityFailed, match="--accept-deletions") as raised:
        pulled(settings, full=True)
    assert raised.value.entity == "deals"
    assert isinstance(raised.value.cause, Narrowed)
    unchanged(settings, before, files)
    pulled(settings, accept_deletions=True)
    assert len(ids(settings, "deals")) == companies.DEALS - 99


def test_a_few_deletions_are_simply_accepted(settings, company):
    pulled(settings)
    for number in range(1, 31):
        company.table("deals").delete(number)
    pulled(settings, full=True)
    assert ids(settings, "deals") == list(range(31, companies.DEALS + 1))


def test_a_small_entity_may_shrink_by_five(settings, company):
    company.tables["companies"] = type(company.table("deals"))({"ID": str(n)} for n in range(1, 9))
    pulled(settings)
    company.tables["companies"] = type(company.table("deals"))({"ID": str(n)} for n in range(1, 4))
    pulled(settings, full=True)
    assert ids(settings, "companies") == [1, 2, 3]


@pytest.mark.parametrize("entity", HISTORIES)
def test_stage_history_that_a_portal_forgets_stays(settings, company, entity):
    pulled(settings)
    everything_once = counted(company, entity)
    for number in everything_once[10:200]:
        company.table(entity).delete(number)
    company.table(entity).put({**company.table(entity).get(1), "ID": 9999, "CREATED_TIME": companies.written(company)})
    for full in (True, True, False):
        pulled(settings, full=full)
        assert ids(settings, entity) == [*everything_once, 9999]
        assert manifest_of(settings).state(entity).rows == len(everything_once) + 1
    assert len(manifest_of(settings).files(entity)) == 2


def test_comments_only_grow(settings, company):
    pulled(settings)
    company.owners["comments"] = {("lead", 8): [{"ID": "700", "CREATED": companies.RECENT, "AUTHOR_ID": "2"}]}
    pulled(settings)
    assert ids(settings, "comments") == [*range(1, 121), 500]
    change(company, "leads", 8)
    pulled(settings)
    assert ids(settings, "comments") == [*range(1, 121), 500, 700]
    pulled(settings, full=True)
    assert ids(settings, "comments") == [*range(1, 121), 500, 700]


def test_a_full_pull_replaces_other_entities_as_a_whole(settings, company):
    pulled(settings)
    company.table("leads").put({**company.table("leads").get(5), "TITLE": "новое имя"})
    pulled(settings)
    assert ("новое имя",) not in rows(settings, "leads", "TITLE")
    pulled(settings, full=True)
    assert len(ids(settings, "leads")) == companies.LEADS
    assert ("новое имя",) in rows(settings, "leads", "TITLE")
    assert len(manifest_of(settings).files("leads")) == 1


def test_a_simple_crm_has_no_leads_and_still_is_pulled(served, settings, company):
    company.tables["leads"] = type(company.table("deals"))()
    served.faults = Faults(no_leads=True)
    pulled(settings)
    assert rows(settings, "portal", "LEADS_MODE") == [("2",)]


def test_comments_can_be_switched_off(served, tmp_path):
    settings = settings_for(served, tmp_path, comments=False)
    pulled(settings)
    state = manifest_of(settings).state("comments")
    assert (state.status, state.reason, state.files) == ("absent", Message("pull.comments_off"), ())
    assert served.counters.commands["crm.timeline.comment.list"] == 0


def test_entities_are_published_before_what_costs_a_command_a_record(served, settings):
    pulled(settings, phase=1)
    manifest = manifest_of(settings)
    assert {name for name, state in manifest.entities.items() if state.status == "coming"} == {
        "activity_bindings",
        "comments",
    }
    assert manifest.state("deals").status == "complete"
    assert served.counters.commands["crm.timeline.comment.list"] == 0
    pulled(settings, phase=2)
    after = manifest_of(settings)
    assert {state.status for state in after.entities.values()} == {"complete"}
    assert (after.as_of, after.files("deals")) == (manifest.as_of, manifest.files("deals"))


def test_until_the_second_phase_the_rows_of_the_last_one_stay(settings, company):
    pulled(settings)
    comments = manifest_of(settings).files("comments")
    wait(company, hours=1)
    change(company, "deals", 200)
    pulled(settings, phase=1)
    assert manifest_of(settings).state("comments").status == "coming"
    assert manifest_of(settings).files("comments") == comments
    pulled(settings, phase=2)
    assert manifest_of(settings).state("comments").status == "complete"


def test_the_second_phase_needs_the_first(settings):
    with pytest.raises(PullError) as raised:
        pulled(settings, phase=2)
    assert raised.value.message.key == "pull.nothing_yet"


def test_a_second_phase_that_is_not_believed_leaves_the_first_published(served, settings):
    served.faults = Faults(no_offset={"comments"})
    with pytest.raises(EntityFailed, match="Комментарии"):
        pulled(settings)
    manifest = manifest_of(settings)
    assert manifest.state("deals").status == "complete"
    assert manifest.state("comments").status == "coming"
    assert not any(name.startswith(("comments", "activity_bindings")) for name in files_in(settings))


def test_comments_that_a_portal_cannot_give_cost_nothing_else_and_come_when_it_can(served, settings):
    served.faults = Faults(failed={"crm.timeline.comment.list": FOR_EVER})
    pulled(settings)
    manifest = manifest_of(settings)
    assert (manifest.state("comments").status, manifest.state("activity_bindings").status) == ("absent", "complete")
    assert "pull.stream_failed" in [note.key for note in manifest.notes]
    served.faults = Faults()
    pulled(settings)
    assert ids(settings, "comments") == [*range(1, 121), 500]


def test_a_record_that_is_gone_by_the_second_phase_is_a_note(settings, company):
    pulled(settings, phase=1)
    company.table("activities").delete(6)
    report = pulled(settings, phase=2)
    assert [note.key for note in report.notes] == ["pull.records_refused"]
    assert report.notes[0].values == {"method": "crm.activity.binding.list", "count": 1}


def test_another_portals_rows_are_refused(settings, tmp_path):
    pulled(settings)
    before, files = manifest_of(settings), files_in(settings)
    with DemoPortal(small_company(), secret=SECRET) as other:
        elsewhere = settings_for(other, tmp_path)
        with pytest.raises(ForeignPortal, match="--renamed"):
            pulled(elsewhere)
        unchanged(settings, before, files)
        pulled(elsewhere, renamed=True)
        assert manifest_of(settings).origin == other.origin
        assert [note.key for note in manifest_of(settings).notes] == ["pull.renamed"]
        pulled(elsewhere)


@pytest.mark.parametrize("entity", ["departments", "comments"])
def test_a_list_that_ignores_its_offset_is_not_believed(served, settings, entity):
    served.faults = Faults(no_offset={entity})
    with pytest.raises(EntityFailed) as raised:
        pulled(settings)
    assert (raised.value.entity, raised.value.cause.message.key) == (entity, "pull.cut_list")


def test_stages_of_a_funnel_that_is_hidden_are_known_by_its_deals(served, settings, company):
    served.faults = Faults(no_offset={"statuses"})
    stage = {"ID": "900", "ENTITY_ID": "DEAL_STAGE_9", "STATUS_ID": "C9:NEW", "NAME": "Новая", "SORT": "999"}
    company.table("statuses").put(stage)
    company.table("deals").put({**company.table("deals").get(300), "CATEGORY_ID": "9"})
    pulled(settings)
    assert ("C9:NEW",) in rows(settings, "statuses", "STATUS_ID")


def test_a_portal_without_leads_may_refuse_them(served, settings):
    served.faults = Faults(no_leads=True, failed={"crm.lead.list": FOR_EVER}, failed_error="ACCESS_DENIED")
    pulled(settings)
    assert manifest_of(settings).state("leads").status == "absent"


def test_a_portal_that_was_renamed_is_known_by_its_redirect(served, settings, company):
    pulled(settings)
    with DemoPortal(company, secret=SECRET) as renamed:
        served.faults = Faults(moved_to=renamed.origin)
        pulled(settings)
        assert manifest_of(settings).origin == renamed.origin
        pulled(settings)


def test_the_demo_company_is_itself_on_whatever_port(served, settings, tmp_path):
    demo = for_demo(settings, served.webhook)
    pulled(demo)
    with DemoPortal(small_company()) as other:
        pulled(for_demo(settings, other.webhook))
    assert manifest_of(demo).origin == other.origin


def test_rows_made_while_they_are_pulled_are_left_to_the_next_pull(served, settings, company):
    def busy(hit):
        company.table("deals").put({"ID": str(companies.DEALS + hit), "TITLE": "new", "DATE_CREATE": companies.RECENT})

    served._on_hit = busy
    pulled(settings)
    found = ids(settings, "deals")
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= companies.DEALS


def test_a_new_field_of_the_portal_changes_nothing_and_a_lost_one_is_a_note(settings, company):
    for call in company.table("calls"):
        call["SOMETHING_NEW"] = "1"
    pulled(settings)
    for call in company.table("calls"):
        del call["CRM_ACTIVITY_ID"]
    report = pulled(settings, full=True)
    assert "pull.fields_missing" in [note.key for note in report.notes]
    lost = next(note for note in report.notes if note.values["method"] == "voximplant.statistic.get")
    assert "CRM_ACTIVITY_ID" in lost.values["fields"]


def test_fields_that_a_portal_leaves_out_where_they_are_empty_are_not_missed_in_a_few_rows(settings, company):
    departments = type(company.table("departments"))
    company.tables["departments"] = departments([{"ID": "1", "NAME": "Компания", "SORT": 500}])
    assert pulled(settings, phase=1).notes == ()
    many = ({"ID": str(number), "NAME": "Отдел", "SORT": 500} for number in range(1, 11))
    company.tables["departments"] = departments(many)
    [note] = pulled(settings, phase=1).notes
    assert note == Message("pull.fields_missing", method="department.get", fields="PARENT")


def test_two_pulls_never_run_at_once(settings):
    refusals = []

    def meanwhile(_):
        if not refusals:
            with pytest.raises(PullError) as raised:
                pulled(settings)
            refusals.append(raised.value.message.key)

    pulled(settings, progress=meanwhile)
    assert refusals == ["pull.already_running"]


def test_an_interrupted_pull_leaves_nothing_and_lets_the_next_one_run(settings):
    def interrupt(progress):
        if progress.running and progress.running.entity == "activities":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pulled(settings, progress=interrupt)
    assert files_in(settings) == []
    pulled(settings)


@pytest.mark.parametrize("hit", [1, 9, 14, 19])
def test_killed_at_any_request_a_pull_leaves_the_old_state_or_the_new_one(served, settings, company, hit):
    pulled(settings)
    before = manifest_of(settings)
    change(company, "leads", 5, TITLE="новое имя")
    first = served.counters.hits
    environment = {
        "VITRINA_WEBHOOK_URL": served.webhook,
        "VITRINA_DATA_DIR": str(settings.data_dir),
        "VITRINA_REQUESTS_PER_SECOND": "1000",
        "VITRINA_REQUEST_BURST": "10000",
        "PYTHONWARNINGS": "error",
        "PATH": "",
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "crm", "pull", "--full"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    served._on_hit = lambda number: child.kill() if number - first >= hit else None
    assert child.wait(60) == -signal.SIGKILL
    served._on_hit = None
    after = manifest_of(settings)
    assert after == before or after.pull_id > before.pull_id
    assert len(ids(settings, "leads")) == companies.LEADS
    pulled(settings)
    left = [name for name in files_in(settings) if re.search(r"/\.|tmp|ndjson", name)]
    assert left == []
    assert ("новое имя",) in rows(settings, "leads", "TITLE")


def test_progress_tells_rows_requests_and_the_entity_and_ends_with_all_of_them(settings):
    steps = []
    report = pulled(settings, progress=steps.append)
    assert {progress.phase for progress in steps} == {1, 2}
    first = [progress for progress in steps if progress.phase == 1]
    assert [progress.rows for progress in first] == sorted(progress.rows for progress in first)
    assert {entity.state for entity in steps[-1].entities} == {"done"}
    assert first[-1].rows + steps[-1].rows == report.rows
    assert {progress.running.entity for progress in steps if progress.running} == set(ENTITIES)
    assert all(progress.seconds_left is None or progress.seconds_left >= 0 for progress in steps)
    assert first[-1].seconds_left == 0


@pytest.mark.parametrize("clock", ["yesterday", "2026-11-23T12:00:00", None, 1700000000, {}])
def test_a_portal_whose_clock_makes_no_sense_is_not_believed(settings, clock):
    portal, _, _ = scripted_portal(ok(clock))
    with pytest.raises(PortalContradicts, match=r"server\.time"):
        pull(settings, portal=portal)
    assert manifest_of(settings) is None


@pytest.fixture
def in_environment(monkeypatch, settings):
    monkeypatch.chdir(settings.data_dir)
    monkeypatch.setenv("VITRINA_WEBHOOK_URL", settings.webhook_url.get_secret_value())
    monkeypatch.setenv("VITRINA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("VITRINA_REQUESTS_PER_SECOND", "1000")
    monkeypatch.setenv("VITRINA_REQUEST_BURST", "10000")
    return monkeypatch


def test_the_command_prints_a_table_of_what_it_brought(in_environment, capsys):
    assert main(["pull"]) == 0
    out, err = capsys.readouterr()
    assert re.search(r"Сделки +320 +\d+ +\d+,\d", out)
    assert re.search(r"Всего +\d\s\d{3}", out)
    assert "Готово за" in out
    assert "Лиды: 260 строк" in err.replace("\u00a0", " ")


def test_the_command_speaks_english_when_it_is_told_to(in_environment, capsys):
    in_environment.setenv("VITRINA_LANGUAGE", "en")
    assert main(["pull"]) == 0
    out, err = capsys.readouterr()
    assert re.search(r"Deals +320", out)
    assert not re.search("[А-Яа-я]", out + err)


def test_the_command_says_what_is_absent_and_still_ends_well(in_environment, served, capsys):
    served.faults = Faults(missing_scopes={"telephony"})
    assert main(["pull"]) == 0
    assert "Звонки: не выгружено." in capsys.readouterr().out


def test_the_command_fails_with_one_sentence_and_no_secret(in_environment, served, capsys):
    served.faults = Faults(missing_scopes={"crm"})
    assert main(["pull"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip().splitlines()[-1].startswith("Лиды: ")
    assert "Traceback" not in err
    assert SECRET not in err


def test_the_command_without_a_webhook_says_how_to_set_one(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VITRINA_WEBHOOK_URL", raising=False)
    assert main(["pull"]) == 1
    assert "VITRINA_WEBHOOK_URL" in capsys.readouterr().err


def test_the_command_takes_no_arguments_it_does_not_know(in_environment, capsys):
    with pytest.raises(SystemExit):
        main(["pull", "--everything"])
    assert "--everything" in capsys.readouterr().err


def test_the_demo_company_is_pulled_whole(story_portal, demo_settings):
    manifest = manifest_of(demo_settings)
    assert {state.status for state in manifest.entities.values()} == {"complete"}
    assert manifest.notes == ()
    with story_portal.lock:
        for entity in ("leads", "deals", "activities", "lead_stage_history", "deal_stage_history", "calls"):
            rows = story_portal.company.rows(entity, Span())
            assert ids(demo_settings, entity) == [int(row["ID"]) for row in rows]
