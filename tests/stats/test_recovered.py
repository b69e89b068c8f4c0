"""The share of a gain that a substitute brings: the ratio, its interval, and when there is none."""

import numpy as np
import pytest

from qadam.stats.interval import Interval
from qadam.stats.recovered import Side, apart, recovered

RNG = np.random.default_rng(13)


def side(value, *, spread=0.02, seeds=3, of_seeds=0.0, rng=RNG):
    each = value + of_seeds * np.linspace(-1, 1, seeds)
    return Side(list(each), value + spread * rng.standard_normal(4_000))


def test_the_share_is_how_far_part_goes_on_the_way():
    found = recovered(side(0.1), side(0.55), side(1.0))
    assert found.value == pytest.approx(0.5)
    assert found.low < 0.5 < found.high


def test_without_any_error_the_interval_is_the_value():
    exact = [Side([v, v], np.full(100, v)) for v in (0.0, 0.4, 0.8)]
    assert recovered(*exact) == pytest.approx((0.5, 0.5, 0.5))


def test_where_real_speech_brings_nothing_there_is_no_share():
    found = recovered(side(0.5), side(0.5), side(0.51))
    assert np.isnan(found.low) and np.isnan(found.high)


def test_seeds_that_disagree_widen_the_interval():
    none = Side.known(1 / 35, side(0.5))
    calm = recovered(none, side(0.6), side(0.8))
    wild = recovered(none, side(0.6, of_seeds=0.1), side(0.8))
    assert wild.high - wild.low > 2 * (calm.high - calm.low)


def test_the_interval_is_that_of_fieller_in_closed_form():
    rng = np.random.default_rng(14)
    part, whole = side(0.5, spread=0.03, rng=rng), side(0.9, spread=0.05, rng=rng)
    none = Side.known(0.0, part)
    found = recovered(none, part, whole)
    a, b, t = 0.5, 0.9, 1.959964
    vaa, vbb = np.var(part.draws), np.var(whole.draws)
    vab = np.cov(part.draws, whole.draws, bias=True)[0, 1]
    g = b**2 - t**2 * vbb
    half = t * np.sqrt(vaa * b**2 + vbb * a**2 - 2 * a * b * vab - t**2 * (vaa * vbb - vab**2))
    middle = a * b - t**2 * vab
    assert found[1:] == pytest.approx(((middle - half) / g, (middle + half) / g), abs=1e-6)


def test_shares_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(15)
    held, n, rounds = 0, 200, 300
    for _ in range(rounds):
        rows = rng.random((n, 1)) < np.array([[0.4, 0.7]])
        times = rng.multinomial(n, np.full(n, 1 / n), size=1_000)
        part, whole = (Side([rows[:, k].mean()], times @ rows[:, k] / n) for k in (0, 1))
        share = recovered(Side.known(0.1, part), part, whole)
        held += share.low <= 0.5 <= share.high
    assert 0.92 <= held / rounds <= 0.98


def test_sides_with_other_seeds_are_refused():
    with pytest.raises(ValueError):
        recovered(side(0.1), side(0.5, seeds=2), side(0.9))


def test_the_difference_of_two_shares_is_newcombes():
    # Newcombe (1998), table II, first pair 56/70 and 48/80, method 10: 0.0524 to 0.3339.
    from qadam.stats.interval import wilson

    found = apart(wilson(56, 70), wilson(48, 80))
    assert found.value == pytest.approx(0.2) and found[1:] == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert apart(Interval(0.5, 0.4, 0.6), Interval(0.5, 0.5, 0.5))[1:] == pytest.approx((-0.1, 0.1))
