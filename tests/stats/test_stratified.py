"""Odds ratios over strata and pairs, by hand, against scipy, and against what they should do on drawn data."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest, chi2

from qadam.stats.stratified import (
    clustered_mcnemar,
    clustered_odds,
    heterogeneity,
    mantel_haenszel,
    matched_odds,
    standardised,
)


def test_one_stratum_is_the_plain_odds_ratio_with_the_interval_of_woolf():
    found = mantel_haenszel([[[12, 8], [5, 15]]])
    error = math.sqrt(1 / 12 + 1 / 8 + 1 / 5 + 1 / 15)
    assert found.value == pytest.approx(12 * 15 / (8 * 5))
    assert math.log(found.high / found.low) / (2 * 1.959964) == pytest.approx(error, rel=1e-6)


def test_strata_are_compared_only_with_themselves():
    # In both strata the odds are doubled; added up, the second condition would look better (Simpson).
    strata = [[[10, 5], [100, 100]], [[100, 1000], [5, 100]]]
    assert mantel_haenszel(strata).value == pytest.approx(2)
    a, b, c, d = np.sum(strata, axis=0).ravel()
    assert a * d / (b * c) < 1


def test_mantel_haenszel_of_pairs_is_the_matched_odds_ratio():
    only_first, only_second, both, neither = 15, 6, 9, 20
    pairs = [[[1, 0], [0, 1]]] * only_first + [[[0, 1], [1, 0]]] * only_second
    pairs += [[[1, 0], [1, 0]]] * both + [[[0, 1], [0, 1]]] * neither
    assert mantel_haenszel(pairs).value == pytest.approx(matched_odds(only_first, only_second).value) == 2.5


def test_the_interval_of_mantel_haenszel_covers_what_it_promises():
    random, inside = np.random.default_rng(13), 0
    for _ in range(400):
        tables = []
        for base in (0.1, 0.3, 0.6):
            odds = base / (1 - base) * 1.5
            first, second = random.binomial(60, odds / (1 + odds)), random.binomial(60, base)
            tables.append([[first, 60 - first], [second, 60 - second]])
        found = mantel_haenszel(tables)
        inside += found.low <= 1.5 <= found.high
    assert 0.92 <= inside / 400 <= 0.98


def test_strata_that_cannot_tell():
    assert math.isnan(mantel_haenszel([[[0, 5], [0, 5]]]).value)
    assert mantel_haenszel([[[3, 2], [0, 5]]]).value == math.inf
    with pytest.raises(ValueError, match="strata"):
        mantel_haenszel([[1, 2], [3, 4]])


@pytest.mark.parametrize("first, second", [(14, 75), (20, 19), (1, 9)])
def test_matched_odds_carry_the_exact_interval_of_a_share(first, second):
    ends = binomtest(first, first + second).proportion_ci(method="exact")
    found = matched_odds(first, second)
    assert found.value == pytest.approx(first / second)
    assert found.low == pytest.approx(ends.low / (1 - ends.low))
    assert found.high == pytest.approx(ends.high / (1 - ends.high))


def test_matched_odds_at_their_ends():
    assert matched_odds(0, 5).low == 0 and matched_odds(5, 0).high == math.inf
    assert math.isnan(matched_odds(0, 0).value)


def test_clusters_of_one_give_mcnemar_without_correction():
    differences = [1] * 15 + [-1] * 6 + [0] * 30
    assert clustered_mcnemar(differences, range(51)) == pytest.approx(chi2.sf((15 - 6) ** 2 / 21, 1))


def test_copies_of_a_pair_add_no_evidence():
    differences = [1] * 15 + [-1] * 6
    once = clustered_mcnemar(differences, range(21))
    thrice = clustered_mcnemar(differences * 3, list(range(21)) * 3)
    assert thrice == pytest.approx(once) and clustered_mcnemar([0, 0], "ab") == 1
    alone = clustered_odds([1] * 15 + [0] * 6, [0] * 15 + [1] * 6, groups=range(21), resamples=500)
    copied = clustered_odds(
        ([1] * 15 + [0] * 6) * 3, ([0] * 15 + [1] * 6) * 3, groups=list(range(21)) * 3, resamples=500
    )
    assert copied == pytest.approx(alone)


def test_heterogeneity_by_hand():
    # Two effects 0 and 2 with errors 1: mean 1, Q = 1 + 1 = 2 with one degree of freedom, I2 = 1 - 1/2.
    found = heterogeneity([0, 2], [1, 1])
    assert (found.q, found.i2) == (2, 0.5) and found.p == pytest.approx(chi2.sf(2, 1))
    assert heterogeneity([1, 1, 1], [1, 2, 3]).i2 == 0
    with pytest.raises(ValueError, match="two effects"):
        heterogeneity([1], [1])


def test_standardised_shares_take_the_mix_wanted():
    found = standardised([10, 90], [100, 100], weights=[3, 1])
    assert found.value == pytest.approx((3 * 0.1 + 0.9) / 4)
    error = math.sqrt(0.75**2 * 0.09 / 100 + 0.25**2 * 0.09 / 100)
    assert found.high - found.value == pytest.approx(1.959964 * error, rel=1e-6)
    assert standardised([1, 0], [2, 0], weights=[1, 0]).value == 0.5
    with pytest.raises(ValueError, match="at least one item"):
        standardised([1, 0], [2, 0], weights=[1, 1])
