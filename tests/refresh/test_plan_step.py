"""The plan's step of a refresh: the linked sheet is read, and a sheet that fails does not fail the refresh."""

import datetime as dt

import pytest
from pydantic import SecretStr

from crm.pull.progress import PullReport
from demo.plan import write_plan
from demo.story.people import PEOPLE, user
from inputs.plan import google
from inputs.plan.files import read_file
from inputs.plan.store import PlanStore, plan_path
from language import Message
from refresh.demo_settings import for_demo
from refresh.plan_step import refresh_plan
from refresh.refresh import refresh, status
from tests.inputs.plan.plans import planned
from tests.inputs.plan.sheets_server import EMAIL, URL, SheetsServer
from tests.metrics.conftest import company, settings_of
from tests.snapshot_rows import write_snapshots

NOVEMBER = dt.date(2026, 11, 1)
SUM = "План, сумма"


@pytest.fixture
def server():
    with SheetsServer() as running:
        yield running


@pytest.fixture
def settings(server, tmp_path, monkeypatch):
    monkeypatch.setattr(google, "QUOTA_WAITS", ())
    monkeypatch.setattr(google, "READ_WAITS", ())
    told = settings_of(tmp_path, plan_sheet_url=URL, google_service_account_file=server.account_file(tmp_path))
    write_snapshots(told.snapshots_dir, company())
    return told


def refreshed(settings, during=lambda: None):
    """Refresh without a portal; ``during`` happens while it is asked. What was noticed; how often it was published."""
    heard, built = [], []

    def open_pull(*_):
        def pull(_):
            during()
            return PullReport("2026-11-23T12:00:00+03:00", (), (), 1, 0.0)

        return pull

    stale = iter([False, True, True, False])
    refresh(settings, open_pull=open_pull, build=built.append, is_stale=lambda _: next(stale), on_notice=heard.append)
    return heard, len(built)


def stored(settings):
    return PlanStore(plan_path(settings)).rows()


def test_a_figure_typed_in_the_linked_sheet_is_the_plan_before_the_portal_is_asked(server, settings):
    refreshed(settings)
    sheet = server.sheet("План 2026")
    sheet.type(sheet.where("Месяц", "2026-11")[SUM], "1 500 000 ₽")
    seen = []
    assert refreshed(settings, lambda: seen.append(stored(settings))) == ([], 2)
    employee = sheet.rows()[1][1]
    assert seen[0] == stored(settings) == (planned(NOVEMBER, employee, 0, 1_500_000),)


def test_a_damaged_file_of_the_plan_is_noticed_once_and_the_sheet_stands_for_it(server, settings):
    refreshed(settings)
    server.sheet("План 2026").type("F2", 1000)
    refreshed(settings)
    before = stored(settings)
    plan_path(settings).write_bytes(b"torn")
    heard, _ = refreshed(settings)
    assert ([notice.key for notice in heard], stored(settings)) == (["plan.store.put_aside"], before)
    assert refreshed(settings)[0] == []


def test_a_sheet_that_fails_is_noticed_and_the_rest_is_published(server, settings):
    refreshed(settings)
    sheet = server.sheet("План 2026")
    sheet.type("F2", 1000)
    refreshed(settings)
    before = stored(settings)
    server.faults = [["GET", 429, "Quota exceeded", 99]]
    notice = Message("plan.sheet.quota", email=EMAIL, status="429")
    assert refreshed(settings) == ([notice], 2)
    assert (status(settings).state, stored(settings), len(before)) == ("done", before, 1)
    assert [problem.key for problem in PlanStore(plan_path(settings)).problems()] == ["plan.sheet.quota"]


def demo(tmp_path):
    return for_demo(settings_of(tmp_path), "http://127.0.0.1:9/rest/1/nobodyhere/")


def story_plan(folder, last_year):
    """The rows of the file that the demo's plan is, everybody of the story known."""
    path = folder / "plan.csv"
    write_plan(path, last_year, {person.number: f"{person.last_name} {person.name}" for person in PEOPLE})
    reading = read_file(path)
    assert reading.problems == []
    return reading.rows


def give(settings):
    refresh_plan(settings, lambda notice: pytest.fail(notice.key))


def test_the_demo_company_is_given_a_plan_once_its_people_are_there(tmp_path):
    settings = demo(tmp_path)
    give(settings)
    assert stored(settings) == ()
    day = dt.date(2026, 11, 23)
    users = [user(person, day) for person in PEOPLE]
    columns = ("ID", "NAME", "LAST_NAME", "ACTIVE")
    rows = [{name: str(row[name]).lower() if name == "ACTIVE" else row[name] for name in columns} for row in users]
    write_snapshots(settings.snapshots_dir, {"users": rows})
    give(settings)
    assert stored(settings) == story_plan(tmp_path, 2027)
    PlanStore(plan_path(settings)).replace([])
    give(settings)
    assert stored(settings) == ()


def test_another_company_behind_the_demos_portal_is_given_none(tmp_path):
    settings = demo(tmp_path)
    write_snapshots(settings.snapshots_dir, company())
    give(settings)
    assert not plan_path(settings).exists()


def test_a_portals_company_is_given_none(tmp_path):
    settings = settings_of(tmp_path, webhook_url=SecretStr("https://acme.bitrix24.ru/rest/1/s3cr3tpassw0rd/"))
    write_snapshots(settings.snapshots_dir, company())
    give(settings)
    assert not plan_path(settings).exists()


def test_only_who_is_of_the_story_is_planned_for(tmp_path):
    path = tmp_path / "plan.csv"
    known = {person.number: f"{person.last_name} {person.name}" for person in PEOPLE if person.number in (11, 15)}
    assert write_plan(path, 2026, {**known, 19: "Somebody Else"}) == len(read_file(path).rows) == 2 * 2 * 24
    assert {row.key.employee_id for row in read_file(path).rows} == {11, 15}
    assert write_plan(path, 2026, {19: "Somebody Else"}) == 0


def test_the_storys_plan_has_one_of_each_kind_that_a_report_must_show(tmp_path):
    plan = story_plan(tmp_path, 2026)
    rows = {(row.key.employee_id, row.key.funnel_id): row for row in plan if row.key.month == NOVEMBER}
    assert not any(employee == 43 for employee, _ in rows)
    assert (rows[11, 3].plan_sum, rows[11, 3].plan_count) == (None, 2)
    assert (rows[19, 0].plan_count, rows[5, 0].steps[0].count) == (None, None)
    assert [(step.count, step.bonus) for step in rows[11, 0].steps] == [(6, 15_000), (8, 30_000), (10, 60_000)]
    years = [plan[0].key.month, plan[-1].key.month]
    assert (years, plan) == ([dt.date(2025, 1, 1), dt.date(2026, 12, 1)], story_plan(tmp_path, 2026))


def test_the_figures_of_the_storys_plan_stay_what_the_reports_were_written_over(tmp_path):
    plan = story_plan(tmp_path, 2027)
    steps = [step for row in plan for step in row.steps]
    assert (len(plan), sum(row.plan_sum or 0 for row in plan)) == (971, 894_230_000)
    assert sum(row.plan_count or 0 for row in plan) == 2811
    assert (sum(step.count or 0 for step in steps), sum(step.bonus or 0 for step in steps)) == (8888, 30_296_000)
