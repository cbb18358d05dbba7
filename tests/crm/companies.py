"""A company of plain rows, small enough to be counted and large enough to be paged."""

from datetime import timedelta
from typing import Any

from demo import TableCompany

DEALS, LEADS, ACTIVITIES, COMPANIES = 320, 260, 400, 70
OLD = "2025-02-01T10:00:00+03:00"
RECENT = "2026-10-01T10:00:00+03:00"
SECRET_TEXT = "what was said in confidence"


def small_company() -> TableCompany:
    """Every entity with rows; ids of activities have holes; the first 100 deals were not touched for a year."""
    tables: dict[str, list[dict[str, Any]]] = {
        "funnels": [{"id": 0, "name": "Продажи", "sort": 10, "isDefault": "Y"}, {"id": 7, "name": "Склад", "sort": 20}],
        "statuses": [_status(number) for number in range(1, 71)],
        "currencies": [{"CURRENCY": "RUB", "AMOUNT": "1.0000", "AMOUNT_CNT": "1", "BASE": "Y"}],
        "departments": [{"ID": str(n), "NAME": f"Отдел {n}", "PARENT": "1", "SORT": 500} for n in range(1, 64)],
        "users": [_user(number) for number in range(1, 121)],
        "companies": [_company(number) for number in range(1, COMPANIES + 1)],
        "leads": [_lead(number) for number in range(1, LEADS + 1)],
        "deals": [_deal(number) for number in range(1, DEALS + 1)],
        "activities": [_activity(number * 3) for number in range(1, ACTIVITIES + 1)],
        "lead_stage_history": [_history(number, LEADS) for number in range(1, 301)],
        "deal_stage_history": [_history(number, DEALS) for number in range(1, 401)],
        "calls": [_call(number) for number in range(1, 151)],
    }
    bindings = {("activity", 3): [{"entityTypeId": 2, "entityId": 5}, {"entityTypeId": 3, "entityId": 9}]}
    comments = {("deal", 200): [_comment(number) for number in range(1, 121)], ("lead", 7): [_comment(500)]}
    return TableCompany(tables, {"activity_bindings": bindings, "comments": comments})


def wait(company: TableCompany, **time: float) -> None:
    """Let time pass at the portal: ``hours=1``."""
    company.moment += timedelta(**time)


def change(company: TableCompany, table: str, number: int, **values: Any) -> None:
    """Make a record or change it as a portal does, which notes the moment."""
    moved = "LAST_UPDATED" if table == "activities" else "DATE_MODIFY"
    known = company.table(table).get(number) or {"ID": str(number), "DATE_CREATE": written(company)}
    company.table(table).put({**known, moved: written(company), **values})


def written(company: TableCompany) -> str:
    """The portal's clock as it stands in rows."""
    return company.now().isoformat(timespec="seconds")


def _status(number: int) -> dict[str, Any]:
    dictionary = ("STATUS", "SOURCE", "DEAL_STAGE", "DEAL_STAGE_7", "INDUSTRY")[number % 5]
    named = {"ENTITY_ID": dictionary, "STATUS_ID": str(number), "NAME": f"Стадия {number}"}
    return {"ID": str(number), **named, "SORT": str(number), "SEMANTICS": None}


def _user(number: int) -> dict[str, Any]:
    return {"ID": str(number), "NAME": "Анна", "LAST_NAME": "Ли", "ACTIVE": number % 9 != 0, "UF_DEPARTMENT": [1]}


def _company(number: int) -> dict[str, Any]:
    return {"ID": str(number), "TITLE": f"ООО {number}", "DATE_MODIFY": RECENT}


def _lead(number: int) -> dict[str, Any]:
    moments = {"DATE_CREATE": RECENT, "DATE_MODIFY": RECENT}
    return {"ID": str(number), "TITLE": f"Лид {number}", "STATUS_ID": "NEW", **moments}


def _deal(number: int) -> dict[str, Any]:
    moment = OLD if number <= 100 else RECENT
    moments = {"DATE_CREATE": moment, "DATE_MODIFY": moment}
    return {"ID": str(number), "TITLE": f"Сделка {number}", "STAGE_ID": "NEW", **moments}


def _activity(number: int) -> dict[str, Any]:
    completed = "N" if number <= 30 else "Y"
    moments = {"CREATED": RECENT, "LAST_UPDATED": RECENT}
    return {"ID": str(number), "OWNER_ID": "1", "OWNER_TYPE_ID": "2", "COMPLETED": completed, **moments}


def _history(number: int, owners: int) -> dict[str, Any]:
    return {"ID": number, "OWNER_ID": number % owners + 1, "TYPE_ID": 1, "CREATED_TIME": RECENT}


def _call(number: int) -> dict[str, Any]:
    length = {"CALL_DURATION": "95", "CALL_START_DATE": RECENT}
    told = {"PORTAL_USER_ID": "1", "CALL_TYPE": "1", "CALL_FAILED_CODE": "200", "PHONE_NUMBER": "+70000000000"}
    return {"ID": str(number), "CRM_ACTIVITY_ID": str(number * 3), **length, **told}


def _comment(number: int) -> dict[str, Any]:
    return {"ID": str(number), "CREATED": RECENT, "AUTHOR_ID": "1", "COMMENT": SECRET_TEXT}
