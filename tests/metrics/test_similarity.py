"""Rank correlation agrees with scipy on any resample; analogies are counted right, wrong and unknown, by hand."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from qadam.metrics import similarity as s
from qadam.stats.interval import percentile, resample, scored_rows
from qadam.terms import NO_ANSWER

SCORE = s.Spearman("x", "y")


@settings(deadline=None, max_examples=60)
@given(
    st.integers(3, 30).flatmap(
        lambda n: st.tuples(
            st.lists(st.integers(0, 5), min_size=n, max_size=n),
            st.lists(st.integers(0, 5), min_size=n, max_size=n),
            st.lists(st.integers(0, 3), min_size=n, max_size=n),
        )
    )
)
def test_spearman_of_repeated_rows_is_that_of_scipy(drawn):
    x, y, times = (np.array(column, dtype=float) for column in drawn)
    ours = SCORE({"x": x, "y": y}, times[None, :])[0]
    many = [np.repeat(column, times.astype(int)) for column in (x, y)]
    if len(many[0]) < 3 or len(set(many[0])) == 1 or len(set(many[1])) == 1:
        assert not np.isfinite(ours)
    else:
        assert ours == pytest.approx(spearmanr(*many).statistic)


def test_spearman_by_hand():
    # Ranks 1 2 3 4 and 1 2 4 3: sum of squared differences 2, so 1 - 6*2 / (4*15) = 0.8.
    rows = {"x": np.array([1.0, 2, 3, 4]), "y": np.array([10.0, 20, 40, 30]), "on": np.array([1.0, 1, 1, 0])}
    assert SCORE(rows, np.ones((1, 4)))[0] == pytest.approx(0.8)
    assert s.Spearman("x", "y", "on")(rows, np.ones((1, 4)))[0] == pytest.approx(1)


def test_draws_of_rows_hold_the_same_items_as_draws_of_sums():
    random = np.random.default_rng(1)
    counts = {"x": random.normal(size=40), "y": random.normal(size=40)}

    def mean(columns, times):
        return (times @ columns["x"]) / times.sum(axis=1)

    value, draws = scored_rows(counts, mean, resamples=500, seed=3)
    by_sums = resample(counts, resamples=500, seed=3).sums["x"] / 40
    assert draws == pytest.approx(by_sums) and value == pytest.approx(counts["x"].mean())


def test_groups_of_rows_are_drawn_together():
    counts = {"x": np.arange(6.0), "y": np.arange(6.0)}
    groups = ["a", "a", "b", "b", "c", "c"]
    seen = []

    def keep(columns, times):
        seen.append(times)
        return times.sum(axis=1)

    _, draws = scored_rows(counts, keep, groups=groups, resamples=200, seed=5)
    assert all((t[:, ::2] == t[:, 1::2]).all() for t in seen) and set(draws) == {6.0}


def test_one_row_says_nothing_about_others():
    value, draws = scored_rows({"x": [1.0], "y": [2.0]}, SCORE, resamples=50)
    assert np.isnan(value) and np.isnan(draws).all()


def test_the_interval_of_a_correlation_covers_it_as_often_as_it_says():
    # Bivariate normal, Pearson .6: Spearman's rho is 6/pi * asin(.3) = .5819 (Pearson 1907).
    truth, inside = 6 / np.pi * np.arcsin(0.3), 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        x = random.normal(size=150)
        y = 0.6 * x + 0.8 * random.normal(size=150)
        interval = percentile(*scored_rows({"x": x, "y": y}, SCORE, resamples=400, seed=seed))
        inside += interval.low <= truth <= interval.high
    assert 0.90 <= inside / 200 <= 0.99


def test_a_pair_without_an_answer_is_unrelated_and_unknown():
    assert s.count_pair(NO_ANSWER, 7.5) == {"pairs": 1, "known": 0, "cosine": 0, "gold": 7.5}
    assert s.count_pair(s.Cosine(0.25, True), 7.5) == {"pairs": 1, "known": 1, "cosine": 0.25, "gold": 7.5}


def test_analogies_by_hand():
    both, add = {"3CosAdd": "үйлер", "3CosMul": "үйлер"}, {"3CosAdd": "үйлер", "3CosMul": "үйде"}
    rows = [
        s.count_analogy(prediction, ("үйлер",))
        for prediction in (s.Found(both, True), s.Found(add, True), s.Found(both, False), NO_ANSWER)
    ]
    sums = {column: sum(row[column] for row in rows) for column in rows[0]}
    assert [m.score(sums) for m in s.analogies] == [3 / 4, 2 / 4]
    assert [m.score(sums) for m in s.analogies_known] == [2 / 2, 1 / 2]
    assert s.oov_questions.score(sums) == 2 / 4


def test_nothing_known_has_no_share():
    row = s.count_analogy(NO_ANSWER, ("үй",))
    assert np.isnan(s.analogies_known[0].score(row)) and s.analogies[0].score(row) == 0


def test_scores_travel_to_worker_processes():
    for metric in (s.spearman, *s.analogies, s.oov_pairs):
        assert pickle.loads(pickle.dumps(metric)).score.__qualname__ == metric.score.__qualname__
