"""Several tests at once: adjusted p-values that keep the chance of even one false finding below alpha."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for having looked at all of them: a finding stands if its adjusted p is <= alpha.

    The smallest is multiplied by the number of tests, the next by one less, and so on; none may fall below
    the one before, nor rise above 1. Valid under any dependence, and never worse than Bonferroni.

    Returns:
        Adjusted p-values in the order of the input.

    Source:
        Holm (1979), A Simple Sequentially Rejective Multiple Test Procedure.
    """
    p = checked(p_values)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return [float(value) for value in adjusted]


def checked(p_values: Sequence[float]) -> NDArray[np.float64]:
    """The p-values as an array; ValueError unless there is at least one and each lies between 0 and 1."""
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not len(p):
        raise ValueError("At least one p-value is needed.")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p-values lie between 0 and 1; these do not: {p[~((p >= 0) & (p <= 1))].tolist()}.")
    return p
