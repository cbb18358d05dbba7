"""Who gets new work on a day."""

from datetime import date
from functools import lru_cache
from itertools import accumulate
from random import Random

from demo.story.people import OPERATORS, SELLERS, Employee


def seller(draw: Random, funnel: int, day: date) -> Employee:
    """A seller of the funnel, drawn by their shares."""
    team, shares = _team(funnel, day)
    return draw.choices(team, cum_weights=shares)[0]


@lru_cache(maxsize=64)
def _team(funnel: int, day: date) -> tuple[list[Employee], list[float]]:
    team = [employee for employee in SELLERS if funnel in employee.funnels and employee.works(day)]
    shares = (employee.share * employee.season(day).share / len(employee.funnels) for employee in team)
    return team, list(accumulate(shares))


def operator(draw: Random) -> Employee:
    """An operator of the contact centre."""
    return draw.choices(OPERATORS, (5, 4, 3))[0]
