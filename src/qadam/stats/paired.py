"""Is one better than the other on the same items? McNemar for yes and no, the bootstrap for all else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Unpack

import numpy as np

from qadam.stats.interval import (
    Counts,
    Floats,
    Interval,
    Resampled,
    Resampling,
    RowScore,
    Score,
    as_rows,
    percentile,
    resample,
    scored_rows,
)

Method = Literal["exact", "mid-p", "chi-square"]


class Paired(NamedTuple):
    """A comparison on the same items: the interval of the effect, and the draws (resamples,) behind it."""

    interval: Interval
    draws: Floats


class Sides(NamedTuple):
    """Two sides resampled together, both sides of an item always at once: compare them by as many scores as you like."""

    both: Resampled

    def compared(self, score: Score, *, by: Literal["ratio", "difference"] = "ratio", alpha: float = 0.05) -> Paired:
        """How much more, or how many times as much, the first side scores than the second.

        Args:
            score: turns the column sums of either side into its number.
            by: "ratio" is first / second, "difference" is first - second, in the unit of the score.
            alpha: the interval has level 1 - alpha.

        Returns:
            Interval and draws of the effect; nan where it is undefined, as in `Resampled.scored` and `percentile`.

        Raises:
            ValueError: `by` is neither word.
        """
        if by not in ("ratio", "difference"):
            raise ValueError(f"Two scores are compared by 'ratio' or by 'difference', not by {by!r}.")

        def effect(sums: Mapping[Any, Any]) -> Any:
            a, b = (score({c: v for (where, c), v in sums.items() if where == side}) for side in ("first", "second"))
            return a / b if by == "ratio" else a - b

        value, draws = self.both.scored(effect)
        return Paired(percentile(value, draws, alpha=alpha), draws)


def paired(first: Counts, second: Counts, **how: Unpack[Resampling]) -> Sides:
    """Resample two sides of the same items together, so that what makes an item long or hard for both cancels out.

    Args:
        first, second: counts as in `resample`; row i of both is the same item.
        how: `groups`, `resamples`, `seed`, see `resampled_sums`.

    Raises:
        ValueError: the two sides differ in their number of items.

    Source:
        Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 8; for language data: Koehn (2004),
        Statistical Significance Tests for Machine Translation Evaluation.
    """
    (left, left_columns), (right, right_columns) = as_rows(first), as_rows(second)
    if len(left) != len(right):
        raise ValueError(f"A paired comparison needs the same items; they have {len(left)} and {len(right)}.")
    columns = [("first", column) for column in left_columns] + [("second", column) for column in right_columns]
    return Sides(resample((np.hstack([left, right]), columns), **how))


def paired_draws(
    first: Counts,
    second: Counts,
    *,
    score: Score,
    by: Literal["ratio", "difference"] = "ratio",
    alpha: float = 0.05,
    **how: Unpack[Resampling],
) -> Paired:
    """One comparison of two sides on the same items: `paired`, then `compared`."""
    return paired(first, second, **how).compared(score, by=by, alpha=alpha)


def paired_rows(
    first: Counts,
    second: Counts,
    *,
    score: RowScore,
    by: Literal["ratio", "difference"] = "difference",
    alpha: float = 0.05,
    **how: Unpack[Resampling],
) -> Paired:
    """One comparison by a score of whole rows, see `scored_rows`; both sides draw the same items."""
    if len(as_rows(first)[0]) != len(as_rows(second)[0]):
        raise ValueError("A paired comparison needs the same items on both sides.")
    (a, of_first), (b, of_second) = (scored_rows(side, score, **how) for side in (first, second))
    with np.errstate(divide="ignore", invalid="ignore"):
        value, draws = (np.divide(a, b), of_first / of_second) if by == "ratio" else (a - b, of_first - of_second)
    return Paired(percentile(float(value), draws, alpha=alpha), draws)


def mcnemar(only_first: int, only_second: int, *, method: Method = "exact") -> float:
    """Do two systems get equally many items right? Only the items on which they differ can tell.

    Args:
        only_first, only_second: number of items that only the first, only the second system got right.
        method: "exact" never errs more often than it says and is the default; "mid-p" is less cautious and
            close to the nominal level; "chi-square" (with continuity correction) is that of older papers.

    Returns:
        Two-sided p. 1 if they never differ.

    Source:
        McNemar (1947), Note on the Sampling Error of the Difference Between Correlated Proportions;
        Edwards (1948) for the continuity correction; Fagerland, Lydersen & Laake (2013) for the mid-p.
    """
    for number in (only_first, only_second):
        if not (number >= 0 and number == int(number)):
            raise ValueError(f"Numbers of items are whole and not negative, not {number}.")
    fewer, differing = int(min(only_first, only_second)), int(only_first + only_second)
    if method == "chi-square":
        excess = max(0, abs(only_first - only_second) - 1)
        return math.erfc(excess / math.sqrt(2 * differing)) if differing else 1.0
    if method not in ("exact", "mid-p"):
        raise ValueError(f"McNemar's test is 'exact', 'mid-p' or 'chi-square', not {method!r}.")
    if differing == 0:
        return 1.0
    from scipy.special import bdtr  # here, because loading it takes longer than the test

    tail = float(bdtr(fewer, differing, 0.5))
    if method == "mid-p":
        tail = (tail + (float(bdtr(fewer - 1, differing, 0.5)) if fewer else 0.0)) / 2
    return min(1.0, 2 * tail)
