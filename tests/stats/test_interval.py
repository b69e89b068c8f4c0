"""The bootstrap against scipy and against itself; Wilson's interval against a printed table."""

import hashlib

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from qadam.stats import interval
from qadam.stats.interval import bootstrap, bootstrap_draws, defined, percentile, resampled_sums, wilson


def fertility(sums):
    return sums["tokens"] / sums["words"]


def counts(n, seed=1):
    rng = np.random.default_rng(seed)
    words = rng.poisson(rng.gamma(2, 8, size=n)) + 1
    return {"tokens": rng.poisson(words * 2.4) + words, "words": words}


def table(n, k, seed=1):
    return np.random.default_rng(seed).integers(0, 1_000_000, size=(n, k))


# --- the draws ---


def test_a_resample_is_n_units_with_replacement():
    drawn = resampled_sums(np.eye(50), resamples=4000)
    assert (drawn.sum(axis=1) == 50).all()
    # How often one unit is drawn is binomial (n, 1/n): variance 1 - 1/n, and (1 - 1/n)^n of never.
    assert drawn.mean() == pytest.approx(1)
    assert drawn.var() == pytest.approx(1 - 1 / 50, abs=0.015)
    assert (drawn == 0).mean() == pytest.approx((1 - 1 / 50) ** 50, abs=0.003)


@pytest.mark.parametrize("n", [7, 1000, 5000])  # 5,000 x 10,000 draws are too many to be remembered
def test_sums_are_exact(n):
    rows = table(n, 3)
    times = interval._times_drawn(n, slice(0, 20), 13)  # whole numbers, summed as whole numbers below
    assert (resampled_sums(rows)[:20] == times @ rows).all()


def test_draws_are_the_same_whatever_is_summed():
    rows = table(900, 4)
    together = resampled_sums(rows, resamples=500)
    for column in range(4):
        assert (resampled_sums(rows[:, [column]], resamples=500)[:, 0] == together[:, column]).all()


@pytest.mark.parametrize("n", [300, 9000])
def test_more_resamples_only_append(n):
    rows = table(n, 2)
    assert (resampled_sums(rows, resamples=5000)[:777] == resampled_sums(rows, resamples=777)).all()


@pytest.mark.parametrize("n", [300, 9000])
def test_threads_and_memory_change_nothing(n, monkeypatch):
    rows, kept = table(n, 3), interval.KEPT_BYTES
    results = set()
    for threads in (1, 2, 5):
        for limit in (0, kept):
            monkeypatch.setattr(interval, "THREADS", threads)
            monkeypatch.setattr(interval, "KEPT_BYTES", limit)
            interval._table.cache_clear()
            results.add(hashlib.sha256(resampled_sums(rows, resamples=4000).tobytes()).hexdigest())
    assert len(results) == 1


def test_another_seed_draws_otherwise():
    rows = table(100, 1)
    assert (resampled_sums(rows, seed=1) != resampled_sums(rows, seed=2)).mean() > 0.9


def test_remembered_draws_cannot_be_changed():
    resampled_sums(table(20, 1), resamples=10)
    with pytest.raises(ValueError, match="read-only"):
        interval._table(20, 10, 13)[0, 0] = 9


# --- groups ---


def test_groups_of_one_equal_no_groups():
    rows = table(200, 2)
    labels = [f"document {i * 7919 % 200}" for i in range(200)]  # not in alphabetical order
    assert (resampled_sums(rows, groups=labels) == resampled_sums(rows)).all()


def test_a_group_is_drawn_as_a_whole():
    rows, labels = table(12, 2), list("abacbcabcaab")
    summed = [rows[[i for i, label in enumerate(labels) if label == group]].sum(axis=0) for group in "abc"]
    assert (resampled_sums(rows, groups=labels) == resampled_sums(np.array(summed))).all()


