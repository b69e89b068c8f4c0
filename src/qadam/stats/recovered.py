"""How much of a gain a substitute brings: the share of the way from nothing to the real thing, with an honest interval.

The share is (part - none) / (whole - none). As a ratio of two uncertain numbers it has no interval worth the name where the
whole way is itself in doubt; so the interval is Fieller's: all shares r for which (part - none) - r (whole - none) may be nothing.
Seeds and items are both in it, as in `qadam.stats.seeds`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from qadam.stats.interval import Floats, Interval
from qadam.stats.seeds import Spread

FARTHEST = 1e6  # a share beyond this is no share


class Side(NamedTuple):
    """A score for each seed, and its draws over items, (resamples,), averaged over seeds; draws of several sides are paired."""

    by_seed: Sequence[float]
    draws: Floats

    @classmethod
    def known(cls, value: float, like: Side) -> Side:
        """A score that is known without measuring, such as that of guessing."""
        return cls([value] * len(like.by_seed), np.full_like(like.draws, value))


def recovered(none: Side, part: Side, whole: Side, *, alpha: float = 0.05) -> Interval:
    """The share of the way from `none` to `whole` that `part` goes; 1 is all of it.

    Args:
        none, part, whole: scores with the same seeds in the same order, and draws of the same resamples. More is better.
        alpha: one minus the level of the interval.

    Returns:
        The share; low and high are nan where `whole` is not shown to be better than `none` at the same level.

    Source:
        Fieller (1954), Some Problems in Interval Estimation; the error of seeds and items together as in `Spread`.
    """
    sides = {"none": none, "part": part, "whole": whole}
    if len({len(side.by_seed) for side in sides.values()}) != 1:
        raise ValueError("Every side needs the same seeds.")
    way = _weighed(sides, {"whole": 1.0, "none": -1.0})
    gained = _weighed(sides, {"part": 1.0, "none": -1.0})
    share = gained.value / way.value if way.value else np.nan
    if not way.interval(alpha).low > 0:
        return Interval(float(share), np.nan, np.nan)

    def beyond(r: float) -> float:
        """Above 0 where the share r is ruled out."""
        low, high = _weighed(sides, {"part": 1.0, "none": r - 1.0, "whole": -r}).interval(alpha)[1:]
        return max(low, -high)

    return Interval(float(share), _edge(beyond, share, -1.0), _edge(beyond, share, 1.0))


def _edge(beyond: Callable[[float], float], share: float, way: float) -> float:
    reach = 0.01
    while beyond(share + way * reach) <= 0:
        reach *= 2
        if reach > FARTHEST:
            return way * np.inf
    if beyond(share) >= 0:  # no error at all
        return share
    return float(brentq(beyond, *sorted((share, share + way * reach))))


def _weighed(sides: Mapping[str, Side], weights: Mapping[str, float]) -> Spread:
    each = np.sum([w * np.asarray(sides[name].by_seed, float) for name, w in weights.items()], axis=0)
    draws = np.sum([w * sides[name].draws for name, w in weights.items()], axis=0)
    return Spread(float(each.mean()), tuple(map(float, each)), float(np.nanstd(draws)))


def apart(one: Interval, other: Interval) -> Interval:
    """The difference of two independent numbers, from the interval of each.

    Source: Newcombe (1998), Interval Estimation for the Difference between Independent Proportions, method 10; as a general
    way (MOVER): Zou & Donner (2008).
    """
    difference = one.value - other.value
    low = difference - float(np.hypot(one.value - one.low, other.high - other.value))
    return Interval(difference, low, difference + float(np.hypot(one.high - one.value, other.value - other.low)))
