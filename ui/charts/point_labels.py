"""Labels beside the points of a scatter plot: short, and only where they do not overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LETTER, LINE = 6.4, 15.0  # what a letter and a line take, in pixels at the chart's type size
POINT_RADIUS = 6.0
PHONE_WIDTH = 260.0
NARROW_WIDTH = 900.0  # charts stretch; places are found for a narrow one, wider ones have room to spare

Align = Literal["left", "right", "center"]
Box = tuple[float, float, float, float]  # left, top, right, bottom, in pixels


@dataclass(frozen=True)
class Point:
    """A point on a plane of 0 … 1 by 0 … 1, the origin below on the left, and its name."""

    x: float
    y: float
    name: str


@dataclass(frozen=True)
class Label:
    """A name shifted from its point by pixels and aligned; the text "" is a point without a label."""

    text: str = ""
    align: Align = "left"
    dx: int = 0
    dy: int = 0


SIDES: tuple[tuple[Align, int, int], ...] = (
    ("left", 10, 0),
    ("right", -10, 0),
    ("center", 0, -14),
    ("center", 0, 14),
)


def short_name(name: str) -> str:
    """ "Иванов Иван" → "Иванов И."; a name that is not two words is cut to 22 characters."""
    parts = name.split()
    if len(parts) == 2 and all(part.isalpha() for part in parts):
        return f"{parts[0]} {parts[1][0]}."
    return name if len(name) <= 22 else name[:21] + "…"


def place_labels(points: Sequence[Point], height: float, width: float = NARROW_WIDTH) -> list[Label]:
    """A label for each point of a plane of so many pixels, the first points first; one without room has no text.

    A label lies inside the plane and overlaps no other label and no other point.
    """
    taken = [_point_box(point, height, width) for point in points]
    labels = []
    for own, point in enumerate(points):
        label = Label()
        for align, dx, dy in SIDES:
            box = _label_box(point, Label(point.name, align, dx, dy), height, width)
            inside = box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= height
            if inside and not any(_overlap(box, other) for index, other in enumerate(taken) if index != own):
                label = Label(point.name, align, dx, dy)
                taken.append(box)
                break
        labels.append(label)
    return labels


def _point_box(point: Point, height: float, width: float) -> Box:
    x, y = point.x * width, (1 - point.y) * height
    return x - POINT_RADIUS, y - POINT_RADIUS, x + POINT_RADIUS, y + POINT_RADIUS


def _label_box(point: Point, label: Label, height: float, width: float) -> Box:
    length = len(point.name) * LETTER
    x, y = point.x * width + label.dx, (1 - point.y) * height + label.dy
    left = {"left": x, "right": x - length, "center": x - length / 2}[label.align]
    return left, y - LINE / 2, left + length, y + LINE / 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