@given(st.permutations(range(9)))
def test_the_names_of_groups_do_not_matter(names):
    rows, labels = table(30, 2), [i % 9 for i in range(30)]
    renamed = [names[label] for label in labels]
    before, after = (resampled_sums(rows, groups=names, resamples=50) for names in (labels, renamed))
    assert (before == after).all()


def test_items_that_repeat_within_groups_are_not_more_evidence():
    once = counts(200)
    thrice = {name: np.repeat(column, 3) for name, column in once.items()}
    grouped = bootstrap(thrice, fertility, groups=np.repeat(np.arange(200), 3))
    assert grouped == pytest.approx(bootstrap(once, fertility))
    careless = bootstrap(thrice, fertility)
    assert careless.high - careless.low < 0.65 * (grouped.high - grouped.low)  # 1 / sqrt(3) = 0.58


# --- intervals ---


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ends_agree_with_scipy(seed):
    data = counts(250, seed)
    ours = bootstrap(data, fertility)
    theirs = scipy.stats.bootstrap(
        (data["tokens"], data["words"]),
        lambda tokens, words, axis: tokens.sum(axis) / words.sum(axis),
        paired=True,
        n_resamples=10_000,
        method="percentile",
        batch=500,
        random_state=np.random.default_rng(seed),
    )
    # Each end has a Monte-Carlo error of 0.027 standard errors, the difference sqrt(2) of it; four of these.
    tolerance = 4 * 2**0.5 * 0.027 * theirs.standard_error
    assert ours.value == data["tokens"].sum() / data["words"].sum()
    assert ours.low == pytest.approx(theirs.confidence_interval.low, abs=tolerance)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, abs=tolerance)


def test_same_seed_same_result():
    data = counts(400)
    assert bootstrap(data, fertility, seed=5) == bootstrap(data, fertility, seed=5)
    assert bootstrap(data, fertility, seed=5) != bootstrap(data, fertility, seed=6)


@given(st.integers(1, 40), st.integers(1, 40))
def test_scale_goes_through(tokens_by, words_by):
    data = counts(60)
    scaled = {"tokens": data["tokens"] * tokens_by, "words": data["words"] * words_by}
    expected = [x * tokens_by / words_by for x in bootstrap(data, fertility, resamples=200)]
    assert bootstrap(scaled, fertility, resamples=200) == pytest.approx(expected)


def test_order_of_items_matters_only_by_chance():
    data, order = counts(500), np.random.default_rng(0).permutation(500)
    first = bootstrap(data, fertility)
    second = bootstrap({name: column[order] for name, column in data.items()}, fertility)
    assert second.value == first.value
    assert second == pytest.approx(first, abs=0.1 * (first.high - first.low))


def test_both_forms_of_counts_are_one():
    data = counts(80)
    rows = np.column_stack([data["tokens"], data["words"]])
    assert bootstrap((rows, ["tokens", "words"]), fertility) == bootstrap(data, fertility)


def test_percentile_by_hand():
    # Draws 0, 1, ..., 100: the middle 90 % lies between the 5th and the 95th percentile.
    assert percentile(50, range(101), alpha=0.1) == pytest.approx((50, 5, 95))


def test_wider_with_less_alpha():
    data = counts(100)
    low = [bootstrap(data, fertility, alpha=alpha).low for alpha in (0.2, 0.1, 0.05, 0.01)]
    assert low == sorted(low, reverse=True)


def test_one_unit_has_a_value_but_no_interval():
    result = bootstrap({"tokens": [12], "words": [5]}, fertility)
    assert result.value == 2.4
    assert np.isnan([result.low, result.high]).all()
    assert np.isnan(bootstrap(counts(9), fertility, groups=["one"] * 9)[1:]).all()


def test_a_few_undefined_draws_are_left_out():
    draws = np.arange(1000.0)
    draws[:10] = np.nan
    assert percentile(5, draws) == pytest.approx((5, *np.quantile(np.arange(10, 1000), [0.025, 0.975])))
    draws[10] = np.inf
    assert np.isnan(percentile(5, draws)[1:]).all()
    assert len(defined(draws)) == 0


