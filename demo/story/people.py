"""The people of the company and their habits: what the reports are to find out about each of them."""

from dataclasses import dataclass
from datetime import date

from demo.company import Row
from demo.story.dictionaries import (
    ABROAD,
    CARE,
    CONTACT,
    INTERNATIONAL,
    OFFICE,
    RUSSIA,
    SALES,
    STORAGE,
    WAREHOUSE,
)

UNLISTED = 57  # an integrator: responsible for a few records, but user.get does not know him


@dataclass(frozen=True)
class Season:
    """A time when somebody's success was another: factors from ``first`` on, until the next season."""

    first: date
    win: float = 1.0
    size: float = 1.0
    share: float = 1.0


@dataclass(frozen=True)
class Employee:
    """Somebody and their habits; 1.0 is the usual.

    ``share`` of the new work; ``pace``: contacts at each touch; ``win``: odds; ``size`` of deals; ``reaction``: how
    slowly a new lead is taken up; ``forgets``: the chance at each touch that a record is then left lying; ``plans``:
    the chance that a next step is put down. ``works_from`` and ``works_until`` bound the time they do anything;
    ``dismissed`` says that they left.
    """

    number: int
    last_name: str
    name: str
    department: int
    position: str
    funnels: tuple[int, ...] = ()
    share: float = 1.0
    pace: float = 1.0
    win: float = 1.0
    size: float = 1.0
    reaction: float = 1.0
    forgets: float = 0.012
    plans: float = 0.85
    seasons: tuple[Season, ...] = ()
    works_from: date = date(2024, 11, 1)
    works_until: date = date(9999, 1, 1)
    dismissed: bool = False

    def works(self, day: date) -> bool:
        """Whether they do anything on that day."""
        return self.works_from <= day < self.works_until

    def season(self, day: date) -> Season:
        """The factors in force on that day."""
        begun = [season for season in self.seasons if season.first <= day]
        return begun[-1] if begun else Season(date.min)


_HEAD, _SELLER, _KEEPER = "Руководитель отдела продаж", "Менеджер по продажам", "Менеджер складских услуг"
_CARER, _OPERATOR = "Менеджер сопровождения", "Оператор контакт-центра"
_ROAD, _WORLD, _STORE = (RUSSIA,), (ABROAD,), (STORAGE,)

BUSY, QUIET, FORGETFUL, MANY_SMALL, FEW_BIG, GONE, IDLE, FALLEN = 9, 11, 13, 17, 19, 23, 25, 27

PEOPLE: tuple[Employee, ...] = (
    Employee(1, "Морозов", "Андрей", OFFICE, "Генеральный директор"),
    Employee(5, "Ковалёва", "Ирина", SALES, _HEAD, (RUSSIA, ABROAD), share=0.25, pace=0.8, win=1.3, size=1.6),
    Employee(
        BUSY, "Ершов", "Павел", SALES, _SELLER, _ROAD, share=1.1, pace=2.5, win=0.34, size=0.55, reaction=0.5
    ),
    Employee(
        QUIET, "Белова", "Наталья", SALES, _SELLER, _ROAD,
        share=0.75, pace=0.25, win=1.75, size=3.4, forgets=0.004, plans=0.35,
    ),
    Employee(
        FORGETFUL, "Тарасов", "Денис", SALES, _SELLER, _ROAD, reaction=3.5, forgets=0.3, plans=0.3, win=0.9, pace=0.7
    ),
    Employee(15, "Соколова", "Анна", SALES, _SELLER, _ROAD, win=1.1),
    Employee(MANY_SMALL, "Гусев", "Роман", SALES, _SELLER, _ROAD, share=1.5, win=1.6, size=0.16),
    Employee(FEW_BIG, "Лебедев", "Игорь", SALES, _SELLER, _ROAD, share=0.5, win=1.25, size=7.0, pace=0.9),
    Employee(21, "Орлова", "Марина", SALES, _SELLER, _ROAD, win=1.05, pace=1.1),
    Employee(
        GONE, "Фомин", "Кирилл", SALES, _SELLER, _ROAD, works_until=date(2026, 8, 14), dismissed=True, win=0.8
    ),
    Employee(IDLE, "Жукова", "Полина", SALES, _SELLER, _ROAD, works_until=date(2026, 9, 21), share=0.7),
    Employee(
        FALLEN, "Никитин", "Сергей", INTERNATIONAL, _SELLER, _WORLD,
        seasons=(Season(date(2026, 6, 1), 3.0, 1.8, 1.9), Season(date(2026, 8, 24), 0.02, 0.7, 0.9)),
    ),
    Employee(29, "Ахметов", "Тимур", INTERNATIONAL, _SELLER, _WORLD),
    Employee(31, "Волкова", "Екатерина", INTERNATIONAL, _SELLER, _WORLD, win=1.15, pace=1.2),
    Employee(33, "Захаров", "Максим", WAREHOUSE, _KEEPER, _STORE),
    Employee(35, "Соколова", "Анна", WAREHOUSE, _KEEPER, _STORE, win=0.85, pace=1.15),
    Employee(37, "Крылов", "Артём", WAREHOUSE, _KEEPER, _STORE, win=1.1, forgets=0.03),
    Employee(39, "Павлова", "Светлана", CARE, _CARER, win=1.15),
    Employee(41, "Романова", "Юлия", CARE, _CARER),
    Employee(43, "Быков", "Виктор", CARE, _CARER, pace=0.75, forgets=0.04),
    Employee(45, "Алексеева", "Дарья", CONTACT, _OPERATOR, reaction=0.4, pace=1.2),
    Employee(47, "Ким", "Ольга", CONTACT, _OPERATOR, reaction=0.6),
    Employee(49, "Щербаков", "Илья", CONTACT, _OPERATOR, reaction=1.4, forgets=0.05, pace=0.8),
    Employee(51, "Мельник", "Вера", OFFICE, "Маркетолог"),
    Employee(53, "Сафонов", "Глеб", SALES, _SELLER, _ROAD, share=0.6, win=0.8, works_from=date(2026, 9, 1)),
)  # fmt: skip

BY_NUMBER = {employee.number: employee for employee in PEOPLE}
SELLERS = tuple(employee for employee in PEOPLE if employee.funnels)
OPERATORS = tuple(employee for employee in PEOPLE if employee.department == CONTACT)
CARERS = tuple(employee for employee in PEOPLE if employee.department == CARE)


def user(employee: Employee, day: date) -> Row:
    """A row of user.get as it is on that day."""
    return {
        "ID": str(employee.number),
        "ACTIVE": not (employee.dismissed and day >= employee.works_until),
        "NAME": employee.name,
        "LAST_NAME": employee.last_name,
        "WORK_POSITION": employee.position,
        "UF_DEPARTMENT": [employee.department],
        "USER_TYPE": "employee",
    }
