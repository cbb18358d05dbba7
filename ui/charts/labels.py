"""Names beside points: short, and only where they do not lie upon each other."""

from collections.abc import Sequence
from dataclasses import dataclass

LETTER, LINE = 6.4, 15.0  # what a letter and a line take, in pixels at the chart's type size
PHONE_WIDTH = 260.0
NARROW_WIDTH = 900.0  # charts stretch; places are found for a narrow one, wider ones have room to spare


@dataclass(frozen=True)
class Spot:
    """A point on a plane of 0 … 1 by 0 … 1, and its name."""

    x: float
    y: float
    name: str


@dataclass(frozen=True)
class Placed:
    """Where a name stands: shifted from its point by pixels, aligned left, right or center; "" is unnamed."""

    text: str = ""
    align: str = "left"
    dx: int = 0
    dy: int = 0


SIDES = (("left", 10, 0), ("right", -10, 0), ("center", 0, -14), ("center", 0, 14))
Box = tuple[float, float, float, float]


def short_name(name: str) -> str:
    """ "Иванов Иван" → "Иванов И."; a name that is no two words stays whole."""
    parts = name.split()
    if len(parts) == 2 and all(part.isalpha() for part in parts):
        return f"{parts[0]} {parts[1][0]}."
    return name if len(name) <= 22 else name[:21] + "…"


def placed(spots: Sequence[Spot], height: float, width: float = NARROW_WIDTH) -> list[Placed]:
    """A place for each name, the first spots first; a name that finds none is left to the tooltip."""
    taken: list[Box] = [_around(spot, height, width) for spot in spots]
    found = []
    for own, spot in enumerate(spots):
        place = Placed()
        for align, dx, dy in SIDES:
            box = _box(spot, Placed(spot.name, align, dx, dy), height, width)
            inside = box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= height
            if inside and not any(_overlap(box, other) for index, other in enumerate(taken) if index != own):
                place = Placed(spot.name, align, dx, dy)
                taken.append(box)
                break
        found.append(place)
    return found


def _around(spot: Spot, height: float, width: float) -> Box:
    x, y = spot.x * width, (1 - spot.y) * height
    return x - 6, y - 6, x + 6, y + 6


def _box(spot: Spot, place: Placed, height: float, width: float) -> Box:
    length = len(spot.name) * LETTER
    x, y = spot.x * width + place.dx, (1 - spot.y) * height + place.dy
    left = {"left": x, "right": x - length, "center": x - length / 2}[place.align]
    return left, y - LINE / 2, left + length, y + LINE / 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
