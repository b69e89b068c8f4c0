"""Recognition of single words: how many recordings were named rightly, or had the right word among the three likeliest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from qadam.terms import Metric, Missing

NEAR = 3  # words that count as near


class Named(NamedTuple):
    """The word that was heard and the one that was said; how probable each word is, if known."""

    heard: str
    said: str
    chances: Mapping[str, float] = {}


def count(prediction: Named | Missing, gold: str) -> Mapping[str, float]:
    """One row of counts of one recording; no answer is wrong."""
    if isinstance(prediction, Missing):
        return {"asked": 1.0, "right": 0.0, "near": 0.0}
    likeliest = sorted(prediction.chances, key=lambda word: -prediction.chances[word])[:NEAR]
    right = prediction.heard == gold
    return {"asked": 1.0, "right": float(right), "near": float(right or gold in likeliest)}


def accuracy(sums: Mapping[str, Any]) -> Any:
    """Recordings named rightly over all."""
    return _share(sums, "right")


def among_three(sums: Mapping[str, Any]) -> Any:
    """Recordings whose word was among the three likeliest over all."""
    return _share(sums, "near")


def confusions(prediction: Named) -> tuple[str, ...]:
    """The pair of words, where one was heard for another."""
    return () if prediction.heard == prediction.said else (f"{prediction.said} → {prediction.heard}",)


def _share(sums: Mapping[str, Any], column: str) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[column], float) / np.asarray(sums["asked"], float)


ACCURACY = Metric(
    "accuracy",
    {
        "en": "share of recordings named rightly",
        "ru": "доля верно узнанных записей",
        "kk": "дұрыс танылған жазбалардың үлесі",
    },
    "share 0-1",
    count,
    accuracy,
    better="higher",
)
AMONG_THREE = Metric(
    "among_three",
    {
        "en": "share with the right word among the three likeliest",
        "ru": "доля, где верное слово среди трёх вероятнейших",
        "kk": "дұрыс сөзі ең ықтимал үшеудің арасында тұрғандардың үлесі",
    },
    "share 0-1",
    count,
    among_three,
    better="higher",
)
