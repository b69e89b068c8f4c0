"""Does it matter where the right option stands? A check for models that have seen the published questions.

Options are shown in another order than the published one, so that the right option stands at its own letter by chance
alone. Whoever knows the key by heart does better there. `home_advantage` is the accuracy where the right option stands
at home minus the accuracy elsewhere, each time among questions whose right option is shown at the same letter, so that a
liking for one letter does not count. Only answers that could be read are compared.

Source: Mantel & Haenszel (1959), Statistical aspects of the analysis of data; the weights are those of their risk difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from qadam.metrics.accuracy import Chosen, Key
from qadam.terms import Metric, Missing

LETTERS = "ABCDE"


def count(prediction: str | Chosen | Missing, gold: Key) -> Mapping[str, float]:
    """One row of one question: for the letter at which the right option was shown, at home or not, right or not."""
    row = {
        f"{what}_{where}_{letter}": 0.0
        for what in ("read", "right")
        for where in ("home", "away")
        for letter in LETTERS
    }
    if isinstance(prediction, Chosen) and prediction.place in LETTERS:
        where = f"{'home' if prediction.place == gold.letter else 'away'}_{prediction.place}"
        row[f"read_{where}"] = 1.0
        row[f"right_{where}"] = float(prediction.letter == gold.letter)
    return row


def home_advantage(sums: Mapping[str, Any]) -> Any:
    """Accuracy at home minus accuracy elsewhere, over the letters at which the right option was shown; nan if never moved."""
    top, bottom = np.zeros(()), np.zeros(())
    for letter in LETTERS:
        home, away = (np.asarray(sums[f"read_{where}_{letter}"], float) for where in ("home", "away"))
        right = [np.asarray(sums[f"right_{where}_{letter}"], float) for where in ("home", "away")]
        both = home + away
        with np.errstate(divide="ignore", invalid="ignore"):
            top = top + np.where(home * away > 0, (right[0] * away - right[1] * home) / both, 0.0)
            bottom = bottom + np.where(home * away > 0, home * away / both, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(top / bottom)


HOME_ADVANTAGE = Metric(
    "home_advantage",
    {
        "en": "accuracy where the right option stands at its published letter minus elsewhere",
        "ru": "точность, когда верный вариант стоит на своей опубликованной букве, минус в остальных случаях",
        "kk": "дұрыс нұсқа жарияланған өз әрпінде тұрғандағы дәлдік минус басқа жағдайдағы дәлдік",
    },
    "difference of shares",
    count,
    home_advantage,
    better="neither",
    params={"strata": "letter shown"},
)
