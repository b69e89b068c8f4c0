"""Does a yes come more often under one condition than under another, when items, systems and areas all differ?"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from qadam.stats.interval import Interval, bootstrap


class Heterogeneity(NamedTuple):
    """Do effects differ more than their errors allow? Cochran's Q, its p-value, and the share I2 that chance leaves over."""

    q: float
    p: float
    i2: float


def mantel_haenszel(tables: ArrayLike, *, alpha: float = 0.05) -> Interval:
    """One odds ratio for many two-by-two tables, each stratum compared only with itself.

    Args:
        tables: (strata, 2, 2), counts; first index the condition (first, then control), second yes and no.
        alpha: the interval has level 1 - alpha.

    Returns:
        The odds of a yes under the first condition over those under the control. nan where no stratum has a no
        and a yes to compare; 0 or infinite where all point one way, then without an interval.

    Raises:
        ValueError: another shape, or a negative count.

    Source:
        Mantel & Haenszel (1959), Statistical Aspects of the Analysis of Data from Retrospective Studies of Disease;
        variance: Robins, Breslow & Greenland (1986), Estimators of the Mantel-Haenszel Variance Consistent in Both
        Sparse Data and Large-Strata Limiting Models. It takes all answers as independent: for the same items under
        both conditions it is too wide.
    """
    counts = np.asarray(tables, dtype=np.float64)
    if counts.ndim != 3 or counts.shape[1:] != (2, 2) or (counts < 0).any():
        raise ValueError(f"Strata are tables (strata, 2, 2) of counts, not of shape {counts.shape}.")
    counts = counts[counts.sum(axis=(1, 2)) > 0]
    a, b, c, d = counts[:, 0, 0], counts[:, 0, 1], counts[:, 1, 0], counts[:, 1, 1]
    n = counts.sum(axis=(1, 2))
    with_, against = a * d / n, b * c / n
    top, bottom = float(with_.sum()), float(against.sum())
    if top == 0 or bottom == 0:
        return Interval(math.nan if top == bottom else math.inf if top else 0.0, math.nan, math.nan)
    p, q = (a + d) / n, (b + c) / n
    variance = (
        (p * with_).sum() / (2 * top**2)
        + (p * against + q * with_).sum() / (2 * top * bottom)
        + (q * against).sum() / (2 * bottom**2)
    )
    return _around_log(top / bottom, math.sqrt(variance), alpha)


def matched_odds(only_first: int, only_second: int, *, alpha: float = 0.05) -> Interval:
    """The odds ratio of pairs: items with a yes only under the first condition over those only under the second.

    This is the Mantel-Haenszel odds ratio with every pair a stratum of its own; pairs that agree say nothing.

    Returns:
        The ratio with its exact conditional interval, which ends at 0 or infinity where one side is empty; all nan
        if the conditions never differ.

    Source:
        Breslow & Day (1980), Statistical Methods in Cancer Research I, section 5.2; the interval carries that of
        Clopper & Pearson (1934) for the share of one kind of pair over to odds.
    """
    from scipy.special import betaincinv

    differing = only_first + only_second
    if min(only_first, only_second) < 0:
        raise ValueError(f"Numbers of items are not negative: {only_first}, {only_second}.")
    if differing == 0:
        return Interval(math.nan, math.nan, math.nan)
    low = float(betaincinv(only_first, only_second + 1, alpha / 2)) if only_first else 0.0
    high = float(betaincinv(only_first + 1, only_second, 1 - alpha / 2)) if only_second else 1.0
    return Interval(only_first / only_second if only_second else math.inf, _odds(low), _odds(high))


def clustered_odds(
    only_first: ArrayLike,
    only_second: ArrayLike,
    *,
    groups: Iterable[Hashable] | None = None,
    resamples: int = 10_000,
    seed: int = 13,
) -> Interval:
    """The odds ratio of pairs where one item was seen by several systems: `matched_odds`, resampled by cluster.

    Args:
        only_first, only_second: (n_items,), how many systems said yes only under the first, the second condition.
        groups: cluster of each item, if items too belong together; resampling draws whole clusters.

    Returns:
        The ratio of the sums with its 95 % bootstrap interval.
    """
    counts = {"first": only_first, "second": only_second}
    return bootstrap(counts, lambda s: s["first"] / s["second"], groups=groups, resamples=resamples, seed=seed)


