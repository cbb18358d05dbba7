"""The fields the company made for itself: what is carried and how, what it is insured for, and where leads want it."""

from demo.company import Row
from demo.story.world import lots

_CARGOES = ("Генеральный", "Сборный", "Рефрижераторный", "Опасный", "Негабаритный")
_TERMS = ("Гидроборт", "Ремни", "Пропуск в центр", "Боковая загрузка")
_REGIONS = ("Центр", "Северо-Запад", "Поволжье", "Урал", "Сибирь", "Юг")


def user_fields() -> list[Row]:
    """The fields as a portal describes them; TABLE says whose they are."""
    return [
        _field("deals", "UF_CRM_CARGO", "enumeration", "Тип груза", items=_items(40, _CARGOES)),
        _field("deals", "UF_CRM_TERMS", "enumeration", "Особые условия", items=_items(60, _TERMS), isMultiple=True),
        _field("deals", "UF_CRM_INSURED", "money", "Страховая стоимость"),
        _field("leads", "UF_CRM_REGION", "string", "Регион доставки"),
    ]


def of_deal(number: int) -> Row:
    """The values of a deal; an empty list is false, as portals send it."""
    draw = lots("deal fields", number)
    terms = [entry["ID"] for entry in _items(60, _TERMS) if draw.random() < 0.2]
    return {
        "UF_CRM_CARGO": draw.choice([entry["ID"] for entry in _items(40, _CARGOES)]) if draw.random() < 0.9 else "",
        "UF_CRM_TERMS": [int(term) for term in terms] or False,
        "UF_CRM_INSURED": f"{draw.randrange(1, 60) * 50_000}|RUB" if draw.random() < 0.3 else "",
    }


def of_lead(number: int) -> Row:
    """The values of a lead."""
    draw = lots("lead fields", number)
    return {"UF_CRM_REGION": draw.choice(_REGIONS) if draw.random() < 0.6 else None}


def _field(table: str, name: str, kind: str, label: str, **more: object) -> Row:
    return {"TABLE": table, "NAME": name, "type": kind, "isMultiple": False, "listLabel": label, **more}


def _items(first: int, names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"ID": str(number), "VALUE": name} for number, name in enumerate(names, first)]
