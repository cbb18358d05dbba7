"""A warehouse out of plain rows, without a portal."""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from crm.settings import Settings, load_settings
from inputs.plan.store import PlanStore, plan_path
from metrics.query import query
from metrics.warehouse import build as build_module
from metrics.warehouse.connection import Warehouse
from metrics.warehouse.publish import build, open_current
from tests.snapshot_rows import write_snapshots

NOW = dt.datetime(2026, 11, 23, 9, 5, tzinfo=dt.UTC)
Rows = Mapping[str, Iterable[Mapping[str, Any]]]
Make = Callable[..., Warehouse]

PEOPLE = [
    {"ID": "7", "NAME": "Иван", "LAST_NAME": "Петров", "ACTIVE": "Y", "UF_DEPARTMENT": "[1]"},
    {"ID": "8", "NAME": "Анна", "LAST_NAME": "=1+1", "ACTIVE": "Y", "UF_DEPARTMENT": "[1]"},
]
STATUSES = [
    {"ID": "1", "ENTITY_ID": "STATUS", "STATUS_ID": "NEW", "NAME": "Новый", "SORT": "10", "SEMANTICS": None},
    {
        "ID": "2",
        "ENTITY_ID": "STATUS",
        "STATUS_ID": "CONVERTED",
        "NAME": "Качественный",
        "SORT": "20",
        "SEMANTICS": "S",
    },
    {"ID": "3", "ENTITY_ID": "DEAL_STAGE", "STATUS_ID": "NEW", "NAME": "Новая", "SORT": "10", "SEMANTICS": None},
    {"ID": "4", "ENTITY_ID": "DEAL_STAGE", "STATUS_ID": "WON", "NAME": "Успех", "SORT": "20", "SEMANTICS": "S"},
    {"ID": "5", "ENTITY_ID": "SOURCE", "STATUS_ID": "CALL", "NAME": "Звонок", "SORT": "10", "SEMANTICS": None},
]


def deal(number: int, **changed: Any) -> dict[str, Any]:
    """A won deal of employee 7, created on 2 November 2026 and closed on the 10th, of 1000.50."""
    return {
        "ID": str(number),
        "TITLE": f"Сделка {number}",
        "CATEGORY_ID": "0",
        "STAGE_ID": "WON",
        "STAGE_SEMANTIC_ID": "S",
        "IS_RECURRING": "N",
        "OPPORTUNITY": "1000.50",
        "CURRENCY_ID": "RUB",
        "ASSIGNED_BY_ID": "7",
        "DATE_CREATE": "2026-11-02T10:00:00+03:00",
        "DATE_MODIFY": "2026-11-10T10:00:00+03:00",
        "CLOSEDATE": "2026-11-10T03:00:00+03:00",
        "SOURCE_ID": "CALL",
        **changed,
    }


def company(**changed: Any) -> dict[str, Any]:
    """The rows of a small company: two people, two won deals and one in work, a lead."""
    rows = {
        "users": PEOPLE,
        "departments": [{"ID": "1", "NAME": "Продажи", "PARENT": None, "SORT": "10"}],
        "funnels": [{"ID": "0", "NAME": "Общая", "SORT": "10", "IS_DEFAULT": "Y"}],
        "statuses": STATUSES,
        "currencies": [{"CURRENCY": "RUB", "AMOUNT": "1", "AMOUNT_CNT": "1", "BASE": "Y"}],
        "deals": [
            deal(1),
            deal(2, ASSIGNED_BY_ID="8", TITLE="=HYPERLINK(1)"),
            deal(3, STAGE_ID="NEW", STAGE_SEMANTIC_ID="P", CLOSEDATE="", OPPORTUNITY="-5"),
        ],
        "leads": [
            {
                "ID": "1",
                "TITLE": "Лид",
                "STATUS_ID": "NEW",
                "STATUS_SEMANTIC_ID": "P",
                "SOURCE_ID": "CALL",
                "ASSIGNED_BY_ID": "7",
                "DATE_CREATE": "2026-11-03T10:00:00+03:00",
                "CURRENCY_ID": "RUB",
                "OPPORTUNITY": "10",
            }
        ],
    }
    return {**rows, **changed}


def make_warehouse(folder: Path, rows: Rows, *, now: dt.datetime = NOW, **told: Any) -> Warehouse:
    """Publish ``rows`` as snapshots under ``folder``, build and open; ``told`` goes to settings and snapshots.

    ``plan`` among them are rows of the sales plan.
    """
    plan = told.pop("plan", ())
    names = ("as_of", "origin", "absent", "coming", "pull_id", "seen_rates")
    of_snapshots = {name: told.pop(name) for name in names if name in told}
    settings = settings_of(folder, **told)
    write_snapshots(settings.snapshots_dir, rows, **of_snapshots)
    if plan:
        PlanStore(plan_path(settings)).replace(plan)
    build(settings, now=now)
    return open_current(settings.warehouse_dir)


def make_facts(folder: Path, rows: Rows, **told: Any) -> Warehouse:
    """As `make_warehouse`, without the views of the reports, which take most of a build's time."""
    sql = folder / "sql_of_facts"
    sql.mkdir(parents=True)
    for path in build_module.SQL.iterdir():
        if path.name != "reports":
            (sql / path.name).symlink_to(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_module, "SQL", sql)
        return make_warehouse(folder, rows, **told)


def settings_of(folder: Path, **told: Any) -> Settings:
    """Settings over a folder of its own."""
    return load_settings(data_dir=folder, **told)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests is in force, and nobody's data folder is touched."""
    for name in list(os.environ):
        if name.startswith("VITRINA_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    query.clear_cache()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The small company's warehouse; nobody changes it."""
    return make_warehouse(tmp_path_factory.mktemp("small"), company())


TINY_SQL = {
    "staging/10_deals.sql": """
        create table stg_deals as
        select cast("ID" as bigint) as deal_id, try_cast(nullif("OPPORTUNITY", '') as decimal(18, 2)) as amount
        from raw_deals;
        create view failed_cast_checks as
        select
            'deals' as entity, 'OPPORTUNITY' as column_name,
            (select count(*) from raw_deals where nullif("OPPORTUNITY", '') is not null)
            - (select count(amount) from stg_deals) as failed
    """,
    "facts/10_deals.sql": """
        create table fact_deal as select * from stg_deals;
        create view build_summary as select 'RUB' as base_currency, cast(null as date) as first_day
    """,
    "scope.sql": "create view scope_deal as select * from fact_deal",
    "reports/10_deals.sql": "create view deal_count as select count(*) as deals from scope_deal",
}


@pytest.fixture
def tiny_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Scripts that build in no time stand for those of the reports, where a test asks how a file is published."""
    return use_tiny_sql(tmp_path / "tiny_sql", monkeypatch)


def use_tiny_sql(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write such scripts into ``folder`` and build from them as long as ``monkeypatch`` holds."""
    for name, text in TINY_SQL.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(build_module, "SQL", folder)
    return folder
