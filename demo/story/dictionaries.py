"""The company's dictionaries: departments, funnels, stages, sources and currencies, as the portal sends them."""

from dataclasses import dataclass

from demo.company import Row

RUSSIA, CONTRACTS, ABROAD, STORAGE = 0, 3, 7, 9  # funnels
OFFICE, SALES, INTERNATIONAL, WAREHOUSE, CARE, CONTACT = 1, 3, 5, 7, 9, 11  # departments

LEAD_PATH = ("NEW", "IN_PROCESS", "UC_NEED", "UC_CHECK", "UC_RATE", "UC_LIMIT", "UC_OFFER", "CONVERTED")
SELDOM = {"UC_CHECK": 0.12, "UC_LIMIT": 0.08}  # lead stages that are mostly jumped over, and how often they are not
JUNK, DUPLICATE = "JUNK", "UC_DOUBLE"

USD_RATE = 91.5


@dataclass(frozen=True)
class Funnel:
    """A funnel of deals. ``agreed`` is the place in ``path`` before which the client decides."""

    number: int
    name: str
    path: tuple[str, ...]
    lost: tuple[str, ...]
    agreed: int
    median_days: float
    median_sum: float
    win: float

    def stage(self, name: str) -> str:
        """A stage as deals carry it: ``C7:WON``; without a prefix in the default funnel."""
        return f"C{self.number}:{name}" if self.number else name


_STAGES: dict[int, tuple[tuple[str, str], ...]] = {
    RUSSIA: (
        ("NEW", "Новая заявка"),
        ("PREPARATION", "Расчёт ставки"),
        ("PREPAYMENT_INVOICE", "Согласование условий"),
        ("EXECUTING", "Подача транспорта"),
        ("UC_TRANSIT", "Груз в пути"),
        ("FINAL_INVOICE", "Документы и оплата"),
        ("WON", "Рейс закрыт"),
        ("LOSE", "Отказ клиента"),
        ("APOLOGY", "Не сошлись в цене"),
    ),
    CONTRACTS: (
        ("NEW", "Подготовка договора"),
        ("PREPARATION", "Согласование юристами"),
        ("EXECUTING", "На подписи у клиента"),
        ("WON", "Договор подписан"),
        ("LOSE", "Не подписан"),
    ),
    ABROAD: (
        ("NEW", "Новый запрос"),
        ("PREPARATION", "Расчёт маршрута"),
        ("PREPAYMENT_INVOICE", "Согласование условий"),
        ("UC_CUSTOMS", "Таможенные документы"),
        ("EXECUTING", "Перевозка"),
        ("FINAL_INVOICE", "Закрывающие документы"),
        ("WON", "Груз доставлен"),
        ("LOSE", "Отказ клиента"),
        ("APOLOGY", "Не сошлись в цене"),
    ),
    STORAGE: (
        ("NEW", "Новый запрос"),
        ("UC_TOUR", "Осмотр склада"),
        ("PREPARATION", "Расчёт тарифа"),
        ("EXECUTING", "Размещение груза"),
        ("WON", "Груз на хранении"),
        ("LOSE", "Отказ клиента"),
    ),
}

FUNNELS: dict[int, Funnel] = {
    funnel.number: funnel
    for funnel in (
        Funnel(
            RUSSIA,
            "Перевозки по России",
            ("NEW", "PREPARATION", "PREPAYMENT_INVOICE", "EXECUTING", "UC_TRANSIT", "FINAL_INVOICE", "WON"),
            ("LOSE", "APOLOGY"),
            agreed=3,
            median_days=18,
            median_sum=150_000,
            win=0.33,
        ),
        Funnel(
            CONTRACTS,
            "Договоры",
            ("NEW", "PREPARATION", "EXECUTING", "WON"),
            ("LOSE",),
            agreed=3,
            median_days=10,
            median_sum=0,
            win=0.72,
        ),
        Funnel(
            ABROAD,
            "Международные перевозки",
            ("NEW", "PREPARATION", "PREPAYMENT_INVOICE", "UC_CUSTOMS", "EXECUTING", "FINAL_INVOICE", "WON"),
            ("LOSE", "APOLOGY"),
            agreed=3,
            median_days=31,
            median_sum=480_000,
            win=0.29,
        ),
        Funnel(
            STORAGE,
            "Склад и хранение",
            ("NEW", "UC_TOUR", "PREPARATION", "EXECUTING", "WON"),
            ("LOSE",),
            agreed=3,
            median_days=23,
            median_sum=230_000,
            win=0.34,
        ),
    )
}

