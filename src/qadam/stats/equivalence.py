"""How strongly the data say that an effect lies inside a range, or that enough of several claims hold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from qadam.stats.interval import defined
from qadam.stats.multiple import checked


def p_inside(draws: ArrayLike, *, low: float = -math.inf, high: float = math.inf) -> float:
    """p for the claim "the effect lies inside [low, high]", against "it lies outside".

    A claim with two ends is two claims, and both must hold, so p is the larger of the two one-sided
    p-values; no correction is needed. One open end leaves one one-sided test: low = 0 is "better than".

    Each side is (b + 1) / (B + 1), where b of the B draws lie at or beyond the end: never exactly 0.
    Hence p <= alpha / 2 just when the percentile interval at level 1 - alpha lies inside, but for that one
    draw and ties; the usual equivalence test at alpha goes with the interval at level 1 - 2 alpha.

    Args:
        draws: (resamples,) of `bootstrap_draws` or `paired_draws`, in the unit of the effect.
        low, high: ends of the range, in the same unit; at least one is finite.

    Returns:
        p, or nan if more than 1 % of the draws have no value.

    Source:
        Berger & Hsu (1996) for the larger of the two; Davison & Hinkley (1997), Bootstrap Methods and
        their Application, section 4.2, for the added one.
    """
    if not low < high:
        raise ValueError(f"A range needs low < high, not [{low}, {high}].")
    if math.isinf(low) and math.isinf(high):
        raise ValueError("A range without ends holds everything: there is nothing to test.")
    known = defined(draws)
    if not len(known):
        return math.nan
    below = 0.0 if math.isinf(low) else (np.count_nonzero(known <= low) + 1) / (len(known) + 1)
    above = 0.0 if math.isinf(high) else (np.count_nonzero(known >= high) + 1) / (len(known) + 1)
    return float(max(below, above))


def tost_draws(draws: ArrayLike, *, low: float, high: float) -> float:
    """p for "equivalent": two one-sided tests of an effect against both ends of a finite range.

    The same as `p_inside`, but both ends must be finite: equivalence with one end is only non-inferiority.

    Source:
        Schuirmann (1987), A Comparison of the Two One-Sided Tests Procedure and the Power Approach.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"Equivalence needs two finite ends, not [{low}, {high}].")
    return p_inside(draws, low=low, high=high)


def tost_paired_proportions(only_first: int, only_second: int, *, n: int, margin: float) -> float:
    """p for "the two systems get equally many items right, give or take the margin", without resampling.

    Tango's score test on either side: its variance is the one that would hold at the margin itself. The
    usual (Wald) variance is 0 for two systems that never differ, and would call them equal on three items.

    Args:
        only_first, only_second: number of items that only the first, only the second system got right.
        n: all items, those on which both agree included.
        margin: largest difference of shares that still counts as equal; between 0 and 1, ends excluded.

    Returns:
        The larger of the two one-sided p-values.

    Source:
        Tango (1998), Equivalence Test and Confidence Interval for the Difference in Proportions for the
        Paired-Sample Design, Statistics in Medicine 17.
    """
    if not 0 < margin < 1:
        raise ValueError(f"The margin is a difference of shares between 0 and 1, not {margin}.")
    if not (only_first >= 0 and only_second >= 0 and n > 0 and only_first + only_second <= n):
        raise ValueError(f"{only_first} and {only_second} differing items cannot stand among {n}.")
    sides = ((only_first, only_second), (only_second, only_first))
    return max(_not_inferior(ours, theirs, n, margin) for ours, theirs in sides)


def _not_inferior(ours: float, theirs: float, n: float, margin: float) -> float:
    """Tango's one-sided p for "ours is worse by less than the margin"."""
    # The likeliest share of items that only the other got right, if ours were worse by exactly the margin.
    a, b, c = 2 * n, -ours - theirs - (2 * n - ours + theirs) * margin, theirs * margin * (margin + 1)
    share = (math.sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
    variance = n * (2 * share - margin * (margin + 1))
    distance = ours - theirs + n * margin
    if variance <= 0:  # only if every item differs, and in the same direction
        return 0.0 if distance > 0 else 1.0
    return math.erfc(distance / math.sqrt(2 * variance)) / 2


def partial_conjunction(p_values: Sequence[float], at_least: int) -> float:
    """p for the claim that at least so many of the claims hold; holds whatever the dependence between them.

    With u = `at_least` of n it is (n - u + 1) times the u-th smallest p, at most 1: Bonferroni over the
    claims that may fail. u = 1 is "some claim holds", u = n "all hold".

    Source:
        Benjamini & Heller (2008), Screening for Partial Conjunction Hypotheses.
    """
    p = checked(p_values)
    if not 1 <= at_least <= len(p):
        raise ValueError(f"Of {len(p)} claims at least 1 and at most {len(p)} can hold, not {at_least}.")
    return min(1.0, float((len(p) - at_least + 1) * np.sort(p)[at_least - 1]))
