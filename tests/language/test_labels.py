"""Labels are told apart by the first detail that does, and by the next where it does not."""

from language import disambiguated_labels


def test_namesakes_get_their_detail_and_others_keep_their_label():
    labels = {1: "Иванов", 2: "Иванов", 3: "Петров"}
    assert disambiguated_labels(labels, {1: "Розница", 2: "Опт", 3: "Опт"}) == {
        1: "Иванов (Розница)",
        2: "Иванов (Опт)",
        3: "Петров",
    }


def test_the_next_detail_stands_instead_of_one_that_is_shared():
    labels = {4: "Ли", 5: "Ли", 6: "Ли"}
    assert disambiguated_labels(labels, {4: "Опт", 5: "Опт", 6: None}, {4: "№ 4", 5: "№ 5", 6: "№ 6"}) == {
        4: "Ли (№ 4)",
        5: "Ли (№ 5)",
        6: "Ли",
    }


def test_without_namesakes_nothing_changes():
    assert disambiguated_labels({1: "Иванов", 2: "Петров"}, {1: "а", 2: "б"}) == {1: "Иванов", 2: "Петров"}
    assert disambiguated_labels({}) == {}
