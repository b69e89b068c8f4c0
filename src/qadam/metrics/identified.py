"""Which of a closed list an image was taken for: its script, its language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from qadam.terms import Metric, Missing


def count(prediction: str | Missing, gold: str) -> Mapping[str, float]:
    """One row of counts for one image; no answer is wrong."""
    silent = isinstance(prediction, Missing)
    return {"images": 1.0, "named": float(not silent), "right": float(not silent and prediction == gold)}


def share(sums: Mapping[str, Any]) -> Any:
    """Images named rightly over all images."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums["right"], float) / np.asarray(sums["images"], float)


def named(sums: Mapping[str, Any]) -> Any:
    """Images of which anything in the list was said over all images."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums["named"], float) / np.asarray(sums["images"], float)


identified = Metric(
    name="identified",
    title={
        "en": "share of images recognised rightly",
        "ru": "доля верно опознанных изображений",
        "kk": "дұрыс танылған суреттердің үлесі",
    },
    unit="share 0-1",
    count=count,
    score=share,
    better="higher",
)
answered = Metric(
    name="answered",
    title={
        "en": "share of images that got an answer from the list",
        "ru": "доля изображений, получивших ответ из списка",
        "kk": "тізімнен жауап алған суреттердің үлесі",
    },
    unit="share 0-1",
    count=count,
    score=named,
)
METRICS = (identified, answered)