_LEAD_STAGES = (
    ("NEW", "Новый", ""),
    ("IN_PROCESS", "Взят в работу", ""),
    ("UC_NEED", "Выяснение потребности", ""),
    ("UC_CHECK", "Проверка безопасности", ""),
    ("UC_RATE", "Расчёт ставки", ""),
    ("UC_LIMIT", "Проверка кредитного лимита", ""),
    ("UC_OFFER", "Предложение отправлено", ""),
    ("CONVERTED", "Качественный лид", "S"),
    (JUNK, "Некачественный лид", "F"),
    (DUPLICATE, "Дубль или спам", "F"),
)

_SOURCES = (
    ("CALL", "Входящий звонок"),
    ("WEBFORM", "Заявка с сайта"),
    ("ADVERTISING", "Яндекс Директ"),
    ("UC_EXCHANGE", "Биржа грузов"),
    ("RECOMMENDATION", "Рекомендация"),
    ("TRADE_SHOW", "Выставка"),
    ("EMAIL", "Письмо на почту"),
    ("UC_TELEGRAM", "Чат в Telegram"),
    ("PARTNER", "Партнёрская программа"),  # nobody has come from it yet
)

_DEPARTMENTS = (
    (OFFICE, "Северный коридор", None, 100),
    (SALES, "Отдел продаж", OFFICE, 200),
    (INTERNATIONAL, "Группа международных перевозок", SALES, 210),
    (WAREHOUSE, "Отдел складских услуг", OFFICE, 300),
    (CARE, "Отдел сопровождения", OFFICE, 400),
    (CONTACT, "Контакт-центр", OFFICE, 500),
)


def departments() -> list[Row]:
    """Rows of department.get: the company itself and its five departments, one of them within another."""
    rows = []
    for number, name, parent, sort in _DEPARTMENTS:
        row: Row = {"ID": str(number), "NAME": name, "SORT": sort}
        rows.append(row if parent is None else {**row, "PARENT": str(parent)})
    return rows


def funnels() -> list[Row]:
    """Rows of crm.category.list."""
    return [
        {
            "id": funnel.number,
            "name": funnel.name,
            "sort": 100 + 100 * place,
            "entityTypeId": 2,
            "isDefault": "N" if funnel.number else "Y",
        }
        for place, funnel in enumerate(FUNNELS.values())
    ]


def currencies() -> list[Row]:
    """Rows of crm.currency.list: the rouble and the dollar."""
    return [
        {"CURRENCY": "RUB", "AMOUNT": "1.0000", "AMOUNT_CNT": "1", "BASE": "Y", "SORT": "100"},
        {"CURRENCY": "USD", "AMOUNT": f"{USD_RATE:.4f}", "AMOUNT_CNT": "1", "BASE": "N", "SORT": "200"},
    ]


def statuses() -> list[Row]:
    """Rows of crm.status.list: lead stages, sources and the stages of every funnel."""
    found: list[tuple[str, str, str, str, str | None]] = [
        ("STATUS", name, title, semantics, None) for name, title, semantics in _LEAD_STAGES
    ]
    found += [("SOURCE", name, title, "", None) for name, title in _SOURCES]
    for funnel in FUNNELS.values():
        entity = f"DEAL_STAGE_{funnel.number}" if funnel.number else "DEAL_STAGE"
        for name, title in _STAGES[funnel.number]:
            semantics = "S" if name == "WON" else "F" if name in funnel.lost else ""
            category = str(funnel.number) if funnel.number else None
            found.append((entity, funnel.stage(name), title, semantics, category))
    return _status_rows(found)


def _status_rows(found: list[tuple[str, str, str, str, str | None]]) -> list[Row]:
    rows: list[Row] = []
    places: dict[str, int] = {}
    for number, (entity, status, title, semantics, category) in enumerate(found, start=101):
        places[entity] = places.get(entity, 0) + 10
        rows.append(
            {
                "ID": str(number),
                "ENTITY_ID": entity,
                "STATUS_ID": status,
                "NAME": title,
                "NAME_INIT": "",
                "SORT": str(places[entity]),
                "SYSTEM": "N" if "UC_" in status else "Y",
                "CATEGORY_ID": category,
                "SEMANTICS": semantics or None,
            }
        )
    return rows
