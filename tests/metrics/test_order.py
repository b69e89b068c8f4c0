"""The advantage of the published order: none for who knows the answer, all for who knows the letter."""

from collections import Counter

import pytest

from qadam.metrics import accuracy, order
from qadam.metrics.accuracy import Chosen, Key
from qadam.terms import NO_ANSWER

PLACES = [(key, place) for key in "ABCD" for place in "ABCD" for _ in range(25)]


def scored(answer):
    """What comes out if `answer(key, place)` is chosen for every question."""
    sums = Counter()
    for key, place in PLACES:
        sums.update(order.count(answer(key, place), Key(key, 4)))
    return float(order.home_advantage(sums))


def test_who_knows_the_answer_is_as_good_anywhere():
    assert scored(Chosen) == pytest.approx(0)


def test_who_likes_one_letter_has_no_advantage_at_home():
    liked = {"A": Chosen("A", "A")}  # right whenever the right option is shown at A, wherever it stood
    assert scored(lambda key, place: Chosen(key if place in liked else "-", place)) == pytest.approx(0)


def test_who_knows_the_published_letter_is_right_at_home_alone():
    assert scored(lambda key, place: Chosen(key if key == place else "-", place)) == pytest.approx(1)


def test_options_that_were_never_moved_tell_nothing():
    row = order.count(Chosen("A", "A"), Key("A", 4))
    assert row["read_home_A"] == row["right_home_A"] == 1
    assert order.home_advantage(row) != order.home_advantage(row)  # nan
    assert not any(order.count(NO_ANSWER, Key("A", 4)).values())


def test_a_choice_with_its_place_counts_like_a_letter():
    assert accuracy.count(Chosen("B", "D"), Key("B", 4)) == accuracy.count("B", Key("B", 4))
