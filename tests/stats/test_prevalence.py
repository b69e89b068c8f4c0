"""Prediction-powered shares: the classical case, coverage by simulation, and what a bad classifier does."""

import numpy as np
import pytest

from qadam.stats.prevalence import prediction_powered


def draw(rng, size, *, true=0.2, misses=0.25, invents=0.1):
    gold = rng.random(size) < true
    seen = np.where(gold, rng.random(size) >= misses, rng.random(size) < invents)
    return gold.astype(float), seen.astype(float)


def test_with_labels_alone_it_is_the_classical_estimate():
    gold = np.array([1, 0, 0, 1, 0, 0, 0, 0, 1, 0], float)
    found = prediction_powered(gold, 1 - gold)
    half = 1.959964 * np.sqrt(gold.var(ddof=1) / 10)
    assert found == pytest.approx((0.3, max(0, 0.3 - half), 0.3 + half), abs=1e-6)


def test_by_hand_with_full_weight():
    # mean of the rest 0.5, plus the mean error on the labelled (gold - seen): (0 - 1 + 0 + 0) / 4 = -0.25.
    found = prediction_powered([1, 0, 0, 1], [1, 1, 0, 1], rest=[1, 0, 1, 0, 1, 0], tuned=False)
    assert found.value == pytest.approx(0.25)


@pytest.mark.parametrize("tuned", [False, True])
def test_the_interval_covers_as_often_as_it_promises_while_the_classifier_alone_never_does(tuned):
    rng = np.random.default_rng(7)
    covered = naive = 0
    for _ in range(1_500):
        gold, seen = draw(rng, 300)
        _, rest = draw(rng, 5_000)
        found = prediction_powered(gold, seen, rest=rest, tuned=tuned)
        covered += found.low <= 0.2 <= found.high
        half = 1.96 * rest.std() / np.sqrt(len(rest))
        naive += abs(rest.mean() - 0.2) <= half
    assert 0.935 <= covered / 1_500 <= 0.965  # 95 % within 2.7 standard errors of the simulation
    assert naive / 1_500 < 0.05


def test_a_ratio_covers_too():
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(1_500):
        sides = []
        for size in (300, 3_000):
            counts = rng.random(size) < 0.7
            gold, seen = draw(rng, size)
            sides.append((np.column_stack([gold * counts, counts]), np.column_stack([seen * counts, counts])))
        found = prediction_powered(sides[0][0], sides[0][1], rest=sides[1][1])
        covered += found.low <= 0.2 <= found.high
    assert 0.935 <= covered / 1_500 <= 0.965


def test_a_good_classifier_narrows_and_a_useless_one_does_no_harm():
    rng = np.random.default_rng(3)
    gold, seen = draw(rng, 400, misses=0.02, invents=0.02)
    _, rest = draw(rng, 20_000, misses=0.02, invents=0.02)
    alone = prediction_powered(gold, seen)
    helped = prediction_powered(gold, seen, rest=rest)
    assert helped.high - helped.low < 0.6 * (alone.high - alone.low)
    noise, more = rng.random(400) < 0.5, rng.random(20_000) < 0.5
    useless = prediction_powered(gold, noise, rest=more)
    assert useless.high - useless.low < 1.05 * (alone.high - alone.low)


def test_unanimous_labels_promise_no_certainty():
    found = prediction_powered(np.zeros(50), np.zeros(50), rest=np.zeros(1_000))
    assert found.value == found.low == 0 and found.high == pytest.approx(1.96**2 / (50 + 1.96**2), abs=1e-3)


def test_what_cannot_be_said():
    with pytest.raises(ValueError, match="two labels"):
        prediction_powered([1], [1], rest=[1, 0])
    with pytest.raises(ValueError, match="two labels"):
        prediction_powered([1, 0], [1])
    assert np.isnan(prediction_powered([[0, 0], [0, 0]], [[0, 0], [0, 0]]).value)
