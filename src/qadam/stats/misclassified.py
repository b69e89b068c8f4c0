"""How frequent is something really, when the one who counts it errs at known rates?"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

from qadam.stats.interval import Interval


class Counted(NamedTuple):
    """A share as counts: how many of n."""

    yes: float
    n: float


def true_share(seen: Counted, *, sensitivity: Counted, specificity: Counted, alpha: float = 0.05) -> Interval:
    """The share of a yes corrected for a judge who misses some and imagines others.

    Seen = sensitivity x true + (1 - specificity) x (1 - true), solved for the true share. It supposes that the judge
    errs on these items as often as on those on which the errors were counted.

    Args:
        seen: yeses of the judge among all items.
        sensitivity: yeses of the judge among items whose gold is yes.
        specificity: noes of the judge among items whose gold is no.
        alpha: the interval has level 1 - alpha.

    Returns:
        Share 0-1, value and ends cut off at 0 and 1; the interval is not centred on the value, since it shrinks all
        three counts a little. All nan if the judge is no better than chance, a count has no items, or the whole interval
        lies outside 0 and 1: then the errors counted elsewhere cannot be those made here.

    Source:
        Rogan & Gladen (1978), Estimating Prevalence from the Results of a Screening Test; the interval: Lang &
        Reiczigel (2014), Confidence Limits for Prevalence of Disease Adjusted for Estimated Sensitivity and Specificity.
    """
    for yes, n in (seen, sensitivity, specificity):
        if not 0 <= yes <= n:
            raise ValueError(f"A share needs 0 <= yes <= n, not {yes} of {n}.")
        if n == 0:
            return Interval(math.nan, math.nan, math.nan)
    gain = sensitivity.yes / sensitivity.n + specificity.yes / specificity.n - 1
    if gain <= 0:
        return Interval(math.nan, math.nan, math.nan)
    value = (seen.yes / seen.n + specificity.yes / specificity.n - 1) / gain

    z = NormalDist().inv_cdf(1 - alpha / 2)
    n = seen.n + z * z
    share = (seen.yes + z * z / 2) / n
    hit, right = (sensitivity.yes + 1) / (sensitivity.n + 2), (specificity.yes + 1) / (specificity.n + 2)
    of_hit, of_right = hit * (1 - hit) / (sensitivity.n + 2), right * (1 - right) / (specificity.n + 2)
    gain = hit + right - 1
    middle = (share + right - 1) / gain
    error = math.sqrt(share * (1 - share) / n + middle**2 * of_hit + (1 - middle) ** 2 * of_right) / gain
    middle += 2 * z * z * (middle * of_hit - (1 - middle) * of_right)
    ends = (middle - z * error, middle + z * error)
    if ends[1] <= 0 or ends[0] >= 1:
        return Interval(math.nan, math.nan, math.nan)
    return Interval(*(min(1.0, max(0.0, x)) for x in (value, *ends)))
