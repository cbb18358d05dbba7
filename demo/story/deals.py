"""The life of a deal: through the stages of its funnel, to the client's decision, and on to the next order."""

from dataclasses import dataclass
from datetime import date
from random import Random

from demo.company import Row
from demo.story import fields
from demo.story.activities import COMPANY, DEAL
from demo.story.customers import Customer
from demo.story.dictionaries import ABROAD, CONTRACTS, FUNNELS, RUSSIA, STORAGE, USD_RATE, Funnel
from demo.story.life import Life
from demo.story.moments import DAY, after, day_of, iso_day, iso_moment
from demo.story.people import CARERS, Employee
from demo.story.words import route_title, storage_title
from demo.story.world import World, lots

NO_MARKS: dict[str, str | None] = dict.fromkeys(("UTM_SOURCE", "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT", "UTM_TERM"))
_WEEK = 7 * DAY
_AGAIN_WIN = 1.7  # how much likelier a company that has bought decides for us again


@dataclass(frozen=True)
class Order:
    """What a deal is made from."""

    funnel: int
    employee: Employee
    customer: Customer | None = None
    lead: int | None = None
    source: str | None = None
    marks: dict[str, str | None] | None = None
    again: bool = False
    after_contract: int | None = None


class DealLife(Life):
    """One deal from its creation on."""

    entity = "deal"
    owner_type = DEAL

    def __init__(self, world: World, order: Order) -> None:
        self.order, self.funnel = order, FUNNELS[order.funnel]
        super().__init__(world, order.employee)
        self._place = 0
        days = self.draw.lognormvariate(0, 0.5) * self.funnel.median_days * (0.75 if order.again else 1.0)
        self._step = max(0.15, days * 5 / 7 / (len(self.funnel.path) - 1))

    def begin(self) -> None:
        self.enter()
        if self.draw.random() < 0.4:
            self.contacts(0.8)
        self._next()

    def enter(self) -> None:
        super().enter()
        if self.order.customer is not None:
            self.order.customer.open_deals.append(self.number)

    def first_row(self) -> Row:
        order, draw, now = self.order, self.draw, iso_moment(self.world.now)
        amount, currency = _amount(draw, order, day_of(self.world.now))
        return {
            "ID": str(self.number),
            "TITLE": _title(draw, order, self.number),
            "CATEGORY_ID": str(order.funnel),
            "STAGE_ID": self.funnel.stage(self.funnel.path[0]),
            "STAGE_SEMANTIC_ID": "P",
            "IS_RECURRING": "N",
            "OPPORTUNITY": f"{amount:.2f}",
            "CURRENCY_ID": currency,
            "COMPANY_ID": str(order.customer.number) if order.customer else draw.choice((None, "0")),
            "CONTACT_ID": _contact(self.number, order.customer),
            "LEAD_ID": str(order.lead) if order.lead else None,
            "CLOSED": "N",
            "BEGINDATE": iso_day(self.world.now),
            "CLOSEDATE": iso_day(self.world.now + _WEEK),
            "ASSIGNED_BY_ID": str(order.employee.number),
            "DATE_CREATE": now,
            "DATE_MODIFY": now,
            "MOVED_TIME": now,
            "LAST_ACTIVITY_TIME": now,
            "SOURCE_ID": order.source or draw.choice((None, "")),
            **(order.marks or NO_MARKS),
            **fields.of_deal(self.number),
        }

    def touch(self) -> None:
        self.contacts(0.85)
        if self.draw.random() < 0.24:  # a talk that moved nothing
            self._next(0.5)
            return
        self._place += 1
        if self._place == self.funnel.agreed and not self._is_won():
            self.close(self.draw.choice(self.funnel.lost), "F")
            return
        if self._place == len(self.funnel.path) - 1:
            self.close("WON", "S")
            return
        if self._place == 1 and self.order.funnel == RUSSIA and self.draw.random() < 0.02:
            self._change_funnel(FUNNELS[ABROAD])
            return
        self.row["STAGE_ID"] = self.funnel.stage(self.funnel.path[self._place])
        self.moved(2)
        if self._place >= self.funnel.agreed or not self.forgotten(factor=2, longest=420, tidied=0.9):
            self._next()

    def give_up(self) -> None:
        revived = self.draw.random() < 0.12
        self.close("WON" if revived else self.funnel.lost[0], "S" if revived else "F")

    def bind(self, activity: int) -> None:
        customer = self.order.customer
        if customer is None:
            return
        others = [number for number in customer.open_deals if number != self.number][-2:]
        bound = [(COMPANY, customer.number)]
        if others and self.draw.random() < 0.8:
            bound += [(DEAL, number) for number in others]
        self.world.bindings[activity] = bound

    def heir(self) -> Employee:
        return CARERS[self.number % 3] if self.order.again else super().heir()

    def _next(self, factor: float = 1.0) -> None:
        self.touch_after(self._step * factor * (0.4 + 1.2 * self.draw.random()))

    def _is_won(self) -> bool:
        employee = self.employee
        odds = self.funnel.win * employee.win * employee.season(day_of(self.world.now)).win
        if self.order.again:
            odds = self.funnel.win * _AGAIN_WIN * (employee.win + 1) / 2
        if self.order.source == "RECOMMENDATION":
            odds *= 1.3
        return self.draw.random() < min(odds, 0.93)

    def _change_funnel(self, funnel: Funnel) -> None:
        """The cargo turned out to cross a border: the deal goes to another funnel, TYPE_ID 5."""
        self.funnel = funnel
        self.row["CATEGORY_ID"], self.row["STAGE_ID"] = str(funnel.number), funnel.stage(funnel.path[self._place])
        self.moved(5)
        self._next()

    def close(self, stage: str, semantics: str) -> None:
        """Come to a final stage ("WON", "LOSE" …) with its semantics, and let follow what follows."""
        self.ended = True
        row = self.row
        row["STAGE_ID"], row["STAGE_SEMANTIC_ID"] = self.funnel.stage(stage), semantics
        edited = self.draw.random() < 0.03  # somebody set the day back by hand
        row["CLOSEDATE"] = iso_day(self.world.now - (self.draw.randrange(1, 4) * DAY if edited else 0))
        row["CLOSED"] = "Y"
        self.moved(3)
        customer = self.order.customer
        if customer is not None:
            customer.open_deals.remove(self.number)
            self._follow(customer, semantics == "S")

    def _follow(self, customer: Customer, won: bool) -> None:
        """What a signed contract or a shipment leads to; a customer who went elsewhere may come back."""
        order = self.order
        if order.funnel == CONTRACTS and won:
            paid = Order(order.after_contract or 0, self.employee, customer, source=order.source, marks=order.marks)
            self.world.at(after(self.world.now, 0.2 + self.draw.random()), lambda: DealLife(self.world, paid).begin())
        elif (won or order.again) and self.draw.random() < customer.loyalty * (1 if won else 0.6):
            wait = int(min(self.draw.lognormvariate(3.6, 0.6), 260) * DAY)
            self.world.at(self.world.now + wait, self._order_again)

    def _order_again(self) -> None:
        order, today = self.order, day_of(self.world.now)
        keepers = [carer for carer in CARERS if carer.works(today)]
        stays = order.employee.works(today) and self.draw.random() < 0.35
        employee = order.employee if stays else keepers[self.draw.randrange(len(keepers))]
        source = order.source if self.draw.random() < 0.6 else None
        again = Order(order.funnel, employee, order.customer, source=source, again=True)
        for _ in range(2 if self.draw.random() < 0.15 else 1):  # at times two routes at once
            DealLife(self.world, again).begin()


def _contact(deal: int, customer: Customer | None) -> str | None:
    """Whom the deal is talked over with: the company's own person, or somebody without a company; at times nobody."""
    draw = lots("contact", customer.number if customer else deal)
    if draw.random() < 0.1:
        return draw.choice((None, "0"))
    return str(2 * customer.number if customer else 2 * deal + 1)


def _title(draw: Random, order: Order, number: int) -> str:
    if order.funnel == CONTRACTS:
        return f"Договор № {number}/{draw.choice('АБВ')}"
    return storage_title(draw) if order.funnel == STORAGE else route_title(draw, order.funnel == ABROAD)


def _amount(draw: Random, order: Order, day: date) -> tuple[float, str]:
    funnel, employee = FUNNELS[order.funnel], order.employee
    if not funnel.median_sum:
        return 0.0, "RUB"
    size = employee.size * employee.season(day).size * (order.customer.size if order.customer else 0.8)
    amount = funnel.median_sum * size * draw.lognormvariate(0, 0.65)
    if order.funnel == ABROAD and draw.random() < 0.35:
        return round(amount / USD_RATE, -1), "USD"
    return max(4500.0, round(amount, -2)), "RUB"