def clustered_mcnemar(differences: ArrayLike, groups: Iterable[Hashable]) -> float:
    """McNemar's test for pairs that come in clusters: two-sided p that neither condition has more of the yeses.

    Within a cluster anything may depend on anything; clusters are independent. With clusters of one pair it is
    McNemar's chi-square without correction.

    Args:
        differences: (n,), yeses under the first condition minus yeses under the second.
        groups: cluster of each.

    Returns:
        p; 1 if no cluster differs. The normal approximation wants some twenty clusters that differ.

    Source:
        Obuchowski (1998), On the Comparison of Correlated Proportions for Clustered Data, for one variance under
        the hypothesis of no difference.
    """
    sums: dict[Hashable, float] = {}
    for difference, group in zip(np.asarray(differences, dtype=np.float64).tolist(), groups, strict=True):
        sums[group] = sums.get(group, 0.0) + difference
    spread = math.sqrt(sum(value**2 for value in sums.values()))
    if spread == 0:
        return 1.0
    return math.erfc(abs(sum(sums.values())) / spread / math.sqrt(2))


def heterogeneity(effects: Sequence[float], errors: Sequence[float]) -> Heterogeneity:
    """Whether several effects are one effect, measured with error.

    Args:
        effects: at least two, on a scale where errors are about normal (logarithms of odds ratios).
        errors: their standard errors, positive.

    Source:
        Cochran (1954), The Combination of Estimates from Different Experiments; I2: Higgins & Thompson (2002),
        Quantifying Heterogeneity in a Meta-Analysis.
    """
    from scipy.special import chdtrc

    x, weight = np.asarray(effects, dtype=np.float64), np.asarray(errors, dtype=np.float64) ** -2.0
    if len(x) < 2 or len(x) != len(weight) or not np.isfinite(x).all() or not np.isfinite(weight).all():
        raise ValueError("Heterogeneity needs at least two effects, each with a positive standard error.")
    q = float((weight * (x - (weight * x).sum() / weight.sum()) ** 2).sum())
    free = len(x) - 1
    return Heterogeneity(q, float(chdtrc(free, q)), max(0.0, 1 - free / q) if q else 0.0)


def standardised(yes: ArrayLike, n: ArrayLike, *, weights: ArrayLike, alpha: float = 0.05) -> Interval:
    """A share as it would be if the strata had another mix: direct standardisation.

    Args:
        yes, n: (strata,), counts.
        weights: (strata,), the mix wanted; need not sum to 1. A stratum with a weight needs an item.

    Returns:
        Share 0-1 with a normal interval, cut off at 0 and 1.

    Source:
        Breslow & Day (1987), Statistical Methods in Cancer Research II, section 2.3.
    """
    k, of = np.asarray(yes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    w = np.asarray(weights, dtype=np.float64) / np.sum(weights)
    if ((of == 0) & (w > 0)).any():
        raise ValueError("A stratum that has a weight needs at least one item.")
    share = np.divide(k, of, out=np.zeros_like(k), where=of > 0)
    error = math.sqrt((w**2 * np.divide(share * (1 - share), of, out=np.zeros_like(k), where=of > 0)).sum())
    value, z = float((w * share).sum()), NormalDist().inv_cdf(1 - alpha / 2)
    return Interval(value, max(0.0, value - z * error), min(1.0, value + z * error))


def _around_log(value: float, error: float, alpha: float) -> Interval:
    factor = math.exp(NormalDist().inv_cdf(1 - alpha / 2) * error)
    return Interval(value, value / factor, value * factor)


def _odds(share: float) -> float:
    return math.inf if share == 1 else share / (1 - share)
