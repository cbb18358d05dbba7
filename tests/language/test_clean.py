"""What other people typed is repeated on one line, and commands nobody's terminal."""

import pytest

from language.clean import clean_text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Тип\x1b[31m\nгруза\ud83d", "Тип[31m груза"),
        ("  много \t\r\n денег\u00a0сразу ", "много денег сразу"),
        ("слово\u00ad\u202eнаоборот\u2066", "словонаоборот"),
        ("\x00", ""),
        (12.5, "12.5"),
        (None, "None"),
        ("Ёж 🦔 · 刺猬", "Ёж 🦔 · 刺猬"),
    ],
)
def test_what_does_not_print_is_left_out_and_white_space_is_one_space(typed, shown):
    assert clean_text(typed) == shown


def test_a_long_text_is_cut_after_what_is_left_of_it():
    assert clean_text("а\n" * 100, 5) == "а а а"
