"""What the story is told with: cities, cargoes, names of companies, campaigns. All invented."""

from random import Random

CITIES = (
    "Москва", "Санкт-Петербург", "Екатеринбург", "Казань", "Новосибирск", "Нижний Новгород", "Самара", "Ростов-на-Дону",
    "Краснодар", "Челябинск", "Уфа", "Пермь", "Воронеж", "Тюмень", "Омск", "Красноярск", "Ярославль", "Тула",
)  # fmt: skip
ABROAD_CITIES = (
    ("Казахстан", "Алматы"), ("Казахстан", "Астана"), ("Беларусь", "Минск"), ("Китай", "Шанхай"), ("Китай", "Гуанчжоу"),
    ("Турция", "Стамбул"), ("Узбекистан", "Ташкент"),
)  # fmt: skip
HOME = "Россия"

_CARGOES = (
    "20 т, тент", "10 т, рефрижератор", "паллеты, 12 мест", "сборный груз, 3 т", "оборудование, негабарит",
    "5 т, изотерм", "контейнер 40 футов", "мебель, 82 куба", "продукты, +2…+6", "трубы, 12 м", "кабель, 8 барабанов",
    "стройматериалы",
)  # fmt: skip
_STORED = (
    "120 паллетомест", "300 паллетомест", "холодный склад", "кросс-докинг", "стеллажи",
)  # fmt: skip

_FORMS = ("ООО", "ООО", "ООО", "АО", "ТД", "ГК")
_HEADS = (
    "Урал", "Волга", "Север", "Восток", "Агро", "Строй", "Пром", "Метал", "Лес", "Энерго", "Техно", "Хим", "Эко",
    "Гранд", "Альта", "Вектор", "Омега", "Сибирь", "Центр", "Балт", "Дон", "Полюс", "Старт", "Опт", "Евро", "Кама",
    "Рубин",
)  # fmt: skip
_TAILS = (
    "снаб", "торг", "маш", "сервис", "ресурс", "комплект", "продукт", "логистик", "инвест", "деталь", "трейд",
    "монтаж", "пласт", "кабель", "мебель", "текстиль", "фарм", "бетон", "упак", "прибор", "сталь", "фуд", "импорт",
    "кровля",
)  # fmt: skip
_PEOPLE = ("ИП Громов", "ИП Савельева", "ИП Ткачёв", "ИП Абрамова", "ИП Рябов", "ИП Куликова", "ИП Дёмин", "ИП Шилова")

CAMPAIGNS = ("perevozki_rf_poisk", "perevozki_rf_rsya", "kitay_kontejner", "sklad_msk", "refrizherator_2026")
TERMS = (
    "перевозка грузов цена",
    "грузоперевозки по россии",
    "доставка из китая",
    "аренда склада",
    "рефрижератор заказать",
)
_MARKS = ("UTM_SOURCE", "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT", "UTM_TERM")


def company_title(draw: Random, number: int) -> str:
    """A name for company ``number``; it may come twice, as in life."""
    if draw.random() < 0.07:
        return f"{draw.choice(_PEOPLE)} {draw.choice('АВДЕИКМНОПС')}. {draw.choice('АВДЕИКМНОПС')}."
    middle = draw.choice(("", "", "", "-" + str(1 + number % 9)))
    return f"{draw.choice(_FORMS)} «{draw.choice(_HEADS)}{draw.choice(_TAILS)}{middle}»"


def route_title(draw: Random, abroad: bool) -> str:
    """What is carried from where to where."""
    origin = draw.choice(ABROAD_CITIES)[1] if abroad else draw.choice(CITIES)
    target = draw.choice([city for city in CITIES if city != origin])
    return f"{origin} — {target}, {draw.choice(_CARGOES)}"


def storage_title(draw: Random) -> str:
    """What is to be stored."""
    return f"Склад: {draw.choice(_STORED)}"


def place(draw: Random, abroad: bool) -> tuple[str, str]:
    """Country and city; Moscow and the capital of the north come more often."""
    if abroad and draw.random() < 0.45:
        return draw.choice(ABROAD_CITIES)
    return HOME, CITIES[min(int(draw.expovariate(0.28)), len(CITIES) - 1)]


def marks(draw: Random, source: str) -> dict[str, str | None]:
    """The five UTM marks of a lead from this source; most sources have none."""
    values: tuple[str | None, ...] = (None,) * 5
    if source == "ADVERTISING":
        choice = min(int(draw.expovariate(0.7)), len(CAMPAIGNS) - 1)
        content = f"ad_{draw.randrange(1, 5)}"
        values = ("yandex", "cpc", CAMPAIGNS[choice], content, TERMS[(choice + draw.randrange(2)) % len(TERMS)])
    elif source == "WEBFORM" and draw.random() < 0.35:
        values = draw.choice((("vk", "social", "perevozki_rf", None, None), ("yandex", "organic", None, None, None)))
    elif source == "UC_TELEGRAM" and draw.random() < 0.6:
        values = ("telegram", "social", draw.choice(("logist_chat", "kanal_sklad")), None, None)
    elif source == "EMAIL" and draw.random() < 0.25:
        values = ("newsletter", "email", draw.choice(("vesna_2026", "osen_2025", "osen_2026")), None, None)
    return dict(zip(_MARKS, values, strict=True))
