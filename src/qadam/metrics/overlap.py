"""Free answers against the accepted ones: exact match and F1 of words, after Kazakh normalisation.

Before two answers are compared both are brought to the form `qa` of the normalisers: small letters, no punctuation, one
script in a word; nothing is stemmed and, unlike in English, no article is removed. Of several accepted answers the
nearest counts. What was not answered counts as wrong.

Source: Rajpurkar et al. (2016), SQuAD, for both measures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from qadam.kazakh.normalize import normalize, signature
from qadam.terms import NO_ANSWER, Metric, Missing

FORM = "qa"
_MARKUP = re.compile(r"[*_`#]")
_STATED = re.compile(r"(?i:жауа[бп]\w*|answer)\s*[:—–-]\s*(\S[^\n]*)")


def count(prediction: str | Missing, gold: tuple[str, ...]) -> Mapping[str, float]:
    """One row of one question: whether the answer is an accepted one, and its best F1 of words with any of them."""
    said = "" if isinstance(prediction, Missing) else normalize(prediction, FORM)
    accepted = [normalize(answer, FORM) for answer in gold]
    return {
        "asked": 1.0,
        "exact": float(bool(said) and said in accepted),
        "f1": max((_f1(said.split(), answer.split()) for answer in accepted), default=0.0),
        "empty": float(not said),
    }


def stated(text: str) -> str | Missing:
    """What a free answer says last that its answer is ("Жауап: ..."), else its last line; markup is dropped."""
    plain = _MARKUP.sub("", text)
    said = _STATED.findall(plain) or [line for line in plain.splitlines() if line.strip()]
    return said[-1].strip(" «»\"'") or NO_ANSWER if said else NO_ANSWER


def exact_match(sums: Mapping[str, Any]) -> Any:
    """Answers that are accepted ones, over all questions."""
    return np.asarray(sums["exact"], float) / np.asarray(sums["asked"], float)


def word_f1(sums: Mapping[str, Any]) -> Any:
    """F1 of words with the nearest accepted answer, averaged over questions."""
    return np.asarray(sums["f1"], float) / np.asarray(sums["asked"], float)


def _f1(said: list[str], accepted: list[str]) -> float:
    common = (Counter(said) & Counter(accepted)).total()
    return 2 * common / (len(said) + len(accepted)) if common else 0.0


EXACT_MATCH = Metric(
    "exact_match",
    {
        "en": "share of answers equal to an accepted one",
        "ru": "доля ответов, совпавших с принятым",
        "kk": "қабылданған жауаппен дәл келген жауаптардың үлесі",
    },
    "share 0-1",
    count,
    exact_match,
    better="higher",
    params={"norm": signature(FORM)},
)
WORD_F1 = Metric(
    "word_f1",
    {
        "en": "F1 of words with the nearest accepted answer",
        "ru": "F1 по словам с ближайшим принятым ответом",
        "kk": "ең жақын қабылданған жауаппен сөздер бойынша F1",
    },
    "share 0-1",
    count,
    word_f1,
    better="higher",
    params={"norm": signature(FORM)},
)
METRICS = (EXACT_MATCH, WORD_F1)
