"""Labels beside points: short, inside, and never upon each other."""

import random

from ui.charts.point_labels import LETTER, LINE, NARROW_WIDTH, Label, Point, place_labels, short_name

HEIGHT = 360


def box(point: Point, label: Label) -> tuple[float, float, float, float]:
    length = len(label.text) * LETTER
    x, y = point.x * NARROW_WIDTH + label.dx, (1 - point.y) * HEIGHT + label.dy
    left = {"left": x, "right": x - length, "center": x - length / 2}[label.align]
    return left, y - LINE / 2, left + length, y + LINE / 2


def test_no_two_names_lie_upon_each_other_and_none_outside():
    draw = random.Random(7)
    points = [Point(draw.random(), draw.random(), "Константинопольский А.") for _ in range(60)]
    boxes = [box(point, label) for point, label in zip(points, place_labels(points, HEIGHT), strict=True) if label.text]
    assert len(boxes) > 10
    assert all(left >= 0 and right <= NARROW_WIDTH and top >= 0 and low <= HEIGHT for left, top, right, low in boxes)
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_the_first_spots_are_named_first():
    crowd = [Point(0.5, 0.5, f"Имя {number}") for number in range(9)]
    assert place_labels(crowd, HEIGHT)[0].text == "Имя 0"
    assert place_labels(crowd, HEIGHT)[-1].text == ""


def test_a_full_name_is_shortened_and_a_number_is_not():
    assert short_name("Иванов Иван") == "Иванов И."
    assert short_name("Сотрудник 57") == "Сотрудник 57"
    assert short_name("О" * 40) == "О" * 21 + "…"
