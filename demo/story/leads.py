"""The life of a lead: from a call, a form or a letter to a deal, to the bin, or to oblivion."""

from dataclasses import dataclass
from random import Random

from demo.company import Row
from demo.story import activities, fields
from demo.story.customers import Customer, new_customer
from demo.story.deals import DealLife, Order
from demo.story.dictionaries import (
    ABROAD,
    CONTACT,
    CONTRACTS,
    DUPLICATE,
    JUNK,
    LEAD_PATH,
    SELDOM,
    STORAGE,
)
from demo.story.life import Life
from demo.story.moments import day_of, iso_moment
from demo.story.people import Employee
from demo.story.team import seller
from demo.story.words import marks, place, route_title
from demo.story.world import World


@dataclass(frozen=True)
class Source:
    """Where leads come from: ``share`` of all, ``quality`` of them, and how many nobody ever touches."""

    name: str
    share: float
    quality: float
    ignored: float = 0.004


SOURCES = (
    Source("CALL", 21, 0.44),
    Source("WEBFORM", 22, 0.33, ignored=0.055),
    Source("ADVERTISING", 20, 0.2, ignored=0.03),
    Source("UC_EXCHANGE", 10, 0.26),
    Source("RECOMMENDATION", 7, 0.7),
    Source("TRADE_SHOW", 4, 0.36, ignored=0.02),
    Source("EMAIL", 9, 0.4),
    Source("UC_TELEGRAM", 7, 0.27, ignored=0.02),
    Source("", 2, 0.3),
)
_TITLES = {
    "CALL": "Звонок: {what}", "WEBFORM": "Заявка с сайта: {what}", "ADVERTISING": "Заявка с рекламы: {what}",
    "UC_EXCHANGE": "Биржа: {what}", "EMAIL": "Письмо: {what}", "UC_TELEGRAM": "Чат: {what}",
}  # fmt: skip
_ODD_TITLES = ("+2 машины до Самары, срочно", "=Заявка 14=", "Пересчитать <b>20 т</b> Казань — Пермь", "- без темы -")


class LeadLife(Life):
    """One lead from its arrival on."""

    entity = "lead"
    owner_type = activities.LEAD

    def __init__(self, world: World, source: Source, funnel: int, employee: Employee) -> None:
        self.source, self.funnel = source, funnel
        super().__init__(world, employee)
        self._path = [stage for stage in LEAD_PATH if self.draw.random() < SELDOM.get(stage, 0.93)]
        self._path = [stage for stage in self._path if stage not in ("NEW", "CONVERTED")]
        self._good = self.draw.random() < source.quality
        self._steps = len(self._path) if self._good else self.draw.randrange(0, len(self._path) + 1)

    def begin(self) -> None:
        self.enter()
        self._arrive()
        if self.draw.random() < self.source.ignored * (1 + 12 * self.employee.forgets):
            self.tidy_after(40, 130, 0.97)  # nobody ever touches it
            return
        self.touch_after(0.03 + self.draw.expovariate(1 / (0.22 * self.employee.reaction)))

    def first_row(self) -> Row:
        draw, now = self.draw, iso_moment(self.world.now)
        country, city = place(draw, self.funnel == ABROAD) if draw.random() < 0.7 else (None, None)
        return {
            "ID": str(self.number),
            "TITLE": _title(draw, self.source, self.funnel),
            "STATUS_ID": "NEW",
            "STATUS_SEMANTIC_ID": "P",
            "SOURCE_ID": self.source.name or None,
            "COMPANY_ID": draw.choice((None, "0")),
            "ASSIGNED_BY_ID": str(self.employee.number),
            "OPPORTUNITY": f"{round(draw.lognormvariate(11.9, 0.6), -3):.2f}" if draw.random() < 0.3 else "0.00",
            "CURRENCY_ID": "RUB",
            "DATE_CREATE": now,
            "DATE_MODIFY": now,
            "DATE_CLOSED": "",
            "MOVED_TIME": now,
            "LAST_ACTIVITY_TIME": now,
            "ADDRESS_CITY": city,
            "ADDRESS_COUNTRY": country,
            **marks(draw, self.source.name),
            **fields.of_lead(self.number),
        }

    def touch(self) -> None:
        self.contacts(0.85)
        if self._steps == 0:
            self._finish()
            return
        self._steps -= 1
        self.row["STATUS_ID"] = self._path.pop(0)
        self.moved(2)
        if not self.forgotten(factor=1, longest=130, tidied=0.97):
            self.touch_after(min(self.draw.lognormvariate(-0.15, 0.9), 12))

    def give_up(self) -> None:
        self._close(JUNK, "F")

    def heir(self) -> Employee:
        return seller(self.draw, self.funnel, day_of(self.world.now))

    def _arrive(self) -> None:
        world, owner, number = self.world, self.owner, self.employee.number
        name = self.source.name
        if name == "CALL":
            activities.call(world, owner, number, self.draw, activities.INCOMING)
        elif name in ("WEBFORM", "ADVERTISING"):
            activities.filled_form(world, owner, number)
        elif name == "EMAIL":
            activities.email(world, owner, number, activities.INCOMING)
        elif name == "UC_TELEGRAM":
            activities.chat(world, owner, number, activities.INCOMING)

    def _finish(self) -> None:
        if self._good:
            self._convert()
        else:
            self._close(DUPLICATE if self.draw.random() < 0.2 else JUNK, "F")

    def _convert(self) -> None:
        today, abroad = day_of(self.world.now), self.funnel == ABROAD
        employee = self.employee
        if employee.department == CONTACT or not employee.works(today):
            employee = seller(self.draw, self.funnel, today)
        customer: Customer | None = None
        if self.draw.random() < 0.88:
            customer = new_customer(self.world, abroad, (self.row["ADDRESS_COUNTRY"], self.row["ADDRESS_CITY"]))
            self.row["COMPANY_ID"] = str(customer.number)
        self._close("CONVERTED", "S")
        with_contract = customer is not None and self.draw.random() < 0.3
        own = self.draw.random() < 0.85  # else the deal has neither source nor marks of its own
        DealLife(
            self.world,
            Order(
                CONTRACTS if with_contract else self.funnel,
                employee,
                customer,
                lead=self.number,
                source=self.row["SOURCE_ID"] if own else None,
                marks={name: value for name, value in self.row.items() if name.startswith("UTM_")} if own else None,
                after_contract=self.funnel if with_contract else None,
            ),
        ).begin()

    def _close(self, status: str, semantics: str) -> None:
        self.ended = True
        self.row["STATUS_ID"], self.row["STATUS_SEMANTIC_ID"] = status, semantics
        self.row["DATE_CLOSED"] = iso_moment(self.world.now)
        self.moved(3)


def _title(draw: Random, source: Source, funnel: int) -> str:
    if draw.random() < 0.002:
        return draw.choice(_ODD_TITLES)
    what = "хранение на складе" if funnel == STORAGE else route_title(draw, funnel == ABROAD)
    return _TITLES.get(source.name, "{what}").format(what=what)
