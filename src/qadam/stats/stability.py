"""Would other items rank the systems the same way?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qadam.stats.interval import Interval


def stability(values: ArrayLike, draws: ArrayLike, *, alpha: float = 0.05) -> Interval:
    """How alike two rankings of the same systems are, one by all items and one by items drawn again: Kendall's tau.

    Args:
        values: (k,), the score of each system on all items.
        draws: (k, resamples), its scores on resampled items, the same items for all systems.
        alpha: the interval holds the middle 1 - alpha of the taus.

    Returns:
        The mean tau over resamples with its interval: 1 if every resample keeps the order, -1 if every one turns it round.
        Pairs that all items leave equal are left out; a pair that a resample leaves equal counts 0. nan if no pair is left.

    Source: Kendall (1938), A New Measure of Rank Correlation.
    """
    scores, resampled = np.asarray(values, dtype=np.float64), np.asarray(draws, dtype=np.float64)
    first, second = np.triu_indices(len(scores), 1)
    order = np.sign(scores[first] - scores[second])
    if not np.any(order):
        return Interval(np.nan, np.nan, np.nan)
    again = np.sign(resampled[first] - resampled[second])
    taus = order @ again / np.abs(order).sum()
    low, high = np.quantile(taus, [alpha / 2, 1 - alpha / 2])
    return Interval(float(taus.mean()), float(low), float(high))
