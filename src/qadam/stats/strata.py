"""Draws a sample that holds something of every kind."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np


def even(sizes: Mapping[Hashable, int], count: int) -> dict[Hashable, int]:
    """How many to take of each stratum, so that all have the same number as far as their sizes allow.

    Args:
        sizes: stratum -> how many there are of it.
        count: how many are wanted in all; more than there are gives all.

    Returns:
        Shares that differ by at most one where no stratum is used up; what is left over goes to the first strata.
    """
    taken = dict.fromkeys(sizes, 0)
    left = min(count, sum(sizes.values()))
    while left:
        open_ = [name for name in sizes if taken[name] < sizes[name]]
        each = max(1, left // len(open_))
        for name in open_[:left]:
            more = min(each, sizes[name] - taken[name], left)
            taken[name] += more
            left -= more
    return taken


def drawn(strata: Sequence[Hashable], *, count: int, seed: int) -> list[int]:
    """Places of `count` members, the same number of each stratum as far as there are enough, in random order.

    Args:
        strata: (n,), the stratum of each member.
        seed: the same seed draws the same members, whatever else is drawn elsewhere.
    """
    order = np.random.default_rng(seed).permutation(len(strata)).tolist()
    members: dict[Hashable, list[int]] = {name: [] for name in dict.fromkeys(strata)}
    for place in order:
        members[strata[place]].append(place)
    shares = even({name: len(its) for name, its in members.items()}, count)
    chosen = {place for name, its in members.items() for place in its[: shares[name]]}
    return [place for place in order if place in chosen]
