"""Inside a range, equivalent, enough of several: against hand-worked cases, an optimiser and simulations."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from qadam.stats.equivalence import p_inside, partial_conjunction, tost_draws
from qadam.stats.equivalence import tost_paired_proportions as tost_shares
from qadam.stats.interval import percentile

DRAWS = np.random.default_rng(0).normal(size=9999)


def test_p_inside_by_hand():
    draws = np.arange(1, 100)  # 99 draws: 1, 2, ..., 99
    assert p_inside(draws, low=2.5, high=1000) == pytest.approx(3 / 100)  # 2 lie below: (2 + 1) / (99 + 1)
    assert p_inside(draws, low=2.5, high=95.5) == pytest.approx(5 / 100)  # 96 ... 99 lie above
    assert p_inside(draws, low=2.5) == pytest.approx(3 / 100)
    assert p_inside(draws, high=95.5) == pytest.approx(5 / 100)
    assert p_inside(draws, low=0, high=1000) == pytest.approx(1 / 100)  # never exactly 0
    assert p_inside(draws, low=99.5) == 1


def test_an_end_itself_lies_outside():
    assert p_inside([1.0] * 99, low=1, high=2) == 1


@given(st.floats(-3, 0), st.floats(0.01, 3), st.floats(-2, 2))
def test_p_and_interval_decide_alike(low, high, shift):
    draws, alpha = DRAWS + shift, 0.05
    interval = percentile(shift, draws, alpha=alpha)
    p = p_inside(draws, low=low, high=high)
    if abs(p - alpha / 2) > 2 / len(draws):  # not on the edge itself, where one draw decides
        assert (p <= alpha / 2) == (low < interval.low and interval.high < high)


@given(st.floats(0.1, 50), st.floats(-20, 20))
def test_units_do_not_matter(scale, shift):
    moved = p_inside(DRAWS * scale + shift, low=-1.7 * scale + shift, high=2.1 * scale + shift)
    assert moved == pytest.approx(p_inside(DRAWS, low=-1.7, high=2.1), abs=1e-3)


def test_tost_is_the_finite_case():
    assert tost_draws(DRAWS, low=-2, high=2.5) == p_inside(DRAWS, low=-2, high=2.5)
    assert tost_draws(DRAWS, low=-2, high=2.5) == pytest.approx(scipy.stats.norm.cdf(-2), abs=0.005)


def test_undefined_draws():
    draws = DRAWS.copy()
    draws[:50] = np.nan
    assert 0 < p_inside(draws, low=-2) < 0.05
    draws[:200] = np.nan
    assert math.isnan(p_inside(draws, low=-2))


# --- equivalence of two shares ---


# 44 items, one differs, margin 0.1. The restricted share solves 88 q^2 - 9.9 q + 0.11 = 0, so q = 0.1;
# z = (0 - 1 + 4.4) / sqrt(44 (0.2 - 0.11)) = 3.4 / 1.98997 = 1.709.
def test_tango_by_hand():
    assert tost_shares(0, 1, n=44, margin=0.1) == pytest.approx(scipy.stats.norm.sf(3.4 / 3.96**0.5))
    assert tost_shares(0, 1, n=44, margin=0.1) == pytest.approx(0.0438, abs=0.00005)


def test_systems_that_never_differ_need_items_to_be_equal():
    # q = margin, so z = sqrt(n margin / (1 - margin)): sqrt(1/3) for 3 items, 10/3 for 100.
    assert tost_shares(0, 0, n=3, margin=0.1) == pytest.approx(scipy.stats.norm.sf(3**-0.5))
    assert tost_shares(0, 0, n=100, margin=0.1) == pytest.approx(scipy.stats.norm.sf(10 / 3))


def score_test(b, c, n, margin):
    """Tango's z, with the restricted likelihood maximised by machine rather than by formula."""

    def minus_log_likelihood(q):  # q: share of items only the second got right; the first has q - margin
        cells = ((b, q - margin), (c, q), (n - b - c, 1 - 2 * q + margin))
        return -sum(count * math.log(max(share, 1e-300)) for count, share in cells if count)

    bounds = (margin, (1 + margin) / 2)
    found = scipy.optimize.minimize_scalar(minus_log_likelihood, bounds=bounds, options={"xatol": 1e-12})
    variance = n * (2 * found.x - margin - margin**2)
    return scipy.stats.norm.sf((b - c + n * margin) / variance**0.5)


