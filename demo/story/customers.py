"""Companies the freight company works for: where they are, how much they ship, whether they come again."""

from dataclasses import dataclass, field
from random import Random

from demo.story.moments import iso_moment
from demo.story.words import HOME, company_title, place
from demo.story.world import World, lots


@dataclass
class Customer:
    """A company of the CRM: its ``size`` scales the sums, ``loyalty`` is the chance of another order."""

    number: int
    size: float
    loyalty: float
    open_deals: list[int] = field(default_factory=list)


def new_customer(world: World, abroad: bool, address: tuple[str | None, str | None]) -> Customer:
    """Put a new company into the CRM. ``address``: its lead's country and city, where known."""
    number = world.number("companies")
    draw = lots("company", number)
    country, city = _address(draw, abroad, address)
    world.tables["companies"].put(
        {
            "ID": str(number),
            "TITLE": company_title(draw, number),
            "ADDRESS_CITY": city,
            "ADDRESS_COUNTRY": country,
            "DATE_CREATE": iso_moment(world.now),
            "DATE_MODIFY": iso_moment(world.now),
        }
    )
    return Customer(number, size=draw.lognormvariate(0, 0.35), loyalty=draw.betavariate(3, 1.9))


def _address(draw: Random, abroad: bool, of_lead: tuple[str | None, str | None]) -> tuple[str | None, str | None]:
    """The company's own address: often its lead's, at times none or a country alone."""
    lot = draw.random()
    if lot < 0.12:
        return None, None
    if lot < 0.16:
        return HOME, None
    return of_lead if of_lead[1] else place(draw, abroad)
