"""Accuracy of multiple choice: how many questions were answered rightly, and how many not at all.

A prediction is a letter or NO_ANSWER, gold is the letter and the number of options. What was not answered counts as wrong
in `accuracy`; `answered_only` leaves it out, as some publish it; between `accuracy` and `accuracy_at_most` lies whatever
a perfect reading could find. `chance` is what guessing would score on these very questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from qadam.terms import Metric, Missing


class Key(NamedTuple):
    """The right letter, and among how many options it stands."""

    letter: str
    options: int


class Chosen(NamedTuple):
    """The letter that was chosen, in the order of the data, and at which letter the right option was shown."""

    letter: str
    place: str


def count(prediction: str | Chosen | Missing, gold: Key) -> Mapping[str, float]:
    """One row of counts of one question."""
    silent = isinstance(prediction, Missing)
    letter = prediction.letter if isinstance(prediction, Chosen) else prediction
    return {
        "questions": 1.0,
        "right": float(not silent and letter == gold.letter),
        "silent": float(silent),
        "guessed": 1 / max(1, gold.options),
    }


def accuracy(sums: Mapping[str, Any]) -> Any:
    """Right answers over all questions."""
    return _share(sums["right"], sums["questions"])


def at_most(sums: Mapping[str, Any]) -> Any:
    """What the accuracy would be if everything unread were right."""
    return _share(np.asarray(sums["right"], float) + sums["silent"], sums["questions"])


def answered_only(sums: Mapping[str, Any]) -> Any:
    """Right answers over the questions that got an answer."""
    return _share(sums["right"], np.asarray(sums["questions"], float) - sums["silent"])


def no_answer(sums: Mapping[str, Any]) -> Any:
    """Questions without an answer over all questions."""
    return _share(sums["silent"], sums["questions"])


def chance(sums: Mapping[str, Any]) -> Any:
    """One over the number of options, averaged."""
    return _share(sums["guessed"], sums["questions"])


def _share(top: Any, bottom: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(top, float) / np.asarray(bottom, float)


def _metric(name: str, score: Any, en: str, ru: str, kk: str, **more: Any) -> Metric:
    return Metric(name, {"en": en, "ru": ru, "kk": kk}, "share 0-1", count, score, **more)


METRICS = (
    _metric(
        "accuracy",
        accuracy,
        "share of questions answered rightly; no answer is wrong",
        "доля верных ответов; нет ответа – ошибка",
        "дұрыс жауаптардың үлесі; жауап жоқ – қате",
        better="higher",
    ),
    _metric(
        "no_answer",
        no_answer,
        "share of questions without a readable answer",
        "доля вопросов без читаемого ответа",
        "оқылатын жауабы жоқ сұрақтардың үлесі",
        better="lower",
    ),
    _metric(
        "accuracy_at_most",
        at_most,
        "accuracy if every unread answer were right",
        "точность, если бы все непрочитанные ответы были верны",
        "оқылмаған жауаптың бәрі дұрыс болғандағы дәлдік",
        better="higher",
    ),
    _metric(
        "accuracy_answered_only",
        answered_only,
        "accuracy over answered questions alone",
        "точность только по отвеченным вопросам",
        "тек жауап берілген сұрақтар бойынша дәлдік",
        better="higher",
    ),
    _metric("chance", chance, "accuracy of guessing", "точность угадывания", "кездейсоқ жауаптың дәлдігі"),
)
