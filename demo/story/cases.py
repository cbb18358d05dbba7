"""Single cases written by hand: each is something that a report must show and not trip over."""

from datetime import date
from functools import partial

from demo.company import Row
from demo.story import activities
from demo.story.customers import new_customer
from demo.story.deals import DealLife, Order
from demo.story.dictionaries import ABROAD, RUSSIA, STORAGE
from demo.story.leads import SOURCES, LeadLife, Source
from demo.story.life import STRANGER
from demo.story.moments import DAY, day_of, on
from demo.story.people import BY_NUMBER, GONE, Employee
from demo.story.words import HOME
from demo.story.world import World

Steps = tuple[tuple[date, str], ...]  # a day and the stage it brings; the last one may be WON or LOSE


def write(world: World) -> None:
    """Put the cases into the queue of events."""
    _the_longest_deal(world)
    _the_lead_that_lies(world)
    _templates(world)
    _of_an_unlisted_user(world)
    _of_a_currency_without_rate(world)
    _of_a_source_that_was_deleted(world)
    _companies_own_activities(world)
    _forms_for_somebody_who_left(world)


class ScriptedDeal(DealLife):
    """A deal that goes the way it is told, at eleven in the morning of the days given."""

    def __init__(self, world: World, order: Order, changes: Row, steps: Steps) -> None:
        super().__init__(world, order)
        self.row |= changes
        self._script = steps

    def begin(self) -> None:
        self.enter()
        for day, stage in self._script:
            self.world.at(on(day, 11), partial(self._take, stage))

    def _take(self, stage: str) -> None:
        self.contacts(1)
        if stage in ("WON", *self.funnel.lost):
            self.close(stage, "S" if stage == "WON" else "F")
            return
        self.row["STAGE_ID"] = self.funnel.stage(stage)
        self.moved(2)


class ScriptedLead(LeadLife):
    """A lead that reaches a stage on a day and stays there."""

    def __init__(self, world: World, source: Source, employee: Employee, changes: Row, steps: Steps = ()) -> None:
        super().__init__(world, source, RUSSIA, employee)
        self.row |= changes
        self._script = steps

    def begin(self) -> None:
        self.enter()
        for day, stage in self._script:
            self.world.at(on(day, 11), partial(self._take, stage))

    def _take(self, stage: str) -> None:
        self.contacts(1)
        self.row["STATUS_ID"] = stage
        self.moved(2)


def _the_longest_deal(world: World) -> None:
    """Won after 723 days for 18 825 ₽."""
    steps = (
        (date(2024, 11, 11), "PREPARATION"),
        (date(2025, 2, 17), "PREPAYMENT_INVOICE"),
        (date(2026, 10, 12), "EXECUTING"),
        (date(2026, 10, 20), "FINAL_INVOICE"),
        (date(2026, 10, 29), "WON"),
    )
    changes: Row = {"TITLE": "Москва — Тула, архив в коробках", "OPPORTUNITY": "18825.00", "CURRENCY_ID": "RUB"}

    def begin() -> None:
        order = Order(RUSSIA, BY_NUMBER[21], new_customer(world, False, (HOME, "Тула")), source="EMAIL")
        ScriptedDeal(world, order, changes, steps).begin()

    world.at(on(date(2024, 11, 5), 10, 20), begin)


def _the_lead_that_lies(world: World) -> None:
    """362 days on one stage without an activity, as of 23 November 2026."""
    source = next(source for source in SOURCES if source.name == "TRADE_SHOW")
    steps = ((date(2025, 11, 21), "IN_PROCESS"), (date(2025, 11, 26), "UC_RATE"))
    changes: Row = {"TITLE": "Стенд 14: годовой контракт, 40 рейсов в месяц", "OPPORTUNITY": "3600000.00"}
    world.at(on(date(2025, 11, 20), 15, 40), lambda: ScriptedLead(world, source, BY_NUMBER[15], changes, steps).begin())


def _templates(world: World) -> None:
    """Recurring templates: not deals, whatever they look like."""

    def begin() -> None:
        customer = new_customer(world, False, (HOME, "Москва"))
        order = Order(STORAGE, BY_NUMBER[33], customer)
        row = {"IS_RECURRING": "Y", "TITLE": "Шаблон: хранение помесячно", "OPPORTUNITY": "95000.00"}
        ScriptedDeal(world, order, row, ()).begin()

    for day in (date(2025, 3, 3), date(2026, 9, 7)):
        world.at(on(day, 12), begin)


def _of_an_unlisted_user(world: World) -> None:
    """Records of somebody user.get does not know: an integrator put them in, some are still his."""
    exchange = next(source for source in SOURCES if source.name == "UC_EXCHANGE")
    row: Row = {"OPPORTUNITY": "64000.00"}

    def deal(steps: Steps) -> None:
        ScriptedDeal(world, Order(RUSSIA, STRANGER, source=exchange.name), row, steps).begin()

    for day in (date(2026, 3, 16), date(2026, 10, 7), date(2026, 11, 12)):
        world.at(on(day, 13, 5), lambda: ScriptedLead(world, exchange, STRANGER, {}).begin())
    won = ((date(2026, 10, 5), "PREPARATION"), (date(2026, 10, 16), "EXECUTING"), (date(2026, 10, 21), "WON"))
    world.at(on(date(2026, 10, 1), 13, 30), lambda: deal(won))
    world.at(on(date(2026, 11, 16), 9, 45), lambda: deal(()))


def _of_a_currency_without_rate(world: World) -> None:
    """A deal in yuan, for which the portal has no rate: it counts one to one."""
    changes: Row = {"OPPORTUNITY": "46000.00", "CURRENCY_ID": "CNY", "TITLE": "Гуанчжоу — Москва, образцы"}
    steps = ((date(2026, 10, 6), "PREPARATION"), (date(2026, 10, 27), "LOSE"))
    world.at(
        on(date(2026, 9, 30), 16), lambda: ScriptedDeal(world, Order(ABROAD, BY_NUMBER[31]), changes, steps).begin()
    )


def _of_a_source_that_was_deleted(world: World) -> None:
    """A lead whose source is not in the dictionary any more."""
    gone = Source("UC_OLDSITE", 0, 0)
    for day in (date(2025, 1, 15), date(2026, 10, 14)):
        world.at(on(day, 14), lambda: LeadLife(world, gone, RUSSIA, BY_NUMBER[45]).begin())


def _companies_own_activities(world: World) -> None:
    """Meetings that stand with a company, with no lead or deal, each first Tuesday of a month or so."""

    def meet() -> None:
        companies = len(world.tables["companies"])
        if companies:
            row = list(world.tables["companies"])[companies // 2]
            activities.meeting(world, (activities.COMPANY, int(row["ID"])), 39 + 2 * (day_of(world.now).month % 3))
        world.at(world.now + 28 * DAY, meet)

    world.at(on(date(2024, 12, 3), 15), meet)


def _forms_for_somebody_who_left(world: World) -> None:
    """An old landing page still gives its leads to the dismissed one."""
    form = next(source for source in SOURCES if source.name == "WEBFORM")
    gone = BY_NUMBER[GONE]

    def arrive() -> None:
        LeadLife(world, form, RUSSIA, gone).begin()
        world.at(world.now + 8 * DAY, arrive)

    world.at(on(gone.works_until, 16, 10), arrive)
