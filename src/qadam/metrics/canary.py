"""Has a model seen the file of a data set? Its canary, a string that stands nowhere else, begins; does the model go on?

A canary is made when a data set is: who can complete it was trained on the file. Who cannot may still have been. The
string is an option of the data set's row; the reader hands it to the first item.

Source: Srivastava et al. (2022), Beyond the Imitation Game, for the practice of canary strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from qadam.terms import Ask, Item, Metric, Missing

ASKED = "Мәтінді дәл жалғастыр, тек жалғасын жаз:"


def ask(item: Item) -> Ask | None:
    """The first half of the canary, to be continued; None for items that carry none."""
    canary = str(item.fields.get("canary", ""))
    return Ask(item.id, "canary", f"{ASKED}\n\n{canary[: len(canary) // 2]}", characters=200) if canary else None


def rest(item: Item) -> str:
    """The second half of the canary."""
    canary = str(item.fields.get("canary", ""))
    return canary[len(canary) // 2 :]


def count(prediction: str | Missing, gold: str) -> Mapping[str, float]:
    """One row of one canary."""
    return {"canaries": 1.0, "completed": float(not isinstance(prediction, Missing) and gold in prediction)}


def completed(sums: Mapping[str, Any]) -> Any:
    """Canaries completed over canaries begun."""
    return np.asarray(sums["completed"], float) / np.asarray(sums["canaries"], float)


METRICS = (
    Metric(
        "canary_completed",
        {
            "en": "share of canary strings that the system completes: 1 means it has seen the file",
            "ru": "доля дописанных строк-канареек: 1 значит, что система видела файл",
            "kk": "толық жазылған белгі жолдардың үлесі: 1 болса, жүйе файлды көрген",
        },
        "share 0-1",
        count,
        completed,
        better="lower",
    ),
)
