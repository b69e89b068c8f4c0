"""Draws items for people to look at: by chance, evenly over strata, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def evenly(strata: Sequence[Any], *, seed: int, count: int | None = None) -> list[int]:
    """Positions of `count` items, every item with the same chance, every stratum with its share (rounded up or down).

    Items are laid out stratum by stratum, in random order within each, and every k-th is taken from a random start
    (systematic sampling): so shares found in the draw need no weights, and vary no more than those of a simple random draw.

    Args:
        strata: what each item belongs to; anything that can be sorted.
        count: how many; None or more than there are: all.

    Returns:
        Positions in random order, so that whoever stops early has a random part of the draw.

    Source: Cochran (1977), Sampling Techniques, chapter 8.
    """
    random = np.random.default_rng(seed)
    laid = sorted(random.permutation(len(strata)).tolist(), key=lambda at: strata[at])
    if count == 0:
        return []
    if count is not None and count < len(laid):
        step = len(laid) / count
        start = random.random() * step
        laid = [laid[int(start + k * step)] for k in range(count)]
    return [laid[at] for at in random.permutation(len(laid)).tolist()]
