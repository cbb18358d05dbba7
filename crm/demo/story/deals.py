"""The life of a deal: through the stages of its funnel, to the client's decision, and on to the next order."""

from dataclasses import dataclass

from crm.demo.company import Row
from crm.demo.story.activities import COMPANY, DEAL
from crm.demo.story.customers import Customer
from crm.demo.story.dictionaries import ABROAD, CONTRACTS, FUNNELS, STORAGE, USD_RATE, Funnel
from crm.demo.story.life import Life
from crm.demo.story.moments import DAY, day_of, written, written_day
from crm.demo.story.people import CARERS, Employee
from crm.demo.story.words import route_title, storage_title
from crm.demo.story.world import World, lots

NO_MARKS: dict[str, str | None] = dict.fromkeys(("UTM_SOURCE", "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT", "UTM_TERM"))
_WEEK = 7 * DAY
_AGAIN_WIN = 1.75  # how much likelier a company that has bought decides for us again


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
        number = world.number("deals")
        super().__init__(world, _new_row(world, order, self.funnel, number), order.employee)
        self._place = 0
        days = self.draw.lognormvariate(0, 0.5) * self.funnel.median_days * (0.75 if order.again else 1.0)
        self._step = max(0.15, days * 5 / 7 / (len(self.funnel.path) - 1))

    def begin(self) -> None:
        super().begin()
        if self.order.customer is not None:
            self.order.customer.open_deals.append(self.number)
        if self.draw.random() < 0.4:
            self.contacts(0.8)
        self._next()

    def touch(self) -> None:
        self.contacts(0.85)
        if self.draw.random() < 0.24:  # a talk that moved nothing
            self._next(0.5)
            return
        self._place += 1
        if self._place == self.funnel.agreed and not self._is_won():
            self._close(self.draw.choice(self.funnel.lost), "F")
            return
        if self._place == len(self.funnel.path) - 1:
            self._close("WON", "S")
            return
        self.row["STAGE_ID"] = self.funnel.stage(self.funnel.path[self._place])
        self.moved(2)
        if self._place >= self.funnel.agreed or not self.forgotten():
            self._next()

    def give_up(self) -> None:
        self._close(self.funnel.lost[0], "F")

    def bind(self, activity: int) -> None:
        customer = self.order.customer
        if customer is None:
            return
        others = [number for number in customer.open_deals if number != self.number][-2:]
        bound = [(COMPANY, customer.number)]
        if others and self.draw.random() < 0.5:
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

    def _close(self, stage: str, semantics: str) -> None:
        self.ended = True
        row = self.row
        row["STAGE_ID"], row["STAGE_SEMANTIC_ID"] = self.funnel.stage(stage), semantics
        edited = self.draw.random() < 0.03  # somebody set the day back by hand
        row["CLOSEDATE"] = written_day(self.world.now - (self.draw.randrange(1, 4) * DAY if edited else 0))
        row["CLOSED"] = "Y"
        self.moved(3)
        customer = self.order.customer
        if customer is not None:
            customer.open_deals.remove(self.number)
            if semantics == "S":
                self._follow(customer)

    def _follow(self, customer: Customer) -> None:
        """What a signed contract or a first shipment leads to."""
        order = self.order
        if order.funnel == CONTRACTS:
            paid = Order(order.after_contract or 0, self.employee, customer, source=order.source, marks=order.marks)
            self.world.at(self.world.now + DAY // 4, DealLife(self.world, paid).begin)
        elif self.draw.random() < customer.loyalty:
            wait = int(min(self.draw.lognormvariate(3.6, 0.6), 260) * DAY)
            self.world.at(self.world.now + wait, self._order_again)

    def _order_again(self) -> None:
        order, today = self.order, day_of(self.world.now)
        keepers = [carer for carer in CARERS if carer.works(today)]
        stays = order.employee.works(today) and self.draw.random() < 0.35
        employee = order.employee if stays else keepers[self.draw.randrange(len(keepers))]
        source = order.source if self.draw.random() < 0.6 else None
        again = Order(order.funnel, employee, order.customer, source=source, again=True)
        DealLife(self.world, again).begin()


def _new_row(world: World, order: Order, funnel: Funnel, number: int) -> Row:
    draw = lots("deal row", number)
    amount, currency = _amount(world, order, funnel, number)
    now = written(world.now)
    return {
        "ID": str(number),
        "TITLE": _title(order, number),
        "CATEGORY_ID": str(funnel.number),
        "STAGE_ID": funnel.stage(funnel.path[0]),
        "STAGE_SEMANTIC_ID": "P",
        "IS_RECURRING": "N",
        "OPPORTUNITY": f"{amount:.2f}",
        "CURRENCY_ID": currency,
        "COMPANY_ID": str(order.customer.number) if order.customer else draw.choice((None, "0")),
        "LEAD_ID": str(order.lead) if order.lead else None,
        "CLOSED": "N",
        "BEGINDATE": written_day(world.now),
        "CLOSEDATE": written_day(world.now + _WEEK),
        "ASSIGNED_BY_ID": str(order.employee.number),
        "DATE_CREATE": now,
        "DATE_MODIFY": now,
        "MOVED_TIME": now,
        "LAST_ACTIVITY_TIME": now,
        "SOURCE_ID": order.source or draw.choice((None, "")),
        **(order.marks or NO_MARKS),
    }


def _title(order: Order, number: int) -> str:
    draw = lots("deal title", number)
    if order.funnel == CONTRACTS:
        return f"Договор № {number}/{draw.choice('АБВ')}"
    return storage_title(draw) if order.funnel == STORAGE else route_title(draw, order.funnel == ABROAD)


def _amount(world: World, order: Order, funnel: Funnel, number: int) -> tuple[float, str]:
    if not funnel.median_sum:
        return 0.0, "RUB"
    draw, employee = lots("deal sum", number), order.employee
    size = employee.size * employee.season(day_of(world.now)).size
    amount = funnel.median_sum * size * draw.lognormvariate(0, 0.65) * (order.customer.size if order.customer else 0.8)
    if funnel.number == ABROAD and draw.random() < 0.35:
        return round(amount / USD_RATE, -1), "USD"
    return max(4500.0, round(amount, -2)), "RUB"
