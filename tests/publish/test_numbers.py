"""Numbers as people read them: hand-worked cases."""

import pytest

from qadam.publish.numbers import THIN, decimals, interval, number, zone
from qadam.terms import Zone


@pytest.mark.parametrize(
    ("half", "places"),
    [
        (0.03, 2),
        (0.004, 3),
        (0.5, 1),
        (12, 0),
        (0.00001, 4),
    ],  # the first digit of the half width is the last shown
)
def test_decimals_follow_the_interval(invented, half, places):
    rows = [invented.measurement("m", v, low=v - half, high=v + half) for v in (20.0, 30.0)]
    assert decimals(rows) == places


def test_decimals_without_intervals_are_three_significant_digits(invented):
    assert decimals([invented.measurement("m", 2.4381, low=2.4381, high=2.4381)]) == 2
    assert decimals([invented.measurement("m", 1234.5, low=1234.5, high=1234.5)]) == 0
    assert decimals([]) == 2


def test_numbers_need_no_locale():
    assert number(2.4381, 2) == "2.44"
    assert number(-0.5, 1) == "−0.5"
    assert number(1234.0, 0) == "1234"
    assert number(12345.0, 0) == f"12{THIN}345"
    assert number(None) == number(float("nan")) == "–"
    assert interval(1, 2, 1) == "[1.0, 2.0]"


def test_zones_in_signs():
    assert zone(Zone(3, 5)) == "[3, 5]"
    assert zone(Zone(high=3)) == "≤ 3"
    assert zone(Zone(low=-0.5)) == "≥ −0.5"
