"""Rows of a portal as it sends them, one call each, for tests that say rows in → whole rows out.

As of 23 November 2026, 12:00 in Moscow; moments are given as "2026-11-02 10:00" there. Two departments: 1 "Продажи" and
3 "Опт" below it; people 7 Петров Иван (3), 8 Сидорова Анна (1), 9 Уволенный Пётр (1, dismissed).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from inputs.plan.rows import NO_STEPS, STEPS, PlanKey, PlanRow, Step
from metrics.query import query
from metrics.query.filters import Filters
from metrics.warehouse.connection import Warehouse
from tests.metrics.conftest import make_facts, make_warehouse

Row = dict[str, Any]

NOVEMBER = {"period_from": dt.date(2026, 11, 1), "period_to": dt.date(2026, 11, 30)}

USERS = [
    {"ID": "7", "NAME": "Иван", "LAST_NAME": "Петров", "ACTIVE": True, "UF_DEPARTMENT": [3, 1]},
    {"ID": "8", "NAME": "Анна", "LAST_NAME": "Сидорова", "ACTIVE": True, "UF_DEPARTMENT": [1]},
    {"ID": "9", "NAME": "Пётр", "LAST_NAME": "Уволенный", "ACTIVE": False, "UF_DEPARTMENT": [1]},
]
DEPARTMENTS = [
    {"ID": "1", "NAME": "Продажи", "PARENT": "", "SORT": 500},
    {"ID": "3", "NAME": "Опт", "PARENT": "1", "SORT": 500},
]
FUNNELS = [{"ID": 0, "NAME": "Общая", "SORT": 300}, {"ID": 7, "NAME": "Опт", "SORT": 500}]
CURRENCIES = [
    {"CURRENCY": "RUB", "AMOUNT": "1.0000", "AMOUNT_CNT": "1", "BASE": "Y"},
    {"CURRENCY": "JPY", "AMOUNT": "55.1234", "AMOUNT_CNT": "100", "BASE": "N"},
]


SEMANTICS = {"CONVERTED": "S", "JUNK": "F", "WON": "S", "C7:WON": "S", "LOSE": "F"}


def status(number: int, dictionary: str, code: str, name: str, sort: int, **changed: Any) -> Row:
    return {
        "ID": str(number),
        "ENTITY_ID": dictionary,
        "STATUS_ID": code,
        "NAME": name,
        "SORT": str(sort),
        "SEMANTICS": SEMANTICS.get(code),
        **changed,
    }


STATUSES = [
    status(1, "STATUS", "NEW", "Новый", 10),
    status(2, "STATUS", "IN_PROCESS", "В работе", 20, SEMANTICS=""),
    status(3, "STATUS", "CONVERTED", "Качественный", 30),
    status(4, "STATUS", "JUNK", "Брак", 40),
    status(5, "SOURCE", "CALL", "Звонок", 10),
    status(6, "SOURCE", "WEB", "Сайт", 20),
    status(7, "DEAL_STAGE", "NEW", "Новая", 10),
    status(8, "DEAL_STAGE", "TALK", "Переговоры", 20),
    status(9, "DEAL_STAGE", "WON", "Успех", 30),
    status(10, "DEAL_STAGE", "LOSE", "Провал", 40),
    status(11, "DEAL_STAGE_7", "C7:NEW", "Заявка", 10),
    status(12, "DEAL_STAGE_7", "C7:WON", "Отгружено", 20),
]


def moment(told: str | None) -> str | None:
    """ "2026-11-02 10:00" in Moscow as the portal writes it; what says nothing stays as it is."""
    return f"{told.replace(' ', 'T')}:00+03:00" if told else told


def lead(number: int, stage: str = "NEW", created: str = "2026-11-02 10:00", **changed: Any) -> Row:
    return {
        "ID": str(number),
        "TITLE": f"Лид {number}",
        "STATUS_ID": stage,
        "STATUS_SEMANTIC_ID": SEMANTICS.get(stage, "P"),
        "SOURCE_ID": "CALL",
        "ASSIGNED_BY_ID": "7",
        "OPPORTUNITY": "100.00",
        "CURRENCY_ID": "RUB",
        "DATE_CREATE": moment(created),
        "DATE_CLOSED": "",
        "MOVED_TIME": moment(created),
        **changed,
    }


def deal(number: int, stage: str = "NEW", created: str = "2026-11-02 10:00", closed: str = "", **changed: Any) -> Row:
    """A deal; `closed` is a day, written as the portal writes CLOSEDATE."""
    return {
        "ID": str(number),
        "TITLE": f"Сделка {number}",
        "CATEGORY_ID": "7" if stage.startswith("C7:") else "0",
        "STAGE_ID": stage,
        "STAGE_SEMANTIC_ID": SEMANTICS.get(stage, "P"),
        "IS_RECURRING": "N",
        "SOURCE_ID": "WEB",
        "ASSIGNED_BY_ID": "7",
        "OPPORTUNITY": "1000.00",
        "CURRENCY_ID": "RUB",
        "DATE_CREATE": moment(created),
        "CLOSEDATE": f"{closed}T03:00:00+03:00" if closed else "",
        "MOVED_TIME": moment(created),
        **changed,
    }


def activity(number: int, provider: str = "CRM_TODO", start: str = "2026-11-03 12:00", **changed: Any) -> Row:
    """A completed activity of employee 7 that stands with deal 1."""
    return {
        "ID": str(number),
        "OWNER_ID": "1",
        "OWNER_TYPE_ID": "2",
        "TYPE_ID": "6",
        "PROVIDER_ID": provider,
        "DIRECTION": "2",
        "COMPLETED": "Y",
        "RESPONSIBLE_ID": "7",
        "CREATED": moment(start),
        "START_TIME": moment(start),
        "END_TIME": moment(start),
        "DEADLINE": "9999-12-31T00:00:00+03:00",
        **changed,
    }


def lead_entry(number: int, lead_id: int, stage: str, at: str, kind: int = 2) -> Row:
    return {
        "ID": number,
        "TYPE_ID": kind,
        "OWNER_ID": lead_id,
        "CREATED_TIME": moment(at),
        "STATUS_ID": stage,
        "STATUS_SEMANTIC_ID": SEMANTICS.get(stage, "P"),
    }


def deal_entry(number: int, deal_id: int, stage: str, at: str, kind: int = 2, *, funnel: int = 0) -> Row:
    return {
        "ID": str(number),
        "TYPE_ID": str(kind),
        "OWNER_ID": str(deal_id),
        "CREATED_TIME": moment(at),
        "CATEGORY_ID": str(funnel),
        "STAGE_ID": stage,
        "STAGE_SEMANTIC_ID": SEMANTICS.get(stage, "P"),
    }


def planned(
    month: str,
    employee: int = 7,
    funnel: int = 0,
    amount: str | None = None,
    count: int | None = None,
    steps: Iterable[tuple[int | None, str | None]] = (),
) -> PlanRow:
    """A row of the plan of "2026-11"; steps are of (deals, bonus)."""
    told = (Step(deals, None if bonus is None else Decimal(bonus)) for deals, bonus in steps)
    key = PlanKey(dt.date.fromisoformat(f"{month}-01"), employee, funnel)
    return PlanRow(key, None if amount is None else Decimal(amount), count, (*told, *NO_STEPS)[:STEPS])


def portal(folder: Path, told: Mapping[str, Any] | None = None, **rows: Any) -> Warehouse:
    """A warehouse of the rows given over the dictionaries above; ``told`` are settings and snapshots' own."""
    return make_warehouse(folder, {**_dictionaries(), **rows}, **(told or {}))


