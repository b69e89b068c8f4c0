"""Effects over seeds: the two errors add up, intervals cover, equivalence is asked of both ends, seeds are counted right."""

import math

import numpy as np
import pytest
from scipy import stats

from qadam.stats.seeds import Spread, across_seeds


def per_item(sums):
    return sums["right"] / sums["n"]


def counts(values):
    return np.column_stack([values, np.ones(len(values))])


def test_without_noise_in_items_it_is_the_paired_t_test():
    a, b = (0.81, 0.84, 0.86), (0.80, 0.79, 0.83)
    sides = {"a": [counts(np.full(50, v)) for v in a], "b": [counts(np.full(50, v)) for v in b]}
    spread = across_seeds(sides, ("right", "n"), weights={"a": 1, "b": -1}, score=per_item, resamples=200)
    theirs = stats.ttest_rel(a, b)
    low, high = theirs.confidence_interval(0.95)
    assert spread.interval() == pytest.approx((np.mean(a) - np.mean(b), low, high), abs=1e-9)
    assert 2 * spread.p_above(0) == pytest.approx(theirs.pvalue)


def test_without_noise_in_seeds_it_is_the_bootstrap_over_items():
    draw = np.random.default_rng(1)
    values = draw.random(400)
    sides = {"a": [counts(values)] * 3, "b": [counts(np.zeros(400))] * 3}
    spread = across_seeds(sides, ("right", "n"), weights={"a": 1, "b": -1}, score=per_item, resamples=4000)
    assert spread.seed_spread == pytest.approx(0, abs=1e-12)
    assert spread.item_error == pytest.approx(values.std() / 20, rel=0.05)
    assert spread.error()[1] > 1e6


def test_groups_are_drawn_whole():
    draw = np.random.default_rng(2)
    values = np.repeat(draw.random(40), 10)
    one = {"a": [counts(values)]}
    loose = across_seeds(one, ("right", "n"), weights={"a": 1}, score=per_item, resamples=2000)
    tight = across_seeds(
        one, ("right", "n"), weights={"a": 1}, score=per_item, resamples=2000, groups=np.repeat(np.arange(40), 10)
    )
    assert tight.item_error > 2.5 * loose.item_error


def covers(seed_sd, item_sd, seeds, tries=600):
    """How often the interval holds the truth (0), and how often that of a bootstrap of seeds, then items, does."""
    draw = np.random.default_rng(7)
    ours = theirs = 0
    for _ in range(tries):
        of_seeds = draw.normal(0, seed_sd, seeds)
        of_items = draw.normal(0, item_sd * 10, 100)
        values = of_seeds[:, None] + of_items[None, :]
        spread = Spread(values.mean(), tuple(values.mean(axis=1)), values.mean(axis=0).std() / 10)
        ours += spread.interval().low <= 0 <= spread.interval().high
        picked = values[draw.integers(0, seeds, (200, seeds))]  # (draws, seeds, items)
        of_items_drawn = draw.multinomial(100, np.full(100, 0.01), 200) / 100
        means = np.einsum("dsi,di->d", picked, of_items_drawn) / seeds
        low, high = np.quantile(means, [0.025, 0.975])
        theirs += low <= 0 <= high
    return ours / tries, theirs / tries


def test_intervals_cover_where_a_bootstrap_of_three_seeds_does_not():
    ours, theirs = covers(seed_sd=1, item_sd=0.01, seeds=3)
    assert 0.93 < ours < 0.975 and theirs < 0.8
    assert covers(seed_sd=0.3, item_sd=1, seeds=3)[0] > 0.93
    assert 0.92 < covers(seed_sd=1, item_sd=1, seeds=5)[0] < 0.99


def test_equivalence_needs_both_ends_and_agrees_with_the_interval_of_90_percent():
    spread = Spread(0.2, (0.1, 0.2, 0.3), 0.05)
    low, high = spread.interval(0.10)[1:]
    assert spread.p_equivalent(max(-low, high) + 1e-9) <= 0.05 < spread.p_equivalent(max(-low, high) - 1e-3)
    assert spread.p_above(0.2) == pytest.approx(0.5) == spread.p_below(0.2)


def test_seeds_needed_reach_the_power_they_promise():
    spread = Spread(0.0, (-1.0, 0.0, 1.0), 0.1)  # from seed to seed 1
    needed = spread.seeds_needed(0.8)
    assert spread.seeable(needed) <= 0.8 < spread.seeable(needed - 1)
    draw = np.random.default_rng(3)
    found = 0
    for _ in range(2000):
        values = draw.normal(0.8, 1, needed) + draw.normal(0, 0.1)
        found += Spread(values.mean(), tuple(values), 0.1).interval().low > 0
    assert found / 2000 == pytest.approx(0.8, abs=0.04)


def test_what_cannot_be_settled_says_so():
    assert Spread(0.0, (-0.1, 0.1), 2.0).seeds_needed(0.5) is None  # the items are too few
    single = Spread(0.3, (0.3,), 0.1)
    assert single.seeds_needed(0.1) == 0 and math.isnan(single.seed_spread)
    assert single.interval().low == pytest.approx(0.3 - 1.959964 * 0.1)


def test_sides_need_the_same_seeds():
    with pytest.raises(ValueError, match="same seeds"):
        across_seeds({"a": [counts([1.0])], "b": []}, ("right", "n"), weights={"a": 1, "b": -1}, score=per_item)
