"""Inflected forms: how many forms of a paradigm a generator produces exactly, letter for letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qadam.terms import Metric, Missing


def count(forms: Sequence[str] | Missing, gold: str) -> Mapping[str, float]:
    """One row for one slot of a paradigm: whether the first form is the one of the gold, and whether any of them is.

    Both sides are compared letter by letter, in lower case; no form is a wrong form.
    """
    made = () if isinstance(forms, Missing) else tuple(form.lower() for form in forms)
    return {"slots": 1.0, "first": float(made[:1] == (gold.lower(),)), "any": float(gold.lower() in made)}


class _PerSlot:
    """A column per slot; a named object, so that it travels to worker processes."""

    def __init__(self, top: str) -> None:
        self.top = top
        self.__qualname__ = f"per_slot({top})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sums[self.top], float) / np.asarray(sums["slots"], float)


first_form = Metric(
    "first_form",
    {
        "en": "share of forms generated exactly",
        "ru": "доля форм, порождённых точно",
        "kk": "дәл жасалған тұлғалардың үлесі",
    },
    "share 0-1",
    count,
    _PerSlot("first"),
    better="higher",
)
any_form = Metric(
    "any_form",
    {
        "en": "share of forms among those generated",
        "ru": "доля форм, входящих в порождённые",
        "kk": "жасалғандардың ішінде бар тұлғалардың үлесі",
    },
    "share 0-1",
    count,
    _PerSlot("any"),
    better="higher",
)

METRICS = (first_form, any_form)
