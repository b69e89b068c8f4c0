"""Weights that make one sample look like another: the means are reached, and no more is changed than must be."""

import numpy as np
import pytest

from qadam.stats.balance import balanced, effective


def test_the_means_become_those_asked_for():
    rng = np.random.default_rng(13)
    features = rng.poisson(1.0, (5_000, 3)).astype(float)
    weights = balanced(features, [1.5, 0.8, 1.0])
    assert np.average(features, axis=0, weights=weights) == pytest.approx([1.5, 0.8, 1.0], abs=5e-3)
    assert weights.mean() == pytest.approx(1) and weights.min() >= 0


def test_who_is_alike_already_counts_alike():
    features = np.arange(10.0)[:, None]
    assert balanced(features, [4.5]) == pytest.approx(np.ones(10)) and effective(np.ones(10)) == pytest.approx(10)


def test_the_weights_are_those_of_exponential_tilting():
    weights = balanced([[0.0], [1.0], [2.0]], [1.3])
    assert weights[1] ** 2 == pytest.approx(weights[0] * weights[2], rel=1e-6)  # geometric: w is exp(a + b x)


def test_what_cannot_be_reached_is_approached():
    weights = balanced([[0.0], [1.0]], [5.0])
    assert weights[1] > 1.9 and effective(weights) < 1.2


def test_a_column_that_never_varies_is_left_out_of_account():
    assert balanced([[1.0, 0.0], [1.0, 1.0]], [3.0, 0.5]) == pytest.approx([1, 1])
    assert balanced([[1.0], [1.0]], [3.0]).tolist() == [1, 1]


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="means"):
        balanced([[1.0, 2.0]], [1.0])
