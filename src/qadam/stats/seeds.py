"""Does an effect hold whatever the seed? Chance in the training and chance in the test items, both in one interval.

What is compared was trained several times, and everything is paired: by seed, because one seed means the same order of the same text
for all, and by item, because all answer the same questions. Seeds and items are crossed, not nested, so an effect has two errors
that add up: the spread of its values from seed to seed, and that of the items, which a bootstrap finds.

With three seeds a bootstrap of the seeds is far too sure of itself: measured on effects whose whole chance is in the seeds
(tests/stats/test_seeds.py), its 95 % intervals hold the truth three times in four. Hence Student's t, with as many degrees of
freedom as the seeds' share of the error leaves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Unpack

import numpy as np
from numpy.typing import ArrayLike

from qadam.stats.interval import Floats, Interval, Resampling, Score, resample

POWER = 0.8
MOST_SEEDS = 1000  # more than anybody trains: then it is the items that are too few


class Spread(NamedTuple):
    """An effect over seeds: its mean, its value for each seed, and the standard error that comes of the items alone."""

    value: float
    by_seed: tuple[float, ...]
    item_error: float

    @property
    def seed_spread(self) -> float:
        """The standard deviation from seed to seed; nan for a single seed."""
        return float(np.std(self.by_seed, ddof=1)) if len(self.by_seed) > 1 else math.nan

    def error(self, seeds: int = 0) -> tuple[float, float]:
        """Standard error and degrees of freedom, as they are or as they would be with so many seeds.

        The variances of seeds and items add up; the items are so many that theirs counts as known. The degrees of freedom
        are those of Satterthwaite (1946). What seeds and items do together counts on both sides, so the error is rather too
        large (Owen 2007, The Pigeonhole Bootstrap).
        """
        n = seeds or len(self.by_seed)
        spread = 0.0 if math.isnan(self.seed_spread) else self.seed_spread
        of_seeds, of_items = spread**2 / n, self.item_error**2
        if of_seeds == 0:
            return self.item_error, math.inf
        if n < 2:
            return math.sqrt(of_seeds + of_items), 1.0
        return math.sqrt(of_seeds + of_items), (n - 1) * ((of_seeds + of_items) / of_seeds) ** 2

    def interval(self, alpha: float = 0.05) -> Interval:
        """The effect with its interval at level 1 - alpha; without a second seed it speaks of this one seed only."""
        error, freedom = self.error()
        reach = _quantile(1 - alpha / 2, freedom) * error
        return Interval(self.value, self.value - reach, self.value + reach)

    def p_above(self, margin: float) -> float:
        """One-sided p for "the effect is larger than the margin"."""
        error, freedom = self.error()
        return _upper((self.value - margin) / error, freedom) if error else float(self.value <= margin)

    def p_below(self, margin: float) -> float:
        """One-sided p for "the effect is smaller than the margin"."""
        return Spread(-self.value, tuple(-v for v in self.by_seed), self.item_error).p_above(-margin)

    def p_equivalent(self, margin: float) -> float:
        """p for "the effect lies within the margin of nothing": two one-sided tests (Schuirmann 1987)."""
        return max(self.p_above(-margin), self.p_below(margin))

    def seeable(self, seeds: int = 0, *, alpha: float = 0.05) -> float:
        """The smallest effect that this many seeds, and these items, would find in four of five tries."""
        error, freedom = self.error(seeds)
        return (_quantile(1 - alpha / 2, freedom) + _quantile(POWER, freedom)) * error

    def seeds_needed(self, effect: float, *, alpha: float = 0.05) -> int | None:
        """How many seeds it takes to find an effect of this size in four of five tries, with the spread seen here.

        None if no number of seeds does: then there are too few items. Unknown (0) while there is but one seed.
        """
        if len(self.by_seed) < 2:
            return 0
        sizes = range(2, MOST_SEEDS + 1)
        return next((n for n in sizes if self.seeable(n, alpha=alpha) <= effect), None)


def across_seeds(
    sides: Mapping[str, Sequence[ArrayLike]],
    columns: Sequence[str],
    *,
    weights: Mapping[str, float],
    score: Score,
    **how: Unpack[Resampling],
) -> Spread:
    """A weighted sum of the scores of several sides, each measured with the same seeds on the same items.

    Args:
        sides: name -> one array of counts (n_items, k) for each seed; row i is the same item everywhere, place j the same seed.
        columns: the names of the k columns.
        weights: what each side counts: {"bytes": 1, "bpe": -1} is a difference, other weights make a slope.
        score: turns sums of the columns into a number, on arrays as on numbers.
        how: `groups`, `resamples`, `seed` of the bootstrap over items, see `qadam.stats.interval`.

    Raises:
        ValueError: the sides differ in their seeds, or there is none.
    """
    lengths = {len(sides[name]) for name in weights}
    if len(lengths) != 1 or not (seeds := lengths.pop()):
        raise ValueError("Every side needs the same seeds, at least one.")
    names = [(side, j, column) for side in weights for j in range(seeds) for column in columns]
    whole = np.hstack([np.asarray(counts, dtype=float) for side in weights for counts in sides[side]])
    drawn = resample((whole, names), **how)

    def of_seed(j: int) -> Score:
        def effect(sums: Mapping[tuple[str, int, str], Floats]) -> Floats:
            parts = [w * score({c: sums[side, j, c] for c in columns}) for side, w in weights.items()]
            total: Floats = np.sum(parts, axis=0)
            return total

        return effect

    found = [drawn.scored(of_seed(j)) for j in range(seeds)]
    values = tuple(value for value, _ in found)
    draws = np.mean([draws for _, draws in found], axis=0)
    return Spread(float(np.mean(values)), values, float(np.nanstd(draws)))


def _quantile(share: float, freedom: float) -> float:
    from scipy.special import ndtri, stdtrit  # here, because loading it takes longer than the test

    return float(ndtri(share) if math.isinf(freedom) else stdtrit(freedom, share))


def _upper(t: float, freedom: float) -> float:
    from scipy.special import ndtr, stdtr

    return float(ndtr(-t) if math.isinf(freedom) else stdtr(freedom, -t))
