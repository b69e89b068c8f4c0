"""How common the classes are in texts without labels, and probabilities made for classes that common."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qadam.stats.interval import Floats

ROUNDS, ENOUGH = 1_000, 1e-9  # of expectation and maximisation; stops when no share moves by more


def corrected(chances: ArrayLike, trained: ArrayLike) -> tuple[Floats, Floats]:
    """Probabilities as they would be had the classifier learned where classes are as common as they are here.

    Args:
        chances: (n_texts, k), the classifier's probabilities.
        trained: (k,), how common the classes were where it learned.

    Returns:
        (n_texts, k), and the shares (k,) of the classes here, found from the probabilities alone. Right only as far as
        texts of a class look alike here and there.

    Raises:
        ValueError: no texts, or another number of shares than of classes.

    Source:
        Saerens, Latinne & Decaestecker (2002), Adjusting the Outputs of a Classifier to New a Priori Probabilities.
    """
    given, before = np.asarray(chances, float), np.asarray(trained, float)
    if given.ndim != 2 or not len(given) or before.shape != (given.shape[1],):
        raise ValueError(f"Correction needs (n, k) probabilities and k shares, not {given.shape} and {before.shape}.")
    shares, made = before, given
    for _ in range(ROUNDS):
        made = given * (shares / before)
        made /= np.maximum(made.sum(axis=1, keepdims=True), 1e-300)
        moved = made.mean(axis=0)
        if np.abs(moved - shares).max() < ENOUGH:
            break
        shares = moved
    return made, shares
