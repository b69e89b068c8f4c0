"""Do annotators agree beyond chance? Krippendorff's alpha, for any number of annotators and any gaps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Label = Hashable
Level = Literal["nominal", "ordinal", "interval"]


class TooFewLabels(ValueError):
    """No item has two labels, so there is nothing that could agree."""


def alpha(units: Sequence[Sequence[Label]], level: Level = "nominal") -> float:
    """Krippendorff's alpha: how far annotators agree beyond chance.

    1 is perfect agreement, 0 is what chance would give, below 0 they
    systematically contradict each other.

    Args:
        units: one inner sequence per item, holding the labels that item
            received, in any order; missing labels are simply absent.
            Items with fewer than two labels carry no information and are skipped.
        level: how far apart two labels are. "nominal": equal or not.
            "ordinal": by rank. "interval": squared difference, labels must be numbers.

    Returns:
        alpha, without unit, at most 1. Exactly 1.0 if every label is the same
        (nothing to disagree about; the formula would be 0/0).

    Raises:
        TooFewLabels: no item has two labels.
        ValueError: a label is None or nan, or does not fit the level.

    Source:
        Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
        The four-observer example there is our test.
    """
    pairable = [list(unit) for unit in units if len(unit) >= 2]
    if not pairable:
        raise TooFewLabels("Agreement needs at least one item with two labels; there is none.")
    labels = _labels(pairable, level)
    if len(labels) == 1:
        return 1.0
    column = {label: j for j, label in enumerate(labels)}
    counts = np.zeros((len(pairable), len(labels)))
    for i, unit in enumerate(pairable):
        for label in unit:
            counts[i, column[label]] += 1
    # An item with m labels has m (m - 1) ordered pairs; divided by m - 1, every label weighs the same.
    weighted = counts / (counts.sum(axis=1, keepdims=True) - 1)
    coincidences = weighted.T @ counts - np.diag(weighted.sum(axis=0))
    totals = counts.sum(axis=0)
    distance = _distances(labels, totals, level)
    observed = (coincidences * distance).sum()
    expected = totals @ distance @ totals / (totals.sum() - 1)
    return float(1 - observed / expected)


def _labels(units: list[list[Label]], level: Level) -> list[Any]:
    """The different labels, in their order where the level has one."""
    seen = dict.fromkeys(itertools.chain.from_iterable(units))
    if any(label is None or label != label for label in seen):
        raise ValueError("A missing label is left out, not written as None or nan.")
    if level == "nominal":
        return list(seen)
    if level not in ("ordinal", "interval"):
        raise ValueError(f"The level is 'nominal', 'ordinal' or 'interval', not {level!r}.")
    labels: list[Any] = list(seen)
    numbers = [x for x in labels if isinstance(x, int | float | np.number) and math.isfinite(x)]
    if level == "interval" and len(numbers) < len(labels):
        raise ValueError("Labels at the level 'interval' must be finite numbers.")
    try:
        return sorted(labels)
    except TypeError as error:
        raise ValueError(f"Labels at the level {level!r} must have an order: {error}.") from error


def _distances(labels: list[Any], totals: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    """How far apart each two labels are: (k, k)."""
    if level == "nominal":
        return 1 - np.eye(len(labels))
    # Ordinal: a label stands at the middle of the ranks it occupies among all labels given.
    place = np.cumsum(totals) - totals / 2 if level == "ordinal" else np.array(labels, dtype=np.float64)
    return (place[:, None] - place) ** 2
