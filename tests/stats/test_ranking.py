"""Pairs of systems and ranks, on scores whose order is known by construction."""

import numpy as np
import pytest

from qadam.stats.paired import mcnemar
from qadam.stats.ranking import compare, ranks


def scores(*shares, n=400, seed=3):
    chance = np.random.default_rng(seed).random((n, len(shares)))
    return (chance < np.array(shares)).astype(float)


def test_far_apart_is_told_and_the_same_is_not():
    values = np.column_stack([scores(0.9, 0.5), scores(0.9, 0.5)[:, 1]])
    first, _, same = compare(values, resamples=2000)
    assert first.apart(0.05) == -1 and first.difference < -0.3
    assert same.p == 1 and same.apart(0.05) == 0


def test_the_p_of_two_systems_is_near_that_of_mcnemar():
    values = scores(0.60, 0.53, n=500)
    (pair,) = compare(values, resamples=10_000)
    won, lost = int(np.sum(values[:, 0] > values[:, 1])), int(np.sum(values[:, 0] < values[:, 1]))
    assert pair.p == pytest.approx(mcnemar(won, lost, method="mid-p"), abs=0.02)


def test_few_groups_tell_less_than_many_items():
    values = scores(0.62, 0.5, n=450)
    groups = [n % 9 for n in range(450)]
    values[:, 0] = [float((n % 9 < 6) if n % 3 else v) for n, v in enumerate(values[:, 0])]  # differs by group
    (items,), (grouped,) = compare(values, resamples=4000), compare(values, groups=groups, resamples=4000)
    assert items.difference == grouped.difference
    assert grouped.p > items.p


def test_ranks_are_shared_until_the_leader_is_surely_ahead():
    values = scores(0.90, 0.88, 0.60, 0.59, 0.20, n=600)
    assert ranks(list(values.mean(axis=0)), compare(values, resamples=2000)) == [1, 1, 3, 3, 5]


def test_one_system_has_no_pair():
    assert compare(scores(0.5), resamples=100) == []
    assert ranks([0.5], []) == [1]
