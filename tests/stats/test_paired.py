"""Comparisons on the same items: draws are shared, and McNemar's test gives the printed values."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from qadam.stats.interval import bootstrap_draws, percentile
from qadam.stats.paired import mcnemar, paired_draws


def fertility(sums):
    return sums["tokens"] / sums["words"]


def two_languages(n, seed=1):
    """Kazakh and English counts of the same sentences, long where the other is long."""
    rng = np.random.default_rng(seed)
    length = rng.gamma(2, 8, size=n) + 1
    kk, en = rng.poisson(0.8 * length) + 1, rng.poisson(length) + 1
    kk_tokens, en_tokens = rng.poisson(3 * kk) + 1, rng.poisson(1.25 * en) + 1
    return {"tokens": kk_tokens, "words": kk}, {"tokens": en_tokens, "words": en}


@pytest.mark.parametrize("by", ["ratio", "difference"])
@pytest.mark.parametrize("groups", [None, np.arange(200) // 4])
def test_the_same_draws_are_used_on_both_sides(by, groups):
    kk, en = two_languages(200)
    result = paired_draws(kk, en, score=fertility, by=by, groups=groups)
    (a, first), (b, second) = (bootstrap_draws(side, fertility, groups=groups) for side in (kk, en))
    expected = (a / b, first / second) if by == "ratio" else (a - b, first - second)
    assert (result.draws == expected[1]).all()
    assert result.interval == percentile(*expected)


def test_a_side_against_itself_is_certain():
    kk, _ = two_languages(50)
    assert paired_draws(kk, kk, score=fertility).interval == (1, 1, 1)
    assert paired_draws(kk, kk, score=fertility, by="difference").interval == (0, 0, 0)


def test_exchanging_sides_turns_the_effect_round():
    kk, en = two_languages(150)
    forth, back = (paired_draws(*sides, score=fertility).draws for sides in ((kk, en), (en, kk)))
    assert back == pytest.approx(1 / forth)
    forth, back = (paired_draws(*s, score=fertility, by="difference").draws for s in ((kk, en), (en, kk)))
    assert (back == -forth).all()


def test_pairing_narrows_the_interval():
    rng = np.random.default_rng(3)
    length = rng.gamma(1, 20, size=300) + 5
    first, second = {"tokens": rng.poisson(3 * length)}, {"tokens": rng.poisson(length)}

    def total(sums):
        return sums["tokens"]

    together = paired_draws(first, second, score=total).draws
    apart = bootstrap_draws(first, total, seed=1)[1] / bootstrap_draws(second, total, seed=2)[1]
    assert together.std() < 0.5 * apart.std()


def test_agrees_with_scipy():
    kk, en = two_languages(300)
    ours = paired_draws(kk, en, score=fertility).interval
    theirs = scipy.stats.bootstrap(
        (kk["tokens"], kk["words"], en["tokens"], en["words"]),
        lambda a, b, c, d, axis: a.sum(axis) * d.sum(axis) / b.sum(axis) / c.sum(axis),
        paired=True,
        method="percentile",
        batch=500,
        n_resamples=10_000,
        random_state=np.random.default_rng(0),
    )
    tolerance = 4 * 2**0.5 * 0.027 * theirs.standard_error  # as in test_interval.py
    assert ours[1:] == pytest.approx(tuple(theirs.confidence_interval), abs=tolerance)


def test_bad_input_is_named():
    kk, en = two_languages(10)
    with pytest.raises(ValueError, match="same items; they have 10 and 3"):
        paired_draws(kk, {name: column[:3] for name, column in en.items()}, score=fertility)
    with pytest.raises(ValueError, match="not by 'quotient'"):
        paired_draws(kk, en, score=fertility, by="quotient")
    with pytest.raises(ValueError, match="10 items, 9 labels"):
        paired_draws(kk, en, score=fertility, groups=range(9))


# --- McNemar ---


def test_mcnemar_by_hand():
    # 1 against 7: the tail of 8 fair coins is (1 + 8) / 256; twice that is 18 / 256. The mid-p counts the 8
    # half: 2 (1 + 4) / 256. Chi-square: (7 - 1 - 1)^2 / 8 = 3.125 on one degree of freedom, p = 0.0771.
    assert mcnemar(1, 7) == pytest.approx(18 / 256)
    assert mcnemar(1, 7, method="mid-p") == pytest.approx(10 / 256)
    assert mcnemar(1, 7, method="chi-square") == pytest.approx(0.0771, abs=0.00005)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_mcnemar_agrees_with_the_binomial_test(b, c):
    expected = scipy.stats.binomtest(b, b + c).pvalue if b + c else 1
    assert mcnemar(b, c) == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_chi_square_agrees_with_scipy(b, c):
    if b != c:
        statistic = (abs(b - c) - 1) ** 2 / (b + c)
        assert mcnemar(b, c, method="chi-square") == pytest.approx(scipy.stats.chi2.sf(statistic, 1))


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_does_not_mind_the_order(b, c):
    for method in ("exact", "mid-p", "chi-square"):
        assert mcnemar(b, c, method=method) == mcnemar(c, b, method=method)
        assert 0 < mcnemar(b, c, method=method) <= 1
    assert mcnemar(b, c, method="mid-p") <= mcnemar(b, c)


@pytest.mark.parametrize("method", ["exact", "mid-p", "chi-square"])
def test_systems_that_never_differ(method):
    assert mcnemar(0, 0, method=method) == 1
    assert mcnemar(4, 4, method=method) == pytest.approx(1)


@pytest.mark.parametrize("bad", [(-1, 2), (2, -1), (1.5, 2), (float("nan"), 1)])
def test_mcnemar_names_bad_numbers(bad):
    with pytest.raises(ValueError, match="whole and not negative"):
        mcnemar(*bad)
    with pytest.raises(ValueError, match="not 'guess'"):
        mcnemar(1, 2, method="guess")
