"""Names found in a sentence, as a model lists them: one a line, "CLASS: words"; how many are right, missed and invented.

A name counts once for every time it is listed or stands in the gold, by its class and its words as they are written; where
it stands in the sentence is not asked. The sums are micro. A sentence without names has nothing to find and much to
invent, so it counts too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from qadam.terms import NO_ANSWER, Metric, Missing

Names = Counter[tuple[str, str]]  # (class, words)
NONE = "ЖОҚ"  # what a model is told to say of a sentence without names

_LINE = re.compile(r"[\s*•–—-]*([A-Za-z_]+)[\s*]*[:：][\s*]*(.+?)[\s*]*")


@cache
def classes() -> tuple[str, ...]:
    """The classes of names a model is asked for."""
    return tuple((files("qadam.metrics") / "names.tsv").read_text("utf-8").split())


def listed(text: str) -> Names | Missing:
    """The names of an answer; NO_ANSWER if no line lists one and it does not say that there are none."""
    found: Names = Counter()
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match and match[1].upper() in classes():
            found[match[1].upper(), _plain(match[2])] += 1
    if found or text.strip(" .«»\"'*\n").upper() == NONE:
        return found
    return NO_ANSWER


def marked(tokens: Sequence[str], labels: Sequence[str]) -> Names:
    """The names of a sentence whose tokens carry labels: B-CLASS begins a name, I-CLASS goes on with it, O is none."""
    found: Names = Counter()
    name: list[str] = []
    for token, label in zip((*tokens, ""), (*labels, "O"), strict=True):
        if name and not label.startswith("I-"):
            found[name[0], _plain(" ".join(name[1:]))] += 1
            name = []
        if label.startswith("B-"):
            name = [label[2:], token]
        elif label.startswith("I-") and name:
            name.append(token)
    return found


def count(prediction: Names | Missing, gold: Names) -> Mapping[str, float]:
    """One row of one sentence."""
    said: Names = Counter() if isinstance(prediction, Missing) else prediction
    return {
        "names_right": float((said & gold).total()),
        "names_said": float(said.total()),
        "names_gold": float(gold.total()),
    }


def f1(sums: Mapping[str, Any]) -> Any:
    """Twice the right names over all that were said and all that are there; 0 if there is neither."""
    both = np.asarray(sums["names_said"], float) + sums["names_gold"]
    return 2 * np.asarray(sums["names_right"], float) / np.where(both == 0, 1, both)


def _plain(words: str) -> str:
    """The words without the spaces that a tokenised text has around its punctuation."""
    return re.sub(r"\s+", "", words).strip("«»\"'.,;")


METRICS = (
    Metric(
        "names_f1",
        {
            "en": "F1 of names by class and words",
            "ru": "F1 имён по классу и словам",
            "kk": "атаулардың түрі мен сөздері бойынша F1",
        },
        "share 0-1",
        count,
        f1,
        better="higher",
    ),
)