def portal_facts(folder: Path, told: Mapping[str, Any] | None = None, **rows: Any) -> Warehouse:
    """As `portal`, without the views of the reports: for tests that read facts alone."""
    return make_facts(folder, {**_dictionaries(), **rows}, **(told or {}))


def _dictionaries() -> dict[str, list[Row]]:
    return {
        "users": USERS,
        "departments": DEPARTMENTS,
        "funnels": FUNNELS,
        "statuses": STATUSES,
        "currencies": CURRENCIES,
    }


def ask(warehouse: Warehouse, view: str, *, plan: Iterable[PlanRow] | None = None, **filters: Any) -> list[Row]:
    """The rows of a view, in November 2026 unless told otherwise, by key; ``plan`` is one that nobody has saved."""
    table = query.rows(warehouse, view, Filters(**{**NOVEMBER, **filters}), plan=plan)
    return sorted(table.records(), key=lambda row: [str(value) for value in row.values()])


def column(warehouse: Warehouse, view: str, name: str, **filters: Any) -> list[Any]:
    return [row[name] for row in ask(warehouse, view, **filters)]


def fact(warehouse: Warehouse, table: str, *columns: str) -> list[Row]:
    """The rows of a fact by its first column told, those columns alone."""
    cursor = warehouse.cursor()
    rows = cursor.table(table).project(", ".join(columns)).order(", ".join(columns)).fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]
