"""People, departments, dictionaries and currencies of a nasty portal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.oracle.nasty.chance import Chance

Row = dict[str, Any]
UNKNOWN_EMPLOYEES = ("57", "901")
SOURCES = ("CALL", "WEB", "EMAIL", "ADS", "UC_X1", "10", "9", "GONE_SOURCE")
LEAD_STAGES = ("NEW", "IN_PROCESS", "PROCESSED", "UC_AAA", "CONVERTED", "JUNK", "UC_BAD")
DEAL_STAGES = ("NEW", "PREPARATION", "EXECUTING", "UC_MID", "WON", "LOSE", "APOLOGY")
SEMANTICS = {"CONVERTED": "S", "WON": "S", "JUNK": "F", "UC_BAD": "F", "LOSE": "F", "APOLOGY": "F"}
# 0 and 7 are whole; 9 has no funnel row and a dictionary without prefixes; 12 has a funnel row and no dictionary.
FUNNELS = (0, 7, 9, 12)
TYPES = (*["employee"] * 6, None, "", "extranet", "collaborator", "email")
DEPARTMENTS = (
    ("1", "Компания", ""),
    ("2", "Продажи", "1"),
    ("3", "Сервис", "1"),
    ("4", "Сервис, ночь", "3"),
    ("5", "Кольцо А", "6"),
    ("6", "Кольцо Б", "5"),
    ("7", "Продажи", "4"),
    ("8", "Сирота", "99"),
    ("10", "Сам себе", "10"),
)


def users(chance: Chance) -> list[Row]:
    """A dozen users: namesakes, the dismissed, the nameless; departments of every shape a portal sends."""
    shapes = ["[2]", "[3,2]", '["4"]', "[5]", "[6]", "[7]", "[8]", "[9]", "[10]", "false", "[]", None, "", "[1]"]
    names = [("Иван", "Петров"), ("Иван", "Петров"), ("Анна", ""), ("", "Ли"), ("", ""), ("Ольга", "Ёлкина")]
    rows = []
    for user in range(1, 15):
        name, last = chance.pick(names)
        rows.append(
            {
                "ID": str(user),
                "NAME": name or chance.pick(["", None]),
                "LAST_NAME": last,
                "ACTIVE": "false" if chance.happens(0.25) else "true",
                "UF_DEPARTMENT": chance.pick(shapes),
                "USER_TYPE": chance.pick(TYPES),
            }
        )
    return rows


def departments(chance: Chance) -> list[Row]:
    rows = [
        {"ID": key, "NAME": name, "PARENT": parent or chance.pick(["", None, "0"]), "SORT": "500"}
        for key, name, parent in DEPARTMENTS
    ]
    return [row for row in rows if row["ID"] != "7" or chance.happens(0.8)]


def statuses(chance: Chance) -> list[Row]:
    """Lead statuses, stages of each funnel, sources: orders shuffled, equal sorts after the first."""
    rows = _stages(chance, "STATUS", LEAD_STAGES, "")
    rows += _stages(chance, "DEAL_STAGE", DEAL_STAGES, "")
    rows += _stages(chance, "DEAL_STAGE_7", DEAL_STAGES, "C7:")
    rows += _stages(chance, "DEAL_STAGE_9", DEAL_STAGES, "")
    rows += [
        {"ENTITY_ID": "SOURCE", "STATUS_ID": source, "NAME": f"Источник {source}", "SORT": "10", "SEMANTICS": None}
        for source in SOURCES
        if source != "GONE_SOURCE"
    ]
    rows.append({"ENTITY_ID": "DEAL_TYPE", "STATUS_ID": "NEW", "NAME": "Тип", "SORT": "1", "SEMANTICS": "S"})
    return [{"ID": str(100 + at), **row} for at, row in enumerate(rows)]


def _stages(chance: Chance, entity: str, keys: tuple[str, ...], prefix: str) -> list[Row]:
    """Stages in an order that need not be that of their sorts, with equal sorts among them."""
    sorts = [chance.pick([10, 20, 20, 30, 40, 50, 60]) for _ in keys] if chance.happens(0.5) else range(10, 80, 10)
    return [
        {
            "ENTITY_ID": entity,
            "STATUS_ID": prefix + key,
            "NAME": f"{entity} {key}",
            "SORT": str(sort),
            "SEMANTICS": SEMANTICS.get(key) or chance.pick([None, ""]),
        }
        for key, sort in zip(keys, sorts, strict=True)
    ]


def funnels() -> list[Row]:
    return [
        {"ID": "0", "NAME": "Общая", "SORT": "300", "IS_DEFAULT": "Y"},
        {"ID": "7", "NAME": "Опт", "SORT": "100", "IS_DEFAULT": "N"},
        {"ID": "12", "NAME": "Без стадий", "SORT": "100", "IS_DEFAULT": "N"},
    ]


def currencies() -> list[Row]:
    rates = (
        ("RUB", "1.0000", "1", "Y"),
        ("USD", "68.7900", "1", "N"),
        ("JPY", "55.1234", "100", "N"),
        ("TEN", "1.0000", "10", "N"),
        ("HLF", "0.5000", "1", "N"),
        ("THR", "1.0000", "3", "N"),
        ("ZRO", "0.0000", "1", "N"),
        ("NCN", "2.0000", "0", "N"),
        ("NUL", None, "1", "N"),
        ("EMP", "2.0000", "", "N"),
    )
    return [dict(zip(("CURRENCY", "AMOUNT", "AMOUNT_CNT", "BASE"), rate, strict=True)) for rate in rates]


def seen_rates(dice: Chance, as_of: datetime, currencies: list[Row]) -> list[Row]:
    """What earlier pulls saw: rates that moved, vanished and came back, twice a day; at times another base."""
    rows: list[Row] = []
    pulls = dice.number(0, 8)
    others = dice.number(0, pulls) if dice.happens(0.3) else 0  # pulls that saw USD as the base
    ago = sorted((dice.number(0, 500 * 86400) for _ in range(pulls)), reverse=True)
    for number, own in enumerate(ago):
        soon = dice.happens(0.3) and number
        at = dice.written(as_of - timedelta(seconds=max(ago[number - 1] - 60, 0) if soon else own))
        for currency in currencies:
            if dice.happens(0.2):
                continue
            base = "USD" if number < others else "RUB"
            told = {"BASE": "Y" if currency["CURRENCY"] == base else "N"}
            if dice.happens(0.6):
                told["AMOUNT"] = dice.pick(["70.0000", "0.3333", "1.0000", "0", "", "91.5000", "12.34567891"])
                told["AMOUNT_CNT"] = dice.pick(["1", "1", "10", "100", ""])
            rows.append({**currency, **told, "pull_id": f"0000000000000{number}", "pulled_at": at})
    return rows


def responsible(chance: Chance) -> str | None:
    dice = chance.random.random()
    if dice < 0.05:
        return chance.pick([None, "", "0"])
    return chance.pick(UNKNOWN_EMPLOYEES) if dice < 0.12 else str(chance.number(1, 10))


def worker(chance: Chance) -> str | None:
    """Whoever did something; 11 and 12 seldom do anything and have no leads and no deals."""
    return chance.pick(["11", "12"]) if chance.happens(0.004) else responsible(chance)


def companies(chance: Chance) -> list[Row]:
    return [
        {
            "ID": str(company),
            "TITLE": chance.pick([f"Компания {company}", "ООО «Тёзка»"]),
            "ADDRESS_CITY": chance.pick(["Москва", " Казань", "казань", "", None, "Омск "]),
            "ADDRESS_COUNTRY": chance.pick(["Россия", " Россия ", "россия", "", None]),
            "DATE_MODIFY": chance.written(chance.moment()),
        }
        for company in range(1, 26)
    ]
