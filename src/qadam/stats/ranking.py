"""Who is ahead of whom: every pair of systems compared on the same items, and who cannot be told apart."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from qadam.stats.interval import resampled_sums
from qadam.stats.multiple import holm


class Pair(NamedTuple):
    """The second system set against the first: by how much it is ahead, and Holm's p for "no difference" over all pairs."""

    first: int
    second: int
    difference: float
    p: float

    def apart(self, alpha: float) -> int:
        """1 if the second is surely ahead, -1 if the first is, 0 if they cannot be told apart."""
        return int(math.copysign(1, self.difference)) if self.p <= alpha else 0


def compare(
    scores: ArrayLike, *, groups: Iterable[Hashable] | None = None, resamples: int = 10_000, seed: int = 13
) -> list[Pair]:
    """Every pair of systems on the same items, with p-values adjusted for looking at all pairs.

    The standard error of a difference comes from the bootstrap over units (groups, if there are any), widened by
    sqrt(m / (m - 1)) for m units, and its p-value from Student's t with m - 1 degrees of freedom: with nine
    subjects a normal distribution would find too many pairs apart.

    Args:
        scores: (n_items, k), one column per system, the score of each item.
        groups, resamples, seed: see `resampled_sums`.

    Returns:
        One pair for every two columns, in order; empty for a single system. p is 1 where two systems never differ.

    Source:
        Holm (1979) over pairs; Cameron, Gelbach & Miller (2008), Bootstrap-Based Improvements for Inference with
        Clustered Errors, on few groups.
    """
    values = np.asarray(scores, dtype=np.float64)
    n, k = values.shape
    if k < 2:
        return []
    labels = list(groups) if groups is not None else None
    units = len(set(labels)) if labels is not None else n
    sums = resampled_sums(np.column_stack([values, np.ones(n)]), groups=labels, resamples=resamples, seed=seed)
    draws, means = sums[:, :k] / sums[:, k:], values.mean(axis=0)
    return apart(means, draws, units=units)


def apart(values: ArrayLike, draws: ArrayLike, *, units: int) -> list[Pair]:
    """Every pair of systems, from the scores of any metric and their draws on the same resamples; as `compare` does.

    Args:
        values: (k,), the score of each system.
        draws: (resamples, k), the scores of each resample; a pair is held against those where both have one.
        units: how many items, or groups of them, were resampled.
    """
    from scipy.special import stdtr  # here, because loading it takes longer than the test

    scores, seen = np.asarray(values, dtype=np.float64), np.asarray(draws, dtype=np.float64)
    found, raw = [], []
    for first, second in combinations(range(len(scores)), 2):
        difference = float(scores[second] - scores[first])
        gaps = seen[:, second] - seen[:, first]
        gaps = gaps[np.isfinite(gaps)]
        error = float(np.std(gaps)) * math.sqrt(units / max(1, units - 1)) if len(gaps) else 0.0
        told = error > 0 and units > 1 and math.isfinite(difference)
        raw.append(float(2 * stdtr(units - 1, -abs(difference) / error)) if told else 1.0)
        found.append((first, second, difference))
    return [Pair(*pair, p) for pair, p in zip(found, holm(raw), strict=True)]


def ranks(means: Sequence[float], pairs: Iterable[Pair], *, alpha: float = 0.05) -> list[int]:
    """The rank of each system, 1 the best; systems that cannot be told apart from the leader of their group share one.

    Going down by value, the first system leads a group; whoever it is surely ahead of opens the next one.

    Returns:
        One rank per system; after a group of three that shares rank 1, the next is 4.
    """
    ahead = {(p.second, p.first) if p.apart(alpha) > 0 else (p.first, p.second) for p in pairs if p.apart(alpha)}
    order = sorted(range(len(means)), key=lambda n: -means[n])
    found, leader, rank = [1] * len(means), order[0], 1
    for place, n in enumerate(order, 1):
        if (leader, n) in ahead:
            leader, rank = n, place
        found[n] = rank
    return found
