"""Draws items for people to look at: by chance, evenly over strata, the same for the same seed."""

from __future__ import annotations

import zlib
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


def alike(first: Sequence[int], second: Sequence[int], *, seed: int, count: int | None = None) -> list[tuple[int, int]]:
    """Pairs of items of two sets that are equally long, so that as much is drawn of one set as of the other.

    Within a length chance decides, and of more pairs than `count` chance decides which stay. Lengths that only one set has
    do not occur.

    Args:
        first, second: the length of each item, in whatever unit.

    Returns:
        Pairs of positions, each position at most once, in random order.
    """
    random = np.random.default_rng(seed)
    by_length: list[dict[int, list[int]]] = [{}, {}]
    for lengths, places in zip((first, second), by_length, strict=True):
        for at in random.permutation(len(lengths)).tolist():
            places.setdefault(lengths[at], []).append(at)
    pairs = [
        pair
        for length, its in sorted(by_length[0].items())
        for pair in zip(its, by_length[1].get(length, ()), strict=False)
    ]
    return [pairs[at] for at in random.permutation(len(pairs))[:count].tolist()]


def fold_of(id: str, folds: int) -> int:
    """Which of so many parts an item belongs to, by its id alone: the same on every machine and for every seed."""
    return zlib.crc32(id.encode()) % folds
