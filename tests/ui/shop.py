"""A small company of plain rows for pages: namesakes, hostile names, a tree of departments, more people than a table
shows at first. Its figures are easy to say: employee n has closed n deals of n × 1000 each."""

from pathlib import Path
from typing import Any

from crm.settings import load_settings
from metrics.warehouse.publish import build
from tests.snapshot_rows import ORIGIN, write_snapshots

SECRET = "k3ys3cr3tk3y"
WEBHOOK = f"http://127.0.0.1:9/rest/1/{SECRET}/"

PEOPLE = 30
HOSTILE = '<img src=x onerror="alert(1)"> [сюда](https://evil.example) **жирно** :red[нет] $x$'
NAMESAKE = "Иванов Иван"
NAMESAKES = (3, 4)
HOSTILE_ID = 5
WON_TOTAL = sum(n for n in range(1, PEOPLE + 1))


def shop() -> dict[str, list[dict[str, Any]]]:
    """Its tables, by the names of the snapshots."""
    return {
        "users": [_user(number) for number in range(1, PEOPLE + 1)],
        "departments": [
            {"ID": "1", "NAME": "Компания", "PARENT": None, "SORT": "10"},
            {"ID": "2", "NAME": "Розница", "PARENT": "1", "SORT": "20"},
            {"ID": "3", "NAME": "Опт", "PARENT": "1", "SORT": "30"},
        ],
        "funnels": [
            {"ID": "0", "NAME": "Общая", "SORT": "10", "IS_DEFAULT": "Y"},
            {"ID": "7", "NAME": "Сервис", "SORT": "20", "IS_DEFAULT": "N"},
        ],
        "statuses": [
            _status("1", "STATUS", "NEW", "Новый", None),
            _status("2", "STATUS", "CONVERTED", "Качественный", "S"),
            _status("3", "DEAL_STAGE", "NEW", "Новая", None),
            _status("4", "DEAL_STAGE", "WON", "Успех", "S"),
            _status("5", "DEAL_STAGE_7", "C7:NEW", "Новая", None),
            _status("6", "DEAL_STAGE_7", "C7:WON", "Успех", "S"),
            _status("7", "SOURCE", "CALL", "Звонок", None),
            _status("8", "SOURCE", "WEB", "Сайт", None),
        ],
        "currencies": [{"CURRENCY": "RUB", "AMOUNT": "1", "AMOUNT_CNT": "1", "BASE": "Y"}],
        "deals": [_deal(owner, turn) for owner in range(1, PEOPLE + 1) for turn in range(owner)],
        "leads": [_lead(number) for number in range(1, 41)],
        "activities": [_activity(owner, turn) for owner in range(1, PEOPLE) for turn in range(owner + 5)],
    }


def card(employee: int) -> str:
    """The address of an employee's card."""
    return f"{ORIGIN}/company/personal/user/{employee}/"


def _user(number: int) -> dict[str, Any]:
    last, first = ("Иванов", "Иван") if number in NAMESAKES else (f"Сотрудников{number:02}", "Пётр")
    if number == HOSTILE_ID:
        last, first = HOSTILE, ""
    department = "2" if number % 2 else "3"
    return {"ID": str(number), "NAME": first, "LAST_NAME": last, "ACTIVE": "Y", "UF_DEPARTMENT": f"[{department}]"}


def _status(number: str, entity: str, status: str, name: str, semantics: str | None) -> dict[str, Any]:
    row = {"ENTITY_ID": entity, "STATUS_ID": status, "NAME": name, "SORT": number, "SEMANTICS": semantics}
    return {"ID": number, **row}


def _deal(owner: int, turn: int) -> dict[str, Any]:
    number = owner * 100 + turn
    day = turn % 28 + 1
    month = 11 if turn % 2 and day < 23 else 10
    serviced = turn % 5 == 4
    return {
        "ID": str(number),
        "TITLE": f"Сделка {number}",
        "CATEGORY_ID": "7" if serviced else "0",
        "STAGE_ID": "C7:WON" if serviced else "WON",
        "STAGE_SEMANTIC_ID": "S",
        "IS_RECURRING": "N",
        "OPPORTUNITY": str(owner * 1000),
        "CURRENCY_ID": "RUB",
        "ASSIGNED_BY_ID": str(owner),
        "DATE_CREATE": f"2026-{month - 1:02}-{day:02}T10:00:00+03:00",
        "DATE_MODIFY": f"2026-{month:02}-{day:02}T10:00:00+03:00",
        "CLOSEDATE": f"2026-{month:02}-{day:02}T03:00:00+03:00",
        "SOURCE_ID": "WEB" if turn % 3 else "CALL",
    }


def _lead(number: int) -> dict[str, Any]:
    return {
        "ID": str(number),
        "TITLE": f"Лид {number}",
        "STATUS_ID": "NEW",
        "STATUS_SEMANTIC_ID": "P",
        "SOURCE_ID": "WEB",
        "ASSIGNED_BY_ID": str(number % PEOPLE + 1),
        "DATE_CREATE": f"2026-11-{number % 20 + 1:02}T10:00:00+03:00",
        "CURRENCY_ID": "RUB",
        "OPPORTUNITY": "10",
        "UTM_SOURCE": "yandex" if number % 2 else None,
        "ADDRESS_CITY": "Казань" if number % 4 else "Москва",
    }


def _activity(owner: int, turn: int) -> dict[str, Any]:
    day = turn % 22 + 1
    return {
        "ID": str(owner * 1000 + turn),
        "OWNER_ID": str(owner * 100),
        "OWNER_TYPE_ID": "2",
        "TYPE_ID": "2",
        "PROVIDER_ID": ("VOXIMPLANT_CALL", "CRM_EMAIL", "CRM_MEETING", "CRM_TODO")[turn % 4],
        "DIRECTION": "2",
        "COMPLETED": "Y",
        "RESPONSIBLE_ID": str(owner),
        "CREATED": f"2026-11-{day:02}T11:00:00+03:00",
        "START_TIME": f"2026-11-{day:02}T11:00:00+03:00",
        "END_TIME": f"2026-11-{day:02}T11:10:00+03:00",
        "LAST_UPDATED": f"2026-11-{day:02}T11:10:00+03:00",
    }


def build_shop(folder: Path) -> None:
    """Pull nothing, but publish the company's rows under a data folder and build its figures."""
    settings = load_settings(data_dir=folder, webhook_url=WEBHOOK)
    write_snapshots(settings.snapshots_dir, shop(), absent={"calls": "pull.unexplained"}, coming=["comments"])
    build(settings)
