"""Answers with the reasoning before them: is the answer right, and is the reasoning in the language that was asked for?

A prediction is the answer and how many words of the reasoning are in that language. Multiple choice is right if the letter
is; a free answer is right if it equals an accepted one, and `word_f1` says how near it came (for multiple choice it is
1 or 0 as well). A word is three or more letters in a row, so that formulas and the letters of options count for nothing.
A Latin word counts as English. A Cyrillic word counts as Kazakh if its line has a letter that Russian lacks (ә ғ қ ң ө
ұ ү һ і) or fewer than four Cyrillic words, too few to tell: nearly every longer Kazakh sentence has one of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np

from qadam.metrics import accuracy, overlap
from qadam.terms import Metric, Missing

ROOM_TO_TELL = 4  # Cyrillic words from which on a line without a Kazakh letter is taken for Russian

_COMMAND = re.compile(r"\\[a-zA-Z]+")  # of LaTeX: no word of any language
_WORD = re.compile(r"[^\W\d_]{3,}")
_CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]", re.IGNORECASE)
_KAZAKH = re.compile(r"[әғқңөұүһі]", re.IGNORECASE)


class Reasoned(NamedTuple):
    """An answer, and the words of the reasoning before it: those in the language asked for, and all."""

    answer: str
    fitting: int = 0
    words: int = 0


def words_in(text: str, language: Literal["kk", "en"]) -> tuple[int, int]:
    """How many words of a text are in a language, and how many it has in all."""
    fitting = total = 0
    for line in _COMMAND.sub(" ", text).splitlines():
        words = _WORD.findall(line)
        cyrillic = [word for word in words if _CYRILLIC.search(word)]
        kazakh = len(cyrillic) < ROOM_TO_TELL or any(map(_KAZAKH.search, cyrillic))
        total += len(words)
        fitting += len(words) - len(cyrillic) if language == "en" else kazakh * len(cyrillic)
    return fitting, total


def count(prediction: Reasoned | Missing, gold: accuracy.Key | tuple[str, ...]) -> Mapping[str, float]:
    """One row of one question, of either kind."""
    answer, fitting, words = (prediction, 0, 0) if isinstance(prediction, Missing) else prediction
    if isinstance(gold, accuracy.Key):
        row = dict(accuracy.count(answer, gold))
        row["f1"] = row["right"]
    else:
        near = overlap.count(answer, gold)
        row = {"questions": 1.0, "right": near["exact"], "silent": near["empty"], "guessed": 0.0, "f1": near["f1"]}
    return {**row, "fitting": float(fitting), "words": float(words)}


def word_f1(sums: Mapping[str, Any]) -> Any:
    """F1 of words with the nearest accepted answer, averaged over questions."""
    return np.asarray(sums["f1"], float) / np.asarray(sums["questions"], float)


def in_language(sums: Mapping[str, Any]) -> Any:
    """Words in the language asked for over all words of the reasoning."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums["fitting"], float) / np.asarray(sums["words"], float)


RIGHT = tuple(replace(metric, count=count) for metric in accuracy.METRICS)
WORD_F1 = replace(overlap.WORD_F1, count=count, score=word_f1)
IN_LANGUAGE = Metric(
    "in_language",
    {
        "en": "share of words of the reasoning in the language asked for, of answers that could be read",
        "ru": "доля слов рассуждения на запрошенном языке, среди прочитанных ответов",
        "kk": "пайымдаудағы сұралған тілдегі сөздердің үлесі, оқылған жауаптар бойынша",
    },
    "share 0-1",
    count,
    in_language,
    better="higher",
)
