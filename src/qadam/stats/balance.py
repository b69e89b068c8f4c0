"""Makes one sample look like another: weights under which it has the same means, to compare like with like."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from qadam.stats.interval import Floats

RIDGE = 1e-3  # of the standardised multipliers: a class that hardly occurs is approached, not reached at any price


def balanced(features: ArrayLike, means: ArrayLike) -> Floats:
    """How much each unit must count so that the means of its features become those asked for.

    Of all weights that do, those nearest to equal ones (entropy balancing). Where no weights do, or only such as hang
    on a handful of units, a small ridge keeps them from running away, and the means are approached.

    Args:
        features: (n_units, k), any unit; a column that never varies is left out of account.
        means: (k,), what the weighted means of the columns should be.

    Returns:
        (n_units,), 0 or more, of mean 1.

    Raises:
        ValueError: no units, or another number of means than of columns.

    Source:
        Hainmueller (2012), Entropy Balancing for Causal Effects, Political Analysis 20(1), equation 5 and its dual, which
        is convex: Newton's method within a trusted region ends in a few steps.
    """
    x, wanted = np.asarray(features, float), np.asarray(means, float)
    if x.ndim != 2 or not len(x) or wanted.shape != (x.shape[1],):
        raise ValueError(f"Balancing needs (n, k) features and k means, not {x.shape} and {wanted.shape}.")
    spread = x.std(axis=0)
    kept = spread > 0
    if not kept.any():
        return np.ones(len(x))
    z = (x[:, kept] - wanted[kept]) / spread[kept]

    def dual(multipliers: Floats) -> tuple[float, Floats]:
        scores = z @ multipliers
        value = float(logsumexp(scores)) + RIDGE * float(multipliers @ multipliers) / 2
        return value, softmax(scores) @ z + RIDGE * multipliers

    def curvature(multipliers: Floats) -> Floats:
        p = softmax(z @ multipliers)
        mean = p @ z
        return np.asarray((z * p[:, None]).T @ z - np.outer(mean, mean) + RIDGE * np.eye(len(mean)))

    found = minimize(dual, np.zeros(z.shape[1]), jac=True, hess=curvature, method="trust-exact")
    return np.asarray(softmax(z @ found.x) * len(x))


def effective(weights: ArrayLike) -> float:
    """How many equally weighted units would say as much: (sum of w)^2 / sum of w^2.

    Source: Kish (1965), Survey Sampling, section 8.2.
    """
    w = np.asarray(weights, float)
    return float(w.sum() ** 2 / (w @ w))
