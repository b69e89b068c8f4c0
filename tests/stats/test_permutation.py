"""The permutation test by hand, its error rate where nothing is there, and that it finds what is."""

import numpy as np
import pytest

from qadam.stats.permutation import permutation


def apart(inside, outside):
    """The difference of two rates."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.abs(inside[:, 0] / inside[:, 1] - outside[:, 0] / outside[:, 1])


def sides(errors, words, inside):
    """Units that were each seen in one group."""
    counts, where = np.column_stack([errors, words]).astype(float), np.asarray(inside, float)[:, None]
    return counts * where, counts * (1 - where)


def test_by_hand():
    # Two of four speakers make all errors: of 6 ways to deal the groups 2 are as far apart, so p is close to 1/3.
    p = permutation(*sides([5, 5, 0, 0], [10] * 4, [1, 1, 0, 0]), distance=apart, permutations=20_000)
    assert p == pytest.approx(1 / 3, abs=0.02)


def test_units_seen_in_both_groups_swap_their_sides():
    # Three speakers, each worse inside: of 8 ways to swap 2 (none, all) are as far apart.
    inside, outside = np.array([[5.0, 10]] * 3), np.array([[1.0, 10]] * 3)
    assert permutation(inside, outside, distance=apart, permutations=20_000) == pytest.approx(1 / 4, abs=0.02)


def test_under_the_null_it_errs_as_often_as_it_says():
    drawn = np.random.default_rng(1)
    p = [
        permutation(
            *sides(drawn.poisson(drawn.gamma(2, 3, 20)), [30] * 20, [1] * 8 + [0] * 12),
            distance=apart,
            permutations=200,
            seed=k,
        )
        for k in range(400)
    ]
    assert np.mean(np.array(p) <= 0.05) < 0.08 and 0.4 < np.mean(p) < 0.6


def test_a_large_difference_is_found_and_p_is_never_zero():
    p = permutation(*sides([9] * 10 + [1] * 10, [10] * 20, [1] * 10 + [0] * 10), distance=apart, permutations=999)
    assert p == pytest.approx(1 / 1000)


def test_an_empty_group_or_no_number_is_no_finding():
    assert permutation(*sides([1, 2], [3, 3], [1, 1]), distance=apart) == 1.0
    assert permutation(*sides([0, 0], [0, 0], [1, 0]), distance=apart) == 1.0


def test_the_same_seed_deals_the_same_and_shapes_must_fit():
    both = sides([3, 1, 2, 2, 5], [10] * 5, [1, 0, 1, 0, 0])
    assert permutation(*both, distance=apart, permutations=500) == permutation(*both, distance=apart, permutations=500)
    with pytest.raises(ValueError, match="a row for each unit"):
        permutation(both[0], both[1][:3], distance=apart)