def test_ratio_to_mostly_zero_has_no_interval():
    rare = {"tokens": [3, 4, 5], "words": [0, 0, 2]}  # every third draw or so has no word at all
    result = bootstrap(rare, fertility)
    assert result.value == 6
    assert np.isnan(result.low) and np.isnan(result.high)
    assert np.isnan(bootstrap({"tokens": [3, 4], "words": [0, 0]}, fertility)).all()


@pytest.mark.parametrize(
    "bad, says",
    [
        (lambda: resampled_sums(np.empty((0, 2))), "at least one item"),
        (lambda: resampled_sums(np.empty((3, 0))), "one column"),
        (lambda: resampled_sums([1, 2, 3]), "shape"),
        (lambda: resampled_sums([[1.0], [np.nan]]), "item 1 has nan in column 0"),
        (lambda: resampled_sums([[np.inf]]), "finite"),
        (lambda: resampled_sums([[1], [2]], groups=["a"]), "2 items, 1 labels"),
        (lambda: resampled_sums([[1], [2]], groups=[]), "2 items, 0 labels"),
        (lambda: resampled_sums([[1]], resamples=0), "resamples >= 1"),
        (lambda: resampled_sums([[1]], seed=-1), "seed >= 0"),
        (lambda: bootstrap({}, fertility), "columns"),
        (lambda: bootstrap({"tokens": [], "words": []}, fertility), "at least one item"),
        (lambda: bootstrap({"tokens": [1, 2], "words": [1]}, fertility), "one number per item"),
        (lambda: bootstrap((np.ones((4, 2)), ["tokens"]), fertility), "column names"),
        (lambda: bootstrap(counts(5), lambda sums: 1.0), "one number per resample"),
        (lambda: bootstrap(counts(5), fertility, alpha=0), "between 0 and 1"),
        (lambda: bootstrap(counts(5), fertility, alpha=np.nan), "between 0 and 1"),
        (lambda: percentile(1, []), "at least one"),
        (lambda: wilson(3, 2), "3 of 2"),
        (lambda: wilson(-1, 2), "-1 of 2"),
        (lambda: wilson(0, -2), "0 of -2"),
        (lambda: wilson(np.nan, 2), "nan of 2"),
        (lambda: wilson(1, 2, alpha=1), "between 0 and 1"),
    ],
)
def test_bad_input_is_named(bad, says):
    with pytest.raises(ValueError, match=says):
        bad()


def test_draws_belong_to_their_interval():
    data = counts(120)
    value, draws = bootstrap_draws(data, fertility, seed=3)
    assert percentile(value, draws) == bootstrap(data, fertility, seed=3)


# --- a share ---


# Newcombe (1998), Two-Sided Confidence Intervals for the Single Proportion: Comparison of Seven Methods,
# Statistics in Medicine 17, Table I, method 3 (score without continuity correction), four decimals.
@pytest.mark.parametrize(
    "successes, n, low, high",
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_matches_the_printed_table(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((successes / n, low, high), abs=0.00005)


def test_wilson_by_hand():
    # 0 of n: low 0, high z^2 / (n + z^2); with z = 1.96 and n = 10 that is 3.8415 / 13.8415 = 0.2775.
    assert wilson(0, 10) == pytest.approx((0, 0, 0.2775), abs=0.00005)
    assert wilson(10, 10) == pytest.approx((1, 0.7225, 1), abs=0.00005)


@given(st.integers(0, 5000), st.integers(1, 5000), st.floats(0.001, 0.5))
def test_wilson_agrees_with_scipy(successes, failures, alpha):
    n = successes + failures
    theirs = scipy.stats.binomtest(successes, n).proportion_ci(1 - alpha, method="wilson")
    assert wilson(successes, n, alpha=alpha)[1:] == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_a_share_of_nothing_is_nothing():
    assert np.isnan(wilson(0, 0)).all()
