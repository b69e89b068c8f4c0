"""How frequent something is, from a classifier that saw everything and people who saw a sample."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qadam.stats.interval import Interval

Floats = NDArray[np.float64]


def prediction_powered(
    gold: ArrayLike, predicted: ArrayLike, *, rest: ArrayLike = (), tuned: bool = True, alpha: float = 0.05
) -> Interval:
    """The share of a yes: what the classifier says of all texts, corrected by how it errs where people labelled too.

    The labelled texts must be drawn at random from the same texts as the rest. Whatever the classifier's errors, the
    interval covers the true share as often as it promises; a good classifier makes it narrower than the labels alone.

    Args:
        gold: what people say of the labelled texts: (n,) of 0 and 1, or (n, 2) where the second column tells which
            texts count at all (switched texts among those that hold Kazakh); n at least 2.
        predicted: the same of the classifier on the same texts, 0 to 1.
        rest: the same of the classifier on the texts without labels, (N,) or (N, 2). Empty: the labels alone decide,
            which is the classical estimate.
        tuned: weigh the classifier by how much it helps (PPI++), so that a useless one does no harm; otherwise it
            has its full weight.
        alpha: the interval has level 1 - alpha.

    Returns:
        Share 0-1 with an interval by the normal distribution (of a ratio: by its linear part), cut off at 0 and 1.
        Where all labels are the same and all foreseen, the half width is that of Wilson's interval for none among n:
        a width of zero would be a promise that nobody can keep. All nan if no text counts.

    Raises:
        ValueError: fewer than two labels, or labels and predictions of different length.

    Source:
        Angelopoulos, Bates, Fannjiang, Jordan & Zrnic (2023), Prediction-Powered Inference, algorithm 1; the weight:
        Angelopoulos, Duchi & Zrnic (2023), PPI++, example 6.1.
    """
    y, f, others = _two_columns(gold), _two_columns(predicted), _two_columns(rest)
    n, size = len(y), len(others)
    if n < 2 or len(f) != n:
        raise ValueError(f"A prevalence needs at least two labels with their predictions, not {n} and {len(f)}.")
    weight = 1.0 if size else 0.0
    if size and tuned:
        share, _ = _ratio(y, f, others, weight)
        labels, guesses, more = (_around(values, share) for values in (y, f, others))
        spread = np.concatenate([guesses, more]).var()
        helps = np.cov(labels, guesses, ddof=0)[0, 1]
        weight = float(np.clip(helps / ((1 + n / size) * spread), 0, 1)) if spread else 0.0
    share, counted = _ratio(y, f, others, weight)
    if not counted > 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    errors = _around(y, share) - weight * _around(f, share)
    variance = errors.var(ddof=1) / n + (weight**2 * _around(others, share).var() / size if size else 0.0)
    z = NormalDist().inv_cdf(1 - alpha / 2)
    half = z * float(np.sqrt(variance)) / counted
    if errors.var() == 0:
        half = max(half, z * z / (n + z * z))
    return Interval(float(np.clip(share, 0, 1)), max(0.0, share - half), min(1.0, share + half))


def _two_columns(values: ArrayLike) -> Floats:
    """Yes, and whether the text counts; where nothing is said of that, it does."""
    array = np.asarray(values, dtype=np.float64)
    return array.reshape(-1, 2) if array.ndim == 2 else np.column_stack([array, np.ones(len(array))])


def _around(values: Floats, share: float) -> Floats:
    """What each text adds to the estimate if the share is this: yes - share x counts."""
    around: Floats = values[:, 0] - share * values[:, 1]
    return around


def _ratio(y: Floats, f: Floats, others: Floats, weight: float) -> tuple[float, float]:
    """The corrected share, and the corrected share of texts that count."""
    yes, counted = (y - weight * f).mean(axis=0) + (weight * others.mean(axis=0) if len(others) else 0.0)
    return (float(yes / counted) if counted > 0 else float("nan")), float(counted)
