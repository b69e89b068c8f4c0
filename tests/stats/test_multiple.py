"""Holm's adjustment against a case worked by hand, its definition and a simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.stats.multiple import holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_holm_by_hand():
    # Sorted 0.005, 0.01, 0.03, 0.04, times 4, 3, 2, 1: 0.02, 0.03, 0.06, 0.04; the last may not fall.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.4, 0.9]) == pytest.approx([0.8, 0.9])
    assert holm([0.7, 0.6, 0.9]) == [1, 1, 1]
    assert holm([0.03]) == [0.03]


@given(P_VALUES, st.floats(0.001, 0.3))
def test_holm_is_the_step_down_procedure(p, alpha):
    # Holm's own words: go from the smallest p; reject while p <= alpha / (tests not yet rejected); then stop.
    rejected = set()
    for i in sorted(range(len(p)), key=p.__getitem__):
        if p[i] * (len(p) - len(rejected)) > alpha:
            break
        rejected.add(i)
    assert {i for i, adjusted in enumerate(holm(p)) if adjusted <= alpha} == rejected


@given(P_VALUES, st.randoms())
def test_order_does_not_matter(p, random):
    order = random.sample(range(len(p)), len(p))
    assert holm([p[i] for i in order]) == [holm(p)[i] for i in order]


@given(P_VALUES)
def test_between_raw_and_bonferroni(p):
    for raw, adjusted in zip(p, holm(p), strict=True):
        assert raw <= adjusted <= min(1, raw * len(p))


def test_any_false_finding_is_rare():
    p = np.random.default_rng(2).uniform(size=(4000, 6))
    assert np.mean([min(holm(row)) <= 0.05 for row in p]) == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize("bad", [[], [0.5, float("nan")], [-0.1], [1.1], [[0.5]]])
def test_bad_input_is_named(bad):
    with pytest.raises(ValueError, match="p-value"):
        holm(bad)
