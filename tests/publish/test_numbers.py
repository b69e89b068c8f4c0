"""Numbers as people read them: hand-worked cases."""

from dataclasses import replace

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


@pytest.mark.parametrize(("value", "half"), [(0.3, 0.15), (-0.1, 0.2), (0.9, 0.5)])
def test_a_share_or_a_difference_of_shares_has_two_decimals_at_least(invented, value, half):
    assert decimals([invented.measurement("m", value, low=value - half, high=min(1, value + half))]) == 2


@pytest.mark.parametrize(("margin", "places"), [(0.01, 2), (0.005, 3), (3, 0), (float("inf"), 0)])
def test_an_effect_has_the_decimals_of_the_margin_it_is_held_against(invented, margin, places):
    rule = replace(invented.RULE, effects=("gain",), supported=Zone(low=margin), refuted=(Zone(high=-margin),))
    rows = [invented.measurement("gain", 40.0, low=10.0, high=70.0)]
    assert decimals(rows, rule) == places
    assert decimals([replace(rows[0], metric="other")], rule) == 0, "other numbers are their own"


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
