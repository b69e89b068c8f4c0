"""Could a difference between two groups be an accident of who happened to be in which? Labels are dealt out anew."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

CELLS = 1 << 22  # labels dealt at once: 4 MB


def permutation(
    inside: ArrayLike,
    outside: ArrayLike,
    *,
    distance: Callable[[np.ndarray, np.ndarray], np.ndarray],
    permutations: int = 10_000,
    seed: int = 13,
) -> float:
    """How often groups drawn by lot lie as far apart as the two that were observed.

    A unit (a speaker) that was seen in one group only keeps company with chance: as many such units as were inside are
    dealt to the inside again. A unit that was seen in both swaps its two sides or does not, each with a chance of one half.

    Args:
        inside, outside: (n_units, k), what each unit contributes to the sums of either group; rows of zeros where it does
            not occur.
        distance: from the sums inside and outside, both (r, k), to a number for each of r deals, larger when farther apart.
        permutations: how many deals.
        seed: 0 or more.

    Returns:
        Two-sided p, between 1 / (permutations + 1) and 1. 1 where a group is empty or the distance is no number.

    Raises:
        ValueError: the two shapes differ.

    Source:
        Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses; the observed deal counts as one of them, as in
        Phipson & Smyth (2010), Permutation P-values Should Never Be Zero.
    """
    left, right = np.asarray(inside, np.float64), np.asarray(outside, np.float64)
    if left.shape != right.shape or left.ndim != 2:
        raise ValueError(f"Both sides need a row for each unit; they have the shapes {left.shape} and {right.shape}.")
    in_left, in_right = np.asarray(left.any(axis=1)), np.asarray(right.any(axis=1))
    both, single = in_left & in_right, in_left ^ in_right
    seen = float(distance(left.sum(axis=0)[None], right.sum(axis=0)[None])[0])
    if not (in_left.any() and in_right.any() and np.isfinite(seen)):
        return 1.0
    alone, label = (left + right)[single], in_left[single].astype(np.float64)
    total = (left + right).sum(axis=0)
    random = np.random.Generator(np.random.SFC64(seed))
    far, step = 0, max(1, CELLS // max(1, len(left)))
    for start in range(0, permutations, step):
        size = min(step, permutations - start)
        dealt = random.permuted(np.broadcast_to(label, (size, len(label))), axis=1) @ alone
        swapped = random.integers(2, size=(size, int(both.sum()))).astype(np.float64)
        dealt += swapped @ right[both] + (1 - swapped) @ left[both]
        found = distance(dealt, total - dealt)
        far += int(
            np.count_nonzero(~(found < seen * (1 - 1e-12)))
        )  # a deal without a value speaks against a difference
    return (far + 1) / (permutations + 1)
