"""Stability is Kendall's tau as scipy has it, and its ends are 1 and -1."""

import numpy as np
import pytest
from scipy.stats import kendalltau

from qadam.stats.stability import stability


def test_it_is_the_mean_tau_of_scipy():
    random = np.random.default_rng(3)
    values, draws = random.normal(size=6), random.normal(size=(6, 40))
    ours = stability(values, draws)
    taus = [kendalltau(values, draw).statistic for draw in draws.T]
    assert ours.value == pytest.approx(np.mean(taus)) and ours.low <= ours.value <= ours.high


def test_by_hand():
    # Three systems; one resample keeps the order (1), one swaps the last two (1/3), one turns all round (-1).
    draws = np.array([[3.0, 2, 1], [3, 1, 2], [1, 2, 3]]).T
    assert stability([3, 2, 1], draws).value == pytest.approx((1 + 1 / 3 - 1) / 3)


def test_equal_systems_have_no_order():
    assert np.isnan(stability([1, 1], np.ones((2, 5))).value)
