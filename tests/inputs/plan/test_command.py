"""``python -m crm plan import | export``: a plan from a file and into one, before and after a pull."""

import csv
import datetime as dt
import os

import duckdb
import pytest

from crm.__main__ import main
from crm.settings import load_settings
from crm.snapshots.store import Snapshots
from inputs.plan.people import NOBODY, Named, read_names
from inputs.plan.store import PlanStore, plan_path
from refresh.demo_settings import for_demo, with_data
from tests.inputs.plan.plans import NOVEMBER, OCTOBER, planned
from tests.snapshot_rows import write_snapshots

HEAD = "month,employee_id,employee,funnel_id,funnel,plan_sum,plan_count\n"


@pytest.fixture
def settings(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("VITRINA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITRINA_DATA_DIR", str(tmp_path / "data"))
    return load_settings()


def stored(settings):
    return PlanStore(plan_path(with_data(settings))).rows()


def test_import_replaces_the_months_of_the_file_and_keeps_the_others(settings, tmp_path, capsys):
    path = tmp_path / "p.csv"
    path.write_text(HEAD + "2026-10,5,,0,,100,2\n2026-11-01,5,,0,,7,\n", "utf-8")
    assert main(["plan", "import", str(path)]) == 0
    assert stored(settings) == (planned(OCTOBER, 5, 0, 100, 2), planned(NOVEMBER, 5, 0, 7))
    path.write_text(HEAD + "2026-10,6,,0,,1,\n", "utf-8")
    assert main(["plan", "import", str(path)]) == 0
    assert stored(settings) == (planned(OCTOBER, 6, 0, 1), planned(NOVEMBER, 5, 0, 7))
    path.write_text(HEAD + "2026-11,5,,0,,,\n", "utf-8")
    assert main(["plan", "import", str(path)]) == 0
    assert stored(settings) == (planned(OCTOBER, 6, 0, 1),)
    wheres = [plan_path(with_data(settings)), plan_path(settings)]
    assert capsys.readouterr().out.splitlines()[2:4] == [
        f"Принята 1 строка плана; месяцы: окт 2026. План лежит в {where}." for where in wheres
    ]


def test_before_anything_is_pulled_the_plan_is_there_for_whichever_company_comes(settings, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(HEAD + "2026-10,5,,0,,100,2\n", "utf-8")
    assert main(["plan", "import", str(path)]) == 0
    portal, demo = PlanStore(plan_path(settings)), PlanStore(plan_path(for_demo(settings)))
    assert portal.rows() == demo.rows() == (planned(OCTOBER, 5, 0, 100, 2),)
    pulled(settings)
    path.write_text(HEAD + "2026-10,5,,0,,7,\n", "utf-8")
    assert main(["plan", "import", str(path)]) == 0
    assert (portal.rows(), demo.rows()) == ((planned(OCTOBER, 5, 0, 7),), (planned(OCTOBER, 5, 0, 100, 2),))


def test_import_uses_what_it_can_and_tells_the_rest(settings, tmp_path, capsys):
    path = tmp_path / "p.csv"
    path.write_text(HEAD + "2026-10,5,,0,,много,2\n,5,,0,,7,\n", "utf-8")
    assert main(["plan", "import", str(path)]) == 0
    assert stored(settings) == (planned(OCTOBER, 5, 0, None, 2),)
    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in told] == ["F2", "A3"]
    assert [one.text("ru") for one in PlanStore(plan_path(with_data(settings))).problems()] == told


def test_a_file_that_gives_nothing_changes_nothing(settings, tmp_path, capsys):
    good, spoiled = tmp_path / "good.csv", tmp_path / "spoiled.csv"
    good.write_text(HEAD + "2026-10,5,,0,,100,\n", "utf-8")
    spoiled.write_text(HEAD + "2026-10,5,,0,,много,\n", "utf-8")
    assert main(["plan", "import", str(good)]) == 0
    capsys.readouterr()
    assert [main(["plan", "import", str(path)]) for path in (spoiled, tmp_path / "missing.csv")] == [1, 1]
    assert stored(settings) == (planned(OCTOBER, 5, 0, 100),)
    assert capsys.readouterr().err.splitlines() == [
        "F2: «много» — не число. Ячейка пропущена, остальное учтено.",
        f"{spoiled}: ни в одной строке нет месяца, сотрудника и воронки. План прежний.",
        f"{tmp_path / 'missing.csv'}: такого файла нет.",
    ]


def test_import_is_refused_while_a_sheet_is_linked(settings, tmp_path, capsys, monkeypatch):
    path = tmp_path / "p.csv"
    path.write_text(HEAD + "2026-10,5,,0,,100,\n", "utf-8")
    monkeypatch.setenv(
        "VITRINA_PLAN_SHEET_URL", "https://docs.google.com/spreadsheets/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ/edit"
    )
    assert main(["plan", "import", str(path)]) == 1
    assert (stored(settings), "Google" in capsys.readouterr().err) == ((), True)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_is_exported_can_be_imported_again(settings, tmp_path, suffix):
    rows = (planned(OCTOBER, 5, 0, "100.50", 2, (1, 10)), planned(NOVEMBER, 7, 3, None, 4))
    PlanStore(plan_path(with_data(settings))).replace(rows)
    path = tmp_path / f"out{suffix}"
    assert main(["plan", "export", str(path)]) == 0
    PlanStore(plan_path(with_data(settings))).replace([])
    assert main(["plan", "import", str(path)]) == 0
    assert stored(settings) == rows


def test_export_says_where_it_cannot_write(settings, tmp_path, capsys):
    targets = [tmp_path / "plan.pdf", tmp_path / "nowhere" / "plan.csv"]
    assert [main(["plan", "export", str(path)]) for path in targets] == [1, 1]
    told = capsys.readouterr().err.splitlines()
    assert [str(path) in line for path, line in zip(targets, told, strict=True)] == [True, True]


def test_without_a_plan_export_gives_the_months_empty_rows_with_names(settings, tmp_path, capsys):
    pulled(settings)
    path = tmp_path / "p.csv"
    assert main(["plan", "export", str(path)]) == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    assert {row[0] for row in rows} == {f"{dt.date.today():%Y-%m}"}
    assert [row[1:5] for row in rows] == [
        [person, name, funnel, title]
        for person, name in (("5", "Иванов Иван"), ("7", "Сотрудник 7"))
        for funnel, title in (("3", "Платная"), ("0", "Продажи"))
    ]
    assert main(["plan", "import", str(path)]) == 0
    assert stored(settings) == ()


def test_names_are_those_of_the_newest_pull_and_nobody_before_it(settings):
    assert read_names(settings) == NOBODY
    assert (NOBODY.employee(57), NOBODY.funnel(0)) == ("Сотрудник 57", "Воронка 0")
    pulled(settings)
    found = read_names(settings)
    assert found.employees == (Named(5, "Иванов Иван"), Named(9, "Петров", is_active=False), Named(7, "Сотрудник 7"))
    assert found.funnels == (Named(3, "Платная"), Named(0, "Продажи"))
    (users,) = Snapshots(settings.snapshots_dir).manifest().files("users")
    rows = duckdb.sql("select * replace (ID = '5' as is_deleted) from read_parquet(?)", params=[str(users)])
    rows.write_parquet(str(users.with_suffix(".new")))
    users.with_suffix(".new").replace(users)
    assert [person.id for person in read_names(settings).employees] == [9, 7]


def pulled(settings):
    """A portal with three users, one dismissed and one without a name, and two funnels in its own order."""
    users = [
        {"ID": "5", "NAME": "Иван", "LAST_NAME": "Иванов", "ACTIVE": "true"},
        {"ID": "7", "NAME": " ", "LAST_NAME": "", "ACTIVE": None},
        {"ID": "9", "NAME": "", "LAST_NAME": "Петров", "ACTIVE": "false"},
    ]
    funnels = [{"ID": "0", "NAME": "Продажи", "SORT": "300"}, {"ID": "3", "NAME": "Платная", "SORT": "100"}]
    write_snapshots(settings.snapshots_dir, {"users": users, "funnels": funnels})
