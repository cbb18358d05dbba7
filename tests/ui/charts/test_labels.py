"""Names beside points: short, inside, and never upon each other."""

import random

from ui.charts.labels import LETTER, LINE, NARROW_WIDTH, Placed, Spot, placed, short_name

HEIGHT = 360


def box(spot: Spot, place: Placed) -> tuple[float, float, float, float]:
    length = len(place.text) * LETTER
    x, y = spot.x * NARROW_WIDTH + place.dx, (1 - spot.y) * HEIGHT + place.dy
    left = {"left": x, "right": x - length, "center": x - length / 2}[place.align]
    return left, y - LINE / 2, left + length, y + LINE / 2


def test_no_two_names_lie_upon_each_other_and_none_outside():
    draw = random.Random(7)
    spots = [Spot(draw.random(), draw.random(), "Константинопольский А.") for _ in range(60)]
    boxes = [box(spot, place) for spot, place in zip(spots, placed(spots, HEIGHT), strict=True) if place.text]
    assert len(boxes) > 10
    assert all(left >= 0 and right <= NARROW_WIDTH and top >= 0 and low <= HEIGHT for left, top, right, low in boxes)
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_the_first_spots_are_named_first():
    crowd = [Spot(0.5, 0.5, f"Имя {number}") for number in range(9)]
    assert placed(crowd, HEIGHT)[0].text == "Имя 0"
    assert placed(crowd, HEIGHT)[-1].text == ""


def test_a_full_name_is_shortened_and_a_number_is_not():
    assert short_name("Иванов Иван") == "Иванов И."
    assert short_name("Сотрудник 57") == "Сотрудник 57"
    assert short_name("О" * 40) == "О" * 21 + "…"
