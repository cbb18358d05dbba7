"""What a day brings: leads by season, weekday and hour, and deals that sellers found themselves."""

from datetime import date, timedelta
from random import Random

from demo.story.deals import DealLife, Order
from demo.story.dictionaries import ABROAD, RUSSIA, STORAGE
from demo.story.leads import SOURCES, LeadLife, Source
from demo.story.moments import DAY, FIRST_DAY, HOUR, day_of, is_working, on
from demo.story.team import operator, seller
from demo.story.world import World, lots

_MONTHS = (0.62, 0.86, 1.02, 1.05, 0.9, 0.95, 0.88, 0.98, 1.14, 1.24, 1.2, 1.1)  # freight has its season
_WEEKDAYS = (1.16, 1.08, 1.03, 1.0, 0.84, 0.17, 0.13)
_USUAL = 16.6
_GROWTH = 0.16  # a year
_ONLINE = ("WEBFORM", "ADVERTISING", "UC_TELEGRAM")
_FUNNELS, _FUNNEL_SHARES = (RUSSIA, ABROAD, STORAGE), (62, 20, 18)


def live(world: World, day: date = FIRST_DAY) -> None:
    """Let a day begin, and each of the days after it when its time comes."""
    draw = lots("day", day)
    expected = _USUAL * _MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] * (1 + _GROWTH) ** _years(day)
    working = is_working(day)
    if not working:
        expected = min(expected, _USUAL * 0.17)
    for _ in range(round(draw.gauss(expected, expected**0.5 * 0.7))):
        _lead(world, draw, day, working)
    for _ in range(draw.choice((0, 0, 1, 1, 2)) if working else 0):
        world.at(on(day, 10) + draw.randrange(7 * HOUR), lambda: _found(world))
    world.at(on(day) + DAY, lambda: live(world, day + timedelta(days=1)))


def _years(day: date) -> float:
    return (day - FIRST_DAY).days / 365.25


def _lead(world: World, draw: Random, day: date, working: bool) -> None:
    sources = SOURCES if working else tuple(source for source in SOURCES if source.name in _ONLINE)
    source = draw.choices(sources, [source.share for source in sources])[0]
    if source.name == "TRADE_SHOW" and day.month not in (3, 4, 9, 10):
        source = sources[0]
    late = source.name in _ONLINE and draw.random() < 0.3
    hour = 18 + 5 * draw.random() if late else 8.8 + 9.4 * draw.betavariate(1.7, 1.9)
    funnel = draw.choices(_FUNNELS, _FUNNEL_SHARES)[0]
    world.at(on(day) + int(hour * HOUR), lambda: _arrive(world, source, funnel))


def _arrive(world: World, source: Source, funnel: int) -> None:
    draw = lots("arrival", world.now, source.name)
    by_operator = source.name in ("CALL", "WEBFORM", "UC_TELEGRAM") and draw.random() < 0.45
    employee = operator(draw) if by_operator else seller(draw, funnel, day_of(world.now))
    LeadLife(world, source, funnel, employee).begin()


def _found(world: World) -> None:
    """A deal without a lead: a seller's own call, or somebody who came in person."""
    draw = lots("found", world.now)
    funnel = draw.choices(_FUNNELS, _FUNNEL_SHARES)[0]
    employee = seller(draw, funnel, day_of(world.now))
    DealLife(world, Order(funnel, employee)).begin()