CASES = [(12, 9, 200, 0.05), (3, 11, 80, 0.2), (40, 40, 300, 0.1), (7, 1, 30, 0.3)]


@pytest.mark.parametrize("b, c, n, margin", CASES)
def test_tango_agrees_with_an_optimiser(b, c, n, margin):
    expected = max(score_test(b, c, n, margin), score_test(c, b, n, margin))
    assert tost_shares(b, c, n=n, margin=margin) == pytest.approx(expected, rel=1e-4)


def test_zero_margin_would_be_mcnemar():
    # Tango notes that his test with margin 0 is McNemar's: z = (b - c) / sqrt(b + c).
    near_zero = tost_shares(30, 12, n=500, margin=1e-9)
    assert near_zero == pytest.approx(scipy.stats.norm.sf((12 - 30) / 42**0.5), rel=1e-5)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 400), st.floats(0.01, 0.9))
def test_equivalence_does_not_mind_the_order(b, c, both, margin):
    n = b + c + both + 1
    p = tost_shares(b, c, n=n, margin=margin)
    assert p == tost_shares(c, b, n=n, margin=margin)
    assert 0 <= p <= 1
    assert tost_shares(b, c, n=n, margin=min(0.99, margin * 1.1)) <= p + 1e-12


def test_false_equivalence_is_rare():
    # True difference exactly at the margin: at most about 5 % may be called equivalent.
    rng = np.random.default_rng(5)
    cells = rng.multinomial(300, [0.12, 0.02, 0.86], size=4000)
    false = np.mean([tost_shares(b, c, n=300, margin=0.1) <= 0.05 for b, c, _ in cells.tolist()])
    assert 0.03 < false < 0.06


def test_every_item_differs_in_one_direction():
    assert tost_shares(5, 0, n=5, margin=0.5) > 0.9


# --- enough of several ---


def test_partial_conjunction_by_hand():
    p = [0.04, 0.001, 0.3]
    assert partial_conjunction(p, 1) == pytest.approx(0.003)  # Bonferroni: 3 x 0.001
    assert partial_conjunction(p, 2) == pytest.approx(0.08)  # 2 x 0.04
    assert partial_conjunction(p, 3) == pytest.approx(0.3)  # the largest
    assert partial_conjunction([0.9, 0.8], 1) == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.randoms())
def test_order_of_claims_does_not_matter(p, random):
    shuffled = random.sample(p, len(p))
    for at_least in range(1, len(p) + 1):
        assert partial_conjunction(shuffled, at_least) == partial_conjunction(p, at_least)


@pytest.mark.parametrize(
    "bad, says",
    [
        (lambda: p_inside([], low=0), "at least one number"),
        (lambda: p_inside(DRAWS), "without ends"),
        (lambda: p_inside(DRAWS, low=2, high=1), "low < high"),
        (lambda: p_inside(DRAWS, low=math.nan), "low < high"),
        (lambda: tost_draws(DRAWS, low=0, high=math.inf), "finite ends"),
        (lambda: tost_shares(-1, 0, n=9, margin=0.1), "cannot stand among 9"),
        (lambda: tost_shares(5, 5, n=9, margin=0.1), "cannot stand among 9"),
        (lambda: tost_shares(0, 0, n=-1, margin=0.1), "cannot stand among -1"),
        (lambda: tost_shares(math.nan, 0, n=9, margin=0.1), "cannot stand"),
        (lambda: tost_shares(1, 1, n=9, margin=0), "between 0 and 1"),
        (lambda: partial_conjunction([], 1), "At least one p-value"),
        (lambda: partial_conjunction([0.5], 2), "Of 1 claims"),
        (lambda: partial_conjunction([0.5], 0), "not 0"),
        (lambda: partial_conjunction([0.5, math.nan], 1), "between 0 and 1"),
    ],
)
def test_bad_input_is_named(bad, says):
    with pytest.raises(ValueError, match=says):
        bad()
